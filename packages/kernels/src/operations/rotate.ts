/** Turns, by quarters and by any angle, and the two transposes: the operations. */
import { type RotationOptions, rotation } from '../geometry/rotation.ts';
import type { AnyRaster, Raster } from '../raster.ts';
import { exchangeRows } from '../scalar/rotate.ts';
import { engineFor } from '../simd/engine.ts';
import { exchangeSimd } from '../simd/rotate.ts';
import {
  anyLayouts,
  checkInteger,
  checkRaster,
  checkRows,
  checkSameLayout,
  checkSize,
  checkStrip,
} from '../validate.ts';
import { mirror } from './flip.ts';
import { affine, type WarpOptions } from './warp.ts';

/**
 * Turns by quarters, clockwise.
 *
 * One turn puts the left column of `src`, read from the bottom, into the first row of `dst`: Pillow's `ROTATE_270`. Two turns are its
 * `ROTATE_180`, three its `ROTATE_90`.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`, but for 2 turns
 * @param dst - of the same layout; for 1 and 3 turns as wide as `src` is high and as high as `src` is wide, for 2 of the same size, and it may
 *   be `src`, with strips as for {@link flip}
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param turns - quarter turns clockwise: 1 (the default), 2 or 3
 * @throws {@link KernelError} when the sizes do not fit, the layouts differ, `turns` is none of these, rows lie outside the memory, or `bottom` is
 *   not `height - top` in one image
 * @example
 * ```ts
 * import { rasterOf, rotate90 } from '@sharena/kernels';
 *
 * const turned = rasterOf(new Uint8Array(6), 'L', 2, 3);
 * rotate90(rasterOf(new Uint8Array([1, 2, 3, 4, 5, 6]), 'L', 3, 2), turned, 0, 3);
 * console.log([...turned.bytes]); // [ 4, 1, 5, 2, 6, 3 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: three small objects.
 */
export function rotate90(src: AnyRaster, dst: AnyRaster, top: number, bottom: number, turns: 1 | 2 | 3 = 1): void {
  checkInteger('turns', turns, 1, 3);
  if (turns === 2) mirror(src, dst, top, bottom, true, true);
  else exchange(src, dst, top, bottom, turns === 3, turns === 1);
}

/**
 * Mirrors along the diagonal from the upper left: pixel (x, y) of `dst` is pixel (y, x) of `src`. Pillow's `TRANSPOSE`.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same layout, as wide as `src` is high and as high as `src` is wide
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when the sizes do not fit, the layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, transpose } from '@sharena/kernels';
 *
 * const turned = rasterOf(new Uint8Array(6), 'L', 2, 3);
 * transpose(rasterOf(new Uint8Array([1, 2, 3, 4, 5, 6]), 'L', 3, 2), turned, 0, 3);
 * console.log([...turned.bytes]); // [ 1, 4, 2, 5, 3, 6 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: three small objects.
 */
export function transpose(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  exchange(src, dst, top, bottom, false, false);
}

/**
 * Mirrors along the diagonal from the lower left: pixel (x, y) of `dst` is the pixel of `src` that lies y columns from the right and x
 * rows from the bottom. Pillow's `TRANSVERSE`.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same layout, as wide as `src` is high and as high as `src` is wide
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when the sizes do not fit, the layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, transverse } from '@sharena/kernels';
 *
 * const turned = rasterOf(new Uint8Array(6), 'L', 2, 3);
 * transverse(rasterOf(new Uint8Array([1, 2, 3, 4, 5, 6]), 'L', 3, 2), turned, 0, 3);
 * console.log([...turned.bytes]); // [ 6, 3, 5, 2, 4, 1 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: three small objects.
 */
export function transverse(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  exchange(src, dst, top, bottom, true, true);
}

/**
 * Rows become columns. Column `y` of `src`, counted from the right if `fromRight`, becomes row `y` of `dst`, read upwards if `upwards`.
 */
function exchange(
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  fromRight: boolean,
  upwards: boolean,
): void {
  checkRaster('src', src, anyLayouts);
  checkRaster('dst', dst, anyLayouts);
  checkSameLayout(src, dst);
  checkSize(dst, src.height, src.width);
  checkStrip(dst, top, bottom);
  if (top === bottom) return;
  checkRows('src', src, 0, src.height);
  checkRows('dst', dst, top, bottom);
  const engine = engineFor(src, dst);
  if (engine) exchangeSimd(engine, src, dst, top, bottom, fromRight, upwards);
  else exchangeRows(src, dst, top, bottom, fromRight, upwards);
}

/** How {@link rotate} turns. */
export interface RotateOptions extends RotationOptions, WarpOptions {}

/**
 * Turns by any angle, clockwise, with the bytes of Pillow's `Image.rotate` for the opposite angle.
 *
 * Quarter turns around the middle move pixels, whatever the filter. All else is what {@link affine} does with the numbers of
 * {@link rotation}.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same layout, and of the size that {@link rotation} answers: that of `src`, or a larger one with `expand`
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param angle - degrees clockwise, any finite number
 * @param options - filter and fill colour, whether the result grows, the point around which it is turned, and how far it is moved
 * @throws {@link KernelError} when a number is not finite, the filter is unknown, the colour has the wrong number of values or one outside
 *   0 to 255, the sizes do not fit, the layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, rotate } from '@sharena/kernels';
 *
 * const bar = rasterOf(new Uint8Array([0, 0, 0, 9, 9, 9, 0, 0, 0]), 'L', 3, 3);
 * const turned = rasterOf(new Uint8Array(9), 'L', 3, 3);
 * rotate(bar, turned, 0, 3, 45);
 * console.log([...turned.bytes]); // [ 9, 0, 0, 0, 9, 0, 0, 0, 9 ]
 * ```
 * @remarks Threads: any, each its own strip, which may need all rows of `src`; blocks: never; allocates: as {@link affine}.
 */
export function rotate(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  angle: number,
  options: RotateOptions = {},
): void {
  checkRaster('src', src);
  checkRaster('dst', dst);
  const { width, height, matrix, turns } = rotation(src, angle, options);
  checkSize(dst, width, height);
  if (turns === undefined) affine(src, dst, top, bottom, matrix, options);
  else if (turns === 0) mirror(src, dst, top, bottom, false, false);
  else rotate90(src, dst, top, bottom, turns);
}
