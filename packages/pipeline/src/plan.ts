/**
 * Plans: what shall be done to an image, as plain JSON, and the builder that writes them.
 *
 * A plan is checked when it is built, so a run never fails on a plan in the middle of its images.
 */
import {
  type AutocontrastOptions,
  type BlendMode,
  type BlurOptions,
  blendModes,
  type Combination,
  type ConvolveOptions,
  combinations,
  type Filter,
  type Fit,
  filters,
  fits,
  type Orientation,
  type Position,
  positionFractions,
  type RotationOptions,
  type TensorOptions,
  type UnsharpOptions,
  type WarpFilter,
  warpFilters,
} from '@sharena/kernels';
import { checkDecode, type DecodeOptions } from './decoding.ts';
import { PlanError } from './errors.ts';
import {
  type Branch,
  checkOutput,
  type EncodeOptions,
  type Format,
  type Output,
  type TensorOutput,
} from './outputs.ts';
import { show } from './show.ts';
import type { JoinStep } from './steps/joins.ts';
import type { Operand } from './steps/operands.ts';
import type { PlaceStep, TransformStep } from './steps/places.ts';
import type { ClaheStep, SurveyedStep, TrimStep } from './steps/surveys.ts';

/** A kernel's coordinates end here. */
const MAX_SIDE = 65535;

/** Scales the image. */
export interface ResizeStep {
  /** What the step is. */
  readonly op: 'resize';
  /** Target width in pixels; without it, it follows from the height. */
  readonly width?: number;
  /** Target height in pixels; without it, it follows from the width. */
  readonly height?: number;
  /** How the image is fitted into the target. */
  readonly fit: Fit;
  /** The resampling filter. */
  readonly filter: Filter;
  /** How weights are kept: see {@link ResizeOptions.precision}. */
  readonly precision?: 'exact' | 'fast';
  /** Red, green, blue and alpha, 0 to 255, of what `contain` leaves free. */
  readonly background: readonly [number, number, number, number];
  /** The size that the image is taken for, when it was decoded smaller than it is. Set by a run. */
  readonly of?: { readonly width: number; readonly height: number };
}

/** Draws a second image over the image. */
export interface CompositeStep {
  /** What the step is. */
  readonly op: 'composite';
  /** The image that is drawn. */
  readonly with: Operand;
  /** How it is drawn. */
  readonly mode: BlendMode;
  /** Where its free space lies; without it, it begins at the upper left corner. */
  readonly position?: Position;
  /** Columns that it is moved to the right from there. */
  readonly x: number;
  /** Rows that it is moved down. */
  readonly y: number;
}

/** A step without parameters. */
export interface PlainStep {
  /** What the step is: grey levels, upside down, left to right. */
  readonly op: 'grayscale' | 'flip' | 'flop';
}

/** Turns the image clockwise. */
export interface RotateStep {
  /** What the step is. */
  readonly op: 'rotate90';
  /** Quarter turns clockwise. */
  readonly turns: 1 | 2 | 3;
}

/** Blurs with a Gaussian. */
export interface BlurStep {
  /** What the step is. */
  readonly op: 'blur';
  /** The standard deviation in pixels, 0 to 1000. */
  readonly sigma: number;
  /** See {@link PipelineBuilder.blur}. */
  readonly precision?: 'exact' | 'fast';
}

/** Sharpens with an unsharp mask. */
export interface SharpenStep {
  /** What the step is. */
  readonly op: 'sharpen';
  /** The standard deviation of the blur, in pixels, 0 to 1000. */
  readonly sigma: number;
  /** Hundredths of the difference from the blurred image that are added, 0 to 1000. */
  readonly percent: number;
  /** Differences up to this one are left alone, 0 to 255. */
  readonly threshold: number;
}

/** Makes each pixel a weighted sum of its neighbours. */
export interface ConvolveStep {
  /** What the step is. */
  readonly op: 'convolve';
  /** 9 or 25 weights, row by row. */
  readonly weights: readonly number[];
  /** What sums are divided by; without it the sum of the weights, or 1 where that is 0. */
  readonly scale?: number;
  /** What is added to the quotient. */
  readonly offset: number;
}

/** Multiplies the colours by a factor and adds a number. */
export interface LinearStep {
  /** What the step is. */
  readonly op: 'linear';
  /** The factor, -1000 to 1000. */
  readonly scale: number;
  /** What is added, -100000 to 100000. */
  readonly offset: number;
}

/** Makes colours 255 from a value on, and 0 below it. */
export interface ThresholdStep {
  /** What the step is. */
  readonly op: 'threshold';
  /** The least value that becomes 255, 0 to 255. */
  readonly least: number;
}

/** Makes each colour a sum of the colours of its pixel. */
export interface RecolourStep {
  /** What the step is. */
  readonly op: 'recolour';
  /** 12 numbers: what red, green and blue count in the new red, and what is added; then for green, then for blue. */
  readonly matrix: readonly number[];
}

/** Looks the colours up in a table. */
export interface PointStep {
  /** What the step is. */
  readonly op: 'point';
  /** For each value what becomes of it: 256 whole numbers from 0 to 255. */
  readonly table: readonly number[];
}

/** Calls a function of the user for every strip of the image, in place. */
export interface MapStep {
  /** What the step is. */
  readonly op: 'map';
  /** The URL of the module whose default export is a {@link StripOperation}. */
  readonly module: string;
  /** Its second argument: anything that structured clone can carry. */
  readonly params: unknown;
  /** How many rows above and below its strip the function sees, 0 to 1024. */
  readonly halo?: number;
}

/** Calls a function of a user's WebAssembly module for every strip of the image. */
export interface MapWasmStep {
  /** What the step is. */
  readonly op: 'mapWasm';
  /** The URL of the module. */
  readonly module: string;
  /** The function that it exports; see {@link PipelineBuilder.mapWasm}. */
  readonly function: string;
  /** Numbers for it. */
  readonly params: readonly number[];
  /** How many rows above and below its strip the function sees, 0 to 1024. */
  readonly halo?: number;
}

/** Has a function of the user look at the whole image. */
export interface TapStep {
  /** What the step is. */
  readonly op: 'tap';
  /** What the answer is called among the results. */
  readonly name: string;
  /** The URL of the module whose default export is a {@link TapOperation}. */
  readonly module: string;
  /** Its second argument: anything that structured clone can carry. */
  readonly params: unknown;
}

/** One step of a plan. */
export type Step =
  | ResizeStep
  | PlainStep
  | RotateStep
  | PlaceStep
  | BlurStep
  | SharpenStep
  | ConvolveStep
  | LinearStep
  | ThresholdStep
  | PointStep
  | RecolourStep
  | JoinStep
  | SurveyedStep
  | MapStep
  | MapWasmStep
  | TapStep;

/** What shall be done to an image. Plain JSON, but for the parameters of `map`. */
export interface Plan {
  /** How the input is decoded. */
  readonly decode?: DecodeOptions;
  /** The steps, in their order. */
  readonly steps: readonly Step[];
  /** What becomes of the image. */
  readonly output: Output;
}

/** Settings of {@link PipelineBuilder.resize}. */
export interface ResizeOptions {
  /**
   * `cover` fills the target and crops what is too much, `contain` fits the image in and fills the rest with `background`,
   * `fill` stretches, `inside` and `outside` keep the proportions and the image within, or beyond, the target.
   *
   * @defaultValue `'cover'`
   */
  readonly fit?: Fit;
  /**
   * The resampling filter.
   *
   * @defaultValue `'lanczos'`
   */
  readonly filter?: Filter;
  /**
   * `exact` gives the bytes of Pillow; `fast` takes about two thirds of the time, and a value may differ by 1, at most 2.
   *
   * @defaultValue `'exact'`
   */
  readonly precision?: 'exact' | 'fast';
  /**
   * Red, green, blue and alpha, 0 to 255.
   *
   * @defaultValue opaque black
   */
  readonly background?: readonly [number, number, number, number];
}

/** Settings of {@link PipelineBuilder.affine} and {@link PipelineBuilder.perspective}. */
export interface TransformOptions {
  /** `nearest`, `bilinear` or `bicubic`. @defaultValue `'bilinear'` */
  readonly filter?: WarpFilter;
  /**
   * `exact` gives the bytes of Pillow; with `fast`, `bilinear` and `bicubic` take about half of the time, and a value may differ by 1.
   *
   * @defaultValue `'exact'`
   */
  readonly precision?: 'exact' | 'fast';
  /** Red, green, blue and alpha, 0 to 255, of what the image does not cover. @defaultValue opaque black */
  readonly background?: readonly [number, number, number, number];
  /** Width of the result in pixels, 1 to 65535. @defaultValue that of the image */
  readonly width?: number;
  /** Height of the result in pixels, 1 to 65535. @defaultValue that of the image */
  readonly height?: number;
}

/** Settings of {@link PipelineBuilder.rotate}. */
export interface RotateOptions extends RotationOptions, Pick<TransformOptions, 'filter' | 'precision' | 'background'> {}

/** Settings of {@link PipelineBuilder.composite}. */
export interface CompositeOptions {
  /** How it is drawn: see the kernel `composite`. @defaultValue `'over'` */
  readonly mode?: BlendMode;
  /**
   * Where it lies in the image: `'southeast'`, `'centre'`, or two fractions of the free space.
   *
   * @defaultValue the upper left corner
   */
  readonly position?: Position;
  /** Columns that it is moved to the right from there, a whole number. @defaultValue 0 */
  readonly x?: number;
  /** Rows that it is moved down, a whole number. @defaultValue 0 */
  readonly y?: number;
}

/** Settings of {@link PipelineBuilder.map}. */
export interface MapOptions {
  /** How many rows above and below its strip the function sees, 0 to 1024. @defaultValue 0 */
  readonly halo?: number;
}

/** Settings of {@link PipelineBuilder.mapWasm}. */
export interface MapWasmOptions extends MapOptions {
  /** Numbers for the function. @defaultValue none */
  readonly params?: readonly number[];
}

/** What {@link PipelineBuilder.branch} takes: plans by their names. */
export type Branches =
  | Readonly<Record<string, PipelineBuilder | Plan>>
  | readonly (readonly [name: string, plan: PipelineBuilder | Plan])[];

/** Builds a {@link Plan}. Every method answers a new builder; the old one stays as it was. */
export class PipelineBuilder {
  readonly #plan: Plan;

  /** @internal */
  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /**
   * Scales the image to a target. One of the sides may be left out: it follows from the other.
   *
   * @param width - pixels, 1 to 65535
   * @param height - pixels, 1 to 65535
   * @throws {PlanError} when an argument is out of range
   */
  resize(width: number | undefined, height?: number, options: ResizeOptions = {}): PipelineBuilder {
    const { fit = 'cover', filter = 'lanczos', precision, background = [0, 0, 0, 255] } = options;
    const frame = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
    return this.#with({
      op: 'resize',
      ...frame,
      fit,
      filter,
      ...(precision !== undefined && { precision }),
      background,
    });
  }

  /** Makes grey levels of colours: L = 0.299 R + 0.587 G + 0.114 B. Alpha stays. */
  grayscale(): PipelineBuilder {
    return this.#with({ op: 'grayscale' });
  }

  /** Turns the image upside down. */
  flip(): PipelineBuilder {
    return this.#with({ op: 'flip' });
  }

  /** Mirrors the image from left to right. */
  flop(): PipelineBuilder {
    return this.#with({ op: 'flop' });
  }

  /** Turns the image clockwise by `turns` quarters. @throws {PlanError} when `turns` is not 1, 2 or 3 */
  rotate90(turns: 1 | 2 | 3 = 1): PipelineBuilder {
    return this.#with({ op: 'rotate90', turns });
  }

  /**
   * Turns the image clockwise by any angle, with the bytes of Pillow's `Image.rotate` for the opposite one. Quarter turns around the middle
   * move pixels and weigh none.
   *
   * @param angle - degrees, any finite number
   * @param options - `expand`, whether the result grows to hold all of the image, by default true; `centre`, `[x, y]`, around which it is
   *   turned, by default the middle; `translate`, `[x, y]`, by which it is moved then; `filter`, by default `'bilinear'`; `precision`;
   *   `background`
   * @throws {PlanError} when an argument is out of range
   */
  rotate(angle: number, options: RotateOptions = {}): PipelineBuilder {
    const { expand = true, centre, translate, filter = 'bilinear', precision, background = [0, 0, 0, 255] } = options;
    const around = { ...(centre !== undefined && { centre }), ...(translate !== undefined && { translate }) };
    const exactness = precision !== undefined && { precision };
    return this.#with({ op: 'rotate', angle, expand, ...around, filter, ...exactness, background });
  }

  /**
   * Takes each pixel `(x, y)` of the result from `(a0 x + a1 y + a2, a3 x + a4 y + a5)` of the image, with the bytes of Pillow's
   * `Image.transform`.
   *
   * @param matrix - a0 to a5
   * @param options - `filter`, by default `'bilinear'`; `precision`; `background`; `width` and `height` of the result, by default those of
   *   the image
   * @throws {PlanError} when an argument is out of range
   */
  affine(matrix: readonly number[], options: TransformOptions = {}): PipelineBuilder {
    return this.#with(transform('affine', matrix, options));
  }

  /**
   * As {@link PipelineBuilder.affine}, with both coordinates divided by `a6 x + a7 y + 1`.
   *
   * @param matrix - a0 to a7
   * @param options - as for `affine`
   * @throws {PlanError} when an argument is out of range
   */
  perspective(matrix: readonly number[], options: TransformOptions = {}): PipelineBuilder {
    return this.#with(transform('perspective', matrix, options));
  }

  /**
   * Makes an image upright that has an EXIF orientation. What is decoded is upright already; this is for images that come otherwise.
   *
   * @param orientation - 1 to 8
   * @throws {PlanError} when `orientation` is out of range
   */
  orient(orientation: Orientation): PipelineBuilder {
    return this.#with({ op: 'orient', orientation });
  }

  /**
   * Makes an image a whole number of times smaller: each pixel is the mean of a block, with the bytes of Pillow's `Image.reduce`. Colours are
   * weighed by alpha. Before a `resize` to much less than the image it saves time; a block should then leave the `resize` twice to go.
   *
   * @param across - columns of a block, 1 to 4095
   * @param down - rows of a block, 1 to 4095, by default as many
   * @throws {PlanError} when an argument is out of range
   */
  reduce(across: number, down: number = across): PipelineBuilder {
    return this.#with({ op: 'reduce', across, down });
  }

  /**
   * Makes each value the median of a square around it, with the bytes of Pillow's `MedianFilter`: specks vanish, edges stay.
   *
   * @param size - rows and columns of the square, an odd number from 1 to 255, by default 3
   * @throws {PlanError} when `size` is something else
   */
  median(size: number = 3): PipelineBuilder {
    return this.#with({ op: 'median', size });
  }

  /** Makes each value the smallest of a square around it: dark areas grow. @throws {PlanError} as {@link PipelineBuilder.median} */
  minimum(size: number = 3): PipelineBuilder {
    return this.#with({ op: 'minimum', size });
  }

  /** Makes each value the largest of a square around it: bright areas grow. @throws {PlanError} as {@link PipelineBuilder.median} */
  maximum(size: number = 3): PipelineBuilder {
    return this.#with({ op: 'maximum', size });
  }

  /**
   * Blurs with a Gaussian, with the bytes of Pillow's `GaussianBlur`. Alpha is blurred as the colours are, which are not weighed by it.
   *
   * @param sigma - the standard deviation in pixels, 0 to 1000
   * @param options - `precision`: `'exact'`, the default, or `'fast'`, which for `sigma` from 0.3 to 5 sums directly instead of
   *   by boxes, and weighs colours by alpha
   * @throws {PlanError} when `sigma` is out of range, or the precision unknown
   */
  blur(sigma: number, options: BlurOptions = {}): PipelineBuilder {
    const { precision } = options;
    return this.#with({ op: 'blur', sigma, ...(precision !== undefined && { precision }) });
  }

  /**
   * Sharpens: moves every value away from a blurred copy, with the bytes of Pillow's `UnsharpMask`.
   *
   * @param options - `sigma`, the standard deviation of the blur, 0 to 1000, by default 2; `percent` of the difference that is added, a
   *   whole number from 0 to 1000, by default 150; `threshold` up to which differences are left alone, 0 to 255, by default 3
   * @throws {PlanError} when an option is out of range
   */
  sharpen(options: UnsharpOptions = {}): PipelineBuilder {
    const { sigma = 2, percent = 150, threshold = 3 } = options;
    return this.#with({ op: 'sharpen', sigma, percent, threshold });
  }

  /**
   * Makes each pixel a weighted sum of its neighbours, with the bytes of Pillow's `Kernel`: the first row of weights meets the pixels
   * below, and pixels at the edge stay what they are.
   *
   * @param weights - 9 or 25 numbers, row by row
   * @param options - `scale`, by which sums are divided, by default the sum of the weights, or 1 where that is 0; `offset`, which is
   *   added, by default 0
   * @throws {PlanError} when an argument is out of range
   */
  convolve(weights: readonly number[], options: ConvolveOptions = {}): PipelineBuilder {
    const { scale, offset = 0 } = options;
    return this.#with({ op: 'convolve', weights, ...(scale !== undefined && { scale }), offset });
  }

  /**
   * Multiplies the colours by `scale` and adds `offset`: brightness and contrast. Alpha stays.
   *
   * @param scale - the factor, -1000 to 1000
   * @param offset - what is added, -100000 to 100000, by default 0
   * @throws {PlanError} when an argument is out of range
   */
  linear(scale: number, offset: number = 0): PipelineBuilder {
    return this.#with({ op: 'linear', scale, offset });
  }

  /** Makes every colour its opposite, 255 less its value. Alpha stays. */
  negate(): PipelineBuilder {
    return this.linear(-1, 255);
  }

  /**
   * Makes every colour 255 that is at least `least`, and every other 0. Alpha stays. For black and white, grayscale() goes before.
   *
   * @param least - a whole number from 0 to 255, by default 128
   * @throws {PlanError} when `least` is out of range
   */
  threshold(least: number = 128): PipelineBuilder {
    return this.#with({ op: 'threshold', least });
  }

  /**
   * Looks the colours up in a table. Alpha stays.
   *
   * @param table - for each value what becomes of it: 256 whole numbers from 0 to 255
   * @throws {PlanError} when `table` is something else
   */
  point(table: ArrayLike<number>): PipelineBuilder {
    return this.#with({ op: 'point', table: Array.from(table) });
  }

  /**
   * Makes the middle tones lighter (`gamma` above 1) or darker (below): 255 times the `gamma`-th root of the value over 255. Alpha stays.
   *
   * @param gamma - from 0.01 to 100
   * @throws {PlanError} when `gamma` is out of range
   */
  gamma(gamma: number): PipelineBuilder {
    if (!isWithin(gamma, 0.01, 100)) {
      throw new PlanError(`gamma: \`gamma\` should be a number from 0.01 to 100, got ${show(gamma)}`);
    }
    return this.point(Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** (1 / gamma))));
  }

  /**
   * Makes each colour a sum of the three colours of its pixel. Alpha stays; images without colours are left as they are.
   *
   * @param matrix - 12 numbers: what red, green and blue count in the new red, and what is added to it; then the same for green and blue
   * @throws {PlanError} when there are not 12 finite numbers
   */
  recolour(matrix: readonly number[]): PipelineBuilder {
    return this.#with({ op: 'recolour', matrix });
  }

  /**
   * Makes colours stronger (`amount` above 1) or weaker (below; 0 makes them grey) and keeps their luminance. Alpha stays.
   *
   * @param amount - from 0 to 100
   * @throws {PlanError} when `amount` is out of range
   */
  saturation(amount: number): PipelineBuilder {
    if (!isWithin(amount, 0, 100)) {
      throw new PlanError(`saturation: \`amount\` should be a number from 0 to 100, got ${show(amount)}`);
    }
    const weights = [0.299, 0.587, 0.114, 0];
    const rows = [0, 1, 2].map((row) => weights.map((weight, i) => weight * (1 - amount) + (i === row ? amount : 0)));
    return this.recolour(rows.flat());
  }

  /**
   * Makes the values of each colour about as frequent as each other, with the bytes of Pillow's `ImageOps.equalize`. Alpha stays.
   */
  equalize(): PipelineBuilder {
    return this.#with({ op: 'equalize' });
  }

  /**
   * Stretches the values of each colour from 0 to 255, with the bytes of Pillow's `ImageOps.autocontrast`. Alpha stays.
   *
   * @param options - `cutoff`: percent of the pixels, from 0 to 100, that are cut off at both ends, or two numbers, for the dark and the bright
   *   one; `ignore`: values that are not counted; `preserveTone`: whether all colours are stretched alike
   * @throws {PlanError} when an option is out of range
   */
  autocontrast(options: AutocontrastOptions & { readonly preserveTone?: boolean } = {}): PipelineBuilder {
    const { cutoff = 0, ignore, preserveTone = false } = options;
    const both = typeof cutoff === 'number' ? ([cutoff, cutoff] as const) : cutoff;
    return this.#with({ op: 'autocontrast', cutoff: both, ...(ignore !== undefined && { ignore }), preserveTone });
  }

  /**
   * Stretches the contrast of every region by itself, within a limit: CLAHE, for grey images with the bytes of OpenCV's `createCLAHE`. Of
   * colours the grey level is stretched. Alpha stays.
   *
   * @param options - `tiles`: how many regions, across and down, each from 1 to 64, by default 8 and 8; `limit`: how much more than its even
   *   share a value may count in a region, from 0 (no limit) to 256, by default 40
   * @throws {PlanError} when an option is out of range
   */
  clahe(options: Partial<Pick<ClaheStep, 'tiles' | 'limit'>> = {}): PipelineBuilder {
    const { tiles = [8, 8], limit = 40 } = options;
    return this.#with({ op: 'clahe', tiles, limit });
  }

  /**
   * Cuts a border of one colour off. An image that is nothing else stays as it is.
   *
   * @param options - `background`: red, green, blue and alpha of the border, by default those of the first pixel; `threshold`: how far a
   *   value may be from it, a whole number from 0 to 255, by default 10
   * @throws {PlanError} when an option is out of range
   */
  trim(options: Partial<Pick<TrimStep, 'background' | 'threshold'>> = {}): PipelineBuilder {
    const { background, threshold = 10 } = options;
    return this.#with({ op: 'trim', ...(background !== undefined && { background }), threshold });
  }

  /**
   * Draws a second image over the image: a watermark, a mask, or the image itself in another form.
   *
   * @param input - the second image by its name among the `inputs` of a run, or of one of the inputs of a run; or, by a builder alone, the
   *   image itself as it is here, after the builder's steps
   * @param options - the mode, and where it is drawn
   * @param steps - what is done to the second image first. For an image that a whole run shares it is done once
   * @throws {PlanError} when an argument is out of range
   * @example
   * ```ts
   * import { pipeline } from '@sharena/pipeline';
   *
   * const marked = pipeline().resize(1200).composite('mark', { position: 'southeast', x: -20, y: -20 }, pipeline().resize(200));
   * // runtime.run(marked, photos, { inputs: { mark: 'logo.png' } })
   * const glow = pipeline().composite(pipeline().blur(12), { mode: 'screen' });
   * ```
   */
  composite(
    input: string | PipelineBuilder,
    options: CompositeOptions = {},
    steps: PipelineBuilder = pipeline(),
  ): PipelineBuilder {
    const { mode = 'over', position, x = 0, y = 0 } = options;
    return this.#with({
      op: 'composite',
      with: operandFor(input, steps),
      mode,
      ...(position !== undefined && { position }),
      x,
      y,
    });
  }

  /**
   * Mixes a second image into the image, with the bytes of Pillow's `Image.blend`: `image + amount * (second - image)`, alpha like a colour.
   *
   * @param input - as in {@link PipelineBuilder.composite}; the second image has the size and the mode of the image
   * @param amount - from -1000 to 1000: 0 is none of it, 1 is all; beyond, the difference is made larger
   * @param steps - what is done to the second image first
   * @throws {PlanError} when an argument is out of range
   */
  blend(input: string | PipelineBuilder, amount: number, steps: PipelineBuilder = pipeline()): PipelineBuilder {
    return this.#with({ op: 'blend', with: operandFor(input, steps), amount });
  }

  /**
   * Combines each value with that of a second image, with the bytes of Pillow's `ImageChops`, alpha like a colour.
   *
   * @param input - as in {@link PipelineBuilder.composite}; the second image has the size and the mode of the image
   * @param operation - `multiply`, `screen`, `difference`, `lighter`, `darker`, `add`, or `subtract`
   * @param steps - what is done to the second image first
   * @throws {PlanError} when an argument is out of range
   */
  combine(
    input: string | PipelineBuilder,
    operation: Combination,
    steps: PipelineBuilder = pipeline(),
  ): PipelineBuilder {
    return this.#with({ op: 'combine', with: operandFor(input, steps), operation });
  }

  /**
   * Paints with a colour through a mask, with the bytes of Pillow's `paste`.
   *
   * @param mask - as in {@link PipelineBuilder.composite}: a grey image, or one with alpha, of which that counts
   * @param colour - red, green, blue and alpha, 0 to 255
   * @param options - `x` and `y`: where the mask begins, whole numbers, by default 0
   * @param steps - what is done to the mask first
   * @throws {PlanError} when an argument is out of range
   */
  paint(
    mask: string | PipelineBuilder,
    colour: readonly [number, number, number, number],
    options: { readonly x?: number; readonly y?: number } = {},
    steps: PipelineBuilder = pipeline(),
  ): PipelineBuilder {
    const { x = 0, y = 0 } = options;
    return this.#with({ op: 'paint', with: operandFor(mask, steps), colour, x, y });
  }

  /**
   * Calls a function of your own for every strip of the image: it changes the pixels in place, in several threads at once
   * when the image is cut into strips.
   *
   * @param module - the URL of a module whose default export is a {@link StripOperation}: `new URL('./op.js', import.meta.url)`
   * @param params - its second argument: anything that structured clone can carry
   * @param options - `halo`: how many rows above and below its strip the function sees, 0 to 1024, by default 0. With a halo it reads
   *   from `strip.source(y)` and writes every pixel of `strip.row(y)`, whose pixels are arbitrary before
   * @throws {PlanError} when `module` is no URL, structured clone cannot carry `params`, or an option is out of range
   */
  map(module: URL | string, params?: unknown, options: MapOptions = {}): PipelineBuilder {
    const { halo } = options;
    return this.#with({ op: 'map', module: String(module), params, ...(halo && { halo }) });
  }

  /**
   * Calls a function of your own WebAssembly module for every strip of the image, in place, in the shared memory of the heap.
   *
   * The module imports that memory as `env.memory` (`(memory 1 65536 shared)` or less), has no data of its own at fixed addresses, and
   * exports `name(rows, source, width, height, pixelSize, top, imageHeight, params)`, eight `i32`: `rows` is the address of `height`
   * addresses of rows to write, each an unsigned `i32`; `source` that of `height + 2 * halo` addresses of rows to read, from `halo` rows above
   * the strip, where rows beyond the image are its first or last row; without a halo `source` is `rows`. `params` is the address of the
   * numbers as `f64`. Bytes of a pixel: see {@link Strip.mode}.
   *
   * @param module - the URL of a `.wasm` file
   * @param name - the function
   * @param options - `params`: up to 1024 finite numbers; `halo`: rows above and below, 0 to 1024, by default 0
   * @throws {PlanError} when an argument is out of range
   */
  mapWasm(module: URL | string, name: string, options: MapWasmOptions = {}): PipelineBuilder {
    const { params = [], halo } = options;
    return this.#with({ op: 'mapWasm', module: String(module), function: name, params, ...(halo && { halo }) });
  }

  /**
   * Has a function of your own look at the whole image, as it is at this place of the plan. What it answers is in the result's `taps`, under
   * `name`: a histogram, a colour, a few numbers for a placeholder. It must not change the pixels.
   *
   * @param name - what the answer is called; of no other tap of the plan
   * @param module - the URL of a module whose default export is a {@link TapOperation}
   * @param params - its second argument: anything that structured clone can carry
   * @throws {PlanError} when `module` is no URL, `name` is empty or taken, or structured clone cannot carry `params`
   */
  tap(name: string, module: URL | string, params?: unknown): PipelineBuilder {
    return this.#with({ op: 'tap', name, module: String(module), params });
  }

  /**
   * Goes on in several branches from the same pixels, each with steps and an output of its own. Results are called by the names of the
   * branches; a branch may have branches, and shares what was done before them.
   *
   * @param branches - for each name a plan, or a list of names and plans, whose order is that of the results whatever the names are (of an
   *   object's names those that are whole numbers come first); names are not empty and have no `/`
   * @throws {PlanError} when there is no branch, or a name or a plan is none
   * @example
   * ```ts
   * import { pipeline } from '@sharena/pipeline';
   *
   * const formats = { webp: pipeline().encode('webp'), avif: pipeline().encode('avif', { quality: 50 }) };
   * const plan = pipeline().branch({
   *   large: pipeline().resize(1600).branch(formats),
   *   small: pipeline().resize(400).branch(formats),
   * }); // results: large/webp, large/avif, small/webp, small/avif
   * ```
   */
  branch(branches: Branches): PipelineBuilder {
    const entries = Array.isArray(branches) ? branches : Object.entries(branches);
    const list = entries.map(([name, plan]): Branch => ({ name, plan: planOf(plan) }));
    return this.#to({ kind: 'branches', branches: list });
  }

  /** Encodes the result. @throws {PlanError} when the format is unknown or an option out of range */
  encode<F extends Format>(format: F, options: EncodeOptions<F> = {}): PipelineBuilder {
    return this.#to({ kind: 'encode', format, options });
  }

  /**
   * Makes the numbers that a model takes of the result: `(value * scale - mean) / std`, as planes or side by side. They are in the result's
   * `tensor`, in the heap, until its `image` is released.
   *
   * @param options - `type`: `'float32'`, the default, or `'uint8'` for the values as they are; `layout`: `'chw'`, the default, or `'hwc'`;
   *   `order`: `'rgb'`, the default, or `'bgr'`; `scale`, by default 1 / 255; `mean` and `std`, one number, or one each for red, green and blue
   * @throws {PlanError} when an option is out of range
   * @example
   * ```ts
   * import { pipeline } from '@sharena/pipeline';
   *
   * const plan = pipeline().resize(224, 224).tensor({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
   * ```
   */
  tensor(options: TensorOptions & { readonly type?: TensorOutput['type'] } = {}): PipelineBuilder {
    const { type = 'float32', ...rest } = options;
    return this.#to({ kind: 'tensor', type, options: rest });
  }

  /** The plan as plain JSON. */
  toJSON(): Plan {
    return this.#plan;
  }

  #to(output: Output): PipelineBuilder {
    const plan = { ...this.#plan, output };
    checkPlan(plan);
    return new PipelineBuilder(plan);
  }

  #with(step: Step): PipelineBuilder {
    const { steps } = this.#plan;
    checkStep(step, steps.length);
    return new PipelineBuilder({ ...this.#plan, steps: [...steps, step] });
  }
}

/**
 * Begins a plan.
 *
 * @param decode - how inputs are decoded
 * @throws {PlanError} when an option is out of range
 * @example
 * ```ts
 * import { pipeline } from '@sharena/pipeline';
 *
 * const plan = pipeline().resize(800, 600, { fit: 'cover' }).grayscale().encode('webp', { quality: 80 });
 * ```
 */
export function pipeline(decode?: DecodeOptions): PipelineBuilder {
  checkDecode(decode);
  return new PipelineBuilder({ ...(decode && { decode }), steps: [], output: { kind: 'image' } });
}

/** The second image by its name, or the image itself after a builder's steps. */
function operandFor(input: string | PipelineBuilder, steps: PipelineBuilder): Operand {
  return typeof input === 'string' ? { input, steps: planOf(steps)?.steps } : { steps: planOf(input)?.steps };
}

/** The plan of a builder, or a plan as it is. By what it can do, not by its class: it may come from a second copy of this package. */
export function planOf(plan: Plan | PipelineBuilder): Plan {
  return typeof plan === 'object' && plan !== null && 'toJSON' in plan ? plan.toJSON() : plan;
}

/** Checks a plan that came from elsewhere, and answers it. @throws {PlanError} naming the step, the argument and the value */
export function checkPlan(plan: Plan): Plan {
  if (!Array.isArray(plan?.steps)) throw new PlanError('a plan has `steps`, a list of steps');
  checkDecode(plan.decode);
  plan.steps.forEach(checkStep);
  checkOutput(plan.output, checkPlan);
  checkTaps(plan, new Set());
  return plan;
}

/** Every answer has a name of its own: of the whole plan's taps no two are called the same. */
function checkTaps({ steps, output }: Plan, names: Set<string>): void {
  for (const step of steps) {
    if (step.op !== 'tap') continue;
    if (names.has(step.name)) throw new PlanError(`two taps are called ${show(step.name)}`);
    names.add(step.name);
  }
  if (output.kind === 'branches') for (const { plan } of output.branches) checkTaps(plan, names);
}

type Expect = (holds: boolean, argument: string, bounds: string, value: unknown) => void;

function checkStep(step: Step, index: number): void {
  const expect: Expect = (holds, argument, bounds, value) => {
    if (holds) return;
    throw new PlanError(`step ${index + 1}, ${step?.op}: \`${argument}\` should be ${bounds}, got ${show(value)}`);
  };
  switch (step?.op) {
    case 'resize':
      expect(step.width !== undefined || step.height !== undefined, 'width', 'given, or the height', step.width);
      expect(isSide(step.width), 'width', `a whole number from 1 to ${MAX_SIDE}`, step.width);
      expect(isSide(step.height), 'height', `a whole number from 1 to ${MAX_SIDE}`, step.height);
      expect(fits.includes(step.fit), 'fit', `one of ${fits.join(', ')}`, step.fit);
      expect(filters.includes(step.filter), 'filter', `one of ${filters.join(', ')}`, step.filter);
      expect(isPrecision(step.precision), 'precision', 'exact or fast', step.precision);
      expect(isColour(step.background), 'background', 'four whole numbers from 0 to 255', step.background);
      return;
    case 'rotate90':
      expect([1, 2, 3].includes(step.turns), 'turns', '1, 2 or 3', step.turns);
      return;
    case 'blur':
      expect(isWithin(step.sigma, 0, 1000), 'sigma', 'a number from 0 to 1000', step.sigma);
      expect(isPrecision(step.precision), 'precision', 'exact or fast', step.precision);
      return;
    case 'sharpen':
      expect(isWithin(step.sigma, 0, 1000), 'sigma', 'a number from 0 to 1000', step.sigma);
      expect(isWhole(step.percent, 1000), 'percent', 'a whole number from 0 to 1000', step.percent);
      expect(isWhole(step.threshold, 255), 'threshold', 'a whole number from 0 to 255', step.threshold);
      return;
    case 'convolve':
      expect(
        isNumbers(step.weights, 9) || isNumbers(step.weights, 25),
        'weights',
        '9 or 25 finite numbers',
        step.weights,
      );
      expect(
        step.scale === undefined || (Number.isFinite(step.scale) && step.scale !== 0),
        'scale',
        'a finite number other than 0',
        step.scale,
      );
      expect(Number.isFinite(step.offset), 'offset', 'a finite number', step.offset);
      return;
    case 'linear':
      expect(isWithin(step.scale, -1000, 1000), 'scale', 'a number from -1000 to 1000', step.scale);
      expect(isWithin(step.offset, -1e5, 1e5), 'offset', 'a number from -100000 to 100000', step.offset);
      return;
    case 'threshold':
      expect(isWhole(step.least, 255), 'least', 'a whole number from 0 to 255', step.least);
      return;
    case 'recolour':
      expect(isNumbers(step.matrix, 12), 'matrix', '12 finite numbers', step.matrix);
      return;
    case 'point':
      expect(isTable(step.table), 'table', '256 whole numbers from 0 to 255', step.table);
      return;
    case 'map':
      expect(URL.canParse(step.module), 'module', 'a URL, such as new URL("./op.js", import.meta.url)', step.module);
      expect(canClone(step.params), 'params', 'something that structured clone can carry', step.params);
      expect(isHalo(step.halo), 'halo', 'a whole number from 0 to 1024', step.halo);
      return;
    case 'composite':
      expect(blendModes.includes(step.mode), 'mode', `one of ${blendModes.join(', ')}`, step.mode);
      expect(isPosition(step.position), 'position', 'a name such as southeast, or two fractions', step.position);
      expect(isPlace(step.x), 'x', `a whole number from -${MAX_SIDE} to ${MAX_SIDE}`, step.x);
      expect(isPlace(step.y), 'y', `a whole number from -${MAX_SIDE} to ${MAX_SIDE}`, step.y);
      return checkOperand(step, expect);
    case 'blend':
      expect(isWithin(step.amount, -1000, 1000), 'amount', 'a number from -1000 to 1000', step.amount);
      return checkOperand(step, expect);
    case 'combine':
      expect(combinations.includes(step.operation), 'operation', `one of ${combinations.join(', ')}`, step.operation);
      return checkOperand(step, expect);
    case 'paint':
      expect(isColour(step.colour), 'colour', 'four whole numbers from 0 to 255', step.colour);
      expect(isPlace(step.x), 'x', `a whole number from -${MAX_SIDE} to ${MAX_SIDE}`, step.x);
      expect(isPlace(step.y), 'y', `a whole number from -${MAX_SIDE} to ${MAX_SIDE}`, step.y);
      return checkOperand(step, expect);
    case 'mapWasm':
      expect(URL.canParse(step.module), 'module', 'a URL, such as new URL("./op.wasm", import.meta.url)', step.module);
      expect(isName(step.function), 'function', 'the name of an exported function', step.function);
      expect(isParams(step.params), 'params', 'at most 1024 finite numbers', step.params);
      expect(isHalo(step.halo), 'halo', 'a whole number from 0 to 1024', step.halo);
      return;
    case 'tap':
      expect(isName(step.name), 'name', 'a string that is not empty', step.name);
      expect(URL.canParse(step.module), 'module', 'a URL, such as new URL("./op.js", import.meta.url)', step.module);
      expect(canClone(step.params), 'params', 'something that structured clone can carry', step.params);
      return;
    case 'autocontrast':
      expect(isPair(step.cutoff, 0, 100), 'cutoff', 'a number from 0 to 100, or two', step.cutoff);
      expect(isValues(step.ignore), 'ignore', 'a whole number from 0 to 255, or a list of them', step.ignore);
      expect(typeof step.preserveTone === 'boolean', 'preserveTone', 'true or false', step.preserveTone);
      return;
    case 'clahe':
      expect(
        isPair(step.tiles, 1, 64) && step.tiles.every(Number.isInteger),
        'tiles',
        'two whole numbers from 1 to 64',
        step.tiles,
      );
      expect(isWithin(step.limit, 0, 256), 'limit', 'a number from 0 to 256', step.limit);
      return;
    case 'trim':
      expect(
        step.background === undefined || isColour(step.background),
        'background',
        'four whole numbers from 0 to 255',
        step.background,
      );
      expect(isWhole(step.threshold, 255), 'threshold', 'a whole number from 0 to 255', step.threshold);
      return;
    case 'rotate':
      expect(Number.isFinite(step.angle), 'angle', 'a finite number of degrees', step.angle);
      expect(typeof step.expand === 'boolean', 'expand', 'true or false', step.expand);
      expect(step.centre === undefined || isNumbers(step.centre, 2), 'centre', 'two finite numbers', step.centre);
      expect(
        step.translate === undefined || isNumbers(step.translate, 2),
        'translate',
        'two finite numbers',
        step.translate,
      );
      expect(warpFilters.includes(step.filter), 'filter', `one of ${warpFilters.join(', ')}`, step.filter);
      expect(isPrecision(step.precision), 'precision', 'exact or fast', step.precision);
      expect(isColour(step.background), 'background', 'four whole numbers from 0 to 255', step.background);
      return;
    case 'affine':
    case 'perspective': {
      const count = step.op === 'affine' ? 6 : 8;
      expect(isTransform(step.matrix, count), 'matrix', `${count} numbers from -1e9 to 1e9`, step.matrix);
      expect(isSide(step.width), 'width', `a whole number from 1 to ${MAX_SIDE}`, step.width);
      expect(isSide(step.height), 'height', `a whole number from 1 to ${MAX_SIDE}`, step.height);
      expect(warpFilters.includes(step.filter), 'filter', `one of ${warpFilters.join(', ')}`, step.filter);
      expect(isPrecision(step.precision), 'precision', 'exact or fast', step.precision);
      expect(isColour(step.background), 'background', 'four whole numbers from 0 to 255', step.background);
      return;
    }
    case 'orient':
      expect(
        isWhole(step.orientation, 8) && step.orientation > 0,
        'orientation',
        'a whole number from 1 to 8',
        step.orientation,
      );
      return;
    case 'reduce':
      expect(isBlockSide(step.across), 'across', 'a whole number from 1 to 4095', step.across);
      expect(isBlockSide(step.down), 'down', 'a whole number from 1 to 4095', step.down);
      return;
    case 'median':
    case 'minimum':
    case 'maximum':
      expect(isWhole(step.size, 255) && step.size % 2 === 1, 'size', 'an odd number from 1 to 255', step.size);
      return;
    case 'grayscale':
    case 'flip':
    case 'flop':
    case 'equalize':
      return;
    default:
      throw new PlanError(
        `step ${index + 1}: there is no operation ${show((step as { op?: unknown } | undefined)?.op)}`,
      );
  }
}

function transform(op: TransformStep['op'], matrix: readonly number[], options: TransformOptions): TransformStep {
  const { filter = 'bilinear', precision, background = [0, 0, 0, 255], width, height } = options;
  const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  return {
    op,
    matrix: Array.from(matrix ?? []),
    ...size,
    filter,
    ...(precision !== undefined && { precision }),
    background,
  };
}

/** Refuses a step's second input. */
function checkOperand(step: JoinStep, expect: Expect): void {
  const { input, steps } = step.with ?? {};
  expect(input === undefined || isName(input), 'input', 'a name that is not empty', input);
  expect(Array.isArray(steps), 'with', 'an operand with steps', step.with);
  expect(!steps.some(({ op }) => op === 'tap'), 'with', 'steps without a tap', steps);
  steps.forEach(checkStep);
}

function isPlace(value: unknown): boolean {
  return Number.isInteger(value) && isWithin(value, -MAX_SIDE, MAX_SIDE);
}

function isSide(value: unknown): boolean {
  return value === undefined || (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SIDE);
}

function isBlockSide(value: unknown): boolean {
  return Number.isInteger(value) && isWithin(value, 1, 4095);
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function isPrecision(value: unknown): boolean {
  return value === undefined || value === 'exact' || value === 'fast';
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isInteger(value) && isWithin(value, 0, most);
}

function isPair(value: unknown, least: number, most: number): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => isWithin(each, least, most));
}

function isValues(value: unknown): boolean {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.every((each) => isWhole(each, 255));
}

function isTable(table: unknown): boolean {
  return Array.isArray(table) && table.length === 256 && table.every((value) => isWhole(value, 255));
}

function isNumbers(numbers: unknown, count: number): boolean {
  return Array.isArray(numbers) && numbers.length === count && numbers.every(Number.isFinite);
}

function isTransform(numbers: unknown, count: number): boolean {
  return Array.isArray(numbers) && numbers.length === count && numbers.every((value) => isWithin(value, -1e9, 1e9));
}

function isPosition(position: unknown): boolean {
  if (position === undefined) return true;
  try {
    positionFractions(position as Position);
    return true;
  } catch {
    return false;
  }
}

function isHalo(value: unknown): boolean {
  return value === undefined || isWhole(value, 1024);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isParams(params: unknown): boolean {
  return Array.isArray(params) && params.length <= 1024 && params.every(Number.isFinite);
}

function isColour(value: unknown): boolean {
  const isByte = (each: unknown) => Number.isInteger(each) && (each as number) >= 0 && (each as number) <= 255;
  return Array.isArray(value) && value.length === 4 && value.every(isByte);
}

function canClone(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
