/**
 * Two images to one, byte by byte: a mixture of both, or what an operation of Pillow's `ImageChops` makes of each pair of values.
 *
 * Reads the pixels of the source's rows, reads and writes those of the backdrop's. The padding byte of `RGB` becomes 255.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

const f = Math.fround;

/** What becomes of a value `b` of the backdrop and a value `s` of the source. */
export type Combine = (b: number, s: number) => number;

/** An operation on pairs of values: see {@link combine}. */
export type Combination = 'multiply' | 'screen' | 'difference' | 'lighter' | 'darker' | 'add' | 'subtract';

/** The operations of `ImageChops` that there are, in the order of their numbers. Quotients are rounded down. */
export const combinations: Readonly<Record<Combination, Combine>> = {
  multiply: (b, s) => Math.floor((b * s) / 255),
  screen: (b, s) => 255 - Math.floor(((255 - b) * (255 - s)) / 255),
  difference: (b, s) => Math.abs(b - s),
  lighter: (b, s) => Math.max(b, s),
  darker: (b, s) => Math.min(b, s),
  add: (b, s) => Math.min(b + s, 255),
  subtract: (b, s) => Math.max(b - s, 0),
};

/** `b + amount (s - b)` in 32-bit floats, cut to 0 to 255 and rounded down. */
export function mixtureOf(amount: number): Combine {
  const factor = f(amount);
  return (b, s) => Math.floor(Math.min(Math.max(f(b + f(factor * (s - b))), 0), 255));
}

/** Combines the rows of a strip. */
export function combineRows(src: Raster, dst: Raster, top: number, bottom: number, combine: Combine): void {
  const length = src.width * pixelSize(src.layout);
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const p = source.seek(y);
    const q = target.seek(y);
    for (let i = 0; i < length; i++) target.bytes[q + i] = combine(target.bytes[q + i]!, source.bytes[p + i]!);
    if (dst.layout === 'RGB') for (let i = 3; i < length; i += 4) target.bytes[q + i] = 255;
  }
}
