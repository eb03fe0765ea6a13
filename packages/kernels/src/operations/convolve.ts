/** Convolution: the operation. Its arithmetic is that of `scalar/convolve.ts`. */
import { KernelError } from '../errors.ts';
import type { Raster } from '../raster.ts';
import { type Convolution, convolveRows } from '../scalar/convolve.ts';
import { convolveSimd } from '../simd/convolve.ts';
import { engineFor } from '../simd/engine.ts';
import { checkNeighbours } from '../validate.ts';

/** What {@link convolve} does with the sums. */
export interface ConvolveOptions {
  /** What sums are divided by; by default the sum of the weights, or 1 where that is 0. */
  readonly scale?: number;
  /** What is added to the quotient; by default 0. */
  readonly offset?: number;
}

/**
 * Makes each pixel a weighted sum of its neighbours, with the bytes of Pillow's `ImageFilter.Kernel`.
 *
 * As with Pillow, the kernel's first row of weights meets the pixels below, and pixels at the edge stay what they are. Alpha is
 * treated like a colour.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param weights - 9 or 25 finite numbers, row by row
 * @param options - the scale and the offset
 * @throws {@link KernelError} when there are not 9 or 25 weights, a number is not finite or the scale 0, sizes or layouts differ, or rows
 *   lie outside the memory
 * @example
 * ```ts
 * import { convolve, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 0, 0, 0, 90, 0, 0, 0, 0]), 'L', 3, 3);
 * const mean = rasterOf(new Uint8Array(9), 'L', 3, 3);
 * convolve(image, mean, 0, 3, [1, 1, 1, 1, 1, 1, 1, 1, 1]);
 * console.log(mean.bytes[4]); // 10
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD three or five rows of floats in the heap.
 */
export function convolve(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  weights: readonly number[],
  options: ConvolveOptions = {},
): void {
  const kernel = checkedKernel(weights, options);
  if (!checkNeighbours(src, dst, top, bottom, kernel.size >> 1)) return;
  const engine = engineFor(src, dst);
  if (engine && convolveSimd(engine, src, dst, top, bottom, kernel)) return;
  convolveRows(src, dst, top, bottom, kernel);
}

function checkedKernel(weights: readonly number[], { scale, offset = 0 }: ConvolveOptions): Convolution {
  if (!Array.isArray(weights) || (weights.length !== 9 && weights.length !== 25)) {
    throw new KernelError('weights', '9 or 25 numbers', weights);
  }
  for (const [i, weight] of weights.entries()) checkFinite(`weights[${i}]`, weight);
  const divisor = scale ?? (weights.reduce((sum, weight) => sum + weight, 0) || 1);
  checkFinite('options.scale', divisor);
  if (divisor === 0) throw new KernelError('options.scale', 'another number than 0', divisor);
  checkFinite('options.offset', offset);
  return {
    size: weights.length === 9 ? 3 : 5,
    weights: Float32Array.from(weights, (weight) => Math.fround(weight) / Math.fround(divisor)),
    offset: Math.fround(Math.fround(offset) + 0.5),
  };
}

function checkFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new KernelError(name, 'a finite number', value);
}
