/**
 * Rank filters as SIMD: rows are copied, with their ends drawn out, into a ring of as many as a square has; row `y` is at place `y % size`.
 *
 * Scratch, in one block that is given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import type { Rank } from '../scalar/rank.ts';
import { opaque } from './convert.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import { apart } from './strides.ts';

const padBytes = 64;
const countBytes = 512;

/** Filters a strip. Answers whether it did: not when there is no room for the scratch. */
export function rankSimd(engine: Engine, src: Raster, dst: Raster, top: number, bottom: number, rank: Rank): boolean {
  const { kernels, bytes } = engine;
  const { size } = rank;
  const step = pixelSize(src.layout);
  const reach = size >> 1;
  const line = src.width * step;
  const margin = Math.ceil((reach * step) / 64) * 64;
  // Behind the last margin passes read, and write, up to 16 bytes.
  const stride = apart(line + 2 * margin + 64);
  const listBytes = Math.ceil((4 * size) / 64) * 64;
  const sorted = isMedian(rank) ? size : 1;
  return withScratch(engine, padBytes + countBytes + listBytes + (size + sorted) * stride, (pad) => {
    const counts = pad + padBytes;
    const list = counts + countBytes;
    const ring = list + listBytes + margin;
    const lines = ring + size * stride;
    const addresses = new Uint32Array(size);
    const listed = new Uint8Array(addresses.buffer);
    for (let y = top, next = Math.max(0, top - reach); y < bottom; y++) {
      const last = Math.min(y + reach, src.height - 1);
      for (; next <= last; next++)
        kernels.padRow(addressOf(src, next), line, step, reach, ring + (next % size) * stride);
      for (let k = 0; k < size; k++) {
        addresses[k] = ring + (Math.min(Math.max(y - reach + k, 0), src.height - 1) % size) * stride;
      }
      bytes.set(listed, list);
      const to = addressOf(dst, y);
      if (isMedian(rank)) kernels[size === 3 ? 'median3' : 'median5'](list, step, line, lines, stride, to, pad);
      else if (rank.rank === 0) kernels.extreme(list, size, step, line, false, lines, to, pad);
      else if (rank.rank === size * size - 1) kernels.extreme(list, size, step, line, true, lines, to, pad);
      else kernels.ranked(list, size, step, line, rank.rank, counts, to);
      if (dst.layout === 'RGB') opaque(kernels, to, 0, dst.width, 1);
    }
  });
}

/** Whether there is a network for it. */
function isMedian({ size, rank }: Rank): boolean {
  return (size === 3 && rank === 4) || (size === 5 && rank === 12);
}
