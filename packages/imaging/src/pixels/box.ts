/**
 * Boxes: rectangles of pixels as Pillow names them, left and upper edge inside, right and lower edge outside.
 *
 *        left      right          a box may lie partly or wholly outside of an image;
 *   upper +---------+             clipped to it, it may have no pixel left
 *         |         |
 *   lower +---------+
 */
import { InvalidArgumentError } from '@sharena/heap';

/** A rectangle of pixels: left, upper, right, lower. Right and lower are the first column and row that are not in it. */
export type Box = readonly [left: number, upper: number, right: number, lower: number];

const FARTHEST = 2 ** 31 - 1;

/** @throws {InvalidArgumentError} unless `value` is a whole number of 32 bits */
export function checkCoordinate(argument: string, value: number): void {
  if (Number.isInteger(value) && value >= -FARTHEST && value <= FARTHEST) return;
  throw new InvalidArgumentError(argument, `a whole number from ${-FARTHEST} to ${FARTHEST}`, value);
}

/** @throws {InvalidArgumentError} when it is no box: four whole numbers, right not less than left, lower not less than upper */
export function checkBox(box: Box): void {
  if (!Array.isArray(box) || box.length !== 4) {
    throw new InvalidArgumentError('box', 'four numbers: left, upper, right, lower', box);
  }
  const [left, upper, right, lower] = box;
  checkCoordinate('box left', left);
  checkCoordinate('box upper', upper);
  checkCoordinate('box right', right);
  checkCoordinate('box lower', lower);
  if (right < left) throw new InvalidArgumentError('box right', `at least ${left}, the left edge`, right);
  if (lower < upper) throw new InvalidArgumentError('box lower', `at least ${upper}, the upper edge`, lower);
}

/** The part of a box that lies in an image; it has right <= left or lower <= upper when there is none. */
export function clip([left, upper, right, lower]: Box, width: number, height: number): Box {
  return [Math.max(left, 0), Math.max(upper, 0), Math.min(right, width), Math.min(lower, height)];
}

/** Whether a box has no pixel. */
export function isVoid([left, upper, right, lower]: Box): boolean {
  return right <= left || lower <= upper;
}
