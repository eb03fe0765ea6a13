/** Reduction by whole numbers: the operation. Its arithmetic is that of `scalar/reduce.ts`. */
import { KernelError } from '../errors.ts';
import { isWide } from '../layouts.ts';
import type { AnyRaster, Raster, WideRaster } from '../raster.ts';
import { type Blocks, reduceRows, sourceRows } from '../scalar/reduce.ts';
import { wideReduceRows } from '../scalar/wide-reduce.ts';
import { engineFor } from '../simd/engine.ts';
import { reduceSimd } from '../simd/reduce.ts';
import { wideReduceSimd } from '../simd/wide-reduce.ts';
import {
  anyLayouts,
  checkInteger,
  checkRaster,
  checkRows,
  checkSameLayout,
  checkSize,
  checkStrip,
  isQuadruple,
} from '../validate.ts';

/** A block has fewer than 2^24 pixels, so that sums stay in 32 bits. */
const mostPixels = 4095;

/**
 * Makes each pixel of `dst` the mean of a block of `src`, with the bytes of Pillow's `Image.reduce`. Colours are weighed by alpha. `I;16`,
 * which Pillow does not reduce, becomes what `I` of the same numbers does.
 *
 * The quickest way to make an image a whole number of times smaller; {@link reduction} says how to use it before a `resize`.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same layout; as many pixels wide and high as the area has blocks, those that are cut off included
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param factor - columns and rows of a block, integers from 1 to 4095
 * @param area - the part of `src`: `[left, top, right, bottom]`, integers; by default all of it
 * @throws {@link KernelError} when a number is no integer in its range, the area is empty or reaches outside `src`, the sizes do not fit, the
 *   layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, reduce } from '@sharena/kernels';
 *
 * const half = rasterOf(new Uint8Array(2), 'L', 2, 1);
 * reduce(rasterOf(new Uint8Array([0, 10, 50, 20, 30, 70]), 'L', 3, 2), half, 0, 1, [2, 2]);
 * console.log([...half.bytes]); // [ 15, 60 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD a line of 16-bit sums in the heap, and 4 bytes for each row.
 */
export function reduce(
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  factor: readonly [across: number, down: number],
  area?: readonly [number, number, number, number],
): void {
  checkRaster('src', src, anyLayouts);
  checkRaster('dst', dst, anyLayouts);
  checkSameLayout(src, dst);
  checkStrip(dst, top, bottom);
  if (!Array.isArray(factor) || factor.length !== 2) throw new KernelError('factor', '[across, down]', factor);
  checkInteger('factor[0]', factor[0], 1, mostPixels);
  checkInteger('factor[1]', factor[1], 1, mostPixels);
  const part = area ?? [0, 0, src.width, src.height];
  if (!isQuadruple(part)) throw new KernelError('area', '[left, top, right, bottom]', part);
  const [left, above, right, below] = part;
  checkInteger('area[0]', left, 0, src.width - 1);
  checkInteger('area[1]', above, 0, src.height - 1);
  checkInteger('area[2]', right, left + 1, src.width);
  checkInteger('area[3]', below, above + 1, src.height);
  const [across, down] = factor as readonly [number, number];
  checkSize(dst, Math.ceil((right - left) / across), Math.ceil((below - above) / down));
  if (top === bottom) return;
  const blocks = { across, down, left, above, right, below };
  checkRows('src', src, ...sourceRows(blocks, top, bottom));
  checkRows('dst', dst, top, bottom);
  if (isWide(src.layout)) wide(src as WideRaster, dst as WideRaster, top, bottom, blocks);
  else bytes(src as Raster, dst as Raster, top, bottom, blocks);
}

function bytes(src: Raster, dst: Raster, top: number, bottom: number, blocks: Blocks): void {
  const engine = engineFor(src, dst);
  if (engine && reduceSimd(engine, src, dst, top, bottom, blocks)) return;
  reduceRows(src, dst, top, bottom, blocks);
}

function wide(src: WideRaster, dst: WideRaster, top: number, bottom: number, blocks: Blocks): void {
  const engine = engineFor(src, dst);
  if (engine && wideReduceSimd(engine, src, dst, top, bottom, blocks)) return;
  wideReduceRows(src, dst, top, bottom, blocks);
}
