/**
 * Unsharp masking: away from a blurred copy.
 *
 * Pillow's arithmetic: where a value differs from the blurred one by more than the threshold, the difference times `percent` over 100, cut
 * towards zero, is added to it, and the sum cut to 0 to 255. All bands, alpha included.
 *
 * Reads the pixels of the strip's rows in `src`, and in `dst`, which holds them blurred; writes those of `dst`.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

/** Sharpens the rows of a strip, whose blurred values are in `dst`. */
export function unsharpRows(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  percent: number,
  threshold: number,
): void {
  const line = src.width * pixelSize(src.layout);
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    const to = target.seek(y);
    for (let x = 0; x < line; x++) {
      const value = source.bytes[from + x]!;
      const difference = value - target.bytes[to + x]!;
      const moved = Math.abs(difference) > threshold ? value + Math.trunc((difference * percent) / 100) : value;
      target.bytes[to + x] = Math.min(Math.max(moved, 0), 255);
    }
    if (dst.layout === 'RGB') for (let x = 3; x < line; x += 4) target.bytes[to + x] = 255;
  }
}
