/** Two images to one: the operations. Their arithmetic is that of `scalar/combine.ts`. */
import { KernelError } from '../errors.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type Combination, type Combine, combineRows, mixtureOf, combinations as twins } from '../scalar/combine.ts';
import { opaque } from '../simd/convert.ts';
import { engineFor } from '../simd/engine.ts';
import type { Kernels } from '../simd/module.ts';
import { pointwise } from '../simd/rows.ts';
import { checkNumber, checkPointwise, checkSameLayout } from '../validate.ts';

/**
 * Mixes an image into another, in place, with the bytes of Pillow's `Image.blend(dst, src, amount)`: `dst + amount * (src - dst)` for
 * every band, alpha like a colour.
 *
 * @param src - what is mixed in
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param amount - from -1000 to 1000: 0 leaves `dst`, 1 makes it `src`; beyond, the difference is made larger
 * @throws {@link KernelError} when the number is out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { blend, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 100, 200]), 'L', 3, 1);
 * blend(rasterOf(new Uint8Array([100, 100, 100]), 'L', 3, 1), image, 0, 1, 0.25);
 * console.log([...image.bytes]); // [ 25, 100, 175 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: a few small objects.
 */
export function blend(src: Raster, dst: Raster, top: number, bottom: number, amount: number): void {
  checkNumber('amount', amount, 1000);
  const run: Bytes = (kernels, p, q, bytes) => kernels.mix(p, q, bytes, amount);
  combineStrip(src, dst, top, bottom, run, () => mixtureOf(amount));
}

/**
 * The operations of {@link combine}.
 *
 * @example
 * ```ts
 * import { combinations } from '@sharena/kernels';
 *
 * console.log(combinations.join()); // multiply,screen,difference,lighter,darker,add,subtract
 * ```
 */
export const combinations: readonly Combination[] = Object.freeze(Object.keys(twins) as Combination[]);

/**
 * Combines each value of an image with that of another, in place, with the bytes of Pillow's `ImageChops`: for every band, alpha like a
 * colour. For blend modes that heed alpha see {@link composite}.
 *
 * @param src - the second image
 * @param dst - the first image, of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param operation - `multiply`, `screen`, `difference`, `lighter`, `darker`, `add`, or `subtract` (`src` from `dst`)
 * @throws {@link KernelError} when the operation is unknown, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { combine, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 100, 200]), 'L', 3, 1);
 * combine(rasterOf(new Uint8Array([50, 120, 90]), 'L', 3, 1), image, 0, 1, 'difference');
 * console.log([...image.bytes]); // [ 50, 20, 110 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: a few small objects.
 */
export function combine(src: Raster, dst: Raster, top: number, bottom: number, operation: Combination): void {
  if (!combinations.includes(operation))
    throw new KernelError('operation', `one of ${combinations.join(', ')}`, operation);
  const number = combinations.indexOf(operation);
  const run: Bytes = (kernels, p, q, bytes) => kernels.chop(p, q, bytes, number);
  combineStrip(src, dst, top, bottom, run, () => twins[operation]);
}

/** A kernel on a row of bytes. */
type Bytes = (kernels: Kernels, src: number, dst: number, bytes: number) => void;

function combineStrip(src: Raster, dst: Raster, top: number, bottom: number, run: Bytes, twin: () => Combine): void {
  checkPointwise(src, dst, top, bottom);
  checkSameLayout(src, dst);
  const engine = engineFor(src, dst);
  if (!engine) {
    combineRows(src, dst, top, bottom, twin());
    return;
  }
  const { kernels } = engine;
  const size = pixelSize(src.layout);
  const rowsOf = (p: number, s: number, q: number, t: number, width: number, rows: number): void => {
    for (let row = 0; row < rows; row++) run(kernels, p + row * s, q + row * t, width * size);
    if (dst.layout === 'RGB') opaque(kernels, q, t, width, rows);
  };
  pointwise(src, dst, top, bottom, rowsOf, true);
}
