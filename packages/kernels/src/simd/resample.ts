/**
 * The weighing resize of a strip as SIMD: the same passes in the same order as `scalar/resample.ts`, four source rows at a time.
 *
 * ```
 * 4 source rows ──tile──> pairs of pixels ──across──> group of 4 rows, in the ring ──down──> output row, or a line ──unpack──> output row
 * ```
 *
 * A group is made when an output row first needs it, and overwritten when none does any more. Group `g` is rows `4 g` to `4 g + 3`. Of
 * those that lie outside the strip's source rows a neighbour is read instead: their weights are zero. An axis that keeps its pixels goes
 * through the same pass with a table of ones, since that is rare.
 *
 * Scratch, in one block that is given back at the end: weights, the tile, the ring, a line.
 *
 * Reads the source rows under the filter, writes the strip's rows of the rectangle in `dst`. If the thread dies in here, `kept-scratch.ts`
 * says what becomes of it.
 */
import { bandCount, type Layout, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { identity } from '../scalar/coefficients.ts';
import { type Placement, sourceRows, type Tables } from '../scalar/resample.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import type { Across, Kernels, Tile, Unpack } from './module.ts';
import { apart } from './strides.ts';
import { groupsOf, pairsOf, type Windows } from './tables.ts';

/** Bytes that `tile` wants for the ends of rows, and `down` for the end of its row. */
const padBytes = 128;
/** What passes may read, or write, behind the values that they are told of. */
const slack = 64;

/** What a resize of one strip needs to know. */
interface Plan {
  readonly kernels: Kernels;
  readonly pairs: Windows;
  readonly groups: Windows;
  /** First source column of the tile, and how many. */
  readonly left: number;
  readonly columns: number;
  /** Source rows that are read: the first, and the first one behind. */
  readonly top: number;
  readonly bottom: number;
  /** Bytes of a row of bands. */
  readonly length: number;
  /** Bytes from one group in the ring to the next. */
  readonly stride: number;
  /** Where everything lies. */
  readonly places: Places;
}

/** Offsets in the scratch block, then addresses. */
interface Places {
  readonly pad: number;
  readonly list: number;
  readonly starts: number;
  readonly pairWeights: number;
  readonly groupWeights: number;
  readonly tile: number;
  readonly ring: number;
  readonly line: number;
  readonly end: number;
}

/** Resizes rows `first` to `end - 1` of the rectangle. Answers whether it did: not when there is no room for the scratch. */
export function resampleSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  first: number,
  end: number,
  place: Placement,
  tables: Tables,
): boolean {
  const width = place.rectangle[2];
  const across = tables.across ?? identity(width);
  const pairs = pairsOf(across);
  const groups = groupsOf(tables.down ?? identity(place.rectangle[3]));
  const bands = bandCount(src.layout);
  const left = pairs.starts[0]! * 2;
  const columns = across.bounds[2 * width - 2]! + across.bounds[2 * width - 1]! - left;
  const length = width * bands;
  const stride = apart(4 * length + slack);
  const tileUnits = Math.max(pairs.units, Math.ceil(columns / 2)) + 8;
  const rowWeights = groups.weights.byteLength / groups.starts.length;
  const sizes = {
    pad: padBytes,
    list: 4 * groups.units,
    starts: 4 * width,
    pairWeights: pairs.weights.byteLength,
    groupWeights: rowWeights * (end - first),
    tile: tileUnits * 8 * bands,
    ring: groups.units * stride,
    line: length + slack,
  };
  return withScratch(engine, placesFrom(0, sizes).end, (base) => {
    const places = placesFrom(base, sizes);
    put(engine, places.starts, pairs.starts);
    put(engine, places.pairWeights, pairs.weights);
    const step = rowWeights / 2;
    put(engine, places.groupWeights, groups.weights.subarray(first * step, end * step));
    const [top, bottom] = sourceRows(tables.down, first, end);
    const plan = { kernels: engine.kernels, pairs, groups, left, columns, top, bottom, length, stride, places };
    rows(plan, src, dst, first, end, place, rowWeights);
  });
}

function rows(
  plan: Plan,
  src: Raster,
  dst: Raster,
  first: number,
  end: number,
  place: Placement,
  rowWeights: number,
): void {
  const { kernels, groups, length, stride, places } = plan;
  const { list, pad, line, ring } = places;
  const { units, precision, split } = groups;
  const [x, y, width] = place.rectangle;
  const indent = x * pixelSize(dst.layout);
  const unpack = unpackers[dst.layout]?.(kernels);
  const makeGroup = groupMaker(plan, src, width);
  let next = 0;
  let weights = places.groupWeights;
  for (let row = first; row < end; row++, weights += rowWeights) {
    const start = groups.starts[row]!;
    for (next = Math.max(next, start); next < start + units; next++) makeGroup(next);
    const to = addressOf(dst, y + row) + indent;
    const out = unpack === undefined ? to : line;
    if (split) kernels.downExact(ring, stride, units, start, units, weights, out, length, list, pad);
    else kernels.down(ring, stride, units, start, units, weights, out, length, precision, list, pad);
    unpack?.(line, to, width);
  }
}

/** Makes group `g`: four source rows through the tile and along into the ring. */
function groupMaker(plan: Plan, src: Raster, width: number): (g: number) => void {
  const { kernels, pairs, groups, left, columns, top, bottom, stride, places } = plan;
  const { pad, starts, pairWeights, ring } = places;
  const { units, precision } = pairs;
  const indent = left * pixelSize(src.layout);
  const tile = tiles[src.layout](kernels);
  const across = acrosses(kernels, pairs.split)[bandCount(src.layout)];
  // Starts count from the image's first pair, the tile begins with the first that is needed.
  const origin = places.tile - (left / 2) * 8 * bandCount(src.layout);
  const row = (y: number): number => addressOf(src, Math.min(Math.max(y, top), bottom - 1)) + indent;
  return (g) => {
    tile(row(4 * g), row(4 * g + 1), row(4 * g + 2), row(4 * g + 3), columns, places.tile, pad);
    across(origin, starts, pairWeights, units, ring + (g % groups.units) * stride, width, precision);
  };
}

const tiles: Readonly<Record<Layout, (kernels: Kernels) => Tile>> = {
  L: (kernels) => kernels.tileL,
  LA: (kernels) => kernels.tileLA,
  'RGB;24': (kernels) => kernels.tileRGB24,
  RGB: (kernels) => kernels.tileRGBX,
  RGBA: (kernels) => kernels.tileRGBA,
};

/** Where a layout is not the bands that are summed. */
const unpackers: Readonly<Partial<Record<Layout, (kernels: Kernels) => Unpack>>> = {
  LA: (kernels) => kernels.unpackLA,
  RGB: (kernels) => kernels.unpackRGB,
  RGBA: (kernels) => kernels.unpackRGBA,
};

function acrosses(kernels: Kernels, split: boolean): Readonly<Record<1 | 2 | 3 | 4, Across>> {
  const { across1, across2, across3, across4, acrossExact1, acrossExact2, acrossExact3, acrossExact4 } = kernels;
  return split
    ? { 1: acrossExact1, 2: acrossExact2, 3: acrossExact3, 4: acrossExact4 }
    : { 1: across1, 2: across2, 3: across3, 4: across4 };
}

function placesFrom(base: number, sizes: Readonly<Record<Exclude<keyof Places, 'end'>, number>>): Places {
  let at = base;
  const place = (bytes: number): number => {
    const here = at;
    at += Math.ceil(bytes / 64) * 64;
    return here;
  };
  return {
    pad: place(sizes.pad),
    list: place(sizes.list),
    starts: place(sizes.starts),
    pairWeights: place(sizes.pairWeights),
    groupWeights: place(sizes.groupWeights),
    tile: place(sizes.tile),
    ring: place(sizes.ring),
    line: place(sizes.line),
    end: at,
  };
}

/** Writes a table into the memory. */
function put({ bytes }: Engine, address: number, table: Int32Array | Int16Array): void {
  bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), address);
}
