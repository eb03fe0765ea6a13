/**
 * The tables of `resize` as the SIMD passes want them: pairs of weights along a row, fours of them down the rows.
 *
 * A pass reads pixels in pairs, and rows in groups of four, so a window of weights begins at a multiple of that and is filled up with
 * zeros; and it reads the same number of them for every output pixel. At the image's end a window is moved back so that it stays
 * inside.
 *
 * A weight of 22 fraction bits does not fit in 16, so it is split: `(hi << 16) + lo` with both halves signed. Weights that fit as they
 * are (the fast tables, and exact ones of reductions by more than about 128) are not.
 *
 * Reads no pixels. Kept with the table that they are made of.
 */
import type { Coefficients } from '../scalar/coefficients.ts';

/** Weights in units: pairs of pixels, or groups of four rows. */
export interface Windows {
  /** For output pixel `i` the first unit of its window. */
  readonly starts: Int32Array;
  /** Units in a window. */
  readonly units: number;
  /** For each output pixel `units` times the weights of a unit; when split, of each unit first all lower halves, then all upper ones. */
  readonly weights: Int16Array;
  /** Whether weights are split. */
  readonly split: boolean;
  /** Fraction bits of a weight. */
  readonly precision: number;
}

const pairs = new WeakMap<Coefficients, Windows>();
const groups = new WeakMap<Coefficients, Windows>();

/** The windows of a table by pairs of pixels. */
export function pairsOf(table: Coefficients): Windows {
  return kept(pairs, table, 2);
}

/** The windows of a table by groups of four rows. */
export function groupsOf(table: Coefficients): Windows {
  return kept(groups, table, 4);
}

function kept(cache: WeakMap<Coefficients, Windows>, table: Coefficients, unit: number): Windows {
  const found = cache.get(table);
  if (found) return found;
  const made = windows(table, unit);
  cache.set(table, made);
  return made;
}

function windows({ bounds, weights, size, precision }: Coefficients, unit: number): Windows {
  const count = bounds.length / 2;
  const split = weights.some((weight) => weight !== (weight << 16) >> 16);
  const origin = Math.floor(bounds[0]! / unit);
  let units = 1;
  let end = 1;
  for (let i = 0; i < count; i++) {
    const behind = Math.ceil((bounds[2 * i]! + bounds[2 * i + 1]!) / unit);
    units = Math.max(units, behind - Math.floor(bounds[2 * i]! / unit));
    end = Math.max(end, behind);
  }
  const starts = new Int32Array(count);
  const step = split ? 2 * unit : unit;
  const packed = new Int16Array(count * units * step);
  for (let i = 0; i < count; i++) {
    const first = bounds[2 * i]!;
    const start = Math.max(origin, Math.min(Math.floor(first / unit), end - units));
    starts[i] = start;
    for (let k = 0; k < bounds[2 * i + 1]!; k++) {
      const at = first + k - start * unit;
      const place = (i * units + Math.floor(at / unit)) * step + (at % unit);
      const weight = weights[i * size + k]!;
      const low = (weight << 16) >> 16;
      packed[place] = low;
      if (split) packed[place + unit] = (weight - low) >> 16;
    }
  }
  return { starts, units, weights: packed, split, precision };
}
