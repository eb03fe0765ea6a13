/**
 * Greyscale: the luma of ITU-R BT.601 in integers.
 *
 * Pillow's arithmetic: `(19595 R + 38470 G + 7471 B + 32768) >> 16`. The three weights add up to 65536, so white stays 255 and grey
 * stays what it is. Alpha is carried along untouched; colours are not multiplied by it.
 *
 * Reads and writes the pixels of the strip's rows. `dst` may lie on `src` row by row, if its pixels are not larger.
 */
import { RowCursor } from '../cursor.ts';
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

/** Makes the strip's greys. */
export function greyRows(src: Raster, dst: Raster, top: number, bottom: number): void {
  const size = pixelSize(src.layout);
  const alpha = hasAlpha(src.layout);
  const single = dst.layout === 'L';
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    const to = target.seek(y);
    if (single) greyRow(source.bytes, from, size, target.bytes, to, src.width);
    else greyAlphaRow(source.bytes, from, size, alpha, target.bytes, to, src.width);
  }
}

function greyRow(src: Uint8Array, from: number, size: number, dst: Uint8Array, to: number, width: number): void {
  for (let x = 0, p = from; x < width; x++, p += size) dst[to + x] = luma(src[p]!, src[p + 1]!, src[p + 2]!);
}

function greyAlphaRow(
  src: Uint8Array,
  from: number,
  size: number,
  alpha: boolean,
  dst: Uint8Array,
  to: number,
  width: number,
): void {
  for (let x = 0, p = from, q = to; x < width; x++, p += size, q += 4) {
    const grey = luma(src[p]!, src[p + 1]!, src[p + 2]!);
    const opacity = alpha ? src[p + 3]! : 255;
    dst[q] = grey;
    dst[q + 1] = grey;
    dst[q + 2] = grey;
    dst[q + 3] = opacity;
  }
}

function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16;
}
