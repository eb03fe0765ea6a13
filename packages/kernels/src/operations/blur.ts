/** Blurs, and sharpening by them: the operations. Their arithmetic is that of `scalar/blur.ts`, `scalar/direct.ts` and `scalar/unsharp.ts`. */
import { KernelError } from '../errors.ts';
import { type Layout, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type Box, boxOf, boxRows, gaussianRadius, reach } from '../scalar/blur.ts';
import { directRows, gaussianWeights } from '../scalar/direct.ts';
import { unsharpRows } from '../scalar/unsharp.ts';
import { boxSimd } from '../simd/blur.ts';
import { opaque } from '../simd/convert.ts';
import { directSimd } from '../simd/direct.ts';
import { type Engine, engineFor } from '../simd/engine.ts';
import type { Point } from '../simd/module.ts';
import { pointwise } from '../simd/rows.ts';
import { checkInteger, checkNeighbours, checkPrecision } from '../validate.ts';

/** Radii and deviations end here: a box of 2 * 1000 + 1 pixels. */
const most = 1000;

/** How {@link gaussianBlur} blurs. */
export interface BlurOptions {
  /**
   * `exact` gives the bytes of Pillow. `fast` sums with the Gaussian's own weights out to two and a half deviations, in 16 bits, for
   * `sigma` from 0.3 to 5, where that takes less time than the boxes; the result is closer to a Gaussian, and colours are weighed by alpha. For
   * other `sigma` it is the same. By default `exact`.
   */
  readonly precision?: 'exact' | 'fast';
}

/** Deviations for which the direct sum is the faster way. */
const [leastDirect, mostDirect] = [0.3, 5];

/**
 * Blurs with a Gaussian, with the bytes of Pillow's `ImageFilter.GaussianBlur`.
 *
 * Three box passes in each direction, which come close to a Gaussian, at a cost that does not depend on `sigma`. Alpha is blurred like
 * a colour and colours are not weighed by it: for images with transparent parts call {@link premultiply} before and
 * {@link unpremultiply} after.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param sigma - the standard deviation in pixels, 0 to 1000; Pillow calls it the radius
 * @param options - whether exactly so, or fast
 * @throws {@link KernelError} when `sigma` is out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { gaussianBlur, rasterOf } from '@sharena/kernels';
 *
 * const dot = rasterOf(new Uint8Array([0, 0, 255, 0, 0]), 'L', 5, 1);
 * const blurred = rasterOf(new Uint8Array(5), 'L', 5, 1);
 * gaussianBlur(dot, blurred, 0, 1, 0.7);
 * console.log([...blurred.bytes]); // [ 5, 44, 158, 44, 5 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD 3 * (2 r + 3) rows in the heap, r being about sigma.
 */
export function gaussianBlur(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  sigma: number,
  options: BlurOptions = {},
): void {
  checkRadius('sigma', sigma);
  checkPrecision(options.precision);
  if (options.precision === 'fast' && sigma >= leastDirect && sigma <= mostDirect) direct(src, dst, top, bottom, sigma);
  else blur(src, dst, top, bottom, boxOf(gaussianRadius(sigma), 3));
}

/**
 * Blurs with a box, with the bytes of Pillow's `ImageFilter.BoxBlur`: each pixel becomes the mean of a square of `2 * radius + 1`
 * pixels.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param radius - pixels on each side of the one in the middle, 0 to 1000, fractions allowed
 * @throws {@link KernelError} when `radius` is out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { boxBlur, rasterOf } from '@sharena/kernels';
 *
 * const dot = rasterOf(new Uint8Array([0, 0, 90, 0, 0]), 'L', 5, 1);
 * const blurred = rasterOf(new Uint8Array(5), 'L', 5, 1);
 * boxBlur(dot, blurred, 0, 1, 1);
 * console.log([...blurred.bytes]); // [ 0, 30, 30, 30, 0 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD 2 r + 3 rows in the heap.
 */
export function boxBlur(src: Raster, dst: Raster, top: number, bottom: number, radius: number): void {
  checkRadius('radius', radius);
  blur(src, dst, top, bottom, boxOf(radius, 1));
}

/** How {@link unsharp} sharpens. */
export interface UnsharpOptions {
  /** The standard deviation of the blur that is moved away from, in pixels, 0 to 1000; by default 2. */
  readonly sigma?: number;
  /** Hundredths of the difference that are added, an integer from 0 to 1000; by default 150. */
  readonly percent?: number;
  /** Differences up to this one are left alone, an integer from 0 to 255; by default 3. */
  readonly threshold?: number;
}

/**
 * Sharpens by moving every value away from a blurred copy, with the bytes of Pillow's `ImageFilter.UnsharpMask`. Alpha is treated like a
 * colour.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param options - the blur, how much, and from which difference on
 * @throws {@link KernelError} when an option is out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, unsharp } from '@sharena/kernels';
 *
 * const edge = rasterOf(new Uint8Array([100, 100, 100, 200, 200, 200]), 'L', 6, 1);
 * const sharp = rasterOf(new Uint8Array(6), 'L', 6, 1);
 * unsharp(edge, sharp, 0, 1, { sigma: 1, percent: 100 });
 * console.log([...sharp.bytes]); // [ 100, 94, 70, 230, 206, 200 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as {@link gaussianBlur}.
 */
export function unsharp(src: Raster, dst: Raster, top: number, bottom: number, options: UnsharpOptions = {}): void {
  const { sigma = 2, percent = 150, threshold = 3 } = options;
  checkRadius('options.sigma', sigma);
  checkInteger('options.percent', percent, 0, 1000);
  checkInteger('options.threshold', threshold, 0, 255);
  blur(src, dst, top, bottom, boxOf(gaussianRadius(sigma), 3));
  const engine = engineFor(src, dst);
  if (engine) pointwise(src, dst, top, bottom, unsharpOf(engine, dst.layout, percent, threshold), true);
  else unsharpRows(src, dst, top, bottom, percent, threshold);
}

function unsharpOf({ kernels }: Engine, layout: Layout, percent: number, threshold: number): Point {
  const size = pixelSize(layout);
  return (p, s, q, t, width, rows) => {
    kernels.unsharp(p, s, q, t, width * size, rows, percent, threshold);
    if (layout === 'RGB') opaque(kernels, q, t, width, rows);
  };
}

function blur(src: Raster, dst: Raster, top: number, bottom: number, box: Box): void {
  if (!checkNeighbours(src, dst, top, bottom, reach(box))) return;
  const engine = engineFor(src, dst);
  if (engine && boxSimd(engine, src, dst, top, bottom, box)) return;
  boxRows(src, dst, top, bottom, box);
}

function direct(src: Raster, dst: Raster, top: number, bottom: number, sigma: number): void {
  const weights = gaussianWeights(sigma);
  if (!checkNeighbours(src, dst, top, bottom, weights.length - 1)) return;
  const engine = engineFor(src, dst);
  if (engine && directSimd(engine, src, dst, top, bottom, weights)) return;
  directRows(src, dst, top, bottom, weights);
}

function checkRadius(name: string, value: number): void {
  if (!(typeof value === 'number' && value >= 0 && value <= most)) {
    throw new KernelError(name, `a number from 0 to ${most}`, value);
  }
}
