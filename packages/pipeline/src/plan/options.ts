/** Settings of the builder's methods. */
import type { BlendMode, Filter, Fit, Position, RotationOptions, WarpFilter } from '@sharena/kernels';
import type { DecodeOptions } from '../decoding.ts';
import type { PipelineBuilder } from './builder.ts';
import type { Plan } from './steps.ts';

/** Pixels on each side of an image, whole numbers from 0 to 65535, by default 0. */
export interface Border {
  /** Rows above. */
  readonly top?: number;
  /** Columns on the right. */
  readonly right?: number;
  /** Rows below. */
  readonly bottom?: number;
  /** Columns on the left. */
  readonly left?: number;
}

/** Settings of {@link PipelineBuilder.resize}. */
export interface ResizeOptions {
  /**
   * `cover` fills the target and crops what is too much, as Pillow's `ImageOps.fit`; `contain` fits the image in and fills the rest with
   * `background`; `pad` does so with the rounding, and the bytes, of `ImageOps.pad`;
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
   * Pillow's `reducing_gap`, with its bytes: an image that becomes much smaller is first reduced by whole numbers, to means of blocks, which is
   * faster, and the resize then makes it at least so many times smaller: from 1, which takes the least time, over 2 to 3, which can hardly be told
   * from a resize of everything. Images with alpha, and `nearest`, are resized from everything.
   *
   * This is about pixels that are there. {@link DecodeOptions.reducingGap} is about the decoder, which leaves pixels out before; with both, what the
   * decoder left is reduced.
   *
   * @defaultValue everything is weighed
   */
  readonly reducingGap?: number;
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
   * `exact` gives the bytes of Pillow; with `fast`, `bicubic` of colours takes half to two thirds of the time, and a value may differ by 1.
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
