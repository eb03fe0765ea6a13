/**
 * Contrast by regions as SIMD: grey levels in a line of scratch are counted, and go through the tables of four tiles at a time, which are
 * put side by side for each pair of columns of tiles.
 *
 * The scratch is one block, given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { reflected, shownAt, type TileGrid, tilesAround } from '../scalar/clahe.ts';
import { converterOf } from './convert.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import { apart } from './strides.ts';

/** As `countTileRows` of `scalar/clahe.ts`. Answers whether it was done: not when there is no room for the scratch. */
export function countTilesSimd(
  engine: Engine,
  src: Raster,
  grid: TileGrid,
  top: number,
  bottom: number,
  counts: Uint32Array,
): boolean {
  const { kernels, bytes } = engine;
  const { width, height } = src;
  const whole = grid.across * grid.width;
  const toGrey = src.layout === 'L' ? undefined : converterOf(kernels, src.layout, 'L');
  // Counts of one row of tiles; four for each value, so that neighbours that are alike do not wait for each other.
  const tileBytes = 4096;
  const countsSize = grid.across * tileBytes;
  return withScratch(engine, countsSize + apart(whole), (at) => {
    const line = at + countsSize;
    let tileRow = -1;
    const flush = (): void => {
      const found = new Uint32Array(bytes.slice(at, at + countsSize).buffer);
      for (let i = 0; i < found.length && tileRow >= 0; i++) {
        counts[256 * (tileRow * grid.across + (i >> 10)) + (i & 255)]! += found[i]!;
      }
      kernels.clear(at, countsSize);
    };
    flush();
    for (let y = top; y < bottom; y++) {
      for (const row of shownAt(y, height, grid)) {
        if (Math.floor(row / grid.height) !== tileRow) {
          flush();
          tileRow = Math.floor(row / grid.height);
        }
        const from = addressOf(src, y);
        if (toGrey) toGrey(from, 0, line, 0, width, 1);
        else kernels.moveRows(from, 0, line, 0, width, 1);
        for (let x = width; x < whole; x++) bytes[line + x] = bytes[line + reflected(x, width)]!;
        for (let tile = 0; tile < grid.across; tile++) {
          kernels.count(line + tile * grid.width, grid.width, 4, at + tile * tileBytes);
        }
      }
    }
    flush();
  });
}

/** As `claheRows` of `scalar/clahe.ts`. Answers whether it was done: not when there is no room for the scratch. */
export function claheSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  grid: TileGrid,
  top: number,
  bottom: number,
  tables: Uint8Array,
): boolean {
  const { kernels, bytes } = engine;
  const { width } = src;
  const size = pixelSize(src.layout);
  const columns = spansOf(width, grid);
  const toGrey = src.layout === 'L' ? undefined : converterOf(kernels, src.layout, 'L');
  const opaque = src.layout === 'RGB' ? 0xff000000 | 0 : 0;
  const quadBytes = 1024;
  const sizes = { shares: 4 * width, quads: columns.length * quadBytes, before: apart(width), after: apart(width) };
  return withScratch(engine, sizes.shares + sizes.quads + sizes.before + sizes.after, (shares) => {
    const quads = shares + sizes.shares;
    const before = quads + sizes.quads;
    const after = before + sizes.before;
    const rights = Float32Array.from({ length: width }, (_, x) => tilesAround(x, grid.width, grid.across)[2]);
    bytes.set(new Uint8Array(rights.buffer), shares);
    let [lastAbove, lastBelow] = [-1, -1];
    for (let y = top; y < bottom; y++) {
      const [above, below, down] = tilesAround(y, grid.height, grid.down);
      if (above !== lastAbove || below !== lastBelow) {
        columns.forEach((span, i) => {
          putQuads(bytes, quads + i * quadBytes, tables, grid, above, below, span);
        });
        [lastAbove, lastBelow] = [above, below];
      }
      const from = addressOf(src, y);
      const to = addressOf(dst, y);
      const grey = toGrey ? before : from;
      const result = toGrey ? after : to;
      toGrey?.(from, 0, before, 0, width, 1);
      columns.forEach(({ start, end }, i) => {
        kernels.throughTiles(
          grey + start,
          result + start,
          end - start,
          quads + i * quadBytes,
          shares + 4 * start,
          down,
        );
      });
      if (size === 3) kernels.lighten3(from, before, after, to, width);
      if (size === 4) kernels.lighten4(from, before, after, to, width, opaque);
    }
  });
}

/** Columns of pixels that lie between the same two columns of tiles. */
interface Span {
  readonly left: number;
  readonly right: number;
  readonly start: number;
  readonly end: number;
}

function spansOf(width: number, grid: TileGrid): Span[] {
  const spans: Span[] = [];
  for (let x = 0; x < width; x++) {
    const [left, right] = tilesAround(x, grid.width, grid.across);
    const last = spans.at(-1);
    if (last?.left === left && last.right === right) spans[spans.length - 1] = { ...last, end: x + 1 };
    else spans.push({ left, right, start: x, end: x + 1 });
  }
  return spans;
}

/** For each value the four bytes that four tables make of it. */
function putQuads(
  bytes: Uint8Array,
  at: number,
  tables: Uint8Array,
  { across }: TileGrid,
  above: number,
  below: number,
  { left, right }: Span,
): void {
  const tile = (row: number, column: number): number => 256 * (row * across + column);
  const [a, b, c, d] = [tile(above, left), tile(above, right), tile(below, left), tile(below, right)];
  for (let value = 0; value < 256; value++) {
    const q = at + 4 * value;
    bytes[q] = tables[a + value]!;
    bytes[q + 1] = tables[b + value]!;
    bytes[q + 2] = tables[c + value]!;
    bytes[q + 3] = tables[d + value]!;
  }
}
