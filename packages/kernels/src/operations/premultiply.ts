/** Alpha into the colours, and out of them: the operations. Their arithmetic is that of `scalar/premultiply.ts`. */
import { KernelError } from '../errors.ts';
import { hasAlpha } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { alphaRows, premultiplyRow, unpremultiplyRow } from '../scalar/premultiply.ts';
import { engineFor } from '../simd/engine.ts';
import { pointwise } from '../simd/rows.ts';
import { checkPointwise, checkSameLayout } from '../validate.ts';

/**
 * Multiplies the colours of `RGBA` or `LA` pixels by their alpha, with the bytes of Pillow's `convert('RGBa')` and `convert('La')`.
 *
 * @param src - the pixels, with straight alpha
 * @param dst - of the same size and layout; may be `src`
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when the layouts differ or carry no alpha, the sizes differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { premultiply, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([200, 100, 0, 128]), 'RGBA', 1, 1);
 * premultiply(image, image, 0, 1);
 * console.log([...image.bytes]); // [ 100, 50, 0, 128 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: two small objects.
 */
export function premultiply(src: Raster, dst: Raster, top: number, bottom: number): void {
  alphaStrip(src, dst, top, bottom, 'premultiply');
}

/**
 * Divides the colours of premultiplied `RGBA` or `LA` pixels by their alpha, with the bytes of Pillow's way back from `RGBa` and `La`.
 *
 * @param src - the pixels, premultiplied
 * @param dst - of the same size and layout; may be `src`
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when the layouts differ or carry no alpha, the sizes differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, unpremultiply } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([100, 50, 0, 128]), 'RGBA', 1, 1);
 * unpremultiply(image, image, 0, 1);
 * console.log([...image.bytes]); // [ 199, 99, 0, 128 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: two small objects.
 */
export function unpremultiply(src: Raster, dst: Raster, top: number, bottom: number): void {
  alphaStrip(src, dst, top, bottom, 'unpremultiply');
}

const twins = { premultiply: premultiplyRow, unpremultiply: unpremultiplyRow } as const;

function alphaStrip(src: Raster, dst: Raster, top: number, bottom: number, name: keyof typeof twins): void {
  checkPointwise(src, dst, top, bottom);
  checkSameLayout(src, dst);
  if (!hasAlpha(src.layout)) throw new KernelError('src.layout', 'RGBA or LA', src.layout);
  const engine = engineFor(src, dst);
  if (engine) pointwise(src, dst, top, bottom, engine.kernels[name], true);
  else alphaRows(src, dst, top, bottom, twins[name]);
}
