/**
 * Steps: the shape that a step gives to an image, and how a strip of its result is computed.
 *
 * A strip is a range of rows of the RESULT. Every kernel computes a row from the source alone, whichever strip it is in, so
 * however the rows are shared out among threads, the bytes are the same.
 */
import type { ImageStore, SharedImage } from '@sharena/imaging';
import {
  type AnyRaster,
  autocontrast,
  boxBlur,
  clahe,
  colourMatrix,
  composite,
  convert,
  convolve,
  copy,
  equalize,
  type FitBox,
  fill,
  fitBox,
  flip,
  flop,
  fromLinearLight,
  gaussianBlur,
  grayscale,
  linear,
  type PixelSize,
  point,
  type Raster,
  resize,
  rotate90,
  threshold,
  toLinearLight,
  unsharp,
} from '@sharena/kernels';
import type { FlattenStep, ResizeStep, Step } from '../plan.ts';
import { joinStrip } from './joins.ts';
import { runMap } from './map.ts';
import { runMapWasm } from './map-wasm.ts';
import { modeAfter, type PipelineMode } from './modes.ts';
import { runPlace, sizeAfter } from './places.ts';
import { colourFor, rasterOf } from './raster.ts';
import type { RowStep } from './stages.ts';
import type { TrimStep } from './surveys.ts';

/** What a step makes of the shape of an image. */
export interface Shape {
  /** The mode. */
  readonly mode: PipelineMode;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** The shape of the step's result. @throws {StepError} when the step makes no sense for the mode */
export function shapeAfter(step: Step, shape: Shape): Shape {
  const { width, height } = shape;
  const mode = modeAfter(step, shape.mode);
  switch (step.op) {
    case 'resize': {
      const box = fitBox(step.of ?? { width, height }, step, step.fit);
      return { mode, width: box.width, height: box.height };
    }
    case 'crop':
    case 'extend':
    case 'rotate':
    case 'affine':
    case 'perspective':
    case 'orient':
    case 'reduce': {
      const size = sizeAfter(step, { width, height });
      return { mode, width: size.width, height: size.height };
    }
    case 'trim': {
      // Before it is known, nothing is cut off.
      const [left, top, right, bottom] = step.survey?.box ?? [0, 0, width, height];
      return { mode, width: right - left, height: bottom - top };
    }
    case 'rotate90':
      return step.turns === 2 ? { mode, width, height } : { mode, width: height, height: width };
    default:
      return { mode, width, height };
  }
}

/**
 * Computes rows `top` to `bottom - 1` of the step's result. For a step in place `source` and `target` are one image.
 *
 * @param operand - the second input of a step that has one
 * @returns a promise only where the step is a user's function
 */
export function runStep(
  step: RowStep,
  source: SharedImage,
  target: SharedImage,
  top: number,
  bottom: number,
  operand?: SharedImage,
): Promise<void> | void {
  if (step === 'copy') return copy(rasterOf(source), rasterOf(target), top, bottom);
  if (step.op === 'map') return runMap(step, source, target, top, bottom);
  if (step.op === 'mapWasm') return runMapWasm(step, source, target, top, bottom);
  const from = rasterOf(source);
  const to = rasterOf(target);
  switch (step.op) {
    case 'resize':
      return resizeStrip(step, from, to, top, bottom);
    case 'convert':
      return convert(from, to, top, bottom);
    case 'flip':
      return flip(from, to, top, bottom);
    case 'flop':
      return flop(from, to, top, bottom);
    case 'rotate90':
      return rotate90(from, to, top, bottom, step.turns);
    case 'crop':
    case 'extend':
    case 'orient':
    case 'reduce':
      return runPlace(step, from, to, top, bottom);
    case 'flatten':
      return flattenStrip(step, from, to, top, bottom);
    case 'toLinearLight':
      return toLinearLight(from, to, top, bottom);
    case 'fromLinearLight':
      return fromLinearLight(from, to, top, bottom);
    case 'linear':
      return linear(from, to, top, bottom, step.scale, step.offset);
    case 'grayscale':
      if (from.layout === to.layout) return copy(from, to, top, bottom);
      return grayscale(from as Raster, to as Raster, top, bottom);
    default: // for bytes alone, which `modes.ts` sees to
      return runOnBytes(step, from as Raster, to as Raster, top, bottom, operand);
  }
}

function runOnBytes(
  step: Exclude<RowStep, 'copy'>,
  from: Raster,
  to: Raster,
  top: number,
  bottom: number,
  operand: SharedImage | undefined,
): void {
  switch (step.op) {
    case 'blur':
      return gaussianBlur(from, to, top, bottom, step.sigma, step);
    case 'boxBlur':
      return boxBlur(from, to, top, bottom, step.radius);
    case 'threshold':
      return threshold(from, to, top, bottom, step.least);
    case 'point':
      return point(from, to, top, bottom, [Uint8Array.from(step.table)]);
    case 'recolour':
      if (from.layout === 'L' || from.layout === 'LA') return;
      return colourMatrix(from, to, top, bottom, step.matrix);
    case 'sharpen':
      return unsharp(from, to, top, bottom, step);
    case 'convolve':
      return convolve(from, to, top, bottom, step.weights, step);
    case 'composite':
    case 'blend':
    case 'combine':
    case 'paint':
      return joinStrip(step, operand, to, top, bottom);
    case 'equalize':
      return equalize(from, to, top, bottom, step.survey);
    case 'autocontrast':
      return autocontrast(from, to, top, bottom, { ...step, ...step.survey });
    case 'clahe':
      return clahe(from, to, top, bottom, { ...step, ...step.survey });
    case 'trim':
      return trimStrip(step, from, to, top, bottom);
    case 'rotate':
    case 'affine':
    case 'perspective':
    case 'median':
    case 'minimum':
    case 'maximum':
      return runPlace(step, from, to, top, bottom);
  }
}

/** An image for a step's result: one segment, which codecs take as it is, or a chain where there is no such room. */
export function newImage(store: ImageStore, { mode, width, height }: Shape): SharedImage {
  try {
    return store.newBlock(mode, width, height, { dirty: true });
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SHARENA_HEAP_EXHAUSTED') throw error;
    return store.new(mode, width, height, { dirty: true });
  }
}

/** The shape of an image of a pipeline. */
export function shapeOf(image: SharedImage): Shape {
  return { mode: image.mode as PipelineMode, width: image.width, height: image.height };
}

/** An image that is all background stays as it is. */
function trimStrip({ survey }: TrimStep, from: Raster, to: Raster, top: number, bottom: number): void {
  const [left, above] = survey?.box ?? [0, 0];
  copy(from, to, top, bottom, 0 - left, 0 - above);
}

/** An image without alpha stays as it is. */
function flattenStrip(step: FlattenStep, from: AnyRaster, to: AnyRaster, top: number, bottom: number): void {
  if (from.layout === to.layout) return copy(from, to, top, bottom);
  fill(to, top, bottom, colourFor(to.layout, step.background));
  composite(from as Raster, to as Raster, top, bottom);
}

function resizeStrip(step: ResizeStep, from: AnyRaster, to: AnyRaster, top: number, bottom: number): void {
  const { dstBox } = fitBox(step.of ?? from, step, step.fit);
  const box = boxOf(step, from);
  const covered = dstBox[2] === to.width && dstBox[3] === to.height;
  if (!covered) fill(to, top, bottom, colourFor(to.layout, step.background));
  resize(from, to, top, bottom, { filter: step.filter, precision: step.precision ?? 'exact', box, dstBox });
}

/** The part of an image that a resize takes: of one that was decoded smaller than it is taken for, as much of it. */
export function boxOf(step: ResizeStep, { width, height }: PixelSize): FitBox['box'] {
  if (step.box) return step.box;
  const taken = step.of ?? { width, height };
  const [left, top, right, bottom] = fitBox(taken, step, step.fit).box;
  const [x, y] = [width / taken.width, height / taken.height];
  return [left * x, top * y, right * x, bottom * y];
}
