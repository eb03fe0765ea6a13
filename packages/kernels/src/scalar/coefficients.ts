/**
 * The tables of `resize`: for each output pixel of one axis, which source pixels it is made of and how much each weighs.
 *
 * The arithmetic of Pillow's ImagingResample, described in our words:
 * - the box's edges are 32-bit floats; `scale` is the box's length over the output's, and the filter is stretched by it, but never
 *   narrowed below one source pixel;
 * - output pixel `i` is centred at `start + (i + 0.5) * scale`; its first source pixel is `centre - support + 0.5`, and the first one
 *   behind it `centre + support + 0.5`, both cut to an integer and to the image;
 * - the weights are normalised to a sum of 1 in doubles, then scaled by 2^22 and rounded, halves away from zero. What rounding takes
 *   from the sum is not given back.
 *
 * Reads and writes no pixels. A thread keeps its last {@link cachedTables} tables, because strips of one image and images of one size
 * ask for the same ones.
 */
import { shapes, type WeighingFilter } from './filters.ts';
import { Lru } from './lru.ts';

/** Fraction bits of an exact coefficient: 32 bits less 8 for the value and 2 for sums beyond it. */
const exactPrecision = 22;

/** The tables of one axis. */
export interface Coefficients {
  /** For output pixel `i` the first source pixel at `2 * i`, and the number of source pixels at `2 * i + 1`. */
  readonly bounds: Int32Array;
  /** The weights of output pixel `i` from `i * size`, in units of 2^-precision. */
  readonly weights: Int32Array;
  /** Fraction bits of a weight: 22, or fewer in the tables of {@link rounded}. */
  readonly precision: number;
  /** Weights kept for each output pixel: at least the number in `bounds`. */
  readonly size: number;
}

/** The tables of one axis with weights as doubles: for layouts of more than a byte, whose sums are doubles. */
export interface PreciseCoefficients extends Pick<Coefficients, 'bounds' | 'size'> {
  /** The weights of output pixel `i` from `i * size`. */
  readonly weights: Float64Array;
  /** Whether no source pixel weighs in more than two output pixels, of which one is behind the other, and no weight is below 0. */
  readonly pairs: boolean;
}

/** Tables that a thread keeps. One of 4000 pixels down to 1200 with `lanczos` takes 110 KB. */
export const cachedTables = 24;

const tables = new Lru<Coefficients>(cachedTables);

/**
 * The tables for one axis, from the cache if they are there.
 *
 * @param inSize - source pixels on the axis
 * @param start - start of the box on the axis, a float32
 * @param end - end of the box on the axis, a float32
 * @param outSize - output pixels on the axis
 * @param filter - the filter
 */
export function coefficients(
  inSize: number,
  start: number,
  end: number,
  outSize: number,
  filter: WeighingFilter,
): Coefficients {
  const key = `${inSize} ${start} ${end} ${outSize} ${filter}`;
  return tables.get(key, () => compute(inSize, start, end, outSize, filter));
}

const preciseTables = new Lru<PreciseCoefficients>(cachedTables);

/** As {@link coefficients}, with weights that are not rounded. */
export function preciseCoefficients(
  inSize: number,
  start: number,
  end: number,
  outSize: number,
  filter: WeighingFilter,
): PreciseCoefficients {
  const key = `${inSize} ${start} ${end} ${outSize} ${filter}`;
  return preciseTables.get(key, () => {
    const { bounds, weights, size } = weigh(inSize, start, end, outSize, filter);
    return { bounds, weights, size, pairs: overlapInPairs(bounds) && weights.every((weight) => weight >= 0) };
  });
}

function overlapInPairs(bounds: Int32Array): boolean {
  for (let i = 0; i + 4 < bounds.length; i += 2) if (bounds[i]! + bounds[i + 1]! > bounds[i + 4]!) return false;
  return true;
}

function compute(inSize: number, start: number, end: number, outSize: number, filter: WeighingFilter): Coefficients {
  const { bounds, weights: exact, size } = weigh(inSize, start, end, outSize, filter);
  const weights = new Int32Array(exact.length);
  for (let i = 0; i < exact.length; i++) weights[i] = toFixed(exact[i]!);
  return { bounds, weights, size, precision: exactPrecision };
}

function weigh(
  inSize: number,
  start: number,
  end: number,
  outSize: number,
  filter: WeighingFilter,
): Omit<PreciseCoefficients, 'pairs'> {
  const shape = shapes[filter];
  const scale = Math.fround(end - start) / outSize;
  const stretch = Math.max(scale, 1);
  const support = shape.support * stretch;
  const size = Math.ceil(support) * 2 + 1;
  const bounds = new Int32Array(outSize * 2);
  const weights = new Float64Array(outSize * size);
  for (let i = 0; i < outSize; i++) {
    const centre = start + (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(inSize, Math.trunc(centre + support + 0.5)) - first;
    const at = i * size;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = shape.weight((k + first - centre + 0.5) * (1 / stretch));
      weights[at + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < count && sum !== 0; k++) weights[at + k]! /= sum;
    bounds[2 * i] = first;
    bounds[2 * i + 1] = count;
  }
  return { bounds, weights, size };
}

function toFixed(weight: number): number {
  const scaled = weight * 2 ** exactPrecision;
  return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

const roundedTables = new WeakMap<Coefficients, Coefficients>();

/**
 * A table with its weights rounded to 16 bits, sign included: with as many fraction bits as the largest of them allows, 14 for a
 * weight of 1 and one more for each halving, but no more than 22. What rounding takes from or gives to the sum of a pixel's weights goes
 * to the largest of them, so that even areas stay what they are. A table whose weights fit already is answered as it is.
 */
export function rounded(table: Coefficients): Coefficients {
  let made = roundedTables.get(table);
  if (!made) {
    made = round(table);
    roundedTables.set(table, made);
  }
  return made;
}

/** The most by which a rounded weight is kept below 2^15: what may be added to it to make up a sum. */
const reserve = 512;

function round(table: Coefficients): Coefficients {
  const { bounds, weights, size, precision } = table;
  let largest = 0;
  for (const weight of weights) largest = Math.max(largest, Math.abs(weight));
  let less = 0;
  while (largest / 2 ** less > 2 ** 15 - 1 - reserve) less++;
  if (less === 0) return table;
  const rounded = weights.map((weight) => Math.round(weight / 2 ** less));
  for (let i = 0; i < bounds.length / 2; i++) {
    const first = i * size;
    let sum = 0;
    let whole = 0;
    let at = first;
    for (let k = first; k < first + bounds[2 * i + 1]!; k++) {
      sum += rounded[k]!;
      whole += weights[k]!;
      if (rounded[k]! > rounded[at]!) at = k;
    }
    rounded[at]! += Math.round(whole / 2 ** less) - sum;
  }
  return { bounds, weights: rounded, size, precision: precision - less };
}

const identities = new Lru<Coefficients>(cachedTables);

/** The table of an axis that keeps its pixels. */
export function identity(size: number): Coefficients {
  return identities.get(String(size), () => {
    const bounds = Int32Array.from({ length: 2 * size }, (_, i) => (i & 1 ? 1 : i >> 1));
    // Not 1 and no fraction bits: the passes add half of a unit, and there must be such a half.
    const weights = new Int32Array(size).fill(2);
    return { bounds, weights, size: 1, precision: 1 };
  });
}

const positions = new Lru<Int32Array>(cachedTables);

/**
 * For `nearest`: the source pixel of each output pixel of one axis, or -1 where there is none and the output is 0.
 *
 * Pillow adds the scale from pixel to pixel instead of multiplying, except for `I;16`, and so do we: rounding decides ties.
 */
export function nearestPositions(
  inSize: number,
  start: number,
  end: number,
  outSize: number,
  multiplies: boolean,
): Int32Array {
  return positions.get(`${inSize} ${start} ${end} ${outSize} ${multiplies}`, () => {
    const scale = Math.fround(end - start) / outSize;
    const table = new Int32Array(outSize);
    let sum = start + scale * 0.5;
    for (let i = 0; i < outSize; i++, sum += scale) {
      const at = multiplies ? scale * (i + 0.5) + start : sum;
      table[i] = at >= 0 && at < inSize ? Math.trunc(at) : -1;
    }
    return table;
  });
}
