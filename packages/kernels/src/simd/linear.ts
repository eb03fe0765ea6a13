/**
 * Tables that are lines, cut to 0 to 255: those of `linear`, of `autocontrast`, of levels and negatives. Their values can be computed, which
 * takes two thirds of the time that looking them up takes; see `assembly/point/linear.ts`.
 *
 * Reads tables, no pixels.
 */
import type { Line, Lines } from './module.ts';

/** The lines of the tables of each byte of a pixel, as the kernel takes them; undefined unless all of them are lines. */
export function linesOf(tables: readonly Uint8Array[]): Lines | undefined {
  const found = new Map<Uint8Array, Line>();
  for (const table of tables) {
    if (found.has(table)) continue;
    const line = lineOf(table);
    if (!line) return undefined;
    found.set(table, line);
  }
  const line = (i: number): Line => found.get(tables[i % tables.length]!)!;
  return [tables.length === 3 ? 3 : 4, ...line(0), ...line(1), ...line(2), ...line(3)];
}

/** The unit of slopes and terms is 2^-20. */
const unit = 2 ** 20;
/** Results are 12 bits with a sign, -2048 to 2047, so no slope between values 0 and 255 is greater. */
const beyond = 2048;
const steepest = 17 * unit;

/** What a line may be at each value, in units: from `least` on, and below `limit`. */
const least = new Float64Array(256);
const limit = new Float64Array(256);

/** The terms that a line of some slope may have, from `from` on and below `to`, and how their distance changes with the slope. */
interface Window {
  readonly slope: number;
  readonly from: number;
  readonly to: number;
  readonly widening: number;
}

/**
 * The line of a table: the first slope that is found at which a multiple of 256 lies among the terms.
 *
 * The distance of the terms is a concave function of the slope, made of straight pieces. Two of them, on either side of its maximum, meet above it, and
 * there the next slope is tried. All numbers are integers that doubles have. It takes 2 microseconds, for a table that is no line 1.
 */
function lineOf(table: Uint8Array): Line | undefined {
  for (let value = 0; value < 256; value++) {
    const wanted = table[value]!;
    least[value] = (wanted > 0 ? wanted : -beyond) * unit;
    limit[value] = (wanted < 255 ? wanted + 1 : beyond) * unit;
  }
  let [left, right] = slopesOf(table).map(windowOf) as [Window, Window];
  while (left.widening > 0 && right.widening < 0) {
    const way =
      (width(left) - width(right) + right.widening * (right.slope - left.slope)) / (right.widening - left.widening);
    if (width(left) + left.widening * way <= 0) return undefined;
    const slope = Math.floor(left.slope + way) | 1;
    if (slope <= left.slope || slope >= right.slope) return undefined;
    const middle = windowOf(slope);
    const term = Math.ceil(middle.from / 256);
    if (term * 256 < middle.to) return [slope, Math.imul(term, inverseOf(slope)) << 8];
    if (middle.widening > 0) left = middle;
    else right = middle;
  }
  return undefined;
}

/** Between which slopes that of a line must be: between two values that are not cut it is known to 1 by their distance. */
function slopesOf(table: Uint8Array): readonly [number, number] {
  const isBetween = (value: number): boolean => value > 0 && value < 255;
  const first = table.findIndex(isBetween);
  const last = table.findLastIndex(isBetween);
  if (first === last) return [-steepest, steepest];
  const rise = table[last]! - table[first]!;
  const low = Math.floor(((rise - 1) * unit) / (last - first));
  const high = Math.ceil(((rise + 1) * unit) / (last - first));
  return [Math.max(low, -steepest), Math.min(high, steepest)];
}

function windowOf(slope: number): Window {
  let from = -Infinity;
  let to = Infinity;
  let lowest = 0;
  let highest = 0;
  for (let value = 0; value < 256; value++) {
    const line = slope * value;
    if (least[value]! - line > from) {
      from = least[value]! - line;
      lowest = value;
    }
    if (limit[value]! - line < to) {
      to = limit[value]! - line;
      highest = value;
    }
  }
  return { slope, from, to, widening: lowest - highest };
}

function width({ from, to }: Window): number {
  return to - from;
}

/** What an odd number is to be multiplied by for 1 modulo 2^32: every step doubles the bits that are right, of which there are 3 at first. */
function inverseOf(odd: number): number {
  let inverse = odd;
  for (let bits = 3; bits < 32; bits *= 2) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}
