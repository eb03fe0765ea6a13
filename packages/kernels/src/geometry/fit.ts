/**
 * Fits: how an image of one shape goes into a frame of another. Pure arithmetic on sizes, no pixels.
 *
 * The names are sharp's, but `pad`, which is Pillow's `ImageOps.pad`. Its `ImageOps.fit` is `cover`; its `contain` is `inside`, but for halves. The
 * result is what `resize` takes: a box of the source, fractions allowed, and a rectangle of the output.
 *
 * Rounding. A side that the frame does not fix is the nearest integer (halves up) to the exact value, and at least 1. The box of `cover`
 * is not rounded at all: it has exactly the frame's proportions, so nothing is stretched by a fraction of a pixel. The rectangle of
 * `contain` is placed on whole pixels, rounded down, so an odd pixel of padding goes right or below when centred. `pad` rounds both to the
 * nearest, halves to even.
 */
import { KernelError } from '../errors.ts';
import { checkInteger, largestSide } from '../validate.ts';

/**
 * How an image goes into a frame.
 *
 * | fit | output | what is kept |
 * |---|---|---|
 * | `cover` | the frame | proportions; the image is cropped to the frame's |
 * | `contain` | the frame | proportions and all of the image; the rest of the frame is padding |
 * | `pad` | the frame | as `contain`, rounded as Pillow's `ImageOps.pad` |
 * | `fill` | the frame | all of the image, stretched |
 * | `inside` | at most the frame | proportions and all of the image |
 * | `outside` | at least the frame | proportions and all of the image |
 */
export type Fit = 'cover' | 'contain' | 'pad' | 'fill' | 'inside' | 'outside';

/** All fits. */
export const fits: readonly Fit[] = Object.freeze(['cover', 'contain', 'pad', 'fill', 'inside', 'outside'] as const);

/**
 * Where `cover` cuts, and `contain` and `pad` place: a side, a corner or the centre, as in sharp by direction or by compass; or two fractions
 * `[x, y]` from 0 (left, top) to 1 (right, bottom).
 */
export type Position =
  | 'centre'
  | 'center'
  | 'top'
  | 'right top'
  | 'right'
  | 'right bottom'
  | 'bottom'
  | 'left bottom'
  | 'left'
  | 'left top'
  | 'north'
  | 'northeast'
  | 'east'
  | 'southeast'
  | 'south'
  | 'southwest'
  | 'west'
  | 'northwest'
  | readonly [x: number, y: number];

/** What {@link fitBox} answers: the output's size and the two boxes that `resize` takes. */
export interface FitBox {
  /** Width of the output, from 1. */
  readonly width: number;
  /** Height of the output, from 1. */
  readonly height: number;
  /** The part of the source to resize: `[left, top, right, bottom]` in pixels, with fractions for `cover`. */
  readonly box: readonly [number, number, number, number];
  /** The rectangle of the output that it fills: `[x, y, width, height]`; smaller than the output for `contain` and `pad` only. */
  readonly dstBox: readonly [number, number, number, number];
}

/**
 * Fits an image into a frame: the size of the output, the box of the source, and the rectangle of the output.
 *
 * Without one of the frame's sides, that side follows from the other and the image's proportions, and all fits agree.
 *
 * @param source - width and height of the image in pixels, integers from 1
 * @param frame - width and height of the frame in pixels, integers from 1; one of them may be left out
 * @param fit - how the image goes into the frame
 * @param position - where `cover` cuts, and `contain` and `pad` place
 * @returns sizes and boxes to give to `resize`; with `contain` and `pad`, `fill` the output first
 * @throws {@link KernelError} when a side is no integer from 1, both sides of the frame are missing, or a name is unknown
 * @example
 * ```ts
 * import { fitBox } from '@sharena/kernels';
 *
 * const { width, height, box } = fitBox({ width: 400, height: 300 }, { width: 100, height: 100 }, 'cover');
 * console.log(width, height, box); // 100 100 [ 50, 0, 350, 300 ]
 * console.log(fitBox({ width: 400, height: 300 }, { width: 100, height: 100 }, 'contain').dstBox); // [ 0, 12, 100, 75 ]
 * ```
 * @remarks Threads: any; blocks: never; allocates: its answer.
 */
export function fitBox(
  source: { readonly width: number; readonly height: number },
  frame: { readonly width?: number; readonly height?: number },
  fit: Fit = 'cover',
  position: Position = 'centre',
): FitBox {
  checkInteger('source.width', source.width, 1, largestSide);
  checkInteger('source.height', source.height, 1, largestSide);
  const place = positionFractions(position);
  if (!fits.includes(fit)) throw new KernelError('fit', `one of ${fits.join(', ')}`, fit);
  const [width, height] = complete(source, frame);
  // Compared as products, which are exact, so that equal proportions need neither crop nor padding.
  const wider = source.width * height > source.height * width;
  const whole = [0, 0, source.width, source.height] as const;
  // A side that follows from the other is rounded, so the proportions differ by a fraction of a pixel: only `fill` takes that up.
  const isOpen = frame.width === undefined || frame.height === undefined;
  switch (isOpen ? 'fill' : fit) {
    case 'fill':
      return { width, height, box: whole, dstBox: [0, 0, width, height] };
    case 'inside':
    case 'outside': {
      const size = scaled(source, width, height, wider === (fit === 'inside'));
      return { ...size, box: whole, dstBox: [0, 0, size.width, size.height] };
    }
    case 'contain': {
      const size = scaled(source, width, height, wider);
      const x = Math.floor((width - size.width) * place[0]);
      const y = Math.floor((height - size.height) * place[1]);
      return { width, height, box: whole, dstBox: [x, y, size.width, size.height] };
    }
    case 'pad': {
      const size = padded(source, width, height, wider);
      const x = roundedToEven((width - size.width) * place[0]);
      const y = roundedToEven((height - size.height) * place[1]);
      return { width, height, box: whole, dstBox: [x, y, size.width, size.height] };
    }
    case 'cover':
      return { width, height, box: covered(source, width, height, wider, place), dstBox: [0, 0, width, height] };
  }
}

/**
 * The size of a thumbnail, as Pillow's `Image.thumbnail` computes it: at most the frame, never more than the image, and of the two whole
 * numbers between which a side lies the one whose proportions are closer to the image's.
 *
 * `fitBox` with `inside` rounds to the nearest, and enlarges too. Pillow's thumbnail of an image without alpha is then {@link reduction} with a gap
 * of 2, and `resize` with `bicubic`.
 *
 * @param source - width and height of the image in pixels, integers from 1
 * @param frame - width and height of the frame in pixels, integers from 1
 * @returns width and height, from 1
 * @throws {@link KernelError} when a side is no integer from 1
 * @example
 * ```ts
 * import { thumbnailSize } from '@sharena/kernels';
 *
 * console.log(thumbnailSize({ width: 1000, height: 7 }, { width: 100, height: 100 })); // { width: 100, height: 1 }
 * ```
 * @remarks Threads: any; blocks: never; allocates: its answer.
 */
export function thumbnailSize(source: PixelSize, frame: PixelSize): PixelSize {
  checkInteger('source.width', source.width, 1, largestSide);
  checkInteger('source.height', source.height, 1, largestSide);
  checkInteger('frame.width', frame.width, 1, largestSide);
  checkInteger('frame.height', frame.height, 1, largestSide);
  const { width, height } = frame;
  if (width >= source.width && height >= source.height) return { width: source.width, height: source.height };
  const aspect = source.width / source.height;
  if (width / height >= aspect) return { width: closer(height * aspect, (n) => Math.abs(aspect - n / height)), height };
  return { width, height: closer(width / aspect, (n) => (n === 0 ? 0 : Math.abs(aspect - width / n))) };
}

/** Of the whole numbers around a value the one that is less off, the lower one if both are the same; at least 1. */
function closer(value: number, off: (n: number) => number): number {
  const [low, high] = [Math.floor(value), Math.ceil(value)];
  return Math.max(1, off(low) <= off(high) ? low : high);
}

/** A size in pixels. */
export interface PixelSize {
  /** Columns, from 1. */
  readonly width: number;
  /** Rows, from 1. */
  readonly height: number;
}

/** The frame with the side that was left out. */
function complete(source: PixelSize, { width, height }: Partial<PixelSize>): readonly [number, number] {
  if (width !== undefined) checkInteger('frame.width', width, 1, largestSide);
  if (height !== undefined) checkInteger('frame.height', height, 1, largestSide);
  if (width !== undefined) return [width, height ?? side('frame.height', (source.height * width) / source.width)];
  if (height !== undefined) return [side('frame.width', (source.width * height) / source.height), height];
  throw new KernelError('frame', 'a width, a height, or both', undefined);
}

/** The source in its proportions, one side of it as given: the width if `byWidth`, else the height. */
function scaled(source: PixelSize, width: number, height: number, byWidth: boolean): PixelSize {
  return byWidth
    ? { width, height: side('frame.width', (source.height * width) / source.width) }
    : { width: side('frame.height', (source.width * height) / source.height), height };
}

/** As {@link scaled}, in Pillow's order of operations, which decides what is a half, and with its rounding. */
function padded(source: PixelSize, width: number, height: number, byWidth: boolean): PixelSize {
  if (byWidth) return { width, height: Math.max(1, roundedToEven((source.height / source.width) * width)) };
  return { width: Math.max(1, roundedToEven((source.width / source.height) * height)), height };
}

/** The nearest integer, of two the even one. */
function roundedToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
}

/** A side from its exact value: rounded, at least 1. */
function side(name: string, exact: number): number {
  const rounded = Math.max(1, Math.round(exact));
  if (rounded > largestSide) throw new KernelError(name, `small enough for a side of at most ${largestSide}`, rounded);
  return rounded;
}

/** The largest box of the source with the proportions `width` to `height`, in Pillow's order of operations. */
function covered(
  source: PixelSize,
  width: number,
  height: number,
  wider: boolean,
  place: readonly [number, number],
): FitBox['box'] {
  if (source.width * height === source.height * width) return [0, 0, source.width, source.height];
  const ratio = width / height;
  if (wider) {
    const wide = ratio * source.height;
    const left = (source.width - wide) * place[0];
    return [left, 0, Math.min(left + wide, source.width), source.height];
  }
  const high = source.width / ratio;
  const above = (source.height - high) * place[1];
  return [0, above, source.width, Math.min(above + high, source.height)];
}

const named: Readonly<Record<Exclude<Position, readonly number[]>, readonly [number, number]>> = {
  centre: [0.5, 0.5],
  center: [0.5, 0.5],
  top: [0.5, 0],
  'right top': [1, 0],
  right: [1, 0.5],
  'right bottom': [1, 1],
  bottom: [0.5, 1],
  'left bottom': [0, 1],
  left: [0, 0.5],
  'left top': [0, 0],
  north: [0.5, 0],
  northeast: [1, 0],
  east: [1, 0.5],
  southeast: [1, 1],
  south: [0.5, 1],
  southwest: [0, 1],
  west: [0, 0.5],
  northwest: [0, 0],
};

/**
 * A position as two fractions of the free space, from the left and from above, each 0 to 1.
 *
 * @param position - a name, or the fractions themselves
 * @throws {@link KernelError} when it is neither
 */
export function positionFractions(position: Position): readonly [number, number] {
  if (typeof position === 'string' && Object.hasOwn(named, position)) return named[position];
  if (Array.isArray(position) && position.length === 2 && position.every((f) => f >= 0 && f <= 1)) {
    return position as unknown as readonly [number, number];
  }
  throw new KernelError('position', 'a name such as centre or left top, or two fractions from 0 to 1', position);
}
