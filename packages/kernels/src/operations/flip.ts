/** Mirroring: `flip` turns top and bottom around, `flop` left and right. The operations. */
import { pixelSize } from '../layouts.ts';
import type { AnyRaster } from '../raster.ts';
import { mirrorRows } from '../scalar/flip.ts';
import { type Engine, engineFor } from '../simd/engine.ts';
import type { Point } from '../simd/module.ts';
import { pointwise } from '../simd/rows.ts';
import { anyLayouts, checkRaster, checkRows, checkSameLayout, checkSize, checkStrip } from '../validate.ts';

/**
 * Mirrors top and bottom: row `y` of `dst` is row `height - 1 - y` of `src`.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when sizes or layouts differ, or rows lie outside the memory
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
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
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
  if (engine) pointwise(src, dst, top, bottom, kernelOf(engine, pixelSize(src.layout), reversed), false, upsideDown);
  else mirrorRows(src, dst, top, bottom, upsideDown, reversed);
}

function kernelOf({ kernels }: Engine, size: 1 | 2 | 3 | 4, reversed: boolean): Point {
  if (reversed) return kernels[flops[size]];
  return (p, s, q, t, width, rows) => kernels.moveRows(p, s, q, t, width * size, rows);
}

const flops = { 1: 'flop1', 2: 'flop2', 3: 'flop3', 4: 'flop4' } as const;
