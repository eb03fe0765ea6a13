/**
 * Premultiplying: colours times alpha, and back.
 *
 * Pillow's arithmetic between RGBA and RGBa (and LA and La), described in our words. There: `t = colour * alpha + 128`, result
 * `(t + (t >> 8)) >> 8`, which is `colour * alpha / 255` rounded to the nearest. Back: `255 * colour / alpha` rounded down and cut to
 * 255; where alpha is 0 or 255 the colour stays as it is.
 *
 * Reads and writes the pixels of the strip's rows. `dst` may be `src`.
 */
import { RowCursor } from '../cursor.ts';
import type { Raster } from '../raster.ts';

type RowStep = (src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number) => void;

/** Calls `step` for each row of the strip. */
export function alphaRows(src: Raster, dst: Raster, top: number, bottom: number, step: RowStep): void {
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    const to = target.seek(y);
    step(source.bytes, from, target.bytes, to, src.width);
  }
}

/** Premultiplies `width` pixels of 4 bytes. For `LA` the three equal bytes stay equal. */
export function premultiplyRow(src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number): void {
  const end = from + 4 * width;
  for (let p = from, q = to; p < end; p += 4, q += 4) {
    const alpha = src[p + 3]!;
    dst[q] = times(src[p]!, alpha);
    dst[q + 1] = times(src[p + 1]!, alpha);
    dst[q + 2] = times(src[p + 2]!, alpha);
    dst[q + 3] = alpha;
  }
}

/** Un-premultiplies `width` pixels of 4 bytes. For `LA` the three equal bytes stay equal. */
export function unpremultiplyRow(src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number): void {
  const end = from + 4 * width;
  for (let p = from, q = to; p < end; p += 4, q += 4) {
    const alpha = src[p + 3]!;
    dst[q] = over(src[p]!, alpha);
    dst[q + 1] = over(src[p + 1]!, alpha);
    dst[q + 2] = over(src[p + 2]!, alpha);
    dst[q + 3] = alpha;
  }
}

/** `L L L A` to `L A` with the grey value premultiplied: what the passes of `resize` work on. */
export function premultiplyGreyRow(src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number): void {
  const end = from + 4 * width;
  for (let p = from, q = to; p < end; p += 4, q += 2) {
    const alpha = src[p + 3]!;
    dst[q] = times(src[p]!, alpha);
    dst[q + 1] = alpha;
  }
}

/** Premultiplied `L A` back to straight `L L L A`. */
export function unpremultiplyGreyRow(src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number): void {
  const end = from + 2 * width;
  for (let p = from, q = to; p < end; p += 2, q += 4) {
    const alpha = src[p + 1]!;
    const grey = over(src[p]!, alpha);
    dst[q] = grey;
    dst[q + 1] = grey;
    dst[q + 2] = grey;
    dst[q + 3] = alpha;
  }
}

function times(colour: number, alpha: number): number {
  const t = colour * alpha + 128;
  return (t + (t >> 8)) >> 8;
}

function over(colour: number, alpha: number): number {
  if (alpha === 0 || alpha === 255) return colour;
  const quotient = ((255 * colour) / alpha) | 0;
  return Math.min(quotient, 255);
}
