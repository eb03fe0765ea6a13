/**
 * Pixels as bytes outside of the heap, row after row: written out by toBytes, read in by fromBytes.
 *
 * There are two forms. `stored` is what lies in the image, padding included: the fastest, and what other images of this
 * package take. `raw` is what Pillow, files and sharp have (raw-form.ts). The rows of either may lie any stride apart.
 */
import { InvalidArgumentError } from '@sharena/heap';
import { isEmpty, isPacked, type Raster, rowAt } from './raster.ts';
import { rawForm } from './raw-form.ts';

/** The form of pixels as bytes. */
export interface BytesOptions {
  /**
   * `stored`: the bytes of the image, `pixelSize` for each pixel. `raw`: as Pillow's `tobytes()` has them, without padding:
   * 3 bytes for RGB, 2 for LA, 8 pixels to a byte for mode 1.
   *
   * @defaultValue `stored`
   */
  readonly form?: 'stored' | 'raw';
  /**
   * Bytes from one row to the next outside of the image, at least those of a row.
   *
   * @defaultValue those of a row
   */
  readonly stride?: number;
}

/** Bytes of a row in a form. */
export function lineBytes(raster: Raster, form: 'stored' | 'raw'): number {
  const raw = form === 'raw' ? rawForm(raster.info) : undefined;
  return raw ? Math.ceil((raster.width * raw.bits) / 8) : raster.lineSize;
}

/** A copy of all pixels. @throws {InvalidArgumentError} when there is no such form or stride */
export function toBytes(raster: Raster, options: BytesOptions): Uint8Array {
  const { form, line, stride } = checked(raster, options);
  const out = new Uint8Array(stride * raster.height);
  if (isEmpty(raster)) return out;
  const { bytes, width, height, lineSize } = raster;
  const raw = form === 'raw' ? rawForm(raster.info) : undefined;
  if (!raw && stride === line && isPacked(raster)) {
    out.set(bytes.subarray(raster.addresses[0], raster.addresses[0] + out.length));
    return out;
  }
  for (let y = 0; y < height; y++) {
    const at = rowAt(raster, y);
    if (raw) raw.pack(bytes, at, out, y * stride, width);
    else out.set(bytes.subarray(at, at + lineSize), y * stride);
  }
  return out;
}

/** Writes all pixels. @throws {InvalidArgumentError} when form, stride or the number of bytes do not fit */
export function fromBytes(raster: Raster, pixels: Uint8Array, options: BytesOptions): void {
  const { form, line, stride } = checked(raster, options);
  if (!(pixels instanceof Uint8Array)) throw new InvalidArgumentError('pixels', 'a Uint8Array', pixels);
  const size = stride * raster.height;
  // What would follow the last row may be missing.
  const least = size === 0 ? 0 : size - stride + line;
  if (pixels.length !== size && pixels.length !== least) {
    throw new InvalidArgumentError('pixels.length', `${size} for this image`, pixels.length);
  }
  if (isEmpty(raster)) return;
  const { bytes, width, height, lineSize } = raster;
  const raw = form === 'raw' ? rawForm(raster.info) : undefined;
  if (!raw && stride === line && isPacked(raster)) {
    bytes.set(pixels, raster.addresses[0]);
    return;
  }
  for (let y = 0; y < height; y++) {
    const at = rowAt(raster, y);
    if (raw) raw.unpack(pixels, y * stride, bytes, at, width);
    else bytes.set(pixels.subarray(y * stride, y * stride + lineSize), at);
  }
}

function checked(raster: Raster, options: BytesOptions): { form: 'stored' | 'raw'; line: number; stride: number } {
  const { form = 'stored' } = options;
  if (form !== 'stored' && form !== 'raw') throw new InvalidArgumentError('form', "'stored' or 'raw'", form);
  const line = lineBytes(raster, form);
  const { stride = line } = options;
  if (!Number.isInteger(stride) || stride < line || stride > 2 ** 31 - 1) {
    throw new InvalidArgumentError('stride', `a whole number from ${line} to ${2 ** 31 - 1}`, stride);
  }
  return { form, line, stride };
}
