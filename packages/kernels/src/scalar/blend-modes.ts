/**
 * Blend modes: what a source colour makes of a backdrop's, and what alphas count, in 32-bit floats from 0 to 1.
 *
 * The formulas are those of W3C's "Compositing and Blending Level 1", sections 9 and 10. Each step is rounded to 32 bits, in the order of
 * `assembly/blend/modes.ts`, so that both give the same bytes. Reads and writes no pixels.
 */

const f = Math.fround;

/** `B(b, s)`: a mode's colour where both the backdrop `b` and the source `s` are opaque. */
type Mix = (b: number, s: number) => number;

const screen: Mix = (b, s) => f(f(b + s) - f(b * s));

const hardLight: Mix = (b, s) => {
  const twice = f(s + s);
  return s <= 0.5 ? f(b * twice) : screen(b, f(twice - 1));
};

const dodge: Mix = (b, s) => {
  if (b <= 0) return 0;
  return s >= 1 ? 1 : Math.min(1, f(b / f(1 - s)));
};

const burn: Mix = (b, s) => {
  if (b >= 1) return 1;
  return s <= 0 ? 0 : f(1 - Math.min(1, f(f(1 - b) / s)));
};

const softLight: Mix = (b, s) => {
  const twice = f(s + s);
  if (s <= 0.5) return f(b - f(f(f(1 - twice) * b) * f(1 - b)));
  const curve = f(f(f(f(f(16 * b) - 12) * b) + 4) * b);
  const root = b <= 0.25 ? curve : f(Math.sqrt(b));
  return f(b + f(f(twice - 1) * f(root - b)));
};

/** The modes that mix colours, in the order of their numbers. */
export const mixes: Readonly<Record<MixMode, Mix>> = {
  multiply: (b, s) => f(b * s),
  screen,
  overlay: (b, s) => hardLight(s, b),
  darken: (b, s) => Math.min(b, s),
  lighten: (b, s) => Math.max(b, s),
  'color-dodge': dodge,
  'color-burn': burn,
  'hard-light': hardLight,
  'soft-light': softLight,
  difference: (b, s) => Math.abs(f(b - s)),
  exclusion: (b, s) => f(f(b + s) - f(f(b + b) * s)),
};

/** A mode that mixes colours where source and backdrop overlap. */
export type MixMode =
  | 'multiply'
  | 'screen'
  | 'overlay'
  | 'darken'
  | 'lighten'
  | 'color-dodge'
  | 'color-burn'
  | 'hard-light'
  | 'soft-light'
  | 'difference'
  | 'exclusion';

/** Shares `[fa, ga, fb, gb]`: of the source `fa + ga * (alpha of the backdrop)`, of the backdrop `fb + gb * (alpha of the source)`. */
export type Shares = readonly [fa: number, ga: number, fb: number, gb: number];

/** An operator of Porter and Duff, and the sum. */
export type PorterDuffMode =
  | 'source'
  | 'in'
  | 'out'
  | 'atop'
  | 'dest-over'
  | 'dest-in'
  | 'dest-out'
  | 'dest-atop'
  | 'xor'
  | 'add';

/** What is left of source and backdrop. */
export const shares: Readonly<Record<PorterDuffMode, Shares>> = {
  source: [1, 0, 0, 0],
  in: [0, 1, 0, 0],
  out: [1, -1, 0, 0],
  atop: [0, 1, 1, -1],
  'dest-over': [1, -1, 1, 0],
  'dest-in': [0, 0, 0, 1],
  'dest-out': [0, 0, 1, -1],
  'dest-atop': [1, -1, 0, 1],
  xor: [1, -1, 1, -1],
  add: [1, 0, 1, 0],
};

/** The modes that leave an opaque backdrop opaque. */
export const opaqueModes: readonly BlendMode[] = [
  'over',
  ...(Object.keys(mixes) as MixMode[]),
  'atop',
  'dest-over',
  'add',
];

/** How pixels are drawn over others: see {@link composite}. */
export type BlendMode = 'over' | MixMode | PorterDuffMode;

/**
 * All blend modes.
 *
 * @example
 * ```ts
 * import { blendModes } from '@sharena/kernels';
 *
 * console.log(blendModes.includes('multiply')); // true
 * ```
 */
export const blendModes: readonly BlendMode[] = Object.freeze([
  'over',
  ...(Object.keys(mixes) as MixMode[]),
  ...(Object.keys(shares) as PorterDuffMode[]),
] as const);
