/**
 * The least and the greatest number of a strip, and counts of numbers in 256 equal parts of a range, as Pillow has them for `I` and `F`.
 *
 * Reads the pixels of the strip's rows, writes none.
 */
import type { WideRaster } from '../raster.ts';
import { numbersOf } from './wide-rows.ts';

/** The extrema of a strip. What is no number does not count. */
export function extremaOf(src: WideRaster, top: number, bottom: number): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (let y = top; y < bottom; y++) {
    for (const value of numbersOf(src, y)) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return [least, most];
}

/**
 * Counts numbers: part `i` of the range is those of which `(v - least) * (255 / (most - least))`, in 32-bit floats and cut to an integer, is `i`.
 * So the last part is `most` alone, and some just below `least` are in the first.
 */
export function countWideRows(
  src: WideRaster,
  top: number,
  bottom: number,
  [least, most]: readonly [number, number],
  counts: Uint32Array,
): void {
  const f = Math.fround;
  const scale = f(255 / f(most - least));
  for (let y = top; y < bottom; y++) {
    for (const value of numbersOf(src, y)) {
      const part = Math.trunc(f(f(value - least) * scale));
      if (part >= 0 && part < 256) counts[part]!++;
    }
  }
}
