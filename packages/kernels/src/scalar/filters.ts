/**
 * The filters of `resize`: weight as a function of the distance from the output pixel's centre, in source pixels (when scaling up)
 * or output pixels (when scaling down).
 *
 * The formulas are Pillow's, in our words. Only their results scaled by 2^22 and rounded matter, so the last bit of `Math.sin`
 * does not show.
 */

/**
 * A filter of `resize`.
 *
 * | filter | support | use |
 * |---|---|---|
 * | `nearest` | | masks, pixel art, previews: picks one source pixel |
 * | `box` | 0.5 | the mean of the area; whole-number reductions |
 * | `bilinear` | 1 | a triangle; fast, soft |
 * | `hamming` | 1 | as fast as bilinear, as sharp as bicubic when scaling down |
 * | `bicubic` | 2 | a cubic with a = -0.5 |
 * | `lanczos` | 3 | a windowed sinc; the sharpest |
 */
export type Filter = 'nearest' | 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos';

/**
 * All filters of `resize`.
 *
 * @example
 * ```ts
 * import { filters } from '@sharena/kernels';
 *
 * console.log(filters.includes('lanczos')); // true
 * ```
 */
export const filters: readonly Filter[] = Object.freeze([
  'nearest',
  'box',
  'bilinear',
  'hamming',
  'bicubic',
  'lanczos',
] as const);

/** A filter that weighs: every one but `nearest`. */
export type WeighingFilter = Exclude<Filter, 'nearest'>;

/** What a filter looks at and how it weighs. */
export interface Kernel {
  /** Half the width of the filter: beyond this distance the weight is 0. */
  readonly support: number;
  /** The weight at a distance. */
  weight(distance: number): number;
}

/** The shape of each filter. */
export const shapes: Readonly<Record<WeighingFilter, Kernel>> = {
  box: { support: 0.5, weight: box },
  bilinear: { support: 1, weight: bilinear },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: lanczos },
};

function box(distance: number): number {
  return distance > -0.5 && distance <= 0.5 ? 1 : 0;
}

function bilinear(distance: number): number {
  const x = Math.abs(distance);
  return x < 1 ? 1 - x : 0;
}

// Pillow writes the window's two constants as 32-bit floats, and the difference reaches the coefficients.
const hammingMean = Math.fround(0.54);
const hammingSwing = Math.fround(0.46);

function hamming(distance: number): number {
  const x = Math.abs(distance);
  if (x === 0) return 1;
  if (x >= 1) return 0;
  const angle = x * Math.PI;
  return (Math.sin(angle) / angle) * (hammingMean + hammingSwing * Math.cos(angle));
}

const slope = -0.5;

function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((slope + 2) * x - (slope + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * slope;
  return 0;
}

function lanczos(distance: number): number {
  return distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}
