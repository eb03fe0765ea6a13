/**
 * Reduction by whole numbers as SIMD: the rows of a block are added, 16 values at a time, then its columns.
 *
 * Scratch, in one block that is given back at the end: a line of 16-bit sums; with alpha also a line of premultiplied pixels. If the
 * thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type Blocks, blockRows, meanFactor } from '../scalar/reduce.ts';
import { opaque } from './convert.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';

/** Sums of as many bytes fit in 16 bits. */
const mostRows = 257;

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
  const { kernels } = engine;
  const size = pixelSize(src.layout);
  const width = right - left;
  const length = width * size;
  const whole = Math.floor(width / across);
  const rest = width - whole * across;
  const weighs = hasAlpha(src.layout);
  // Columns are read 8 bytes at a time.
  const sumsBytes = 2 * length + 8;
  return withScratch(engine, sumsBytes + (weighs ? length : 0), (sums) => {
    const line = sums + sumsBytes;
    for (let y = top; y < bottom; y++) {
      const [first, end] = blockRows(blocks, y);
      for (let row = first; row < end; row++) {
        let from = addressOf(src, row) + left * size;
        if (weighs) {
          kernels.premultiply(from, 0, line, 0, width, 1);
          from = line;
        }
        kernels.addRow(from, sums, length, row === first ? 0 : 1);
      }
      const to = addressOf(dst, y);
      const n = across * (end - first);
      kernels.addColumns(size, sums, to, whole, across, n >> 1, meanFactor(n));
      if (rest > 0) {
        const m = rest * (end - first);
        kernels.addColumns(size, sums + whole * across * size * 2, to + whole * size, 1, rest, m >> 1, meanFactor(m));
      }
      if (weighs) kernels.unpremultiply(to, 0, to, 0, dst.width, 1);
      if (dst.layout === 'RGB') opaque(kernels, to, 0, dst.width, 1);
    }
  });
}
