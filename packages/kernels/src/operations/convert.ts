/** Converting between layouts: the operation. What becomes of the bytes says `scalar/convert.ts`. */
import type { Raster } from '../raster.ts';
import { convertRows } from '../scalar/convert.ts';
import { convertSimd } from '../simd/convert.ts';
import { engineFor } from '../simd/engine.ts';
import { checkPointwise } from '../validate.ts';

/**
 * Converts pixels from the layout of `src` to the layout of `dst`, with the bytes of Pillow's `convert`.
 *
 * Lossless are `L` to everything, `LA` to `RGBA`, `RGB;24` and `RGB` to each other and to `RGBA`; the others drop colour or alpha.
 *
 * @param src - the pixels
 * @param dst - of the same size, in any layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when the sizes differ or rows lie outside the memory
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
export function convert(src: Raster, dst: Raster, top: number, bottom: number): void {
  checkPointwise(src, dst, top, bottom);
  const engine = engineFor(src, dst);
  if (engine && src.layout !== dst.layout) convertSimd(engine, src, dst, top, bottom);
  else convertRows(src, dst, top, bottom);
}
