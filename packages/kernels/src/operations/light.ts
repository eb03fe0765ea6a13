/** Linear light: the operations. The curve says `scalar/light.ts`. */
import { KernelError } from '../errors.ts';
import { isWide } from '../layouts.ts';
import type { AnyRaster, Raster } from '../raster.ts';
import { fromBytes, fromWords, lightRows, storedRows, toBytes, toFloats, toWords } from '../scalar/light.ts';
import { engineFor } from '../simd/engine.ts';
import { type Lookup, wideLookupSimd } from '../simd/wide-lookup.ts';
import { anyLayouts, checkPointwise, checkSameLayout } from '../validate.ts';
import { point } from './point.ts';

/**
 * Takes values that are stored as sRGB has them to linear light, by the curve of IEC 61966-2-1. Twice the light is then twice the number, which
 * blurs, resizes and mixtures of bright and dark want. Alpha stays.
 *
 * Of `L` it makes `I;16`, 0 to 65535, or `F`, 0 to 1, from which {@link fromLinearLight} makes every byte that was; or bytes of bytes, where dark
 * values fall together, for there are 256 steps: of the values below 64 there remain 14.
 *
 * @param src - the pixels, in a layout of bytes
 * @param dst - of the same size; of the same layout, and it may be `src`, or `I;16` or `F` if `src` is `L`
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when sizes or layouts do not fit, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, toLinearLight } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 128, 255]), 'L', 3, 1);
 * const light = rasterOf(new Uint8Array(6), 'I;16', 3, 1);
 * toLinearLight(image, light, 0, 1);
 * console.log([...new Uint16Array(light.bytes.buffer)]); // [ 0, 14146, 65535 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: bytes as `point`; for wide layouts as SIMD a table of up to 64 KiB in
 *   the heap, otherwise two views a row.
 */
export function toLinearLight(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  checkPointwise(src, dst, top, bottom, anyLayouts);
  if (!isWide(dst.layout) || isWide(src.layout)) return bytesBy(toBytes(), src, dst, top, bottom);
  checkNumbers('dst.layout', dst, src);
  const engine = engineFor(src, dst);
  const isF = dst.layout === 'F';
  const lookup: Lookup = (kernels) => (isF ? kernels.lookupTo32 : kernels.lookupTo16);
  if (engine && wideLookupSimd(engine, src, dst, top, bottom, isF ? toFloats() : toWords(), lookup)) return;
  lightRows(src as Raster<'L'>, dst as Raster<'I;16' | 'F'>, top, bottom);
}

/**
 * The way back from linear light to what is stored as sRGB has it. Alpha stays.
 *
 * Numbers of `F` are taken to the nearest of 65536 steps from 0 to 1; those beyond are cut, and what is no number becomes 0.
 *
 * @param src - the pixels: `I;16` or `F`, as {@link toLinearLight} makes them, or a layout of bytes
 * @param dst - of the same size; `L` for a wide one, else of the same layout, and it may be `src`
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when sizes or layouts do not fit, or rows lie outside the memory
 * @example
 * ```ts
 * import { fromLinearLight, rasterOf } from '@sharena/kernels';
 *
 * const light = rasterOf(new Uint8Array(new Float32Array([0, 0.5, 1]).buffer), 'F', 3, 1);
 * const image = rasterOf(new Uint8Array(3), 'L', 3, 1);
 * fromLinearLight(light, image, 0, 1);
 * console.log([...image.bytes]); // [ 0, 188, 255 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: bytes as `point`; for wide layouts as SIMD a table of up to 64 KiB in
 *   the heap, otherwise two views a row.
 */
export function fromLinearLight(src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  checkPointwise(src, dst, top, bottom, anyLayouts);
  if (!isWide(src.layout)) return bytesBy(fromBytes(), src, dst, top, bottom);
  checkNumbers('src.layout', src, dst);
  if (src.layout === 'I;16') return point(src, dst, top, bottom, [fromWords()]);
  const engine = engineFor(src, dst);
  if (engine && wideLookupSimd(engine, src, dst, top, bottom, fromWords(), (kernels) => kernels.wideLookupF)) return;
  storedRows(src as Raster<'F'>, dst as Raster<'L'>, top, bottom);
}

function bytesBy(table: Uint8Array, src: AnyRaster, dst: AnyRaster, top: number, bottom: number): void {
  if (isWide(src.layout)) throw new KernelError('src.layout', 'a layout of bytes', src.layout);
  checkSameLayout(src, dst);
  point(src, dst, top, bottom, [table]);
}

/** Light is kept in `I;16` or `F`, and comes from and goes to `L`. */
function checkNumbers(name: string, { layout }: AnyRaster, grey: AnyRaster): void {
  if (layout === 'I') throw new KernelError(name, 'I;16, F, or a layout of bytes', layout);
  if (grey.layout === 'L') return;
  throw new KernelError(name === 'dst.layout' ? 'src.layout' : 'dst.layout', `L, beside ${layout}`, grey.layout);
}
