/**
 * Medians, and how far they can be trusted. No distribution is assumed: what a busy machine adds to times is not symmetric,
 * and has no variance worth the name.
 */

/**
 * The middle one of some numbers; of an even count the mean of the two in the middle.
 *
 * @param values at least one number; their order does not matter, and they are left as they are
 * @throws RangeError when there are none
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value below which a part of some numbers lies, between two of them in proportion.
 *
 * @param values at least one number
 * @param part from 0, the least, to 1, the greatest
 * @throws RangeError when there are no values, or `part` is not within 0 and 1
 */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new RangeError('values: a quantile of no numbers was asked for, at least 1 is needed');
  if (!(part >= 0 && part <= 1)) throw new RangeError(`part: ${part} is not within 0 and 1`);
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (place - below);
}

/** The median distance from the median, times 1.4826: for a normal distribution that is its standard deviation. */
export function deviation(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}

/** A quotient of two medians or other quantiles, and the interval in which it is with a stated confidence. */
export interface RatioInterval {
  /** Of the quantiles. */
  readonly ratio: number;
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/**
 * The quotient of the medians of two sets of measurements, or of another quantile, with its interval by the bootstrap: both are drawn from
 * themselves with replacement, again and again, and the interval holds the middle part of the quotients that come out
 * (Efron, "Bootstrap methods: another look at the jackknife", 1979; the percentile method). The draws are always the same.
 *
 * @param above the measurements whose quantile is divided
 * @param below the measurements by whose quantile it is divided
 * @param options `part` 0.5, the median, `confidence` 0.99 and `draws` 2000 unless given
 *
 * @example
 * ```ts
 * import { ratioInterval } from '@sharena/measure';
 *
 * const { ratio, low, high } = ratioInterval([11, 12, 13], [10, 10, 10]); // 1.2, somewhere from 1.1 to 1.3
 * ```
 */
export function ratioInterval(
  above: readonly number[],
  below: readonly number[],
  {
    part = 0.5,
    confidence = 0.99,
    draws = 2000,
  }: { readonly part?: number; readonly confidence?: number; readonly draws?: number } = {},
): RatioInterval {
  const random = generator(above.length * 65_537 + below.length);
  const quotients: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    quotients.push(quantile(drawn(above, random), part) / quantile(drawn(below, random), part));
  }
  const outside = (1 - confidence) / 2;
  return {
    ratio: quantile(above, part) / quantile(below, part),
    low: quantile(quotients, outside),
    high: quantile(quotients, 1 - outside),
  };
}

function drawn(values: readonly number[], random: () => number): number[] {
  return values.map(() => values[Math.floor(random() * values.length)]!);
}

/** Numbers from 0 to below 1 that are always the same: mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
