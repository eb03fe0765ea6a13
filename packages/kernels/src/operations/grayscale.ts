/** Greyscale: the operation. Its arithmetic is that of `scalar/grayscale.ts`. */
import { KernelError } from '../errors.ts';
import type { Raster } from '../raster.ts';
import { greyRows } from '../scalar/grayscale.ts';
import { convertSimd } from '../simd/convert.ts';
import { engineFor } from '../simd/engine.ts';
import { checkPointwise } from '../validate.ts';

/**
 * Turns colours into greys, with the bytes of Pillow's `convert('L')` and `convert('LA')`.
 *
 * @param src - `RGB;24`, `RGB` or `RGBA`
 * @param dst - `L` or `LA`, of the same size. `LA` takes the alpha of `RGBA`, and 255 otherwise; `L` drops it
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when a layout is none of these, the sizes differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { grayscale, rasterOf } from '@sharena/kernels';
 *
 * const green = rasterOf(new Uint8Array([0, 255, 0, 64]), 'RGBA', 1, 1);
 * const grey = rasterOf(new Uint8Array(4), 'LA', 1, 1);
 * grayscale(green, grey, 0, 1);
 * console.log([...grey.bytes]); // [ 150, 150, 150, 64 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: two small objects.
 */
export function grayscale(src: Raster, dst: Raster, top: number, bottom: number): void {
  checkPointwise(src, dst, top, bottom);
  if (src.layout === 'L' || src.layout === 'LA') {
    throw new KernelError('src.layout', 'one of RGB;24, RGB, RGBA', src.layout);
  }
  if (dst.layout !== 'L' && dst.layout !== 'LA') throw new KernelError('dst.layout', 'L or LA', dst.layout);
  const engine = engineFor(src, dst);
  if (engine) convertSimd(engine, src, dst, top, bottom);
  else greyRows(src, dst, top, bottom);
}
