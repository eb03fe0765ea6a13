/**
 * Steps that take pixels from elsewhere in the image: crops and borders, rotations, transforms, orientations; and rank filters, which look around.
 *
 * A strip of a result may need any row of the source, so these begin a stage of their own: all rows are there before.
 */
import {
  type AnyRaster,
  affine,
  copy,
  fill,
  type Orientation,
  orient,
  orientedSize,
  type PixelSize,
  perspective,
  type Raster,
  type RotateOptions,
  rank,
  reduce,
  rotate,
  rotation,
  type WarpFilter,
} from '@sharena/kernels';
import { StepError } from '../errors.ts';
import { colourFor } from './raster.ts';

/** Red, green, blue and alpha, each from 0 to 255. */
export type Colour = readonly [number, number, number, number];

/** Keeps a rectangle of the image. */
export interface CropStep {
  /** What the step is. */
  readonly op: 'crop';
  /** Columns to the left of the rectangle. */
  readonly x: number;
  /** Rows above it. */
  readonly y: number;
  /** Its columns. */
  readonly width: number;
  /** Its rows. */
  readonly height: number;
}

/** Puts a border around the image. */
export interface ExtendStep {
  /** What the step is. */
  readonly op: 'extend';
  /** Rows above. */
  readonly top: number;
  /** Columns on the right. */
  readonly right: number;
  /** Rows below. */
  readonly bottom: number;
  /** Columns on the left. */
  readonly left: number;
  /** Red, green, blue and alpha, 0 to 255, of the border. */
  readonly background: Colour;
}

/** Turns the image by any angle. */
export interface RotateByStep {
  /** What the step is. */
  readonly op: 'rotate';
  /** Degrees clockwise. */
  readonly angle: number;
  /** Whether the result is as large as it must be to hold all of the image. */
  readonly expand: boolean;
  /** The point around which it is turned, in pixels; without it the middle. */
  readonly centre?: readonly [number, number];
  /** By how much it is moved after that, in pixels. */
  readonly translate?: readonly [number, number];
  /** How pixels are made. */
  readonly filter: WarpFilter;
  /** Whether with the bytes of Pillow, which is the default, or fast. */
  readonly precision?: 'exact' | 'fast';
  /** Red, green, blue and alpha, 0 to 255, of what is not covered. */
  readonly background: Colour;
}

/** Takes each pixel from a place that a transform gives. */
export interface TransformStep {
  /** What the step is. */
  readonly op: 'affine' | 'perspective';
  /** Six numbers, or eight, that lead from the result back to the source. */
  readonly matrix: readonly number[];
  /** Width of the result in pixels; without it that of the image. */
  readonly width?: number;
  /** Height of the result in pixels; without it that of the image. */
  readonly height?: number;
  /** How pixels are made. */
  readonly filter: WarpFilter;
  /** Whether with the bytes of Pillow, which is the default, or fast. */
  readonly precision?: 'exact' | 'fast';
  /** Red, green, blue and alpha, 0 to 255, of what is not covered. */
  readonly background: Colour;
}

/** Makes the image upright. */
export interface OrientStep {
  /** What the step is. */
  readonly op: 'orient';
  /** The EXIF orientation that it has. */
  readonly orientation: Orientation;
}

/** Makes each pixel the mean of a block of pixels. */
export interface ReduceStep {
  /** What the step is. */
  readonly op: 'reduce';
  /** Columns of a block. */
  readonly across: number;
  /** Rows of a block. */
  readonly down: number;
  /** The part of the image that is reduced: left, top, right, bottom. Set by a run, for the resize that follows. */
  readonly area?: readonly [number, number, number, number];
}

/** Makes each value the median of a square around it, or the smallest, or the largest. */
export interface RankStep {
  /** What the step is. */
  readonly op: 'median' | 'minimum' | 'maximum';
  /** Rows and columns of the square: an odd number. */
  readonly size: number;
}

/** A step of this file. */
export type PlaceStep = CropStep | ExtendStep | RotateByStep | TransformStep | OrientStep | ReduceStep | RankStep;

/** The longest side of an image that a plan may ask for. */
export const MAX_SIDE = 65535;

/** Width and height of the step's result. @throws {StepError} when there is no such result of an image of that size */
export function sizeAfter(step: PlaceStep, size: PixelSize): PixelSize {
  switch (step.op) {
    case 'crop':
      return cropped(step, size);
    case 'extend':
      return extended(step, size);
    case 'rotate':
      return rotation(size, step.angle, turning(step));
    case 'affine':
    case 'perspective':
      return { width: step.width ?? size.width, height: step.height ?? size.height };
    case 'orient':
      return orientedSize(size, step.orientation);
    case 'reduce': {
      const [left, top, right, bottom] = step.area ?? [0, 0, size.width, size.height];
      return { width: Math.ceil((right - left) / step.across), height: Math.ceil((bottom - top) / step.down) };
    }
    default:
      return size;
  }
}

function cropped({ x, y, width, height }: CropStep, size: PixelSize): PixelSize {
  if (x + width <= size.width && y + height <= size.height) return { width, height };
  throw new StepError(
    `crop: ${width}x${height} pixels at (${x}, ${y}) reach beyond an image of ${size.width}x${size.height}`,
  );
}

function extended({ top, right, bottom, left }: ExtendStep, size: PixelSize): PixelSize {
  const [width, height] = [left + size.width + right, top + size.height + bottom];
  if (width <= MAX_SIDE && height <= MAX_SIDE) return { width, height };
  throw new StepError(`extend: ${width}x${height} pixels; a side has at most ${MAX_SIDE}`);
}

/** Computes rows `top` to `bottom - 1` of the step's result. Of wide images there are those that move pixels or reduce, as `modes.ts` says. */
export function runPlace(step: PlaceStep, from: AnyRaster, to: AnyRaster, top: number, bottom: number): void {
  switch (step.op) {
    case 'crop':
      return copy(from, to, top, bottom, 0 - step.x, 0 - step.y);
    case 'extend':
      fill(to, top, bottom, colourFor(to.layout, step.background));
      return copy(from, to, top, bottom, step.left, step.top);
    case 'orient':
      return orient(from, to, top, bottom, step.orientation);
    case 'reduce':
      return reduce(from, to, top, bottom, [step.across, step.down], step.area);
    default:
      return runOnBytes(step, from as Raster, to as Raster, top, bottom);
  }
}

function runOnBytes(
  step: Exclude<PlaceStep, CropStep | ExtendStep | OrientStep | ReduceStep>,
  from: Raster,
  to: Raster,
  top: number,
  bottom: number,
): void {
  switch (step.op) {
    case 'rotate':
      return rotate(from, to, top, bottom, step.angle, {
        ...turning(step),
        filter: step.filter,
        precision: step.precision ?? 'exact',
        fill: colourFor(to.layout, step.background),
      });
    case 'affine':
    case 'perspective': {
      const run = step.op === 'affine' ? affine : perspective;
      const fill = colourFor(to.layout, step.background);
      return run(from, to, top, bottom, step.matrix, {
        filter: step.filter,
        precision: step.precision ?? 'exact',
        fill,
      });
    }
    default:
      return rank(from, to, top, bottom, step.size, places[step.op](step.size * step.size));
  }
}

const places: Readonly<Record<RankStep['op'], (count: number) => number>> = {
  median: (count) => count >> 1,
  minimum: () => 0,
  maximum: (count) => count - 1,
};

function turning({ expand, centre, translate }: RotateByStep): RotateOptions {
  return { expand, ...(centre && { centre }), ...(translate && { translate }) };
}
