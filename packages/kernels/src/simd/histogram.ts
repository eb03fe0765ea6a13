/**
 * Histograms as WebAssembly: counts, or for large strips counts of pairs, in scratch, from where they are added to the caller's.
 *
 * The scratch is one block, given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { placesOf } from '../scalar/histogram.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import { forEachLine } from './rows.ts';

/** Bytes from which on it pays to count pairs first: 192 KB took 56 microseconds in the place of 119, 48 KB of `L` 22 in the place of 30. */
const manyBytes = 2 ** 16;
/** Bytes from one table of pairs to the next; see `assembly/measure/histogram.ts`. */
const pairBytes = 2 ** 18 + 64;
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
  const inPairs = mask === undefined && src.width * pixelSize(src.layout) * (bottom - top) >= manyBytes;
  const tables = inPairs ? tablesOf(src) : 0;
  return withScratch(engine, countBytes + tables * pairBytes, (at) => {
    engine.kernels.clear(at, countBytes + tables * pairBytes);
    if (mask) countMasked(engine, src, mask, top, bottom, at);
    else countAll(engine, src, top, bottom, at, tables);
    const found = new Uint32Array(engine.bytes.slice(at, at + countBytes).buffer);
    placesOf(src.layout).forEach((place, band) => {
      for (let value = 0; value < 256; value++) counts[256 * band + value]! += found[256 * place + value]!;
    });
  });
}

/** Tables of pairs that are used in turn. */
function tablesOf({ layout }: Raster): number {
  return pixelSize(layout) === 3 ? 3 : 2;
}

function countMasked({ kernels }: Engine, src: Raster, mask: Raster, top: number, bottom: number, at: number): void {
  const step = pixelSize(mask.layout);
  const size = pixelSize(src.layout);
  for (let y = top; y < bottom; y++) {
    kernels.countMasked(addressOf(src, y), addressOf(mask, y) + step - 1, step, src.width, size, at);
  }
}

/** In pairs where there are tables for them, which lie behind the counts. */
function countAll({ kernels }: Engine, src: Raster, top: number, bottom: number, at: number, tables: number): void {
  const size = pixelSize(src.layout);
  const pairs = at + countBytes;
  forEachLine({ raster: src, first: top, count: bottom - top }, (from, bytes) => {
    const whole = tables > 0 ? bytes - (bytes % 48) : 0;
    if (whole > 0) kernels.countPairs(from, whole, tables, pairs);
    kernels.count(from + whole, bytes - whole, size, at);
  });
  // Pair i begins with byte 2 i of a pixel.
  for (let i = 0; i < tables; i++) {
    kernels.splitPairs(pairs + i * pairBytes, at + 1024 * ((2 * i) % size), at + 1024 * ((2 * i + 1) % size));
  }
}
