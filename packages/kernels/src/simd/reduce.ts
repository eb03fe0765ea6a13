/**
 * Reduction by whole numbers as SIMD: the rows of a block are added, then its columns.
 *
 * Scratch, in one block that is given back at the end: the addresses of the source rows, and a line of 16-bit sums. If the thread dies in here,
 * `kept-scratch.ts` says what becomes of it.
 */
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type Blocks, blockRows, meanFactor } from '../scalar/reduce.ts';
import { opaque } from './convert.ts';
import { addressOf, type Engine, putWords, withScratch } from './engine.ts';

/** Sums of as many bytes fit in 16 bits. */
const mostRows = 256;
/** Bytes that are read behind the sums. */
const behind = 16;

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
  const [above, end] = [blockRows(blocks, top)[0], blockRows(blocks, bottom - 1)[1]];
  const sumsBytes = 2 * length + behind;
  // The sums come first: in them 16 bytes are never in two cache lines, if the scratch begins with one.
  return withScratch(engine, sumsBytes + 4 * (end - above), (sums) => {
    const list = sums + sumsBytes;
    putWords(engine, list, end - above, (i) => addressOf(src, above + i) + left * size);
    for (let y = top; y < bottom; y++) {
      const [first, next] = blockRows(blocks, y);
      const rows = next - first;
      const to = addressOf(dst, y);
      kernels.addRows(list + 4 * (first - above), rows, sums, length, weighs);
      kernels.addColumns(size, sums, to, whole, across, rows, meanFactor(across * rows));
      if (rest > 0) {
        const at = sums + whole * across * size * 2;
        kernels.addColumns(size, at, to + whole * size, 1, rest, rows, meanFactor(rest * rows));
      }
      if (weighs) kernels.unpremultiply(to, 0, to, 0, dst.width, 1);
      if (dst.layout === 'RGB') opaque(kernels, to, 0, dst.width, 1);
    }
  });
}
