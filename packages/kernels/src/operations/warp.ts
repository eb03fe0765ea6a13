/** Affine and perspective transforms: the operations. Their arithmetic is that of `scalar/warp.ts`. */
import { KernelError } from '../errors.ts';
import { bandCount, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { checkColour, pixelOf } from '../scalar/fill.ts';
import { quickRows } from '../scalar/quick-warp.ts';
import {
  affineWay,
  pickRows,
  projectRows,
  smoothRows,
  type Warp,
  type WarpFilter,
  warpFilters,
} from '../scalar/warp.ts';
import { type Engine, engineFor } from '../simd/engine.ts';
import { pickSimd, projectSimd, smoothSimd, stepsSimd } from '../simd/warp.ts';
import { tilesSimd } from '../simd/warp-tiles.ts';
import { checkPrecision, checkRaster, checkRows, checkSameLayout, checkStrip } from '../validate.ts';

/** Numbers of a transform end here, so that no place is infinite. */
const largest = 1e9;

/** How {@link affine}, {@link perspective} and {@link rotate} make pixels. */
export interface WarpOptions {
  /** `nearest` takes the pixel at the place, `bilinear` weighs 2 by 2 pixels around it, `bicubic` 4 by 4; by default `nearest`. */
  readonly filter?: WarpFilter;
  /**
   * `exact` gives the bytes of Pillow. `fast` makes `bicubic` of integers, which changes a value now and then, by 1; with alpha, small
   * alphas magnify that. For `nearest` and `bilinear`, and for `L`, it is the same. By default `exact`.
   */
  readonly precision?: 'exact' | 'fast';
  /** What stands where there is no source: a value from 0 to 255 for each band; by default all 0. */
  readonly fill?: readonly number[];
}

/**
 * Takes each pixel of `dst` from a place in `src` that an affine transform gives, with the bytes of Pillow's `Image.transform`.
 *
 * Pixel `(x, y)` of `dst` comes from `(a0 x + a1 y + a2, a3 x + a4 y + a5)`: the numbers lead from the result back to the source. Pixels
 * are taken at their middle.
 *
 * A fill colour with an alpha between 0 and 255 is what stands in the result; with `bilinear` and `bicubic` Pillow divides it by its alpha.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same layout and any size
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param matrix - six numbers from -1e9 to 1e9, a0 to a5
 * @param options - the filter and the fill colour
 * @throws {@link KernelError} when there are not six such numbers, the filter is unknown, the colour has the wrong number of values or
 *   one outside 0 to 255, the layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { affine, rasterOf } from '@sharena/kernels';
 *
 * const moved = rasterOf(new Uint8Array(4), 'L', 4, 1);
 * affine(rasterOf(new Uint8Array([10, 20, 30, 40]), 'L', 4, 1), moved, 0, 1, [1, 0, -1, 0, 1, 0], { fill: [255] });
 * console.log([...moved.bytes]); // [ 255, 10, 20, 30 ]
 * ```
 * @remarks Threads: any, each its own strip, which may need all rows of `src`; blocks: never; allocates: as SIMD 4 bytes for each row of
 *   `src` and each column of `dst` in the heap; by `bilinear` and `bicubic`, of more than one byte a pixel, up to 256 KiB more, and 8 KiB if `fast`.
 */
export function affine(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  matrix: readonly number[],
  options: WarpOptions = {},
): void {
  run(src, dst, top, bottom, matrix, 6, options);
}

/**
 * Takes each pixel of `dst` from a place in `src` that a perspective transform gives, with the bytes of Pillow's `Image.transform`.
 *
 * Pixel `(x, y)` of `dst` comes from `((a0 x + a1 y + a2) / z, (a3 x + a4 y + a5) / z)`, z being `a6 x + a7 y + 1`: the numbers lead from
 * the result back to the source. Pixels are taken at their middle. For fill colours see {@link affine}.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same layout and any size
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param matrix - eight numbers from -1e9 to 1e9, a0 to a7
 * @param options - the filter and the fill colour
 * @throws {@link KernelError} when there are not eight such numbers, the filter is unknown, the colour has the wrong number of values or
 *   one outside 0 to 255, the layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { perspective, rasterOf } from '@sharena/kernels';
 *
 * const tilted = rasterOf(new Uint8Array(4), 'L', 4, 1);
 * perspective(rasterOf(new Uint8Array([10, 20, 30, 40]), 'L', 4, 1), tilted, 0, 1, [2, 0, 0, 0, 1, 0, 0.5, 0]);
 * console.log([...tilted.bytes]); // [ 10, 20, 30, 30 ]
 * ```
 * @remarks Threads: any, each its own strip, which may need all rows of `src`; blocks: never; allocates: as {@link affine}.
 */
export function perspective(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  matrix: readonly number[],
  options: WarpOptions = {},
): void {
  run(src, dst, top, bottom, matrix, 8, options);
}

function run(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  matrix: readonly number[],
  count: 6 | 8,
  { filter = 'nearest', precision = 'exact', fill }: WarpOptions,
): void {
  checkRaster('src', src);
  checkRaster('dst', dst);
  checkSameLayout(src, dst);
  checkStrip(dst, top, bottom);
  if (!Array.isArray(matrix) || matrix.length !== count || !matrix.every((value) => Math.abs(value) <= largest)) {
    throw new KernelError('matrix', `${count} numbers from ${-largest} to ${largest}`, matrix);
  }
  if (!warpFilters.includes(filter)) {
    throw new KernelError('options.filter', `one of ${warpFilters.join(', ')}`, filter);
  }
  checkPrecision(precision);
  const colour = fill ?? new Array<number>(bandCount(dst.layout)).fill(0);
  checkColour(colour, dst.layout, 'options.fill');
  if (top === bottom) return;
  checkRows('src', src, 0, src.height);
  checkRows('dst', dst, top, bottom);
  const warp = {
    matrix: Float64Array.from({ length: 8 }, (_, i) => matrix[i] ?? 0),
    fill: pixelOf(colour, dst.layout),
  };
  const engine = engineFor(src, dst);
  if (filter === 'nearest' && count === 6) {
    pickAffine(engine, src, dst, top, bottom, warp);
    return;
  }
  if (filter === 'nearest') {
    if (!engine || !projectSimd(engine, src, dst, top, bottom, warp)) projectRows(src, dst, top, bottom, warp);
    return;
  }
  const isTiled = pixelSize(src.layout) > 1;
  const isFast = isTiled && filter === 'bicubic' && precision === 'fast';
  if (engine && isTiled && tilesSimd(engine, src, dst, top, bottom, warp, filter, isFast)) return;
  if (engine && !isTiled && smoothSimd(engine, src, dst, top, bottom, warp, filter)) return;
  if (isFast) quickRows(src, dst, top, bottom, warp);
  else smoothRows(src, dst, top, bottom, warp, filter);
}

function pickAffine(
  engine: Engine | undefined,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  warp: Warp,
): void {
  const way = affineWay(src, dst, warp.matrix);
  if (engine && way.kind === 'steps' && stepsSimd(engine, src, dst, top, bottom, way.steps, warp.fill)) return;
  if (engine && way.kind === 'scale') {
    const { columns, rows } = way;
    if (pickSimd(engine, src, dst, top, bottom, columns, rows, warp.fill)) return;
  }
  pickRows(src, dst, top, bottom, warp, way);
}
