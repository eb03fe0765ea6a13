/**
 * Histograms as WebAssembly: counts, or for large strips counts of pairs, in scratch, from where they are added to the caller's.
 *
 * The scratch is one block, given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { placesOf } from '../scalar/histogram.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';

/** Bytes from which on it pays to count pairs first: their tables take as long as counting some hundred thousand bytes. */
const manyBytes = 2 ** 20;
const pairBytes = 2 ** 18;
const countBytes = 4096;

/** As `countRows` of `scalar/histogram.ts`. Answers whether it was done: not when there is no room for the scratch. */
export function countSimd(
  engine: Engine,
  src: Raster,
  mask: Raster | undefined,
  top: number,
  bottom: number,
  counts: Uint32Array,
): boolean {
  const { kernels, bytes } = engine;
  const size = pixelSize(src.layout);
  const line = src.width * size;
  const inPairs = mask === undefined && line * (bottom - top) >= manyBytes;
  const tables = size === 3 ? 3 : 2;
  return withScratch(engine, countBytes + (inPairs ? tables * pairBytes : 0), (at) => {
    const pairs = at + countBytes;
    bytes.fill(0, at, inPairs ? pairs + tables * pairBytes : pairs);
    const step = mask ? pixelSize(mask.layout) : 0;
    const whole = inPairs ? line - (line % 12) : 0;
    for (let y = top; y < bottom; y++) {
      const from = addressOf(src, y);
      if (mask) kernels.countMasked(from, addressOf(mask, y) + step - 1, step, src.width, size, at);
      else {
        if (whole > 0) kernels.countPairs(from, whole, tables, pairs);
        kernels.count(from + whole, line - whole, size, at);
      }
    }
    // Pair i begins with byte 2 i of a pixel.
    for (let i = 0; inPairs && i < tables; i++) {
      kernels.splitPairs(pairs + i * pairBytes, at + 1024 * ((2 * i) % size), at + 1024 * ((2 * i + 1) % size));
    }
    const found = new Uint32Array(bytes.slice(at, at + countBytes).buffer);
    placesOf(src.layout).forEach((place, band) => {
      for (let value = 0; value < 256; value++) counts[256 * band + value]! += found[256 * place + value]!;
    });
  });
}
