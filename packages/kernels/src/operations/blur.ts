/** Blurs: the operations. Their arithmetic is that of `scalar/blur.ts`. */
import { KernelError } from '../errors.ts';
import type { Raster } from '../raster.ts';
import { type Box, boxOf, boxRows, gaussianRadius, reach } from '../scalar/blur.ts';
import { boxSimd } from '../simd/blur.ts';
import { engineFor } from '../simd/engine.ts';
import { checkRaster, checkRows, checkSameLayout, checkSize, checkStrip } from '../validate.ts';

/** Radii and deviations end here: a box of 2 * 1000 + 1 pixels. */
const most = 1000;

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
 * @throws {@link KernelError} when `sigma` is out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { gaussianBlur, rasterOf } from '@sharena/kernels';
 *
 * const dot = rasterOf(new Uint8Array([0, 0, 255, 0, 0]), 'L', 5, 1);
 * const blurred = rasterOf(new Uint8Array(5), 'L', 5, 1);
 * gaussianBlur(dot, blurred, 0, 1, 0.7);
 * console.log([...blurred.bytes]); // [ 11, 51, 126, 51, 11 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD 3 * (2 r + 3) rows in the heap, r being about sigma.
 */
export function gaussianBlur(src: Raster, dst: Raster, top: number, bottom: number, sigma: number): void {
  checkRadius('sigma', sigma);
  blur(src, dst, top, bottom, boxOf(gaussianRadius(sigma), 3));
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

function blur(src: Raster, dst: Raster, top: number, bottom: number, box: Box): void {
  checkRaster('src', src);
  checkRaster('dst', dst);
  checkSameLayout(src, dst);
  checkSize(dst, src.width, src.height);
  checkStrip(dst, top, bottom);
  if (top === bottom) return;
  checkRows('src', src, Math.max(0, top - reach(box)), Math.min(src.height, bottom + reach(box)));
  checkRows('dst', dst, top, bottom);
  const engine = engineFor(src, dst);
  if (engine && boxSimd(engine, src, dst, top, bottom, box)) return;
  boxRows(src, dst, top, bottom, box);
}

function checkRadius(name: string, value: number): void {
  if (!(typeof value === 'number' && value >= 0 && value <= most)) {
    throw new KernelError(name, `a number from 0 to ${most}`, value);
  }
}
