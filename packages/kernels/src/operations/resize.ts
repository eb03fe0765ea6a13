/**
 * Resizing: any box of a source to any rectangle of a destination, in strips.
 *
 * What it computes is Pillow's `Image.resize(size, resample, box)`, byte for byte, described in our words:
 * - a box that is the whole source, at the output's size: a copy;
 * - `nearest`, or a box with whole-number corners at the output's size: pixels are picked, not weighed;
 * - everything else is weighed: see `resample.ts` for the passes, `coefficients.ts` for the tables;
 * - `RGBA` and `LA` are weighed, and cropped, with alpha multiplied in; `nearest` and the whole copy leave them alone;
 * - `I;16`, `I` and `F` are weighed in doubles: see `wide-resample.ts`.
 *
 * Reads the rows under the box and the filter, writes the strip's rows of the rectangle in `dst`.
 */
import { RowCursor } from '../cursor.ts';
import { KernelError } from '../errors.ts';
import { hasAlpha, isWide, pixelSize } from '../layouts.ts';
import type { AnyRaster, Raster, WideRaster } from '../raster.ts';
import { nearestPositions } from '../scalar/coefficients.ts';
import { moveBytes } from '../scalar/copy.ts';
import { type Filter, filters, type WeighingFilter } from '../scalar/filters.ts';
import { premultiplyRow, unpremultiplyRow } from '../scalar/premultiply.ts';
import { type Placement, resample, sourceRows, tablesFor } from '../scalar/resample.ts';
import { wideResample, wideTablesFor } from '../scalar/wide-resample.ts';
import { engineFor } from '../simd/engine.ts';
import { moveSimd } from '../simd/move.ts';
import { resampleSimd } from '../simd/resample.ts';
import { pickSimd } from '../simd/warp.ts';
import { wideResampleSimd } from '../simd/wide-resample.ts';
import {
  anyLayouts,
  checkPrecision,
  checkRaster,
  checkRectangle,
  checkRows,
  checkSameLayout,
  checkStrip,
  isQuadruple,
} from '../validate.ts';

/** What {@link resize} takes, and where it puts it. */
export interface ResizeOptions {
  /** How source pixels are weighed. */
  readonly filter: Filter;
  /**
   * `exact` gives the bytes of Pillow. `fast` rounds the weights to 16 bits, which changes a value now and then, by 1 and never by more
   * than 2, and takes less time where the kernels run as SIMD. By default `exact`. `I;16`, `I` and `F` are always exact.
   */
  readonly precision?: 'exact' | 'fast';
  /**
   * The part of `src` to resize: `[left, top, right, bottom]` in pixels, fractions allowed, inside the source; by default all of it.
   * Rounded to 32-bit floats, as Pillow does. Pixels just outside the box may still count, by as much as the filter reaches.
   */
  readonly box?: readonly [number, number, number, number];
  /** The rectangle of `dst` that the result fills: `[x, y, width, height]`, integers; by default all of it. */
  readonly dstBox?: readonly [number, number, number, number];
}

/**
 * Resizes a box of `src` to a rectangle of `dst`, with the bytes of Pillow's `Image.resize`. `I;16`, of which Pillow picks pixels but weighs
 * none, becomes what Pillow makes of it as `I`, cut to 0 to 65535.
 *
 * Of the strip only rows inside the rectangle are written, and of these only the rectangle's columns. The result does not depend on how
 * the rows are split into strips.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param options - the filter, the box of `src`, the rectangle of `dst`
 * @throws {@link KernelError} when the filter is unknown, the layouts differ, the box is empty or reaches outside `src`, the rectangle
 *   outside `dst`, or rows lie outside the memory; and when a vertical reduction is so strong that the rows under one output row would
 *   take 2 GiB
 * @example
 * ```ts
 * import { rasterOf, resize } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 0, 100, 100, 0, 0, 100, 100]), 'L', 4, 2);
 * const half = rasterOf(new Uint8Array(2), 'L', 2, 1);
 * resize(image, half, 0, 1, { filter: 'box' });
 * console.log([...half.bytes]); // [ 0, 100 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: the first-pass rows under one output row (23 rows of 720 pixels
 *   for 2725x2225 to 720x588), one or two lines, and tables that the thread keeps for the next call with the same sizes.
 */
export function resize(src: AnyRaster, dst: AnyRaster, top: number, bottom: number, options: ResizeOptions): void {
  checkRaster('src', src, anyLayouts);
  checkRaster('dst', dst, anyLayouts);
  checkSameLayout(src, dst);
  checkStrip(dst, top, bottom);
  checkFilter(options.filter);
  checkPrecision(options.precision);
  const place = placement(src, dst, options);
  const [, y, , height] = place.rectangle;
  const first = Math.max(top - y, 0);
  const end = Math.min(bottom - y, height);
  if (first >= end) return;
  checkRows('dst', dst, y + first, y + end);
  choose(src, dst, first, end, place, options);
}

function choose(
  src: AnyRaster,
  dst: AnyRaster,
  first: number,
  end: number,
  place: Placement,
  options: ResizeOptions,
): void {
  const { filter, box } = options;
  const weighs = filter !== 'nearest' && hasAlpha(src.layout);
  if (isWhole(src, place, box)) crop(src, dst, first, end, place, false);
  else if (isCrop(place)) crop(src, dst, first, end, place, weighs);
  else if (filter === 'nearest') pick(src, dst, first, end, place);
  else if (isWide(src.layout)) weighWide(src as WideRaster, dst as WideRaster, first, end, place, filter);
  else weigh(src as Raster, dst as Raster, first, end, place, filter, options.precision !== 'fast');
}

function weigh(
  src: Raster,
  dst: Raster,
  first: number,
  end: number,
  place: Placement,
  filter: WeighingFilter,
  exact: boolean,
): void {
  const tables = tablesFor(src, place, filter, exact);
  checkRows('src', src, ...sourceRows(tables.down, first, end));
  const engine = engineFor(src, dst);
  if (engine && resampleSimd(engine, src, dst, first, end, place, tables)) return;
  resample(src, dst, first, end, place, tables);
}

function weighWide(
  src: WideRaster,
  dst: WideRaster,
  first: number,
  end: number,
  place: Placement,
  filter: WeighingFilter,
): void {
  const tables = wideTablesFor(src, place, filter);
  checkRows('src', src, ...sourceRows(tables.down, first, end));
  const engine = engineFor(src, dst);
  if (engine && wideResampleSimd(engine, src, dst, first, end, place, tables)) return;
  wideResample(src, dst, first, end, place, tables);
}

function checkFilter(filter: Filter): void {
  if (!filters.includes(filter)) throw new KernelError('options.filter', `one of ${filters.join(', ')}`, filter);
}

function placement(src: AnyRaster, dst: AnyRaster, { box, dstBox }: ResizeOptions): Placement {
  if (dstBox !== undefined) checkRectangle('options.dstBox', dstBox, dst.width, dst.height);
  if (box !== undefined) checkBox(box, src);
  const [left, above, right, below] = box ?? [0, 0, src.width, src.height];
  return {
    box: [Math.fround(left), Math.fround(above), Math.fround(right), Math.fround(below)],
    rectangle: dstBox ?? [0, 0, dst.width, dst.height],
  };
}

function checkBox(box: readonly number[], src: AnyRaster): void {
  if (!isQuadruple(box)) throw new KernelError('options.box', '[left, top, right, bottom]', box);
  const [left, above, right, below] = box;
  checkEdge('options.box[0]', left, 0, src.width);
  checkEdge('options.box[1]', above, 0, src.height);
  checkEdge('options.box[2]', right, left, src.width);
  checkEdge('options.box[3]', below, above, src.height);
  // Edges that differ by less than a float32 can hold are one edge.
  if (Math.fround(left) >= Math.fround(right)) throw new KernelError('options.box', 'wider than nothing', box);
  if (Math.fround(above) >= Math.fround(below)) throw new KernelError('options.box', 'higher than nothing', box);
}

function checkEdge(name: string, value: number, least: number, most: number): void {
  if (!(typeof value === 'number' && value >= least && value <= most)) {
    throw new KernelError(name, `a number from ${least} to ${most}`, value);
  }
}

/** Whether the output is the source, pixel for pixel. Compares the box as it was given, before it is rounded. */
function isWhole(src: AnyRaster, { rectangle }: Placement, box: ResizeOptions['box']): boolean {
  if (rectangle[2] !== src.width || rectangle[3] !== src.height) return false;
  return box === undefined || (box[0] === 0 && box[1] === 0 && box[2] === src.width && box[3] === src.height);
}

/** Whether the box has whole-number corners and the output's size. */
function isCrop({ box, rectangle }: Placement): boolean {
  const [left, above, right, below] = box;
  if (!Number.isInteger(left) || !Number.isInteger(above)) return false;
  return Math.fround(right - left) === rectangle[2] && Math.fround(below - above) === rectangle[3];
}

/** Copies the box. `weighs` sends alpha through premultiplied form and back, which loses the colours that Pillow loses. */
function crop(src: AnyRaster, dst: AnyRaster, first: number, end: number, place: Placement, weighs: boolean): void {
  const [x, y, width] = place.rectangle;
  const [left, above] = place.box;
  checkRows('src', src, above + first, above + end);
  const size = pixelSize(src.layout);
  const engine = weighs ? undefined : engineFor(src, dst);
  if (engine) {
    const [from, to] = [left * size, x * size];
    moveSimd(engine, src, dst, { first: y + first, end: y + end, down: above - y, from, to, bytes: width * size });
    return;
  }
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let row = first; row < end; row++) {
    const from = source.seek(above + row) + left * size;
    const to = target.seek(y + row) + x * size;
    if (weighs) {
      premultiplyRow(source.bytes, from, target.bytes, to, width);
      unpremultiplyRow(target.bytes, to, target.bytes, to, width);
    } else {
      moveBytes(source.bytes, from, target.bytes, to, width * size);
    }
  }
}

/** `nearest`: each output pixel is a copy of one source pixel. */
function pick(src: AnyRaster, dst: AnyRaster, first: number, end: number, { box, rectangle }: Placement): void {
  const [x, y, width, height] = rectangle;
  const columns = nearestPositions(src.width, box[0], box[2], width, src.layout === 'I;16');
  const rows = nearestPositions(src.height, box[1], box[3], height, src.layout === 'I;16');
  for (let row = first; row < end; row++) if (rows[row]! >= 0) checkRows('src', src, rows[row]!, rows[row]! + 1);
  const size = pixelSize(src.layout);
  const engine = engineFor(src, dst);
  if (engine && pickSimd(engine, src, dst, first, end, columns, rows, new Uint8Array(size), x, y)) return;
  const pickRow = pickers[size];
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let row = first; row < end; row++) {
    const to = target.seek(y + row) + x * size;
    if (rows[row]! < 0) {
      target.bytes.fill(0, to, to + width * size);
      continue;
    }
    const from = source.seek(rows[row]!);
    pickRow(source.bytes, from, columns, target.bytes, to);
  }
}

type PickRow = (src: Uint8Array, from: number, columns: Int32Array, dst: Uint8Array, to: number) => void;

/** One loop for each pixel size. A column of -1 has no source pixel and becomes 0. */
const pickers: Readonly<Record<1 | 2 | 3 | 4, PickRow>> = {
  1: (src, from, columns, dst, to) => {
    for (let x = 0; x < columns.length; x++) dst[to + x] = columns[x]! < 0 ? 0 : src[from + columns[x]!]!;
  },
  2: (src, from, columns, dst, to) => {
    for (let x = 0, q = to; x < columns.length; x++, q += 2) {
      const p = from + columns[x]! * 2;
      const inside = columns[x]! >= 0;
      dst[q] = inside ? src[p]! : 0;
      dst[q + 1] = inside ? src[p + 1]! : 0;
    }
  },
  3: (src, from, columns, dst, to) => {
    for (let x = 0, q = to; x < columns.length; x++, q += 3) {
      const p = from + columns[x]! * 3;
      const inside = columns[x]! >= 0;
      dst[q] = inside ? src[p]! : 0;
      dst[q + 1] = inside ? src[p + 1]! : 0;
      dst[q + 2] = inside ? src[p + 2]! : 0;
    }
  },
  4: (src, from, columns, dst, to) => {
    for (let x = 0, q = to; x < columns.length; x++, q += 4) {
      const p = from + columns[x]! * 4;
      const inside = columns[x]! >= 0;
      dst[q] = inside ? src[p]! : 0;
      dst[q + 1] = inside ? src[p + 1]! : 0;
      dst[q + 2] = inside ? src[p + 2]! : 0;
      dst[q + 3] = inside ? src[p + 3]! : 0;
    }
  },
};
