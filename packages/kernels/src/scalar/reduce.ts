/**
 * Reduction by whole numbers: each pixel of the destination is the mean of a block of the source.
 *
 * Pillow's arithmetic, described in our words: `((sum + n / 2) m) >> 24` modulo 2^32, n being the pixels of the block, half of it rounded
 * down, and m `2^24 / n` as a 32-bit float, rounded down. Blocks at the right and at the bottom are smaller where the sides are no
 * multiples. Colours are premultiplied before, and divided after.
 *
 * Reads the rows of the strip's blocks, writes the strip's rows.
 */
import { RowCursor } from '../cursor.ts';
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { premultiplyRow, unpremultiplyRow } from './premultiply.ts';

/** A reduction: `across` by `down` pixels of the area that begins at `left` and `above` and ends before `right` and `below`. */
export interface Blocks {
  readonly across: number;
  readonly down: number;
  readonly left: number;
  readonly above: number;
  readonly right: number;
  readonly below: number;
}

/** What a sum of `count` values is multiplied by. */
export function meanFactor(count: number): number {
  return Math.trunc(Math.fround(2 ** 32 / Math.fround(256 * count)));
}

/** Rows of the source, from `first` to `end - 1`, that become row `y`. */
export function blockRows({ down, above, below }: Blocks, y: number): readonly [first: number, end: number] {
  return [above + y * down, Math.min(above + (y + 1) * down, below)];
}

/** Rows of the source, from `first` to `end - 1`, that become rows `top` to `bottom - 1`. */
export function sourceRows(blocks: Blocks, top: number, bottom: number): readonly [first: number, end: number] {
  return [blockRows(blocks, top)[0], blockRows(blocks, bottom - 1)[1]];
}

/** Reduces the rows of a strip. */
export function reduceRows(src: Raster, dst: Raster, top: number, bottom: number, blocks: Blocks): void {
  const { across, left, right } = blocks;
  const size = pixelSize(src.layout);
  const width = right - left;
  const weighs = hasAlpha(src.layout);
  const line = new Uint8Array(width * size);
  const sums = new Uint32Array(width * size);
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const [first, end] = blockRows(blocks, y);
    sums.fill(0);
    for (let row = first; row < end; row++) {
      const from = source.seek(row) + left * size;
      line.set(source.bytes.subarray(from, from + width * size));
      if (weighs) premultiplyRow(line, 0, line, 0, width);
      for (let i = 0; i < line.length; i++) sums[i]! += line[i]!;
    }
    const to = target.seek(y);
    for (let x = 0; x < dst.width; x++) {
      const columns = Math.min(across, width - x * across);
      mean(sums, x * across * size, columns, columns * (end - first), target.bytes, to + x * size, size);
      if (src.layout === 'RGB') target.bytes[to + x * size + 3] = 255;
    }
    if (weighs) unpremultiplyRow(target.bytes, to, target.bytes, to, dst.width);
  }
}

function mean(sums: Uint32Array, at: number, columns: number, n: number, out: Uint8Array, to: number, size: number) {
  const factor = meanFactor(n);
  for (let band = 0; band < size; band++) {
    let sum = n >> 1;
    for (let i = 0; i < columns; i++) sum += sums[at + i * size + band]!;
    out[to + band] = Math.imul(sum, factor) >>> 24;
  }
}
