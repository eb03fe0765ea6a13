/** The least and the greatest number of an image: the operation. */
import { wideLayouts } from '../layouts.ts';
import type { WideRaster } from '../raster.ts';
import { extremaOf } from '../scalar/wide-measure.ts';
import { engineFor } from '../simd/engine.ts';
import { extremaSimd } from '../simd/wide-measure.ts';
import { checkRaster, checkRows, checkStrip } from '../validate.ts';

/**
 * The least and the greatest number of a strip, as Pillow's `getextrema`. Those of bytes are in the statistics of a histogram.
 *
 * The extrema of an image are the least and the greatest of those of its strips. What is no number does not count; where there is none,
 * the least is `Infinity` and the greatest `-Infinity`.
 *
 * @param src - the pixels: `I;16`, `I` or `F`
 * @param top - first row, from 0
 * @param bottom - first row after the strip, at most `src.height`
 * @returns `[least, most]`
 * @throws {@link KernelError} when the layout is none of these, or rows lie outside the memory
 * @example
 * ```ts
 * import { extrema, rasterOf } from '@sharena/kernels';
 *
 * const depths = new Uint16Array([1200, 5, 40000, 800]);
 * console.log(extrema(rasterOf(new Uint8Array(depths.buffer), 'I;16', 2, 2), 0, 2)); // [ 5, 40000 ]
 * ```
 * @remarks Threads: any; blocks: never; allocates: as SIMD 8 bytes in the heap.
 */
export function extrema(src: WideRaster, top: number, bottom: number): [least: number, most: number] {
  checkRaster('src', src, wideLayouts);
  checkStrip(src, top, bottom);
  checkRows('src', src, top, bottom);
  const engine = engineFor(src, src);
  const found = engine && top < bottom ? extremaSimd(engine, src, top, bottom) : undefined;
  return found ?? extremaOf(src, top, bottom);
}
