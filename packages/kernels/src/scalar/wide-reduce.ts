/**
 * Reduction of wide layouts by whole numbers, as Pillow does it for `I` and `F`: sums and their product with one over the count are doubles, and
 * the mean is rounded to an integer (halves away from 0) or a 32-bit float.
 *
 * Floats of whole blocks are added by squares of 2 by 2 in 32-bit floats first, those of blocks that are cut off one by one: of integers no
 * order shows.
 *
 * Reads the rows of the strip's blocks, writes the strip's rows.
 */
import type { WideRaster } from '../raster.ts';
import { type Blocks, blockRows } from './reduce.ts';
import { cutTo, type Numbers, nearest, numbersOf } from './wide-rows.ts';

/** Reduces the rows of a strip. */
export function wideReduceRows(src: WideRaster, dst: WideRaster, top: number, bottom: number, blocks: Blocks): void {
  const { across, down, left, right } = blocks;
  const { layout } = src;
  for (let y = top; y < bottom; y++) {
    const [first, end] = blockRows(blocks, y);
    const rows = Array.from({ length: end - first }, (_, i) => numbersOf(src, first + i));
    const out = numbersOf(dst, y);
    for (let x = 0; x < out.length; x++) {
      const from = left + x * across;
      const columns = Math.min(across, right - from);
      const isWhole = columns === across && rows.length === down;
      const sum = layout === 'F' && isWhole ? sumOfSquares(rows, from, columns) : sumOf(rows, from, columns);
      const mean = sum * (1 / (columns * rows.length));
      out[x] = layout === 'F' ? mean : cutTo(layout, nearest(mean));
    }
  }
}

function sumOf(rows: readonly Numbers[], from: number, columns: number): number {
  let sum = 0;
  for (const row of rows) for (let x = from; x < from + columns; x++) sum += row[x]!;
  return sum;
}

function sumOfSquares(rows: readonly Numbers[], from: number, columns: number): number {
  const f = Math.fround;
  const odd = columns % 2;
  const end = from + columns - odd;
  let sum = 0;
  let y = 0;
  for (; y + 1 < rows.length; y += 2) {
    const [p, q] = [rows[y]!, rows[y + 1]!];
    for (let x = from; x < end; x += 2) sum += f(f(f(p[x]! + p[x + 1]!) + q[x]!) + q[x + 1]!);
    if (odd) sum += f(p[end]! + q[end]!);
  }
  if (y < rows.length) {
    const p = rows[y]!;
    for (let x = from; x < end; x += 2) sum += f(p[x]! + p[x + 1]!);
    if (odd) sum += p[end]!;
  }
  return sum;
}
