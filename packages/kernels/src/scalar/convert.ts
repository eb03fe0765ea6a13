/**
 * Converting between layouts, every one to every one.
 *
 * Pillow's `Image.convert`: colours become grey as in `grayscale.ts`, grey becomes three equal colours, an alpha that the source lacks
 * is 255, an alpha that the destination lacks is dropped without blending. The padding byte of `RGB` becomes 255.
 *
 * Reads and writes the pixels of the strip's rows. `dst` may lie on `src` row by row, if its pixels are not larger.
 */
import { RowCursor } from '../cursor.ts';
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { checkPointwise } from '../validate.ts';
import { moveBytes } from './copy.ts';
import { greyRows } from './grayscale.ts';

/**
 * Converts pixels from the layout of `src` to the layout of `dst`, with the bytes of Pillow's `convert`.
 *
 * Lossless are `L` to everything, `LA` to `RGBA`, `RGB;24` and `RGB` to each other and to `RGBA`; the others drop colour or alpha.
 *
 * @param src - the pixels
 * @param dst - of the same size, in any layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when the sizes differ or rows lie outside the memory
 * @example
 * ```ts
 * import { convert, rasterOf } from '@sharena/kernels';
 *
 * const decoded = rasterOf(new Uint8Array([10, 20, 30, 40, 50, 60]), 'RGB;24', 2, 1);
 * const opaque = rasterOf(new Uint8Array(8), 'RGBA', 2, 1);
 * convert(decoded, opaque, 0, 1);
 * console.log([...opaque.bytes]); // [ 10, 20, 30, 255, 40, 50, 60, 255 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: two small objects, and a view a row where the layouts are the same.
 */
export function convert(src: Raster, dst: Raster, top: number, bottom: number): void {
  checkPointwise(src, dst, top, bottom);
  const fromGrey = src.layout === 'L' || src.layout === 'LA';
  const toGrey = dst.layout === 'L' || dst.layout === 'LA';
  if (toGrey && !fromGrey) greyRows(src, dst, top, bottom);
  else moveRows(src, dst, top, bottom, fromGrey);
}

/** The conversions that compute nothing: bytes go to other places. */
function moveRows(src: Raster, dst: Raster, top: number, bottom: number, grey: boolean): void {
  const from = pixelSize(src.layout);
  const to = pixelSize(dst.layout);
  const alpha = hasAlpha(src.layout) && hasAlpha(dst.layout);
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const p = source.seek(y);
    const q = target.seek(y);
    if (src.layout === dst.layout) moveBytes(source.bytes, p, target.bytes, q, src.width * from);
    else if (grey) spreadRow(source.bytes, p, from, alpha, target.bytes, q, to, src.width);
    else repackRow(source.bytes, p, from, target.bytes, q, to, src.width);
  }
}

/** Grey to anything: the value once, or three times and alpha. */
function spreadRow(
  src: Uint8Array,
  from: number,
  size: number,
  alpha: boolean,
  dst: Uint8Array,
  to: number,
  step: number,
  width: number,
): void {
  for (let x = 0, p = from, q = to; x < width; x++, p += size, q += step) {
    const grey = src[p]!;
    const opacity = alpha ? src[p + 3]! : 255;
    dst[q] = grey;
    if (step === 1) continue;
    dst[q + 1] = grey;
    dst[q + 2] = grey;
    if (step === 4) dst[q + 3] = opacity;
  }
}

/** Colours to colours of another pixel size or meaning of the fourth byte: three bytes, and 255 where there is a fourth. */
function repackRow(
  src: Uint8Array,
  from: number,
  size: number,
  dst: Uint8Array,
  to: number,
  step: number,
  width: number,
): void {
  for (let x = 0, p = from, q = to; x < width; x++, p += size, q += step) {
    dst[q] = src[p]!;
    dst[q + 1] = src[p + 1]!;
    dst[q + 2] = src[p + 2]!;
    if (step === 4) dst[q + 3] = 255;
  }
}
