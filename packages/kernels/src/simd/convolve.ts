/**
 * Convolution as SIMD: rows become floats in a ring of three or five, row `y` at place `y % size`.
 *
 * Scratch, in one block that is given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type Convolution, isEdge } from '../scalar/convolve.ts';
import { opaque } from './convert.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import { apart } from './strides.ts';

/** Bytes at the start of the scratch: the list of rows, the pad, the weights. */
const [padAt, weightsAt, rowsAt] = [32, 64, 192];

/** Convolves the rows of a strip. Answers whether it did: not when there is no room for the scratch. */
export function convolveSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  kernel: Convolution,
): boolean {
  const { size, weights, offset } = kernel;
  const { kernels, bytes } = engine;
  const pixel = pixelSize(src.layout);
  const margin = size >> 1;
  const line = src.width * pixel;
  const stride = apart(4 * line + 64);
  return withScratch(engine, rowsAt + size * stride, (list) => {
    bytes.set(new Uint8Array(weights.buffer), list + weightsAt);
    const addresses = new Uint32Array(size);
    let next = Math.max(0, top - margin);
    const floats = (y: number): number => {
      const place = (row: number): number => list + rowsAt + (row % size) * stride;
      for (; next <= y; next++) kernels.toFloats(addressOf(src, next), line, place(next));
      return place(y);
    };
    for (let y = top; y < bottom; y++) {
      const from = addressOf(src, y);
      const to = addressOf(dst, y);
      if (isEdge(src, y, kernel)) {
        bytes.copyWithin(to, from, from + line);
      } else {
        // The lowest row is the last to be made, and the first of the kernel.
        for (let r = 0; r < size; r++) addresses[r] = floats(y + margin - r);
        bytes.set(new Uint8Array(addresses.buffer), list);
        const edge = margin * pixel;
        bytes.copyWithin(to, from, from + edge);
        bytes.copyWithin(to + line - edge, from + line - edge, from + line);
        kernels.convolve(list, size, list + weightsAt, 4 * pixel, offset, to + edge, line - 2 * edge, list + padAt);
      }
      if (dst.layout === 'RGB') opaque(kernels, to, 0, dst.width, 1);
    }
  });
}
