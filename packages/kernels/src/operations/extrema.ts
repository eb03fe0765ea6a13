/** The least and the greatest numbers of an image: the operation. */
import { isWide } from '../layouts.ts';
import type { AnyRaster, Raster, WideRaster } from '../raster.ts';
import { bandExtremaOf, type Extrema } from '../scalar/extrema.ts';
import { extremaOf } from '../scalar/wide-measure.ts';
import { engineFor } from '../simd/engine.ts';
import { bandExtremaSimd } from '../simd/extrema.ts';
import { extremaSimd } from '../simd/wide-measure.ts';
import { anyLayouts, checkRaster, checkRows, checkStrip } from '../validate.ts';

/**
 * The least and the greatest number of a strip, as Pillow's `getextrema`; of bytes those of each band.
 *
 * The extrema of an image are the least and the greatest of those of its strips. What is no number does not count; where there is none,
 * the least is `Infinity` and the greatest `-Infinity`, and of bytes 255 and 0.
 *
 * @param src - the pixels
 * @param top - first row, from 0
 * @param bottom - first row after the strip, at most `src.height`
 * @returns `[least, most]` of `I;16`, `I` and `F`; of other layouts, `L` too, a list with that of each band, alpha included
 * @throws {@link KernelError} when rows lie outside the memory
 * @example
 * ```ts
 * import { extrema, rasterOf } from '@sharena/kernels';
 *
 * const depths = new Uint16Array([1200, 5, 40000, 800]);
 * console.log(extrema(rasterOf(new Uint8Array(depths.buffer), 'I;16', 2, 2), 0, 2)); // [ 5, 40000 ]
 * const pixels = new Uint8Array([10, 20, 30, 40, 50, 0]);
 * console.log(extrema(rasterOf(pixels, 'RGB;24', 2, 1), 0, 1)); // [ [ 10, 40 ], [ 20, 50 ], [ 0, 30 ] ]
 * ```
 * @remarks Threads: any; blocks: never; allocates: as SIMD 8 bytes in the heap, of bytes 96.
 */
export function extrema(src: WideRaster, top: number, bottom: number): [least: number, most: number];
export function extrema(src: Raster, top: number, bottom: number): [least: number, most: number][];
export function extrema(src: AnyRaster, top: number, bottom: number): Extrema | Extrema[] {
  checkRaster('src', src, anyLayouts);
  checkStrip(src, top, bottom);
  checkRows('src', src, top, bottom);
  return isWide(src.layout) ? wide(src as WideRaster, top, bottom) : bands(src as Raster, top, bottom);
}

function wide(src: WideRaster, top: number, bottom: number): Extrema {
  const engine = engineFor(src, src);
  const found = engine && top < bottom ? extremaSimd(engine, src, top, bottom) : undefined;
  return found ?? extremaOf(src, top, bottom);
}

function bands(src: Raster, top: number, bottom: number): Extrema[] {
  const engine = engineFor(src, src);
  return (engine && bandExtremaSimd(engine, src, top, bottom)) ?? bandExtremaOf(src, top, bottom);
}
