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
import { moveBytes } from './copy.ts';
import { greyRows } from './grayscale.ts';

/** Converts the strip. */
export function convertRows(src: Raster, dst: Raster, top: number, bottom: number): void {
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
