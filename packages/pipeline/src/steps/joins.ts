/** Steps that join a second image to the image, in place: where it lies, and whether it fits. Reads the second image, writes the strip's rows. */
import type { SharedImage } from '@sharena/imaging';
import {
  blend,
  type Combination,
  combine,
  composite,
  pasteMasked,
  positionFractions,
  type Raster,
} from '@sharena/kernels';
import { StepError } from '../errors.ts';
import type { CompositeStep } from '../plan.ts';
import type { Operand } from './operands.ts';
import { bytesRasterOf, colourFor } from './raster.ts';

/** Mixes a second image into the image. */
export interface BlendStep {
  /** What the step is. */
  readonly op: 'blend';
  /** The image that is mixed in: of the same size and mode. */
  readonly with: Operand;
  /** How much of it: 0 is none, 1 is all. */
  readonly amount: number;
}

/** Combines each value with that of a second image. */
export interface CombineStep {
  /** What the step is. */
  readonly op: 'combine';
  /** The second image: of the same size and mode. */
  readonly with: Operand;
  /** The operation. */
  readonly operation: Combination;
}

/** Paints with a colour through a mask. */
export interface PaintStep {
  /** What the step is. */
  readonly op: 'paint';
  /** The mask: a grey image, or one with alpha, of which that counts. */
  readonly with: Operand;
  /** Red, green, blue and alpha. */
  readonly colour: readonly [number, number, number, number];
  /** Column of the image where the mask begins. */
  readonly x: number;
  /** Row of the image where the mask begins. */
  readonly y: number;
}

/** A step with a second image. */
export type JoinStep = CompositeStep | BlendStep | CombineStep | PaintStep;

/** Joins rows `top` to `bottom - 1`. @throws {StepError} when the second image does not fit */
export function joinStrip(
  step: JoinStep,
  operand: SharedImage | undefined,
  to: Raster,
  top: number,
  bottom: number,
): void {
  if (!operand) return;
  const from = bytesRasterOf(operand);
  switch (step.op) {
    case 'composite':
      return composeStrip(step, from, to, top, bottom);
    case 'blend':
      checkAlike(step, from, to);
      return blend(from, to, top, bottom, step.amount);
    case 'combine':
      checkAlike(step, from, to);
      return combine(from, to, top, bottom, step.operation);
    case 'paint':
      if (from.layout === 'RGB;24') throw new StepError('paint: the mask has colours and no alpha');
      return pasteMasked(colourFor(to.layout, step.colour), from, to, top, bottom, step);
  }
}

function composeStrip(step: CompositeStep, from: Raster, to: Raster, top: number, bottom: number): void {
  const { mode, x, y, position } = step;
  const [right, down] = position === undefined ? [0, 0] : positionFractions(position);
  const left = Math.floor((to.width - from.width) * right) + x;
  const above = Math.floor((to.height - from.height) * down) + y;
  composite(from, to, top, bottom, { mode, x: left, y: above });
}

function checkAlike({ op }: JoinStep, from: Raster, to: Raster): void {
  if (from.width === to.width && from.height === to.height && from.layout === to.layout) return;
  const show = ({ layout, width, height }: Raster): string => `${layout} of ${width}x${height}`;
  throw new StepError(`${op}: the second image should be ${show(to)}, as the image, and is ${show(from)}`);
}
