/** Mirroring: `flip` turns top and bottom around, `flop` left and right. The operations. */
import { KernelError } from '../errors.ts';
import type { AnyRaster } from '../raster.ts';
import { mirrorRows, mirrorRowsInPlace } from '../scalar/flip.ts';
import { addressOf, engineFor } from '../simd/engine.ts';
import { mirrorSimd, mirrorSimdInPlace } from '../simd/mirror.ts';
import { anyLayouts, checkRaster, checkRows, checkSameLayout, checkSize, checkStrip } from '../validate.ts';

/**
 * Mirrors top and bottom: row `y` of `dst` is row `height - 1 - y` of `src`.
 *
 * @param src - the pixels
 * @param dst - of the same size and layout; may be `src`, but must not overlap it otherwise. In one image rows change places, so a strip must have
 *   those that mirror its own: all rows, or as many above it as below
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when sizes or layouts differ, rows lie outside the memory, or `bottom` is not `height - top` in one image
 * @example
 * ```ts
 * import { flip, rasterOf } from '@sharena/kernels';
 *
 * const flipped = rasterOf(new Uint8Array(4), 'L', 2, 2);
 * flip(rasterOf(new Uint8Array([1, 2, 3, 4]), 'L', 2, 2), flipped, 0, 2);
 * console.log([...flipped.bytes]); // [ 3, 4, 1, 2 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: a view a row.
 */
export function flip(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  mirror(src, dst, top, bottom, true, false);
}

/**
 * Mirrors left and right: column `x` of `dst` is column `width - 1 - x` of `src`.
 *
 * @param src - the pixels
 * @param dst - of the same size and layout; may be `src`, but must not overlap it otherwise
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { flop, rasterOf } from '@sharena/kernels';
 *
 * const flopped = rasterOf(new Uint8Array(4), 'L', 2, 2);
 * flop(rasterOf(new Uint8Array([1, 2, 3, 4]), 'L', 2, 2), flopped, 0, 2);
 * console.log([...flopped.bytes]); // [ 2, 1, 4, 3 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: two small objects.
 */
export function flop(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  mirror(src, dst, top, bottom, false, true);
}

/** Mirrors rows, columns, or both, which is half a turn. */
export function mirror(
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  upsideDown: boolean,
  reversed: boolean,
): void {
  checkRaster('src', src, anyLayouts);
  checkRaster('dst', dst, anyLayouts);
  checkSameLayout(src, dst);
  checkSize(dst, src.width, src.height);
  checkStrip(dst, top, bottom);
  if (upsideDown) checkRows('src', src, src.height - bottom, src.height - top);
  else checkRows('src', src, top, bottom);
  checkRows('dst', dst, top, bottom);
  const engine = engineFor(src, dst);
  if ((upsideDown || reversed) && areOne(src, dst, top, bottom)) {
    if (upsideDown) checkMirrored(dst, top, bottom);
    if (engine) mirrorSimdInPlace(engine, dst, top, bottom, upsideDown, reversed);
    else mirrorRowsInPlace(dst, top, bottom, upsideDown, reversed);
  } else if (engine) mirrorSimd(engine, src, dst, top, bottom, upsideDown, reversed);
  else mirrorRows(src, dst, top, bottom, upsideDown, reversed);
}

/** Whether rows `top` to `bottom - 1`, of which there are some, lie at the same places. */
function areOne(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): boolean {
  if (top === bottom || src.bytes.buffer !== dst.bytes.buffer) return false;
  for (let y = top; y < bottom; y++) if (addressOf(src, y) !== addressOf(dst, y)) return false;
  return true;
}

/** Refuses rows that change places with others than themselves: these are not the strip's. */
function checkMirrored({ height }: AnyRaster, top: number, bottom: number): void {
  if (bottom === height - top) return;
  throw new KernelError('bottom', `${height - top}, height - top, where rows of one image change places`, bottom);
}
