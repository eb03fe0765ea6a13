/** Drawing an image over another: the operation. Its arithmetic is that of `scalar/composite.ts` and `scalar/blend-modes.ts`. */
import { KernelError } from '../errors.ts';
import { overlapOf } from '../geometry/overlap.ts';
import { hasAlpha } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type BlendMode, blendModes, opaqueModes } from '../scalar/blend-modes.ts';
import { compositeRows } from '../scalar/composite.ts';
import { compositeSimd } from '../simd/composite.ts';
import { engineFor } from '../simd/engine.ts';
import { checkInteger, checkRaster, checkRows, checkStrip, largestSide } from '../validate.ts';

/** Where and how {@link composite} draws. */
export interface CompositeOptions {
  /**
   * `over` is Pillow's `alpha_composite`; `multiply` to `exclusion` are the blend modes, and the others the operators of Porter and
   * Duff, of W3C's "Compositing and Blending".
   *
   * @defaultValue `'over'`
   */
  readonly mode?: BlendMode;
  /** Column of `dst` where column 0 of `src` goes, an integer. @defaultValue 0 */
  readonly x?: number;
  /** Row of `dst` where row 0 of `src` goes, an integer. @defaultValue 0 */
  readonly y?: number;
}

/**
 * Draws `src` on `dst`, in place: over it, or by a blend mode.
 *
 * Pixels that `src` does not cover keep their value, in every mode. A source without alpha is opaque. On grey the source's colours become
 * grey. A destination without alpha is an opaque backdrop, for the modes that leave it opaque: all but `source`, `in`, `out`, `dest-in`,
 * `dest-out`, `dest-atop` and `xor`.
 *
 * @param src - what is drawn, in any layout and size; its rows must not overlap those of `dst`
 * @param dst - the backdrop, in any layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param options - the mode, and where the upper left corner of `src` goes
 * @throws {@link KernelError} when the mode is unknown, or would leave a destination without alpha transparent, a number is no integer
 *   in its range, or rows lie outside the memory
 * @example
 * ```ts
 * import { composite, rasterOf } from '@sharena/kernels';
 *
 * const photo = rasterOf(new Uint8Array([100, 100, 100, 50, 50, 50]), 'RGB;24', 2, 1);
 * const mark = rasterOf(new Uint8Array([255, 0, 0, 128]), 'RGBA', 1, 1);
 * composite(mark, photo, 0, 1, { x: 1 });
 * console.log([...photo.bytes]); // [ 100, 100, 100, 153, 25, 25 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: two lines where a layout is not four bytes with alpha.
 */
export function composite(src: Raster, dst: Raster, top: number, bottom: number, options: CompositeOptions = {}): void {
  const { mode = 'over', x = 0, y = 0 } = options;
  checkRaster('src', src);
  checkRaster('dst', dst);
  checkStrip(dst, top, bottom);
  checkMode(mode, dst);
  checkInteger('options.x', x, -largestSide, largestSide);
  checkInteger('options.y', y, -largestSide, largestSide);
  const part = overlapOf(src, dst, top, bottom, x, y);
  if (!part) return;
  checkRows('src', src, part.first - y, part.end - y);
  checkRows('dst', dst, part.first, part.end);
  const engine = engineFor(src, dst);
  if (engine && compositeSimd(engine, src, dst, part, x, y, mode)) return;
  compositeRows(src, dst, part, x, y, mode);
}

function checkMode(mode: BlendMode, dst: Raster): void {
  if (!blendModes.includes(mode)) throw new KernelError('options.mode', `one of ${blendModes.join(', ')}`, mode);
  if (hasAlpha(dst.layout) || opaqueModes.includes(mode)) return;
  throw new KernelError('options.mode', `one of ${opaqueModes.join(', ')} on ${dst.layout}, which has no alpha`, mode);
}
