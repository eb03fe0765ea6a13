/**
 * The weighing resize of a strip: rows through the horizontal pass into a ring, sums of ring rows into the output.
 *
 * The order is Pillow's: alpha is multiplied in, the horizontal pass is cut to 8 bits, the vertical pass, alpha is divided out; a pass
 * is left out when its axis keeps its size and the box spans all of it. What differs is only when a row is made: Pillow makes all rows
 * of the first pass and then all of the second, we make a row of the first when the second first needs it. A strip's first and last
 * output rows need source rows that its neighbours need too; each strip makes them for itself.
 *
 * Reads the source rows under the filter, writes the strip's rows of the rectangle in `dst`.
 */
import { RowCursor } from '../cursor.ts';
import { KernelError } from '../errors.ts';
import { bandCount, type Layout, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type Coefficients, coefficients, rounded } from './coefficients.ts';
import { moveBytes } from './copy.ts';
import type { WeighingFilter } from './filters.ts';
import { horizontal, vertical } from './passes.ts';
import { premultiplyGreyRow, premultiplyRow, unpremultiplyGreyRow, unpremultiplyRow } from './premultiply.ts';

/** The box of the source and the rectangle of the destination, checked. */
export interface Placement {
  /** Edges of the box in `src`, in pixels, float32: left, top, right, bottom. */
  readonly box: readonly [number, number, number, number];
  /** The rectangle in `dst`: x, y, width, height. */
  readonly rectangle: readonly [number, number, number, number];
}

/** The tables of both axes; an axis without a table keeps its pixels. */
export interface Tables {
  readonly across: Coefficients | undefined;
  readonly down: Coefficients | undefined;
}

/** Makes or finds the tables for a resize of `src` by `filter`; `exact` ones, or such with their weights rounded to 16 bits. */
export function tablesFor(src: Raster, { box, rectangle }: Placement, filter: WeighingFilter, exact: boolean): Tables {
  const tableFor = (inSize: number, start: number, end: number, outSize: number): Coefficients | undefined => {
    if (outSize === inSize && start === 0 && end === outSize) return undefined;
    const table = coefficients(inSize, start, end, outSize, filter);
    return exact ? table : rounded(table);
  };
  return {
    across: tableFor(src.width, box[0], box[2], rectangle[2]),
    down: tableFor(src.height, box[1], box[3], rectangle[3]),
  };
}

/** The source rows that output rows `first` to `end - 1` of the rectangle are made of: the first, and the first one behind. */
export function sourceRows(
  down: Pick<Coefficients, 'bounds'> | undefined,
  first: number,
  end: number,
): readonly [number, number] {
  if (down === undefined) return [first, end];
  return [down.bounds[2 * first]!, down.bounds[2 * end - 2]! + down.bounds[2 * end - 1]!];
}

/** Resizes rows `first` to `end - 1` of the rectangle, counted from its top. Everything has been checked. */
export function resample(src: Raster, dst: Raster, first: number, end: number, place: Placement, tables: Tables): void {
  const [left, above, width] = place.rectangle;
  const length = width * bandCount(dst.layout);
  const read = rowReader(src, width, tables.across);
  const sum = tables.down === undefined ? read : rowSummer(read, length, tables.down, first, end);
  const unpack = unpackers[dst.layout];
  const line = new Uint8Array(unpack === undefined ? 0 : length);
  const target = new RowCursor(dst);
  const indent = left * pixelSize(dst.layout);
  for (let row = first; row < end; row++) {
    const to = target.seek(above + row) + indent;
    if (unpack === undefined) {
      sum(row, target.bytes, to);
    } else {
      sum(row, line, 0);
      unpack(line, 0, target.bytes, to, width);
    }
  }
}

/** Puts one row, its bands packed and alpha multiplied in, at index `to` of `out`. */
type RowMaker = (row: number, out: Uint8Array, to: number) => void;

type RowStep = (src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number) => void;

/** From a layout to packed bands, where these differ from the layout. */
const packers: Readonly<Partial<Record<Layout, RowStep>>> = {
  RGB: packRow,
  RGBA: premultiplyRow,
  LA: premultiplyGreyRow,
};

/** The way back. */
const unpackers: Readonly<Partial<Record<Layout, RowStep>>> = {
  RGB: unpackRow,
  RGBA: unpremultiplyRow,
  LA: unpremultiplyGreyRow,
};

/** Gives the rows of `src`, after the horizontal pass if there is one. */
function rowReader(src: Raster, width: number, table: Coefficients | undefined): RowMaker {
  const source = new RowCursor(src);
  const bands = bandCount(src.layout);
  const pack = packers[src.layout];
  if (table === undefined) {
    return (row, out, to) => {
      const from = source.seek(row);
      if (pack === undefined) moveBytes(source.bytes, from, out, to, width * bands);
      else pack(source.bytes, from, out, to, width);
    };
  }
  const pass = horizontal[bands];
  const size = pixelSize(src.layout);
  if (pack === undefined || src.layout === 'RGB') {
    return (row, out, to) => {
      const from = source.seek(row);
      pass(source.bytes, from, size, table, out, to, width);
    };
  }
  const first = table.bounds[0]!;
  const columns = table.bounds[2 * width - 2]! + table.bounds[2 * width - 1]! - first;
  const line = new Uint8Array(columns * bands);
  return (row, out, to) => {
    const from = source.seek(row) + first * size;
    pack(source.bytes, from, line, 0, columns);
    pass(line, 0 - first * bands, bands, table, out, to, width);
  };
}

/** Gives output rows as weighted sums of the rows of `read`, which are asked for once each and kept while they are needed. */
function rowSummer(read: RowMaker, length: number, table: Coefficients, first: number, end: number): RowMaker {
  const { bounds, weights, size, precision } = table;
  let capacity = 1;
  for (let row = first; row < end; row++) capacity = Math.max(capacity, bounds[2 * row + 1]!);
  if (capacity * length > 2 ** 31 - 1) {
    throw new KernelError('options.box', `low enough for ${capacity} rows of scratch to fit in 2 GiB`, capacity);
  }
  const ring = new Uint8Array(capacity * length);
  const offsets = new Int32Array(capacity);
  let next = 0;
  return (row, out, to) => {
    const start = bounds[2 * row]!;
    const count = bounds[2 * row + 1]!;
    for (next = Math.max(next, start); next < start + count; next++) read(next, ring, (next % capacity) * length);
    for (let k = 0; k < count; k++) offsets[k] = ((start + k) % capacity) * length;
    vertical(ring, offsets, count, weights, precision, row * size, out, to, length);
  };
}

/** `R G B X` to `R G B`. */
function packRow(src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number): void {
  const end = from + 4 * width;
  for (let p = from, q = to; p < end; p += 4, q += 3) {
    dst[q] = src[p]!;
    dst[q + 1] = src[p + 1]!;
    dst[q + 2] = src[p + 2]!;
  }
}

/** `R G B` to `R G B 255`. */
function unpackRow(src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number): void {
  const end = from + 3 * width;
  for (let p = from, q = to; p < end; p += 3, q += 4) {
    dst[q] = src[p]!;
    dst[q + 1] = src[p + 1]!;
    dst[q + 2] = src[p + 2]!;
    dst[q + 3] = 255;
  }
}
