/** How a plan wants its input decoded. */
import { PlanError } from './errors.ts';
import { expectNames, type Names } from './names.ts';
import type { ResizeOptions } from './plan.ts';
import { show } from './show.ts';

/** How an input is decoded: settings of {@link pipeline}. */
export interface DecodeOptions {
  /**
   * A plan that makes the image smaller before it looks at single pixels has JPEG, WebP and SVG decoded at a half, a quarter or an eighth
   * of their size, which is much faster. This says how many times as large as its largest target the image still must be: from 1,
   * which takes the least time, over 2, which can hardly be told from decoding in full, to `Infinity`, or `null` in JSON, which decodes in full.
   * What is decoded, or was in the heap before, is reduced by {@link ResizeOptions.reducingGap} of a resize.
   *
   * @defaultValue 1
   */
  readonly reducingGap?: number | null;
  /**
   * Who does the resize that a plan begins with. `'kernel'`: it is done in the heap, after decoding. `'codec'`: libvips does it while it
   * decodes, where the filter is bilinear, bicubic or lanczos and the fit is not `contain` or `pad`. That takes less time and memory, and a plan that
   * then only encodes holds no pixels in the heap at all; sizes are the same, pixels are near those of the kernel. `reducingGap` is not
   * heeded then.
   *
   * @defaultValue `'kernel'`
   */
  readonly scaling?: 'kernel' | 'codec';
  /**
   * The most pixels that an input may have; one that has more is refused by its header. A whole number from 1.
   *
   * @defaultValue 268402689, the square of 16383
   */
  readonly limitInputPixels?: number;
  /**
   * From which fault on a file counts as broken.
   *
   * @defaultValue `'warning'`, the strictest
   */
  readonly failOn?: 'none' | 'truncated' | 'error' | 'warning';
  /** Dots per inch of an SVG, 1 to 100000. @defaultValue 72 */
  readonly density?: number;
  /** Which page of a GIF, WebP, TIFF or HEIF, from 0. @defaultValue 0 */
  readonly page?: number;
}

/** Who may do the resize that a plan begins with. */
export const DECODE_SCALINGS: readonly NonNullable<DecodeOptions['scaling']>[] = ['kernel', 'codec'];
/** Faults of files, from which on they may count as broken: each with those before it. */
export const DECODE_FAULTS: readonly NonNullable<DecodeOptions['failOn']>[] = ['none', 'truncated', 'error', 'warning'];

/** The most pixels, unless a plan says otherwise: as many as sharp lets through. */
export const LIMIT_INPUT_PIXELS: number = 0x3fff ** 2;

const NAMES: Names<DecodeOptions> = {
  reducingGap: true,
  scaling: true,
  limitInputPixels: true,
  failOn: true,
  density: true,
  page: true,
};

/** Checks the options. @throws {PlanError} naming the option and the value */
export function checkDecode(options: DecodeOptions | undefined): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null) {
    throw new PlanError(`\`decode\` should be an object, got ${show(options)}`);
  }
  expectNames('decode', options, NAMES);
  const { reducingGap, scaling, limitInputPixels, failOn, density, page } = options;
  const expect = (holds: boolean, option: string, bounds: string, value: unknown): void => {
    if (value === undefined || holds) return;
    throw new PlanError(`decode: \`${option}\` should be ${bounds}, got ${show(value)}`);
  };
  expect(reducingGap === null || isFrom1(reducingGap), 'reducingGap', 'a number from 1', reducingGap);
  expect(isOneOf(DECODE_SCALINGS, scaling), 'scaling', DECODE_SCALINGS.join(' or '), scaling);
  expect(
    Number.isSafeInteger(limitInputPixels) && (limitInputPixels as number) >= 1,
    'limitInputPixels',
    'a whole number from 1',
    limitInputPixels,
  );
  expect(isOneOf(DECODE_FAULTS, failOn), 'failOn', `one of ${DECODE_FAULTS.join(', ')}`, failOn);
  expect(isFrom1(density) && density <= 100_000, 'density', 'a number from 1 to 100000', density);
  expect(
    Number.isInteger(page) && (page as number) >= 0 && (page as number) <= 100_000,
    'page',
    'a whole number from 0 to 100000',
    page,
  );
}

function isFrom1(value: unknown): value is number {
  return typeof value === 'number' && value >= 1;
}

function isOneOf(names: readonly string[], value: unknown): boolean {
  return names.includes(value as string);
}
