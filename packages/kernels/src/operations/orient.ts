/** EXIF orientations: the operation. What it does are the moves of `flip.ts` and `rotate.ts`. */
import type { PixelSize } from '../geometry/fit.ts';
import type { AnyRaster } from '../raster.ts';
import { checkInteger, largestSide } from '../validate.ts';
import { flip, flop, mirror } from './flip.ts';
import { rotate90, transpose, transverse } from './rotate.ts';

/** What a camera writes into a file about how it was held: 1 to 8, see {@link orient}. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/**
 * Makes an image upright by its EXIF orientation, with the pixels of Pillow's `ImageOps.exif_transpose`.
 *
 * | orientation | what is done |
 * |---|---|
 * | 1 | nothing, the pixels are copied |
 * | 2 | left and right are mirrored |
 * | 3 | half a turn |
 * | 4 | top and bottom are mirrored |
 * | 5 | mirrored along the diagonal from the upper left |
 * | 6 | a quarter turn clockwise |
 * | 7 | mirrored along the diagonal from the lower left |
 * | 8 | three quarter turns clockwise |
 *
 * @param src - the pixels as they are in the file; from 5 on its rows must not overlap those of `dst`
 * @param dst - of the same layout and of the size that {@link orientedSize} answers: from 5 on, width and height are exchanged; up to 4 it may be
 *   `src`, for 3 and 4 with strips as for {@link flip}
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param orientation - the orientation, an integer from 1 to 8
 * @throws {@link KernelError} when the sizes do not fit, the layouts differ, `orientation` is out of range, rows lie outside the memory, or
 *   `bottom` is not `height - top` for 3 and 4 in one image
 * @example
 * ```ts
 * import { orient, rasterOf } from '@sharena/kernels';
 *
 * const upright = rasterOf(new Uint8Array(6), 'L', 2, 3);
 * orient(rasterOf(new Uint8Array([1, 2, 3, 4, 5, 6]), 'L', 3, 2), upright, 0, 3, 6);
 * console.log([...upright.bytes]); // [ 4, 1, 5, 2, 6, 3 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: three small objects.
 */
export function orient(src: AnyRaster, dst: AnyRaster, top: number, bottom: number, orientation: Orientation): void {
  checkInteger('orientation', orientation, 1, 8);
  ways[orientation](src, dst, top, bottom);
}

type Way = (src: AnyRaster, dst: AnyRaster, top: number, bottom: number) => void;

const ways: Readonly<Record<Orientation, Way>> = {
  1: (src, dst, top, bottom) => mirror(src, dst, top, bottom, false, false),
  2: flop,
  3: (src, dst, top, bottom) => rotate90(src, dst, top, bottom, 2),
  4: flip,
  5: transpose,
  6: (src, dst, top, bottom) => rotate90(src, dst, top, bottom, 1),
  7: transverse,
  8: (src, dst, top, bottom) => rotate90(src, dst, top, bottom, 3),
};

/**
 * The size of an image that {@link orient} has made upright.
 *
 * @param size - width and height as they are in the file, integers from 1
 * @param orientation - the orientation, an integer from 1 to 8
 * @returns width and height, exchanged from 5 on
 * @throws {@link KernelError} when a side is no integer from 1, or `orientation` out of range
 * @example
 * ```ts
 * import { orientedSize } from '@sharena/kernels';
 *
 * console.log(orientedSize({ width: 400, height: 300 }, 6)); // { width: 300, height: 400 }
 * ```
 * @remarks Threads: any; blocks: never; allocates: its answer.
 */
export function orientedSize(size: PixelSize, orientation: Orientation): PixelSize {
  checkInteger('size.width', size.width, 1, largestSide);
  checkInteger('size.height', size.height, 1, largestSide);
  checkInteger('orientation', orientation, 1, 8);
  const { width, height } = size;
  return orientation < 5 ? { width, height } : { width: height, height: width };
}
