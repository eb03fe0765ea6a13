/**
 * Box passes as SIMD, streaming: a row is made when the pass after it first needs it, and lost when that needs it no more.
 *
 * ```
 * 8 source rows ──rowsToTile──> tile ──boxAlong, for each pass──> tile ──tileToRows──> ring 0 ──boxDown──> ring 1 ──boxDown──> … ──boxDown──> dst
 * ```
 *
 * Ring `p` holds the last `2 * radius + 3` rows (and 8 more in ring 0, which come 8 at a time) of what went through `p` passes down;
 * row `y` is at place `y % rows`. For a row, a pass wants the rows from `radius + 1` above to `radius + 1` below, clamped to the image.
 *
 * Scratch, in one block that is given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type Box, reach } from '../scalar/blur.ts';
import { opaque } from './convert.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import { apart } from './strides.ts';

/** Sums are 16 bits: 255 * (2 * 127 + 2) still fits. */
const largestRadius = 127;
/** Rows of a tile. */
const tileRows = 8;

/** Blurs the rows of a strip. Answers whether it did: not when the radius is too large or there is no room for the scratch. */
export function boxSimd(engine: Engine, src: Raster, dst: Raster, top: number, bottom: number, box: Box): boolean {
  if (box.radius > largestRadius) return false;
  const size = pixelSize(src.layout);
  const line = src.width * size;
  const stride = apart(line + 64);
  const ringRows = 2 * box.radius + 3 + tileRows;
  const margin = (box.radius + 1) * size * 8;
  const tileBytes = Math.ceil((8 * line + 2 * margin) / 64) * 64;
  const sumsBytes = apart(2 * line + 64);
  const listBytes = 64;
  const bytes = listBytes + 2 * tileBytes + box.passes * (sumsBytes + ringRows * stride);
  return withScratch(engine, bytes, (list) => {
    const tiles = [list + listBytes + margin, list + listBytes + tileBytes + margin] as const;
    const rings = list + listBytes + 2 * tileBytes;
    const sums = rings + box.passes * ringRows * stride;
    const ringOf = (pass: number): Ring => ({ address: rings + pass * ringRows * stride, rows: ringRows, stride });
    let rows = alongRows(engine, src, box, ringOf(0), list, tiles, top, bottom);
    for (let pass = 0; pass < box.passes - 1; pass++) {
      const ring = ringOf(pass + 1);
      // The first row that a pass makes is what all later ones reach back to.
      const first = Math.max(0, top - (box.passes - 1 - pass) * (box.radius + 1));
      const make = downRows(engine, src.height, line, box, rows, sums + pass * sumsBytes, first);
      rows = kept(ring, first, make);
    }
    const last = downRows(engine, src.height, line, box, rows, sums + (box.passes - 1) * sumsBytes, top);
    for (let y = top; y < bottom; y++) {
      const to = addressOf(dst, y);
      last(y, to);
      if (dst.layout === 'RGB') opaque(engine.kernels, to, 0, dst.width, 1);
    }
  });
}

/** Rows of scratch. */
interface Ring {
  readonly address: number;
  readonly rows: number;
  readonly stride: number;
}

/** Gives the address of row `y` of a pass, which it makes if need be; rows are asked for in order, but for the last few. */
type RowsOf = (y: number) => number;

/** Makes row `y` at an address; called for every row from the first one on. */
type MakeRow = (y: number, to: number) => void;

/** Keeps the last rows that `make` has made, from row `first` on. */
function kept({ address, rows, stride }: Ring, first: number, make: MakeRow): RowsOf {
  let next = first;
  return (y) => {
    for (; next <= y; next++) make(next, address + (next % rows) * stride);
    return address + (y % rows) * stride;
  };
}

/** One pass down over the rows of `from`. */
function downRows(
  { kernels }: Engine,
  height: number,
  line: number,
  { radius, ww, fw }: Box,
  from: RowsOf,
  sums: number,
  first: number,
): MakeRow {
  const row = (y: number): number => from(Math.min(Math.max(y, 0), height - 1));
  return (y, to) => {
    if (y === first) {
      // The sums of the row above: its rows from radius above to radius below.
      kernels.clear(sums, 2 * line);
      for (let i = y - radius - 1; i < y + radius; i++) kernels.boxAdd(sums, row(i), 1, line);
    }
    const right = row(y + radius + 1); // first, since it makes the others
    kernels.boxDown(sums, row(y - radius - 1), row(y + radius), right, to, line, ww, fw);
  };
}

/** The passes along the rows: makes 8 at a time. */
function alongRows(
  engine: Engine,
  src: Raster,
  box: Box,
  { address, rows, stride }: Ring,
  list: number,
  [tile, other]: readonly [number, number],
  top: number,
  bottom: number,
): RowsOf {
  const { kernels, bytes } = engine;
  const { radius, ww, fw, passes } = box;
  const size = pixelSize(src.layout);
  const line = src.width * size;
  const end = Math.min(src.height, bottom + reach(box));
  let next = Math.max(0, top - reach(box));
  const addresses = new Uint32Array(tileRows);
  const setList = (each: (y: number) => number): void => {
    // Beyond the last row it is read, and written, once more.
    for (let r = 0; r < tileRows; r++) addresses[r] = each(Math.min(next + r, end - 1));
    bytes.set(new Uint8Array(addresses.buffer), list);
  };
  return (y) => {
    while (next <= y) {
      setList((row) => addressOf(src, row));
      kernels.rowsToTile(list, line, tile);
      let [from, to] = [tile, other];
      for (let pass = 0; pass < passes; pass++) {
        kernels.boxAlong(from, to, src.width, size, radius, ww, fw);
        [from, to] = [to, from];
      }
      setList((row) => address + (row % rows) * stride);
      kernels.tileToRows(from, line, list);
      next += tileRows;
    }
    return address + (y % rows) * stride;
  };
}
