/**
 * Rank filters: each value becomes one of those in a square around it, by its place in their order.
 *
 * Beyond the edge the edge's pixel stands. Bands are filtered each for itself, alpha as well; the padding byte of `RGB` becomes 255.
 *
 * Reads the strip's rows and half a square above and below them, writes the strip's rows. `dst` must not overlap `src`.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

/** A rank: of a square of `size` by `size` values the one before which `rank` others come. */
export interface Rank {
  readonly size: number;
  readonly rank: number;
}

/** Filters a strip. */
export function rankRows(src: Raster, dst: Raster, top: number, bottom: number, rank: Rank): void {
  const step = pixelSize(src.layout);
  const reach = rank.size >> 1;
  const line = src.width * step;
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  const rows = Array.from({ length: rank.size }, () => new Uint8Array(line));
  for (let y = top; y < bottom; y++) {
    for (const [r, row] of rows.entries()) {
      const from = source.seek(Math.min(Math.max(y - reach + r, 0), src.height - 1));
      row.set(source.bytes.subarray(from, from + line));
    }
    const to = target.seek(y);
    for (let band = 0; band < step; band++) {
      if (dst.layout !== 'RGB' || band < 3) rankBand(rows, band, step, rank, target.bytes, to);
      else for (let x = 3; x < line; x += 4) target.bytes[to + x] = 255;
    }
  }
}

/**
 * One band of a row, by counting: a histogram of the square moves along, and with it the value below which `rank` others lie. T. S. Huang
 * and others, 1979.
 */
function rankBand(
  rows: readonly Uint8Array[],
  band: number,
  step: number,
  { size, rank }: Rank,
  out: Uint8Array,
  to: number,
): void {
  const line = rows[0]!.length;
  const beyond = (size >> 1) * step;
  const counts = new Uint16Array(256);
  let value = 0;
  let below = 0;
  const count = (x: number, by: 1 | -1): void => {
    const at = Math.min(Math.max(x, band), line - step + band);
    for (const row of rows) {
      const found = row[at]!;
      counts[found]! += by;
      if (found < value) below += by;
    }
  };
  for (let x = band - beyond; x < band + beyond; x += step) count(x, 1);
  for (let x = band; x < line; x += step) {
    count(x + beyond, 1);
    while (below > rank) below -= counts[--value]!;
    while (below + counts[value]! <= rank) below += counts[value++]!;
    out[to + x] = value;
    count(x - beyond, -1);
  }
}
