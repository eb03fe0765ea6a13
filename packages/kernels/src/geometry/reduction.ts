/**
 * Reductions before a resize: by which whole numbers an image is reduced first, so that the resize has less to weigh. Pure arithmetic, no
 * pixels.
 *
 * Pillow's `reducing_gap`: the reduction leaves the resize at least `gap` times to go, and takes a box that is as much larger as the
 * filter reaches.
 */
import { KernelError } from '../errors.ts';
import { type Filter, filters, shapes } from '../scalar/filters.ts';
import { checkInteger, isQuadruple, largestSide } from '../validate.ts';

/** What {@link reduction} goes by. */
export interface ReductionOptions {
  /** The filter of the resize that follows. */
  readonly filter: Filter;
  /** How many times smaller the resize must still make it, from 1: 3 is indistinguishable in most cases, 2 comes very close. */
  readonly gap: number;
  /** The part of the source that is resized, as `resize` takes it; by default all of it. */
  readonly box?: readonly [number, number, number, number];
}

/** What {@link reduction} answers: what to give to `reduce`, and the box that `resize` takes of its result. */
export interface Reduction {
  /** Columns and rows that become one, each from 1, one of them more than 1. */
  readonly factor: readonly [across: number, down: number];
  /** The part of the source to reduce: `[left, top, right, bottom]`, integers. */
  readonly area: readonly [number, number, number, number];
  /** Width of the reduced image in pixels. */
  readonly width: number;
  /** Height of the reduced image in pixels. */
  readonly height: number;
  /** The part of the reduced image to resize. */
  readonly box: readonly [number, number, number, number];
}

/**
 * How an image is best reduced by whole numbers before it is resized, as in Pillow's `Image.resize` with `reducing_gap`.
 *
 * Pillow does so for images without alpha only.
 *
 * @param source - width and height of the image in pixels, integers from 1
 * @param size - width and height of the result in pixels, integers from 1
 * @param options - the filter, the gap, and the part of the image
 * @returns what `reduce` and `resize` take; nothing where no reduction is possible, or the filter is `nearest`
 * @throws {@link KernelError} when a side is no integer from 1, the filter is unknown, the gap less than 1, or the box outside the image
 * @example
 * ```ts
 * import { rasterOf, reduce, reduction, resize } from '@sharena/kernels';
 *
 * const photo = rasterOf(new Uint8Array(1200 * 800), 'L', 1200, 800);
 * const small = rasterOf(new Uint8Array(100 * 66), 'L', 100, 66);
 * const made = reduction(photo, small, { filter: 'lanczos', gap: 3 });
 * if (made) {
 *   const { factor, area, width, height, box } = made; // by [ 4, 4 ] to 300 by 200
 *   const between = rasterOf(new Uint8Array(width * height), 'L', width, height);
 *   reduce(photo, between, 0, height, factor, area);
 *   resize(between, small, 0, 66, { filter: 'lanczos', box });
 * }
 * ```
 * @remarks Threads: any; blocks: never; allocates: its answer.
 */
export function reduction(
  source: { readonly width: number; readonly height: number },
  size: { readonly width: number; readonly height: number },
  options: ReductionOptions,
): Reduction | undefined {
  const { filter, gap, box = [0, 0, source.width, source.height] } = options;
  checkInteger('source.width', source.width, 1, largestSide);
  checkInteger('source.height', source.height, 1, largestSide);
  checkInteger('size.width', size.width, 1, largestSide);
  checkInteger('size.height', size.height, 1, largestSide);
  if (!filters.includes(filter)) throw new KernelError('options.filter', `one of ${filters.join(', ')}`, filter);
  if (!(typeof gap === 'number' && gap >= 1)) throw new KernelError('options.gap', 'a number from 1', gap);
  if (!isQuadruple(box) || !isInside(box, source.width, source.height)) {
    throw new KernelError('options.box', '[left, top, right, bottom] inside the source', box);
  }
  if (filter === 'nearest') return undefined;
  const reach = shapes[filter].support - 0.5;
  const x = along(source.width, box[0], box[2], size.width, gap, reach);
  const y = along(source.height, box[1], box[3], size.height, gap, reach);
  if (x.factor === 1 && y.factor === 1) return undefined;
  return {
    factor: [x.factor, y.factor],
    area: [x.first, y.first, x.end, y.end],
    width: Math.ceil((x.end - x.first) / x.factor),
    height: Math.ceil((y.end - y.first) / y.factor),
    box: [x.from, y.from, x.to, y.to],
  };
}

/** One axis of a reduction. */
function along(side: number, from: number, to: number, size: number, gap: number, reach: number) {
  const factor = Math.max(1, Math.trunc((to - from) / size / gap));
  const wide = reach * ((to - from) / size);
  const first = Math.max(0, Math.trunc(from - wide));
  const end = Math.min(side, Math.ceil(to + wide));
  return { factor, first, end, from: (from - first) / factor, to: (to - first) / factor };
}

function isInside([left, above, right, below]: readonly number[], width: number, height: number): boolean {
  return 0 <= left! && left! < right! && right! <= width && 0 <= above! && above! < below! && below! <= height;
}
