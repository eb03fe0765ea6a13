/**
 * Rotations: by which affine transform, and into which size, an image is turned by an angle. Pure arithmetic, no pixels.
 *
 * Pillow's: sines and cosines are rounded to 15 decimals, so that quarter turns are exact.
 */
import { KernelError } from '../errors.ts';
import { checkInteger, largestSide } from '../validate.ts';

/** Where an image is turned. */
export interface RotationOptions {
  /** Whether the result is made as large as it must be to hold all of the turned image; by default it keeps the image's size. */
  readonly expand?: boolean;
  /** The point around which the image is turned, `[x, y]` in pixels; by default its middle. */
  readonly centre?: readonly [x: number, y: number];
  /** By how much the image is moved after it was turned, `[x, y]` in pixels; by default not at all. */
  readonly translate?: readonly [x: number, y: number];
}

/** What {@link rotation} answers. */
export interface Rotation {
  /** Width of the result, from 1. */
  readonly width: number;
  /** Height of the result, from 1. */
  readonly height: number;
  /** What `affine` takes. */
  readonly matrix: readonly [number, number, number, number, number, number];
  /** Quarter turns clockwise, where the rotation is no more than that: pixels are then moved and not weighed. */
  readonly turns?: 0 | 1 | 2 | 3;
}

/**
 * The affine transform that turns an image clockwise, and the size of the result, as Pillow's `Image.rotate` computes them for the
 * opposite angle.
 *
 * @param size - width and height of the image in pixels, integers from 1
 * @param angle - degrees clockwise, any finite number
 * @param options - whether the result grows, the point around which it is turned, and how far it is moved
 * @returns size and numbers to give to `affine`; `rotate` does both
 * @throws {@link KernelError} when a side is no integer from 1, or a number is not finite
 * @example
 * ```ts
 * import { rotation } from '@sharena/kernels';
 *
 * console.log(rotation({ width: 300, height: 200 }, 45, { expand: true }).width); // 354
 * console.log(rotation({ width: 300, height: 200 }, 90, { expand: true })); // width 200, height 300, turns 1
 * ```
 * @remarks Threads: any; blocks: never; allocates: its answer.
 */
export function rotation(
  size: { readonly width: number; readonly height: number },
  angle: number,
  options: RotationOptions = {},
): Rotation {
  const { expand = false, centre, translate } = options;
  checkInteger('size.width', size.width, 1, largestSide);
  checkInteger('size.height', size.height, 1, largestSide);
  if (!Number.isFinite(angle)) throw new KernelError('angle', 'a finite number of degrees', angle);
  checkPoint('options.centre', centre);
  checkPoint('options.translate', translate);
  const { width: w, height: h } = size;
  const degrees = modulo(-angle, 360);
  const [cx, cy] = centre ?? [w / 2, h / 2];
  const [tx, ty] = translate ?? [0, 0];
  const radians = -(degrees * (Math.PI / 180));
  const [a, b, d, e] = [Math.cos(radians), Math.sin(radians), -Math.sin(radians), Math.cos(radians)].map(rounded) as [
    number,
    number,
    number,
    number,
  ];
  const moved = (x: number, y: number): [number, number] => [a * x + b * y, d * x + e * y];
  const [mx, my] = moved(-cx - tx, -cy - ty);
  const [c, f] = [mx + cx, my + cy];
  const turns = !centre && !translate ? quarters(degrees, expand || w === h) : undefined;
  const answer = (width: number, height: number, x: number, y: number): Rotation => ({
    width,
    height,
    matrix: [a, b, x, d, e, y],
    ...(turns !== undefined && { turns }),
  });
  if (!expand) return answer(w, h, c, f);
  const corners = [moved(0, 0), moved(w, 0), moved(w, h), moved(0, h)];
  const length = (values: number[]): number => Math.ceil(Math.max(...values)) - Math.floor(Math.min(...values));
  // Of a quarter turn the size is known; computed, it would be larger by what is lost in rounding.
  const nw = turns === undefined ? length(corners.map(([x]) => x + c)) : turns & 1 ? h : w;
  const nh = turns === undefined ? length(corners.map(([, y]) => y + f)) : turns & 1 ? w : h;
  const [ox, oy] = moved(-(nw - w) / 2, -(nh - h) / 2);
  return answer(nw, nh, ox + c, oy + f);
}

/** Quarter turns clockwise of an angle counter-clockwise; 90 and 270 only if their result fits. */
function quarters(degrees: number, fits: boolean): Rotation['turns'] {
  if (degrees === 0) return 0;
  if (degrees === 180) return 2;
  if (!fits) return undefined;
  return degrees === 90 ? 3 : degrees === 270 ? 1 : undefined;
}

/** The remainder with the sign of the divisor. */
function modulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest + 0;
}

function rounded(value: number): number {
  return Number(value.toFixed(15));
}

function checkPoint(name: string, point: readonly [number, number] | undefined): void {
  if (point === undefined) return;
  if (Array.isArray(point) && point.length === 2 && point.every(Number.isFinite)) return;
  throw new KernelError(name, 'two finite numbers', point);
}
