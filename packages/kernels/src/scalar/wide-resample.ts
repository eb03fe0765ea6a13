/**
 * The weighing resize of `I;16`, `I` and `F`, as Pillow does it for `I` and `F`: weights and sums are doubles, and a number is rounded after
 * each pass, along the rows first, to an integer (halves away from 0) or a 32-bit float. `I;16`, which Pillow does not weigh, is `I` in
 * between, and cut to 0 to 65535 at the end.
 *
 * Reads the source rows under the filter, writes the strip's rows of the rectangle in `dst`.
 */
import type { WideLayout } from '../layouts.ts';
import type { WideRaster } from '../raster.ts';
import { type PreciseCoefficients, preciseCoefficients } from './coefficients.ts';
import type { WeighingFilter } from './filters.ts';
import type { Placement } from './resample.ts';
import { cutTo, type Numbers, nearest, numbersOf } from './wide-rows.ts';

/** The tables of both axes; an axis without a table keeps its pixels. */
export interface WideTables {
  readonly across: PreciseCoefficients | undefined;
  readonly down: PreciseCoefficients | undefined;
}

/** Makes or finds the tables for a resize of `src` by `filter`. */
export function wideTablesFor(src: WideRaster, { box, rectangle }: Placement, filter: WeighingFilter): WideTables {
  const tableFor = (inSize: number, start: number, end: number, outSize: number): PreciseCoefficients | undefined => {
    if (outSize === inSize && start === 0 && end === outSize) return undefined;
    return preciseCoefficients(inSize, start, end, outSize, filter);
  };
  return {
    across: tableFor(src.width, box[0], box[2], rectangle[2]),
    down: tableFor(src.height, box[1], box[3], rectangle[3]),
  };
}

/** Resizes rows `first` to `end - 1` of the rectangle, counted from its top. Everything has been checked. */
export function wideResample(
  src: WideRaster,
  dst: WideRaster,
  first: number,
  end: number,
  { rectangle }: Placement,
  tables: WideTables,
): void {
  const [left, above, width] = rectangle;
  const { layout } = src;
  const { across, down } = tables;
  const ring = across && down ? ringOf(layout, width, mostRows(down, first, end)) : [];
  let next = 0;
  for (let y = first; y < end; y++) {
    const out = numbersOf(dst, above + y).subarray(left, left + width);
    if (!down) {
      sumAcross(numbersOf(src, y), across!, layout, layout, out);
      continue;
    }
    const start = down.bounds[2 * y]!;
    const behind = start + down.bounds[2 * y + 1]!;
    for (next = Math.max(next, start); across && next < behind; next++) {
      sumAcross(numbersOf(src, next), across, layout, layout === 'F' ? 'F' : 'I', ring[next % ring.length]!);
    }
    const rows: Numbers[] = [];
    for (let from = start; from < behind; from++) rows.push(across ? ring[from % ring.length]! : numbersOf(src, from));
    sumDown(rows, down.weights, y * down.size, layout, out);
  }
}

/** The most rows of the source that one of rows `first` to `end - 1` is made of. */
export function mostRows({ bounds }: PreciseCoefficients, first: number, end: number): number {
  let most = 1;
  for (let y = first; y < end; y++) most = Math.max(most, bounds[2 * y + 1]!);
  return most;
}

/** Lines between the two passes; of `I;16` their numbers may lie outside its range. */
function ringOf(layout: WideLayout, width: number, count: number): readonly Numbers[] {
  return Array.from({ length: count }, () => (layout === 'F' ? new Float32Array(width) : new Int32Array(width)));
}

function sumAcross(
  row: Numbers,
  { bounds, weights, size }: PreciseCoefficients,
  from: WideLayout,
  to: WideLayout,
  out: Numbers,
): void {
  for (let x = 0; x < out.length; x++) {
    const first = bounds[2 * x]!;
    const count = bounds[2 * x + 1]!;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += row[first + k]! * weights[x * size + k]!;
    out[x] = from === 'F' ? sum : cutTo(to, nearest(sum));
  }
}

function sumDown(rows: readonly Numbers[], weights: Float64Array, at: number, layout: WideLayout, out: Numbers): void {
  for (let x = 0; x < out.length; x++) {
    let sum = 0;
    for (let k = 0; k < rows.length; k++) sum += rows[k]![x]! * weights[at + k]!;
    out[x] = layout === 'F' ? sum : cutTo(layout, nearest(sum));
  }
}
