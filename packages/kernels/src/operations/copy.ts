/**
 * Copying a rectangle of pixels between rasters of one layout: crop and paste, without a change to any byte. The operation.
 *
 * Reads the rows of `src` that fall into the strip, writes their pixels, and no others, to `dst`.
 */
import { RowCursor } from '../cursor.ts';
import { overlapOf } from '../geometry/overlap.ts';
import { pixelSize } from '../layouts.ts';
import type { AnyRaster } from '../raster.ts';
import { moveBytes } from '../scalar/copy.ts';
import { engineFor } from '../simd/engine.ts';
import { moveSimd } from '../simd/move.ts';
import {
  anyLayouts,
  checkInteger,
  checkRaster,
  checkRows,
  checkSameLayout,
  checkStrip,
  largestSide,
} from '../validate.ts';

/**
 * Copies `src` into `dst` with its upper left corner at (`x`, `y`). What falls outside `dst` or outside the strip is left out, and
 * pixels of `dst` that `src` does not cover keep their value.
 *
 * Both ways are this one kernel: paste with a corner inside `dst`, crop with a negative one. All bytes are kept, the padding of `RGB`
 * and the colours under an alpha of 0 included.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param x - column of `dst` where column 0 of `src` goes, an integer, by default 0
 * @param y - row of `dst` where row 0 of `src` goes, an integer, by default 0
 * @throws {@link KernelError} when the layouts differ, a number is no integer in its range, or rows lie outside the memory
 * @example
 * ```ts
 * import { copy, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([1, 2, 3, 4, 5, 6]), 'L', 3, 2);
 * const corner = rasterOf(new Uint8Array(2), 'L', 2, 1);
 * copy(image, corner, 0, 1, -1, -1); // crop 2 by 1 pixels at (1, 1)
 * console.log([...corner.bytes]); // [ 5, 6 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: a view a row.
 */
export function copy(src: AnyRaster, dst: AnyRaster, top: number, bottom: number, x = 0, y = 0): void {
  checkRaster('src', src, anyLayouts);
  checkRaster('dst', dst, anyLayouts);
  checkSameLayout(src, dst);
  checkStrip(dst, top, bottom);
  checkInteger('x', x, -largestSide, largestSide);
  checkInteger('y', y, -largestSide, largestSide);
  const part = overlapOf(src, dst, top, bottom, x, y);
  if (!part) return;
  const { first, end, left, width } = part;
  checkRows('src', src, first - y, end - y);
  checkRows('dst', dst, first, end);
  const size = pixelSize(src.layout);
  const engine = engineFor(src, dst);
  if (engine) {
    const [from, to] = [(left - x) * size, left * size];
    moveSimd(engine, src, dst, { first, end, down: -y, from, to, bytes: width * size });
    return;
  }
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let row = first; row < end; row++) {
    const from = source.seek(row - y) + (left - x) * size;
    const to = target.seek(row) + left * size;
    moveBytes(source.bytes, from, target.bytes, to, width * size);
  }
}
