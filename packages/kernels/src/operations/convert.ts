/** Converting between layouts: the operation. What becomes of the bytes says `scalar/convert.ts`. */
import { KernelError } from '../errors.ts';
import { isWide } from '../layouts.ts';
import type { AnyRaster, Raster } from '../raster.ts';
import { convertRows } from '../scalar/convert.ts';
import { convertWideRows, type SingleRaster } from '../scalar/wide-point.ts';
import { isSingle } from '../scalar/wide-rows.ts';
import { convertSimd } from '../simd/convert.ts';
import { engineFor } from '../simd/engine.ts';
import { convertWideSimd } from '../simd/wide-point.ts';
import { anyLayouts, checkPointwise } from '../validate.ts';

/**
 * Converts pixels from the layout of `src` to the layout of `dst`, with the bytes of Pillow's `convert`.
 *
 * Lossless are `L` to everything, `LA` to `RGBA`, `RGB;24` and `RGB` to each other and to `RGBA`; the others drop colour or alpha.
 *
 * `L`, `I;16`, `I` and `F` are converted to each other, by dropping fractions and cutting what does not fit to the nearest that does. Colours go
 * there by way of `L`.
 *
 * @param src - the pixels
 * @param dst - of the same size, in any layout of bytes, if `src` is one; else `L`, `I;16`, `I` or `F`
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when the sizes differ, a wide layout meets colours or alpha, or rows lie outside the memory
 * @example
 * ```ts
 * import { convert, rasterOf } from '@sharena/kernels';
 *
 * const decoded = rasterOf(new Uint8Array([10, 20, 30, 40, 50, 60]), 'RGB;24', 2, 1);
 * const opaque = rasterOf(new Uint8Array(8), 'RGBA', 2, 1);
 * convert(decoded, opaque, 0, 1);
 * console.log([...opaque.bytes]); // [ 10, 20, 30, 255, 40, 50, 60, 255 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: two small objects, and a view a row where the layouts are the same.
 */
export function convert(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  checkPointwise(src, dst, top, bottom, anyLayouts);
  if (isWide(src.layout) || isWide(dst.layout)) convertSingle(src, dst, top, bottom);
  else convertBytes(src as Raster, dst as Raster, top, bottom);
}

function convertBytes(src: Raster, dst: Raster, top: number, bottom: number): void {
  const engine = engineFor(src, dst);
  if (engine && src.layout !== dst.layout) convertSimd(engine, src, dst, top, bottom);
  else convertRows(src, dst, top, bottom);
}

function convertSingle(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  if (!isSingle(src.layout)) throw new KernelError('src.layout', `one of ${singles}, as dst is`, src.layout);
  if (!isSingle(dst.layout)) throw new KernelError('dst.layout', `one of ${singles}, as src is`, dst.layout);
  const engine = engineFor(src, dst);
  if (engine) convertWideSimd(engine, src as SingleRaster, dst as SingleRaster, top, bottom);
  else convertWideRows(src as SingleRaster, dst as SingleRaster, top, bottom);
}

const singles = 'L, I;16, I, F';
