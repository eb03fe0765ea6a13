/** The steps of plans: what each one is, in plain JSON. */
import type { BlendMode, Filter, Fit, PixelSize, Position } from '@sharena/kernels';
import type { DecodeOptions } from '../decoding.ts';
import type { Output } from '../outputs.ts';
import type { JoinStep } from '../steps/joins.ts';
import type { ConvertStep, FromLinearLightStep, ToLinearLightStep } from '../steps/modes.ts';
import type { Operand } from '../steps/operands.ts';
import type { PlaceStep } from '../steps/places.ts';
import type { SurveyedStep } from '../steps/surveys.ts';

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
  /** Red, green, blue and alpha, 0 to 255, of what `contain` and `pad` leave free. */
  readonly background: readonly [number, number, number, number];
  /** How many times smaller the resize must still make what was reduced before it: see {@link ResizeOptions.reducingGap}. */
  readonly reducingGap?: number;
  /** The size that the image is taken for, when it was decoded or reduced to a smaller one. Set by a run. */
  readonly of?: PixelSize;
  /** The part of the image that is resized, when it was reduced. Set by a run. */
  readonly box?: readonly [number, number, number, number];
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

/** Blurs with a box. */
export interface BoxBlurStep {
  /** What the step is. */
  readonly op: 'boxBlur';
  /** Pixels on each side of the one in the middle, 0 to 1000. */
  readonly radius: number;
}

/** Puts a colour behind the image, which loses its alpha. */
export interface FlattenStep {
  /** What the step is. */
  readonly op: 'flatten';
  /** Red, green, blue and alpha, 0 to 255; the alpha is not looked at. */
  readonly background: readonly [number, number, number, number];
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
  | ConvertStep
  | ToLinearLightStep
  | FromLinearLightStep
  | RotateStep
  | PlaceStep
  | BlurStep
  | BoxBlurStep
  | FlattenStep
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
