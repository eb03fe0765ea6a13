/**
 * Mirroring: `flip` turns top and bottom around, `flop` left and right.
 *
 * Moves pixels and changes none. Reads the rows of `src` that the strip needs, writes the strip's rows. `dst` must not overlap `src`.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { AnyRaster } from '../raster.ts';
import { moveBytes } from './copy.ts';

/** Mirrors the rows of a strip, their columns, or both. */
export function mirrorRows(
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  upsideDown: boolean,
  reversed: boolean,
): void {
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
const reversers: Readonly<Record<1 | 2 | 3 | 4, ReverseRow>> = {
  1: (src, from, dst, to, width) => {
    for (let x = 0, p = from + width - 1; x < width; x++, p--) dst[to + x] = src[p]!;
  },
  2: (src, from, dst, to, width) => {
    for (let p = from + 2 * (width - 1), q = to; p >= from; p -= 2, q += 2) {
      dst[q] = src[p]!;
      dst[q + 1] = src[p + 1]!;
    }
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
