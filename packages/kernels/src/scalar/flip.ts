/**
 * Mirroring: `flip` turns top and bottom around, `flop` left and right.
 *
 * Moves pixels and changes none. Reads the rows of `src` that the strip needs, writes the strip's rows. `dst` must not overlap `src`; within one
 * image pixels change places.
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

/** The same within one image: upside down, rows from `top` on change places with those that mirror them. */
export function mirrorRowsInPlace(
  image: AnyRaster,
  top: number,
  bottom: number,
  upsideDown: boolean,
  reversed: boolean,
): void {
  const { width, height, layout } = image;
  const size = pixelSize(layout);
  const half = width >> 1;
  const [upper, lower] = [new RowCursor(image), new RowCursor(image)];
  const flopRows = (first: number, end: number): void => {
    for (let y = first; y < end; y++) {
      const at = upper.seek(y);
      swapReversed(upper.bytes, at, upper.bytes, at + (width - half) * size, half, size);
    }
  };
  if (!upsideDown) return flopRows(top, bottom);
  const middle = height >> 1;
  for (let y = top; y < middle; y++) {
    const [a, b] = [upper.seek(y), lower.seek(height - 1 - y)];
    if (reversed) swapReversed(upper.bytes, a, lower.bytes, b, width, size);
    else swap(upper.bytes, a, lower.bytes, b, width * size);
  }
  if (reversed) flopRows(middle, height - middle);
}

/** Two rows of bytes change places. */
function swap(a: Uint8Array, p: number, b: Uint8Array, q: number, bytes: number): void {
  for (let i = 0; i < bytes; i++) {
    const value = a[p + i]!;
    a[p + i] = b[q + i]!;
    b[q + i] = value;
  }
}

/** Two rows of `width` pixels of `size` bytes change places, each in reverse. */
function swapReversed(a: Uint8Array, p: number, b: Uint8Array, q: number, width: number, size: number): void {
  for (let x = 0, to = q + (width - 1) * size; x < width; x++, p += size, to -= size) swap(a, p, b, to, size);
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
