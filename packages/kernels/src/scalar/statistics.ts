/**
 * Figures that follow from a histogram, as Pillow's `ImageStat` and `entropy` compute them: in doubles, from 256 counts a band.
 *
 * Reads counts, no pixels.
 */
import { KernelError } from '../errors.ts';

/** Figures of one band. Without a pixel, `least` is 255, `most` is 0, and the means are `NaN`. */
export interface BandStatistics {
  /** Pixels that were counted. */
  readonly count: number;
  /** The least value. */
  readonly least: number;
  /** The greatest value. */
  readonly most: number;
  /** The sum of all values. */
  readonly sum: number;
  /** The sum of their squares. */
  readonly sumOfSquares: number;
  /** The mean. */
  readonly mean: number;
  /** The value that more than half of the pixels do not exceed. */
  readonly median: number;
  /** The root of the mean square. */
  readonly rms: number;
  /** The standard deviation of these pixels. That of a sample, as sharp gives it, is `sqrt(count / (count - 1))` times as much. */
  readonly deviation: number;
  /** The entropy in bits. */
  readonly entropy: number;
}

/** Figures of an image. */
export interface ImageStatistics {
  /** Those of each band, in the order of the bands. */
  readonly bands: readonly BandStatistics[];
  /** The entropy in bits of all values together, as Pillow's `Image.entropy`. */
  readonly entropy: number;
}

/**
 * Computes the figures of an image from its histogram.
 *
 * @param counts - from {@link histogram}: 256 counts for each band
 * @returns the figures of each band, and of all
 * @throws {@link KernelError} when the counts are not 256 for each of 1 to 4 bands
 * @example
 * ```ts
 * import { histogram, rasterOf, statistics } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([10, 20, 20, 90]), 'L', 4, 1);
 * const { bands } = statistics(histogram(image, 0, 1));
 * console.log(bands[0]?.mean, bands[0]?.median, bands[0]?.most); // 35 20 90
 * ```
 * @remarks Threads: any; blocks: never; allocates: the result.
 */
export function statistics(counts: ArrayLike<number>): ImageStatistics {
  checkCounts(counts);
  const list = Array.from(counts);
  const bands = Array.from({ length: list.length / 256 }, (_, band) => list.slice(256 * band, 256 * (band + 1)));
  return { bands: bands.map(figuresOf), entropy: entropyOf(list) };
}

/** Refuses what is not 256 counts for each of 1 to 4 bands. */
export function checkCounts(counts: ArrayLike<number>): void {
  const bands = counts?.length / 256;
  if (!(Number.isInteger(bands) && bands >= 1 && bands <= 4)) {
    throw new KernelError('counts', '256 counts for each of 1 to 4 bands', counts);
  }
}

function figuresOf(counts: readonly number[]): BandStatistics {
  let [count, sum, sumOfSquares] = [0, 0, 0];
  counts.forEach((times, value) => {
    count += times;
    sum += value * times;
    sumOfSquares += value * value * times;
  });
  const least = counts.findIndex((times) => times > 0);
  return {
    count,
    least: least < 0 ? 255 : least,
    most: Math.max(
      0,
      counts.findLastIndex((times) => times > 0),
    ),
    sum,
    sumOfSquares,
    mean: sum / count,
    median: medianOf(counts, count),
    rms: Math.sqrt(sumOfSquares / count),
    deviation: Math.sqrt((sumOfSquares - sum ** 2 / count) / count),
    entropy: entropyOf(counts),
  };
}

function medianOf(counts: readonly number[], count: number): number {
  const half = Math.floor(count / 2);
  let below = 0;
  const median = counts.findIndex((times) => {
    below += times;
    return below > half;
  });
  return median < 0 ? 255 : median;
}

function entropyOf(counts: readonly number[]): number {
  const whole = counts.reduce((sum, times) => sum + times, 0);
  return counts.reduce((sum, times) => (times === 0 ? sum : sum - (times / whole) * Math.log2(times / whole)), 0);
}
