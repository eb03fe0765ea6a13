/**
 * Contrast by regions: CLAHE, as OpenCV computes it, for values of one byte.
 *
 * The image is cut into tiles of one size; where it does not divide, it is continued to the right and below by its own reflection (without
 * the edge twice). Of each tile the values are counted, counts above the limit are cut off and shared out among all values, and their
 * running sum is the tile's table. A pixel goes through the tables of the four tiles whose middles surround it, weighed by how near these
 * are, in 32-bit floats.
 *
 * Colours keep their differences: the grey level goes through the tables, and what it gains is added to red, green and blue.
 *
 * Reads and writes the pixels of the strip's rows; `dst` may be `src`. Alpha stays, the padding byte of `RGB` becomes 255.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { convertRows } from './convert.ts';
import { lineOf, newLine } from './lines.ts';

const f = Math.fround;

/** How an image is cut into tiles. */
export interface TileGrid {
  /** Tiles side by side. */
  readonly across: number;
  /** Tiles one below the other. */
  readonly down: number;
  /** Pixels in a row of a tile. */
  readonly width: number;
  /** Rows of a tile. */
  readonly height: number;
}

/** The grid of an image. Where one side does not divide, the other is continued as well, by a whole tile's worth of pixels at most. */
export function tileGrid(width: number, height: number, across: number, down: number): TileGrid {
  if (width % across === 0 && height % down === 0) {
    return { across, down, width: width / across, height: height / down };
  }
  return {
    across,
    down,
    width: (width + across - (width % across)) / across,
    height: (height + down - (height % down)) / down,
  };
}

/** The place inside a side of `length` that a place beyond its end reflects. */
export function reflected(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = place % period;
  return within < length ? within : period - within;
}

/** The rows of the continued image that show row `y`: itself, and its reflections. */
export function shownAt(y: number, height: number, { down, height: rows }: TileGrid): number[] {
  const at = [y];
  for (let row = height; row < down * rows; row++) if (reflected(row, height) === y) at.push(row);
  return at;
}

/** Adds the grey levels of a strip's rows to the counts of their tiles: 256 for each, row by row of tiles. */
export function countTileRows(src: Raster, grid: TileGrid, top: number, bottom: number, counts: Uint32Array): void {
  const { width, height } = src;
  const line = newLine('L', width);
  for (let y = top; y < bottom; y++) {
    convertRows(lineOf(src, y, 0, width), line, 0, 1);
    for (const row of shownAt(y, height, grid)) {
      const first = Math.floor(row / grid.height) * grid.across;
      for (let x = 0; x < grid.across * grid.width; x++) {
        counts[256 * (first + Math.floor(x / grid.width)) + line.bytes[reflected(x, width)]!]!++;
      }
    }
  }
}

/** The tables of all tiles, 256 bytes each, from their counts. `limit` 0 cuts nothing off. */
export function tileTables(counts: ArrayLike<number>, pixels: number, limit: number): Uint8Array {
  const tables = new Uint8Array(counts.length);
  const most = limit === 0 ? pixels : Math.max(1, Math.floor((limit * pixels) / 256));
  const scale = f(255 / f(pixels));
  const tile = new Uint32Array(256);
  for (let first = 0; first < counts.length; first += 256) {
    for (let value = 0; value < 256; value++) tile[value] = counts[first + value]!;
    shareOut(tile, most);
    let sum = 0;
    for (let value = 0; value < 256; value++) {
      sum += tile[value]!;
      tables[first + value] = Math.min(rounded(f(f(sum) * scale)), 255);
    }
  }
  return tables;
}

/** Cuts counts off at `most` and shares out what was above: the same for all, the rest to every so many values. */
function shareOut(counts: Uint32Array, most: number): void {
  let above = 0;
  for (let value = 0; value < 256; value++) {
    if (counts[value]! <= most) continue;
    above += counts[value]! - most;
    counts[value] = most;
  }
  const each = Math.floor(above / 256);
  let rest = above - each * 256;
  for (let value = 0; value < 256; value++) counts[value]! += each;
  const step = Math.max(Math.floor(256 / Math.max(rest, 1)), 1);
  for (let value = 0; value < 256 && rest > 0; value += step, rest--) counts[value]!++;
}

/** Between which two tiles a place lies, and what the second of them counts. */
export function tilesAround(place: number, size: number, tiles: number): readonly [number, number, number] {
  const at = f(f(place * f(1 / size)) - 0.5);
  const first = Math.floor(at);
  return [Math.max(first, 0), Math.min(first + 1, tiles - 1), f(at - first)];
}

/** Sends the rows of a strip through the tables. */
export function claheRows(
  src: Raster,
  dst: Raster,
  grid: TileGrid,
  top: number,
  bottom: number,
  tables: Uint8Array,
): void {
  const { width } = src;
  const before = newLine('L', width);
  const columns = Array.from({ length: width }, (_, x) => tilesAround(x, grid.width, grid.across));
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const [above, below, down] = tilesAround(y, grid.height, grid.down);
    convertRows(lineOf(src, y, 0, width), before, 0, 1);
    const p = source.seek(y);
    const q = target.seek(y);
    columns.forEach(([left, right, share], x) => {
      const value = before.bytes[x]!;
      const through = (row: number): number => {
        const a = tables[256 * (row * grid.across + left) + value]!;
        const b = tables[256 * (row * grid.across + right) + value]!;
        return f(f(a * f(1 - share)) + f(b * share));
      };
      const after = rounded(f(f(through(above) * f(1 - down)) + f(through(below) * down)));
      changePixel(source.bytes, p, target.bytes, q, x, after - value, src);
    });
  }
}

function changePixel(
  src: Uint8Array,
  p: number,
  dst: Uint8Array,
  q: number,
  x: number,
  more: number,
  { layout }: Raster,
): void {
  const size = pixelSize(layout);
  for (let i = x * size; i < x * size + Math.min(size, 3); i++) {
    dst[q + i] = Math.min(Math.max(src[p + i]! + more, 0), 255);
  }
  if (size === 4) dst[q + x * 4 + 3] = layout === 'RGB' ? 255 : src[p + x * 4 + 3]!;
}

/** To the nearest integer, halves to the even one: adding 3 * 2^22 rounds a 32-bit float. */
function rounded(value: number): number {
  return f(value + 12582912) - 12582912;
}
