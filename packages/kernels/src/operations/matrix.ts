/** Colours by a matrix: the operation. Its arithmetic is that of `scalar/matrix.ts`. */
import { KernelError } from '../errors.ts';
import type { Raster } from '../raster.ts';
import { matrixRows } from '../scalar/matrix.ts';
import { opaque } from '../simd/convert.ts';
import { type Engine, engineFor, withScratch } from '../simd/engine.ts';
import { pointwise } from '../simd/rows.ts';
import { checkPointwise, checkSameLayout } from '../validate.ts';

/**
 * Makes each colour a sum of the three colours of its pixel, with the bytes of Pillow's `convert('RGB', matrix)`: saturation, sepia,
 * exchanged channels. Alpha stays as it is.
 *
 * @param src - `RGB;24`, `RGB` or `RGBA`
 * @param dst - of the same size and layout; may be `src`
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param matrix - 12 finite numbers, row by row: what red, green and blue count in the new red, and what is added to it; then the same
 *   for green and blue
 * @throws {@link KernelError} when there are not 12 finite numbers, the layout has no colours, sizes or layouts differ, or rows lie
 *   outside the memory
 * @example
 * ```ts
 * import { colourMatrix, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([10, 20, 30]), 'RGB;24', 1, 1);
 * colourMatrix(image, image, 0, 1, [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 5]); // red and blue exchanged, and some more blue
 * console.log([...image.bytes]); // [ 30, 20, 15 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD 48 bytes in the heap.
 */
export function colourMatrix(src: Raster, dst: Raster, top: number, bottom: number, matrix: readonly number[]): void {
  checkPointwise(src, dst, top, bottom);
  checkSameLayout(src, dst);
  if (src.layout === 'L' || src.layout === 'LA') {
    throw new KernelError('src.layout', 'one of RGB;24, RGB, RGBA', src.layout);
  }
  if (!Array.isArray(matrix) || matrix.length !== 12 || !matrix.every(Number.isFinite)) {
    throw new KernelError('matrix', '12 finite numbers', matrix);
  }
  const floats = Float32Array.from(matrix);
  const engine = engineFor(src, dst);
  if (engine && matrixSimd(engine, src, dst, top, bottom, floats)) return;
  matrixRows(src, dst, top, bottom, floats);
}

function matrixSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  matrix: Float32Array,
): boolean {
  const { kernels, bytes } = engine;
  const run = src.layout === 'RGB;24' ? kernels.matrix3 : kernels.matrix4;
  return withScratch(engine, matrix.byteLength, (address) => {
    bytes.set(new Uint8Array(matrix.buffer), address);
    const kernel = (p: number, s: number, q: number, t: number, width: number, rows: number): void => {
      run(p, s, q, t, width, rows, address);
      if (dst.layout === 'RGB') opaque(kernels, q, t, width, rows);
    };
    pointwise(src, dst, top, bottom, kernel, true);
  });
}
