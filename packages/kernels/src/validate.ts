/**
 * Checks at the edge of every kernel: once a call, never once a pixel, and before anything is written.
 *
 * Reads row addresses, writes nothing.
 */
import { KernelError } from './errors.ts';
import { type AnyLayout, isWide, layouts, pixelSize, wideLayouts } from './layouts.ts';
import type { AnyRaster, Raster } from './raster.ts';

/** Widths and heights end here, so that every byte index of a row fits in 31 bits, and a box's corners in a float32. */
export const largestSide = 0xffffff;

/** The layouts of kernels that take wide ones as well. */
export const anyLayouts: readonly AnyLayout[] = [...layouts, ...wideLayouts];

/**
 * Refuses a raster whose sizes, layout or memory are unusable. The addresses of rows are checked by {@link checkRows}.
 *
 * @param allowed - the layouts that the kernel takes, by default those of bytes
 */
export function checkRaster(name: string, raster: AnyRaster, allowed: readonly AnyLayout[] = layouts): void {
  if (typeof raster !== 'object' || raster === null) throw new KernelError(name, 'a raster', raster);
  const { bytes, rows, width, height, layout } = raster;
  if (!(bytes instanceof Uint8Array)) throw new KernelError(`${name}.bytes`, 'a Uint8Array', bytes);
  if (!allowed.includes(layout)) throw new KernelError(`${name}.layout`, `one of ${allowed.join(', ')}`, layout);
  checkInteger(`${name}.width`, width, 1, largestSide);
  checkInteger(`${name}.height`, height, 1, largestSide);
  if (!(rows?.length >= height)) {
    throw new KernelError(`${name}.rows.length`, `at least ${height}, the raster's height`, rows?.length);
  }
}

/** Refuses rows from `first` to `end - 1` that do not lie inside the raster's memory. */
export function checkRows(name: string, raster: AnyRaster, first: number, end: number): void {
  const last = raster.bytes.length - raster.width * pixelSize(raster.layout);
  const rows = raster.rows;
  if (isWide(raster.layout)) checkAligned(name, raster, first, end);
  for (let y = first; y < end; y++) {
    const address = rows[y] as number;
    if (!(address >= 0 && address <= last && Number.isInteger(address))) {
      throw new KernelError(`${name}.rows[${y}]`, rowBound(last), address);
    }
  }
}

/** The twins read wide rows through views, which begin at multiples of the pixel's size. */
function checkAligned(name: string, { bytes, rows, layout }: AnyRaster, first: number, end: number): void {
  const size = pixelSize(layout);
  for (let y = first; y < end; y++) {
    if ((bytes.byteOffset + rows[y]!) % size !== 0) {
      throw new KernelError(`${name}.rows[${y}]`, `at a multiple of ${size} bytes of the memory`, rows[y]);
    }
  }
}

function rowBound(last: number): string {
  return last < 0 ? 'inside memory that is long enough for a row' : `an integer from 0 to ${last}`;
}

/** Refuses a strip that does not lie inside `dst`. An empty strip is allowed and does nothing. */
export function checkStrip(dst: AnyRaster, top: number, bottom: number): void {
  checkInteger('top', top, 0, dst.height);
  checkInteger('bottom', bottom, top, dst.height);
}

/** Refuses a destination of another size than `width` by `height`. */
export function checkSize(dst: AnyRaster, width: number, height: number): void {
  checkSizeOf('dst', dst, width, height);
}

/** Refuses a raster of another size than `width` by `height`. */
export function checkSizeOf(name: string, raster: AnyRaster, width: number, height: number): void {
  if (raster.width !== width) throw new KernelError(`${name}.width`, `${width}`, raster.width);
  if (raster.height !== height) throw new KernelError(`${name}.height`, `${height}`, raster.height);
}

/** Refuses a destination of another layout than the source's. */
export function checkSameLayout(src: AnyRaster, dst: AnyRaster): void {
  if (src.layout !== dst.layout) throw new KernelError('dst.layout', `${src.layout}, as src.layout`, dst.layout);
}

/** Both rasters, the strip, and the addresses of the rows that a kernel without halo touches. */
export function checkPointwise(
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  allowed: readonly AnyLayout[] = layouts,
): void {
  checkRaster('src', src, allowed);
  checkRaster('dst', dst, allowed);
  checkSize(dst, src.width, src.height);
  checkStrip(dst, top, bottom);
  checkRows('src', src, top, bottom);
  checkRows('dst', dst, top, bottom);
}

/**
 * Both rasters, the strip, and the addresses of the rows that a kernel touches that looks `reach` rows up and down.
 *
 * @returns whether there is a row to make
 */
export function checkNeighbours(src: Raster, dst: Raster, top: number, bottom: number, reach: number): boolean {
  checkRaster('src', src);
  checkRaster('dst', dst);
  checkSameLayout(src, dst);
  checkSize(dst, src.width, src.height);
  checkStrip(dst, top, bottom);
  if (top === bottom) return false;
  checkRows('src', src, Math.max(0, top - reach), Math.min(src.height, bottom + reach));
  checkRows('dst', dst, top, bottom);
  return true;
}

/** Refuses what is not an integer from `least` to `most`. */
export function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw new KernelError(name, `an integer from ${least} to ${most}`, value);
  }
}

/** Refuses what is not a number from `-most` to `most`. */
export function checkNumber(name: string, value: number, most: number): void {
  if (!(typeof value === 'number' && value >= -most && value <= most)) {
    throw new KernelError(name, `a number from ${-most} to ${most}`, value);
  }
}

/** Refuses a rectangle `[x, y, width, height]` that is empty or does not lie inside `width` by `height` pixels. */
export function checkRectangle(name: string, rectangle: readonly number[], width: number, height: number): void {
  if (!isQuadruple(rectangle)) throw new KernelError(name, '[x, y, width, height]', rectangle);
  const [x, y, w, h] = rectangle;
  checkInteger(`${name}[0]`, x, 0, width - 1);
  checkInteger(`${name}[1]`, y, 0, height - 1);
  checkInteger(`${name}[2]`, w, 1, width - x);
  checkInteger(`${name}[3]`, h, 1, height - y);
}

/** Whether a value is four of something in a row, as rectangles and boxes are. */
export function isQuadruple(value: readonly number[]): value is readonly [number, number, number, number] {
  return Array.isArray(value) && value.length === 4;
}

/** Refuses a precision that there is not. */
export function checkPrecision(precision: 'exact' | 'fast' | undefined): void {
  if (precision === undefined || precision === 'exact' || precision === 'fast') return;
  throw new KernelError('options.precision', 'exact or fast', precision);
}
