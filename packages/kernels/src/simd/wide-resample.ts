/**
 * The weighing resize of wide layouts as SIMD: the sums of `scalar/wide-resample.ts`, in the same order.
 *
 * ```
 * 8 source rows ──tile──> doubles ──across──> 8 rows of the ring, or of dst ──down──> a row of dst
 * ```
 *
 * Rows between the passes lie in a ring of groups of eight: group `g` is rows `8 g` to `8 g + 7`, made when a row of the result first needs it.
 * Of those outside of the strip's source rows a neighbour is read instead, since nothing weighs them. An axis that keeps its pixels has no pass.
 *
 * Scratch, in one block that is given back at the end: tables, the addresses of the rows that are summed, the tile, the ring, a line.
 *
 * Reads the source rows under the filter, writes the strip's rows of the rectangle in `dst`. If the thread dies in here, `kept-scratch.ts`
 * says what becomes of it.
 */
import { pixelSize, type WideLayout } from '../layouts.ts';
import type { WideRaster } from '../raster.ts';
import type { PreciseCoefficients } from '../scalar/coefficients.ts';
import type { Placement } from '../scalar/resample.ts';
import { mostRows, type WideTables } from '../scalar/wide-resample.ts';
import { addressOf, type Engine, putWords, withScratch } from './engine.ts';
import type { Kernels, WideAcross, WideDown, WideTile } from './module.ts';
import { apart } from './strides.ts';

/** Rows that the pass along them takes at a time. */
const together = 8;
/** Bytes of a column of the tile. */
const tileColumn = together * 8;
/** Bytes of a number between the passes. */
const ringPixel = 4;

/** Resizes rows `first` to `end - 1` of the rectangle. Answers whether there was room for the scratch. */
export function wideResampleSimd(
  engine: Engine,
  src: WideRaster,
  dst: WideRaster,
  first: number,
  end: number,
  place: Placement,
  { across, down }: WideTables,
): boolean {
  if (!down) return across !== undefined && alongOnly(engine, src, dst, first, end, place, across);
  if (!across) return downOnly(engine, src, dst, first, end, place, down);
  return both(engine, src, dst, first, end, place, across, down);
}

function alongOnly(
  engine: Engine,
  src: WideRaster,
  dst: WideRaster,
  first: number,
  end: number,
  { rectangle: [x, y, width] }: Placement,
  table: PreciseCoefficients,
): boolean {
  const scratch = alongScratch(table, width);
  const spare = width * ringPixel;
  return withScratch(engine, scratch.bytes + spare, (base) => {
    const along = alongOf(engine, src, table, base, width, acrosses[src.layout](engine.kernels));
    const indent = x * pixelSize(dst.layout);
    for (let row = first; row < end; row += together) {
      const source = (i: number): number => addressOf(src, Math.min(row + i, end - 1));
      const target = (i: number): number =>
        row + i < end ? addressOf(dst, y + row + i) + indent : base + scratch.bytes;
      along(source, target);
    }
  });
}

function downOnly(
  engine: Engine,
  src: WideRaster,
  dst: WideRaster,
  first: number,
  end: number,
  { rectangle: [x, y, width] }: Placement,
  table: PreciseCoefficients,
): boolean {
  const top = table.bounds[2 * first]!;
  const bottom = table.bounds[2 * end - 2]! + table.bounds[2 * end - 1]!;
  const weights = weightsFor(table, first, end);
  const listBytes = rounded(4 * (bottom - top));
  return withScratch(engine, listBytes + weights.byteLength, (base) => {
    putWords(engine, base, bottom - top, (i) => addressOf(src, top + i));
    put(engine, base + listBytes, weights);
    const run = downs[src.layout](engine.kernels);
    for (let row = first; row < end; row++) {
      const list = base + 4 * (table.bounds[2 * row]! - top);
      const at = base + listBytes + 8 * table.size * (row - first);
      run(list, at, table.bounds[2 * row + 1]!, addressOf(dst, y + row) + x * pixelSize(dst.layout), width);
    }
  });
}

function both(
  engine: Engine,
  src: WideRaster,
  dst: WideRaster,
  first: number,
  end: number,
  { rectangle: [x, y, width] }: Placement,
  across: PreciseCoefficients,
  down: PreciseCoefficients,
): boolean {
  const { kernels } = engine;
  const { bounds } = down;
  const top = bounds[2 * first]!;
  const bottom = bounds[2 * end - 2]! + bounds[2 * end - 1]!;
  // So many groups can hold the rows of one row of the result, wherever they begin.
  const capacity = together * (Math.ceil((mostRows(down, first, end) - 1) / together) + 1);
  const stride = apart(width * ringPixel);
  const weights = weightsFor(down, first, end);
  const scratch = alongScratch(across, width);
  const listBytes = rounded(4 * 2 * capacity);
  const weightBytes = rounded(weights.byteLength);
  return withScratch(engine, scratch.bytes + listBytes + weightBytes + capacity * stride, (base) => {
    const list = base + scratch.bytes;
    const ring = list + listBytes + weightBytes;
    const between = src.layout === 'F' ? kernels.wideAcrossF : kernels.wideAcrossI;
    const along = alongOf(engine, src, across, base, width, between);
    const run = src.layout === 'I;16' ? kernels.wideDownITo16 : downs[src.layout](kernels);
    // Twice, so that the rows of the ring follow each other wherever they begin.
    putWords(engine, list, 2 * capacity, (i) => ring + (i % capacity) * stride);
    put(engine, list + listBytes, weights);
    let next = 0;
    for (let row = first; row < end; row++) {
      const start = bounds[2 * row]!;
      const count = bounds[2 * row + 1]!;
      for (next = Math.max(next, Math.floor(start / together)); next * together < start + count; next++) {
        const group = next * together;
        along(
          (i) => addressOf(src, Math.min(Math.max(group + i, top), bottom - 1)),
          (i) => ring + ((group + i) % capacity) * stride,
        );
      }
      const at = list + listBytes + 8 * down.size * (row - first);
      const out = addressOf(dst, y + row) + x * pixelSize(dst.layout);
      run(list + 4 * (start % capacity), at, count, out, width);
    }
  });
}

/** Takes eight rows, whose addresses are asked for, along into eight others. */
type Along = (source: (i: number) => number, target: (i: number) => number) => void;

/** Puts the table of the pass along the rows into the scratch, and answers the pass. */
function alongOf(
  engine: Engine,
  src: WideRaster,
  table: PreciseCoefficients,
  base: number,
  width: number,
  across: WideAcross,
): Along {
  const { listAt, boundsAt, weightsAt, tileAt, left, columns } = alongScratch(table, width);
  put(engine, base + boundsAt, table.bounds);
  put(engine, base + weightsAt, table.weights);
  const tile = tiles[src.layout](engine.kernels);
  const indent = left * pixelSize(src.layout);
  const list = base + listAt;
  // Bounds count from the image's first column, the tile begins with the first that is needed.
  const origin = base + tileAt - left * tileColumn;
  return (source, target) => {
    putWords(engine, list, 2 * together, (i) => (i < together ? source(i) + indent : target(i - together)));
    tile(list, columns, base + tileAt);
    across(origin, base + boundsAt, base + weightsAt, table.size, list + 4 * together, width);
  };
}

/** Where the pass along the rows has its tables and its tile, and which columns it reads. */
function alongScratch({ bounds, weights }: PreciseCoefficients, width: number) {
  const left = bounds[0]!;
  const columns = bounds[2 * width - 2]! + bounds[2 * width - 1]! - left;
  const boundsAt = rounded(4 * 2 * together);
  const weightsAt = boundsAt + rounded(bounds.byteLength);
  const tileAt = weightsAt + rounded(weights.byteLength);
  return { listAt: 0, boundsAt, weightsAt, tileAt, bytes: tileAt + rounded(columns * tileColumn), left, columns };
}

const tiles: Readonly<Record<WideLayout, (kernels: Kernels) => WideTile>> = {
  'I;16': (kernels) => kernels.wideTile16,
  I: (kernels) => kernels.wideTileI,
  F: (kernels) => kernels.wideTileF,
};

const acrosses: Readonly<Record<WideLayout, (kernels: Kernels) => WideAcross>> = {
  'I;16': (kernels) => kernels.wideAcross16,
  I: (kernels) => kernels.wideAcrossI,
  F: (kernels) => kernels.wideAcrossF,
};

const downs: Readonly<Record<WideLayout, (kernels: Kernels) => WideDown>> = {
  'I;16': (kernels) => kernels.wideDown16,
  I: (kernels) => kernels.wideDownI,
  F: (kernels) => kernels.wideDownF,
};

/** The weights of rows `first` to `end - 1`. */
function weightsFor({ weights, size }: PreciseCoefficients, first: number, end: number): Float64Array {
  return weights.subarray(first * size, end * size);
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

function put({ bytes }: Engine, address: number, table: Int32Array | Float64Array): void {
  bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), address);
}
