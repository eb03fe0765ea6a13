/**
 * The weighing resize of wide layouts as SIMD: the sums of `scalar/wide-resample.ts`, in the same order.
 *
 * ```
 * 8 source rows ──tile──> doubles ──across──> 8 rows of the ring, or of dst ──down──> a row of dst
 *              └────────── pairs ───────────┘
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
  const groups = Math.ceil((end - first) / together);
  const listBytes = rounded(4 * groups * together);
  return withScratch(engine, scratch.bytes + 2 * listBytes + width * ringPixel, (base) => {
    const list = base + scratch.bytes;
    const outs = list + listBytes;
    const spare = outs + listBytes;
    const begin = x * pixelSize(dst.layout);
    const indent = table.bounds[0]! * pixelSize(src.layout);
    putWords(engine, list, groups * together, (i) => addressOf(src, Math.min(first + i, end - 1)) + indent);
    putWords(engine, outs, groups * together, (i) => (first + i < end ? addressOf(dst, y + first + i) + begin : spare));
    const along = alongOf(engine, src, table, base, width, acrosses[src.layout](engine.kernels));
    for (let group = 0; group < groups; group++) along(list + 4 * together * group, outs + 4 * together * group);
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
  // Source rows by groups: what weighs nothing is a neighbour.
  const group = Math.floor(top / together);
  const sources = together * (Math.ceil(bottom / together) - group);
  const sourceBytes = rounded(4 * sources);
  const ringBytes = rounded(4 * 2 * capacity);
  const weightBytes = rounded(weights.byteLength);
  const bytes = scratch.bytes + sourceBytes + ringBytes + weightBytes + capacity * stride;
  return withScratch(engine, bytes, (base) => {
    const list = base + scratch.bytes;
    const ringList = list + sourceBytes;
    const weightsAt = ringList + ringBytes;
    const ring = weightsAt + weightBytes;
    const indent = across.bounds[0]! * pixelSize(src.layout);
    const source = (i: number): number => addressOf(src, Math.min(Math.max(together * group + i, top), bottom - 1));
    putWords(engine, list, sources, (i) => source(i) + indent);
    // Twice, so that the rows of the ring follow each other wherever they begin.
    putWords(engine, ringList, 2 * capacity, (i) => ring + (i % capacity) * stride);
    put(engine, weightsAt, weights);
    const between = src.layout === 'F' ? kernels.wideAcrossF : kernels.wideAcrossI;
    const along = alongOf(engine, src, across, base, width, between);
    const run = src.layout === 'I;16' ? kernels.wideDownITo16 : downs[src.layout](kernels);
    let next = group * together;
    for (let row = first; row < end; row++) {
      const start = bounds[2 * row]!;
      const count = bounds[2 * row + 1]!;
      next = Math.max(next, start - (start % together));
      for (; next < start + count; next += together) {
        along(list + 4 * (next - group * together), ringList + 4 * (next % capacity));
      }
      const at = weightsAt + 8 * down.size * (row - first);
      run(ringList + 4 * (start % capacity), at, count, addressOf(dst, y + row) + x * pixelSize(dst.layout), width);
    }
  });
}

/** Takes eight rows along into eight others. Lists have their addresses, of the rows that are read those of the first column that is needed. */
type Along = (list: number, outs: number) => void;

/** Puts the table of the pass along the rows into the scratch, and answers the pass. */
function alongOf(
  engine: Engine,
  src: WideRaster,
  table: PreciseCoefficients,
  base: number,
  width: number,
  across: WideAcross,
): Along {
  const { weightsAt, tileAt, left, columns } = alongScratch(table, width);
  put(engine, base, table.bounds);
  put(engine, base + weightsAt, table.weights);
  if (table.pairs && src.layout !== 'I;16') {
    const run = src.layout === 'F' ? engine.kernels.widePairsF : engine.kernels.widePairsI;
    return (list, outs) => run(list, base, base + weightsAt, table.size, outs, width, base + tileAt);
  }
  const tile = tiles[src.layout](engine.kernels);
  // Bounds count from the image's first column, the tile begins with the first that is needed.
  const origin = base + tileAt - left * tileColumn;
  return (list, outs) => {
    tile(list, columns, base + tileAt);
    across(origin, base, base + weightsAt, table.size, outs, width);
  };
}

/**
 * Where the pass along the rows has its weights, behind the bounds, and its tile, or, in pairs, its values by columns, and which columns it reads.
 */
function alongScratch({ bounds, weights, pairs }: PreciseCoefficients, width: number) {
  const left = bounds[0]!;
  const columns = bounds[2 * width - 2]! + bounds[2 * width - 1]! - left;
  const weightsAt = rounded(bounds.byteLength);
  const tileAt = weightsAt + rounded(weights.byteLength);
  const tileBytes = Math.max(columns * tileColumn, pairs ? width * together * ringPixel : 0);
  return { weightsAt, tileAt, bytes: tileAt + rounded(tileBytes), left, columns };
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
