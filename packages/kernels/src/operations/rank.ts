/** Rank filters: the operations. What they compute is in `scalar/rank.ts`. */
import { KernelError } from '../errors.ts';
import type { Raster } from '../raster.ts';
import { rankRows } from '../scalar/rank.ts';
import { engineFor } from '../simd/engine.ts';
import { rankSimd } from '../simd/rank.ts';
import { checkInteger, checkNeighbours } from '../validate.ts';

/** Squares end here: what they hold can be counted in 16 bits. */
const largest = 255;

/**
 * Makes each value the median of a square around it, with the bytes of Pillow's `ImageFilter.MedianFilter`: specks vanish, edges stay.
 * Bands are filtered each for itself, alpha as well.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param size - rows and columns of the square, an odd integer from 1 to 255; by default 3
 * @throws {@link KernelError} when `size` is even or out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { median, rasterOf } from '@sharena/kernels';
 *
 * const speck = rasterOf(new Uint8Array([5, 5, 5, 5, 255, 5, 5, 5, 5]), 'L', 3, 3);
 * const clean = rasterOf(new Uint8Array(9), 'L', 3, 3);
 * median(speck, clean, 0, 3);
 * console.log([...clean.bytes]); // [ 5, 5, 5, 5, 5, 5, 5, 5, 5 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD up to 2 * `size` rows in the heap.
 */
export function median(src: Raster, dst: Raster, top: number, bottom: number, size: number = 3): void {
  checkSquare(size);
  run(src, dst, top, bottom, size, (size * size) >> 1);
}

/**
 * Makes each value the smallest of a square around it, with the bytes of Pillow's `ImageFilter.MinFilter`: dark areas grow.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param size - rows and columns of the square, an odd integer from 1 to 255; by default 3
 * @throws {@link KernelError} when `size` is even or out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { minimum, rasterOf } from '@sharena/kernels';
 *
 * const least = rasterOf(new Uint8Array(4), 'L', 4, 1);
 * minimum(rasterOf(new Uint8Array([9, 7, 8, 9]), 'L', 4, 1), least, 0, 1);
 * console.log([...least.bytes]); // [ 7, 7, 7, 8 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD `size` + 1 rows in the heap.
 */
export function minimum(src: Raster, dst: Raster, top: number, bottom: number, size: number = 3): void {
  checkSquare(size);
  run(src, dst, top, bottom, size, 0);
}

/**
 * Makes each value the largest of a square around it, with the bytes of Pillow's `ImageFilter.MaxFilter`: bright areas grow.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param size - rows and columns of the square, an odd integer from 1 to 255; by default 3
 * @throws {@link KernelError} when `size` is even or out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { maximum, rasterOf } from '@sharena/kernels';
 *
 * const most = rasterOf(new Uint8Array(4), 'L', 4, 1);
 * maximum(rasterOf(new Uint8Array([9, 7, 8, 6]), 'L', 4, 1), most, 0, 1);
 * console.log([...most.bytes]); // [ 9, 9, 8, 8 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD `size` + 1 rows in the heap.
 */
export function maximum(src: Raster, dst: Raster, top: number, bottom: number, size: number = 3): void {
  checkSquare(size);
  run(src, dst, top, bottom, size, size * size - 1);
}

/**
 * Makes each value that of a rank among those of a square around it, with the bytes of Pillow's `ImageFilter.RankFilter`.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param size - rows and columns of the square, an odd integer from 1 to 255
 * @param place - how many of the values come before it in their order: an integer from 0, the smallest, to `size * size - 1`, the largest
 * @throws {@link KernelError} when `size` is even, `size` or `place` out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { rank, rasterOf } from '@sharena/kernels';
 *
 * const second = rasterOf(new Uint8Array(3), 'L', 3, 1);
 * rank(rasterOf(new Uint8Array([9, 1, 5]), 'L', 3, 1), second, 0, 1, 3, 3);
 * console.log([...second.bytes]); // [ 9, 5, 5 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as {@link median}.
 */
export function rank(src: Raster, dst: Raster, top: number, bottom: number, size: number, place: number): void {
  checkSquare(size);
  checkInteger('place', place, 0, size * size - 1);
  run(src, dst, top, bottom, size, place);
}

function run(src: Raster, dst: Raster, top: number, bottom: number, size: number, place: number): void {
  if (!checkNeighbours(src, dst, top, bottom, size >> 1)) return;
  const engine = engineFor(src, dst);
  const wanted = { size, rank: place };
  if (engine && rankSimd(engine, src, dst, top, bottom, wanted)) return;
  rankRows(src, dst, top, bottom, wanted);
}

function checkSquare(size: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= largest && size % 2 === 1) return;
  throw new KernelError('size', `an odd integer from 1 to ${largest}`, size);
}
