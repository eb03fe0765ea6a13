/**
 * Reduction by whole numbers as SIMD: the rows of a block are added, then its columns.
 *
 * Scratch, in one block that is given back at the end: lines of 16-bit sums, and the addresses of the rows. If the thread dies in here,
 * `kept-scratch.ts` says what becomes of it.
 */
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type Blocks, sourceRows } from '../scalar/reduce.ts';
import { type Engine, putAddresses, withScratch } from './engine.ts';

/** Sums of as many bytes fit in 16 bits. */
const mostRows = 256;
/** Bytes that are read behind the sums. */
const behind = 16;
/** Lines of sums. */
const lines = 3;

/** Reduces the rows of a strip. Answers whether it did: not when blocks are too high or there is no room for the scratch. */
export function reduceSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  blocks: Blocks,
): boolean {
  const { across, down, left, right } = blocks;
  if (down > mostRows) return false;
  const size = pixelSize(src.layout);
  const width = right - left;
  const [first, end] = sourceRows(blocks, top, bottom);
  const apart = Math.ceil((2 * width * size + behind) / 64) * 64;
  const sumsBytes = lines * apart;
  const listBytes = 4 * (end - first);
  // The sums come first: in them 16 bytes are never in two cache lines, if the scratch begins with one.
  return withScratch(engine, sumsBytes + listBytes + 4 * (bottom - top), (sums) => {
    const list = sums + sumsBytes;
    const outs = list + listBytes;
    putAddresses(engine, list, src, first, end, left * size);
    putAddresses(engine, outs, dst, top, bottom);
    const weighs = hasAlpha(src.layout);
    const isPadded = dst.layout === 'RGB';
    engine.kernels.reduceRows(size, list, end - first, down, width, across, weighs, isPadded, sums, apart, outs);
  });
}
