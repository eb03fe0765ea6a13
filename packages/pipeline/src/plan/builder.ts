/** The builder of plans. Every step is checked as it is added. */
import type {
  AutocontrastOptions,
  BlurOptions,
  Combination,
  ConvolveOptions,
  Orientation,
  TensorOptions,
  UnsharpOptions,
} from '@sharena/kernels';
import { checkDecode, type DecodeOptions } from '../decoding.ts';
import { PlanError } from '../errors.ts';
import { expectNames } from '../names.ts';
import type { Branch, EncodeOptions, Format, Output, TensorOutput } from '../outputs.ts';
import { show } from '../show.ts';
import type { PipelineMode } from '../steps/modes.ts';
import type { Operand } from '../steps/operands.ts';
import type { TransformStep } from '../steps/places.ts';
import type { ClaheStep, TrimStep } from '../steps/surveys.ts';
import { checkPlan, checkStep, isWithin } from './checks.ts';
import { OPTION_NAMES } from './option-names.ts';
import type {
  Border,
  Branches,
  CompositeOptions,
  MapOptions,
  MapWasmOptions,
  ResizeOptions,
  RotateOptions,
  TransformOptions,
} from './options.ts';
import type { Plan, Step } from './steps.ts';

const BLACK = [0, 0, 0, 255] as const;

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
    expectOptions('resize', options);
    const { fit = 'cover', filter = 'lanczos', precision, reducingGap, background = BLACK } = options;
    const frame = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
    return this.#with({
      op: 'resize',
      ...frame,
      fit,
      filter,
      ...(precision !== undefined && { precision }),
      ...(reducingGap !== undefined && { reducingGap }),
      background,
    });
  }

  /** Makes grey levels of colours: L = 0.299 R + 0.587 G + 0.114 B. Alpha stays. */
  grayscale(): PipelineBuilder {
    return this.#with({ op: 'grayscale' });
  }

  /**
   * Converts the image to another mode, with the bytes of Pillow's `Image.convert`: `L`, `LA`, `RGB;24` and `RGBA` to each other, and `L`,
   * `I;16`, `I` and `F` to each other, of which fractions are dropped, and what does not fit is cut.
   *
   * Images of `I;16`, `I` and `F`, one number a pixel, are for `resize`, `reduce`, `flip`, `flop`, `rotate90`, `orient`, `linear`, `map`,
   * `mapWasm`, `tap` and `tensor`; `I;16` also for `encode` as PNG or TIFF. For all else `convert('L')` goes before, with a `linear` before it
   * where numbers are not from 0 to 255. An input whose mode does not go through the plan fails with a {@link StepError}, before any of it is
   * computed.
   *
   * @param mode - the mode
   * @throws {PlanError} when there is no such mode
   * @example
   * ```ts
   * import { pipeline } from '@sharena/pipeline';
   *
   * // A depth map of 16 bits as a grey preview.
   * const preview = pipeline().resize(256, 256, { fit: 'inside' }).linear(255 / 65535).convert('L').encode('webp');
   * ```
   */
  convert(mode: PipelineMode): PipelineBuilder {
    return this.#with({ op: 'convert', mode });
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
    expectOptions('rotate', options);
    const { expand = true, centre, translate, filter = 'bilinear', precision, background = BLACK } = options;
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
    expectOptions('affine', options);
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
    expectOptions('perspective', options);
    return this.#with(transform('perspective', matrix, options));
  }

  /**
   * Keeps a rectangle of the image.
   *
   * An image that does not hold all of it fails, with `ERR_SHARENA_STEP`.
   *
   * @param x - columns to the left of it, a whole number from 0
   * @param y - rows above it, a whole number from 0
   * @param width - its columns, a whole number from 1
   * @param height - its rows, a whole number from 1
   * @throws {PlanError} when an argument is out of range
   */
  crop(x: number, y: number, width: number, height: number): PipelineBuilder {
    return this.#with({ op: 'crop', x, y, width, height });
  }

  /**
   * Puts a border around the image.
   *
   * @param border - its pixels on each side, a whole number from 0, or `top`, `right`, `bottom` and `left`, by default 0
   * @param background - red, green, blue and alpha, 0 to 255, by default opaque black; the alpha counts where the image has one
   * @throws {PlanError} when an argument is out of range
   */
  extend(border: number | Border, background: readonly [number, number, number, number] = BLACK): PipelineBuilder {
    if (typeof border !== 'number') expectOptions('extend', border, 'border');
    const each = typeof border === 'number' ? { top: border, right: border, bottom: border, left: border } : border;
    const { top = 0, right = 0, bottom = 0, left = 0 } = each;
    return this.#with({ op: 'extend', top, right, bottom, left, background });
  }

  /**
   * Puts a colour behind the image, which has no alpha afterwards: for formats without, such as JPEG. Images without alpha stay as they are.
   *
   * @param background - red, green, blue and alpha, 0 to 255, by default black; the alpha is not looked at
   * @throws {PlanError} when `background` is something else
   */
  flatten(background: readonly [number, number, number, number] = BLACK): PipelineBuilder {
    return this.#with({ op: 'flatten', background });
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
    expectOptions('blur', options);
    const { precision } = options;
    return this.#with({ op: 'blur', sigma, ...(precision !== undefined && { precision }) });
  }

  /**
   * Blurs with a box, with the bytes of Pillow's `BoxBlur`: each pixel becomes the mean of a square. Alpha is blurred as the colours are.
   *
   * @param radius - pixels on each side of the one in the middle, 0 to 1000, fractions allowed
   * @throws {PlanError} when `radius` is out of range
   */
  boxBlur(radius: number): PipelineBuilder {
    return this.#with({ op: 'boxBlur', radius });
  }

  /**
   * Sharpens: moves every value away from a blurred copy, with the bytes of Pillow's `UnsharpMask`.
   *
   * @param options - `sigma`, the standard deviation of the blur, 0 to 1000, by default 2; `percent` of the difference that is added, a
   *   whole number from 0 to 1000, by default 150; `threshold` up to which differences are left alone, 0 to 255, by default 3
   * @throws {PlanError} when an option is out of range
   */
  sharpen(options: UnsharpOptions = {}): PipelineBuilder {
    expectOptions('sharpen', options);
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
    expectOptions('convolve', options);
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

  /**
   * Multiplies the colours by a factor, as Pillow's `ImageEnhance.Brightness`, but to the nearest value. Alpha stays.
   *
   * @param factor - 0 makes black, 1 changes nothing, up to 1000
   * @throws {PlanError} when `factor` is out of range
   */
  brightness(factor: number): PipelineBuilder {
    expectWithin('brightness', 'factor', factor, 0, 1000);
    return this.linear(factor);
  }

  /**
   * Moves the colours away from the middle grey, or towards it, as `contrast()` of CSS. Alpha stays. For bytes: 127.5 is the middle.
   *
   * @param factor - 0 makes grey, 1 changes nothing, up to 100
   * @throws {PlanError} when `factor` is out of range
   */
  contrast(factor: number): PipelineBuilder {
    expectWithin('contrast', 'factor', factor, 0, 100);
    return this.linear(factor, 127.5 * (1 - factor));
  }

  /**
   * Takes values that are stored as sRGB has them to linear light, where twice the light is twice the number. Alpha stays. Bytes are kept as bytes,
   * and dark ones fall together; grey levels may go to `I;16` or `F`, from which every one comes back.
   *
   * @param mode - the mode of the result, for images of mode `L`: `'I;16'`, 0 to 65535, or `'F'`, 0 to 1; without it the mode stays
   * @throws {PlanError} when `mode` is something else
   */
  toLinearLight(mode?: 'I;16' | 'F'): PipelineBuilder {
    return this.#with({ op: 'toLinearLight', ...(mode !== undefined && { mode }) });
  }

  /** The way back from linear light: `I;16` and `F` become `L`, bytes stay bytes. Alpha stays. */
  fromLinearLight(): PipelineBuilder {
    return this.#with({ op: 'fromLinearLight' });
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
    expectWithin('gamma', 'gamma', gamma, 0.01, 100);
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
    expectWithin('saturation', 'amount', amount, 0, 100);
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
    expectOptions('autocontrast', options);
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
    expectOptions('clahe', options);
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
    expectOptions('trim', options);
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
    expectOptions('composite', options);
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
    expectOptions('paint', options);
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
    expectOptions('map', options);
    const { halo } = options;
    return this.#with({ op: 'map', module: String(module), params, ...haloOf(halo) });
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
    expectOptions('mapWasm', options);
    const { params = [], halo } = options;
    return this.#with({
      op: 'mapWasm',
      module: String(module),
      function: name,
      params,
      ...haloOf(halo),
    });
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
    expectObject('tensor', options, 'options');
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

function transform(op: TransformStep['op'], matrix: readonly number[], options: TransformOptions): TransformStep {
  const { filter = 'bilinear', precision, background = BLACK, width, height } = options;
  const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  const exactness = precision !== undefined && { precision };
  return { op, matrix: Array.from(matrix ?? []), ...size, filter, ...exactness, background };
}

/** Refuses a number that no step has, for methods that make another step of it. */
function expectWithin(op: string, argument: string, value: unknown, least: number, most: number): void {
  if (isWithin(value, least, most)) return;
  throw new PlanError(`${op}: \`${argument}\` should be a number from ${least} to ${most}, got ${show(value)}`);
}

/** The rows around a strip, as steps have them. None is left out, and anything else is checked with the step. */
function haloOf(halo: number | undefined): { readonly halo?: number } {
  return halo === undefined || halo === 0 ? {} : { halo };
}

/** Refuses options that are no object, or that have a name that is none: they would be taken for none. */
function expectOptions(op: keyof typeof OPTION_NAMES, options: unknown, argument = 'options'): void {
  expectObject(op, options, argument);
  expectNames(op, options, OPTION_NAMES[op]);
}

function expectObject(op: string, value: unknown, argument: string): asserts value is object {
  if (typeof value === 'object' && value !== null) return;
  throw new PlanError(`${op}: \`${argument}\` should be an object, got ${show(value)}`);
}
