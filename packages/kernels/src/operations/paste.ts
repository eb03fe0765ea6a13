/** Pasting through a mask: the operation. Its arithmetic is that of `scalar/mask.ts`. */
import { KernelError } from '../errors.ts';
import { overlapOf } from '../geometry/overlap.ts';
import type { Raster } from '../raster.ts';
import { checkColour, pixelOf } from '../scalar/fill.ts';
import { pasteRows } from '../scalar/mask.ts';
import { engineFor } from '../simd/engine.ts';
import { pasteSimd } from '../simd/mask.ts';
import {
  checkInteger,
  checkRaster,
  checkRows,
  checkSameLayout,
  checkSizeOf,
  checkStrip,
  largestSide,
} from '../validate.ts';

/** Where {@link pasteMasked} pastes. */
export interface PasteOptions {
  /** Column of `dst` where column 0 of the mask goes, an integer. @defaultValue 0 */
  readonly x?: number;
  /** Row of `dst` where row 0 of the mask goes, an integer. @defaultValue 0 */
  readonly y?: number;
}

/**
 * Pastes an image or a colour through a mask, in place, with the bytes of Pillow's `paste` and `Image.composite`: where the mask is 255 the
 * source, where it is 0 what was there, between them a mixture of both, alpha like a colour.
 *
 * @param src - an image of the layout of `dst` and the size of the mask, whose rows do not overlap those of `dst`; or a colour, a value from
 *   0 to 255 for each band of `dst`
 * @param mask - `L`, or `RGBA` or `LA`, of which alpha counts
 * @param dst - what is pasted on
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param options - where the upper left corner goes; what falls outside `dst` is left out
 * @throws {@link KernelError} when the layouts differ, the mask has no alpha and is not `L`, or another size than the source, a
 *   colour or a number is out of range, or rows lie outside the memory
 * @example
 * ```ts
 * import { pasteMasked, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([10, 10, 10]), 'L', 3, 1);
 * const mask = rasterOf(new Uint8Array([0, 128, 255]), 'L', 3, 1);
 * pasteMasked([210], mask, image, 0, 1);
 * console.log([...image.bytes]); // [ 10, 110, 210 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD two lines at most.
 */
export function pasteMasked(
  src: Raster | readonly number[],
  mask: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  options: PasteOptions = {},
): void {
  const { x = 0, y = 0 } = options;
  checkRaster('mask', mask);
  checkRaster('dst', dst);
  if (mask.layout !== 'L' && mask.layout !== 'LA' && mask.layout !== 'RGBA') {
    throw new KernelError('mask.layout', 'L, LA or RGBA', mask.layout);
  }
  if (isColour(src)) checkColour(src, dst.layout, 'src');
  else checkSource(src, mask, dst);
  checkStrip(dst, top, bottom);
  checkInteger('options.x', x, -largestSide, largestSide);
  checkInteger('options.y', y, -largestSide, largestSide);
  const part = overlapOf(mask, dst, top, bottom, x, y);
  if (!part) return;
  const { first, end } = part;
  if (!isColour(src)) checkRows('src', src, first - y, end - y);
  checkRows('mask', mask, first - y, end - y);
  checkRows('dst', dst, first, end);
  const ink = isColour(src) ? pixelOf(src, dst.layout) : src;
  const engine = engineFor(mask, dst);
  const isNear = isColour(src) || src.bytes.buffer === dst.bytes.buffer;
  if (engine && isNear && pasteSimd(engine, ink, mask, dst, part, x, y)) return;
  pasteRows(ink, mask, dst, part, x, y);
}

function isColour(src: Raster | readonly number[]): src is readonly number[] {
  return Array.isArray(src);
}

function checkSource(src: Raster, mask: Raster, dst: Raster): void {
  checkRaster('src', src);
  checkSameLayout(src, dst);
  checkSizeOf('mask', mask, src.width, src.height);
}
