/**
 * Mirroring: `flip` turns top and bottom around, `flop` left and right.
 *
 * Moves pixels and changes none. Reads the rows of `src` that the strip needs, writes the strip's rows. `dst` must not overlap `src`.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { checkRaster, checkRows, checkSameLayout, checkSize, checkStrip } from '../validate.ts';
import { moveBytes } from './copy.ts';

/**
 * Mirrors top and bottom: row `y` of `dst` is row `height - 1 - y` of `src`.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { flip, rasterOf } from '@sharena/kernels';
 *
 * const flipped = rasterOf(new Uint8Array(4), 'L', 2, 2);
 * flip(rasterOf(new Uint8Array([1, 2, 3, 4]), 'L', 2, 2), flipped, 0, 2);
 * console.log([...flipped.bytes]); // [ 3, 4, 1, 2 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: a view a row.
 */
export function flip(src: Raster, dst: Raster, top: number, bottom: number): void {
  mirror(src, dst, top, bottom, true, false);
}

/**
 * Mirrors left and right: column `x` of `dst` is column `width - 1 - x` of `src`.
 *
 * @param src - the pixels; its rows must not overlap those of `dst`
 * @param dst - of the same size and layout
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @throws {@link KernelError} when sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { flop, rasterOf } from '@sharena/kernels';
 *
 * const flopped = rasterOf(new Uint8Array(4), 'L', 2, 2);
 * flop(rasterOf(new Uint8Array([1, 2, 3, 4]), 'L', 2, 2), flopped, 0, 2);
 * console.log([...flopped.bytes]); // [ 2, 1, 4, 3 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: two small objects.
 */
export function flop(src: Raster, dst: Raster, top: number, bottom: number): void {
  mirror(src, dst, top, bottom, false, true);
}

/** Mirrors rows, columns, or both, which is half a turn. */
export function mirror(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  upsideDown: boolean,
  reversed: boolean,
): void {
  checkRaster('src', src);
  checkRaster('dst', dst);
  checkSameLayout(src, dst);
  checkSize(dst, src.width, src.height);
  checkStrip(dst, top, bottom);
  if (upsideDown) checkRows('src', src, src.height - bottom, src.height - top);
  else checkRows('src', src, top, bottom);
  checkRows('dst', dst, top, bottom);
  const size = pixelSize(src.layout);
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const from = source.seek(upsideDown ? src.height - 1 - y : y);
    const to = target.seek(y);
    if (reversed) reversers[size](source.bytes, from, target.bytes, to, src.width);
    else moveBytes(source.bytes, from, target.bytes, to, src.width * size);
  }
}

/** Writes a row's pixels in reverse. */
type ReverseRow = (src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number) => void;

/** One loop for each pixel size. */
const reversers: Readonly<Record<1 | 3 | 4, ReverseRow>> = {
  1: (src, from, dst, to, width) => {
    for (let x = 0, p = from + width - 1; x < width; x++, p--) dst[to + x] = src[p]!;
  },
  3: (src, from, dst, to, width) => {
    for (let p = from + 3 * (width - 1), q = to; p >= from; p -= 3, q += 3) {
      dst[q] = src[p]!;
      dst[q + 1] = src[p + 1]!;
      dst[q + 2] = src[p + 2]!;
    }
  },
  4: (src, from, dst, to, width) => {
    for (let p = from + 4 * (width - 1), q = to; p >= from; p -= 4, q += 4) {
      dst[q] = src[p]!;
      dst[q + 1] = src[p + 1]!;
      dst[q + 2] = src[p + 2]!;
      dst[q + 3] = src[p + 3]!;
    }
  },
};
