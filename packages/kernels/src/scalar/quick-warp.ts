/**
 * Transforms by `bicubic` in integers: the fast variant of that in `warp.ts`, with a result that differs by at most 1.
 *
 * Places are those of `warp.ts`, rounded to 1024ths of a pixel. Weights have 14 fraction bits, and those of a place have the sum 1, so even
 * areas stay as they are. Sums along the rows are rounded to 6 fraction bits, sums down are cut to integers.
 *
 * How far off that can be: the sum of a row changes by at most 1.5 * 255 for each pixel of the way, and those of four rows, whose
 * weights without their signs are 1.5 together, by 1.5 times that. A place is off by 2^-11 in two directions: 0.56. The weights of a
 * place are off by 4 * 2^-14 together, which is 0.1 along the rows, and 0.08 down; rounded sums add 1.5 * 2^-7. So it is less than 1, and
 * shows as 1 where an integer lies in between. Dividing by a small alpha magnifies it.
 */
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { unpremultiplyRow } from './premultiply.ts';
import { cubic, eachPlace, tapReader, type Warp } from './warp.ts';

/** Places in a pixel. */
const phases = 1024;
const one = 1 << 14;
/** Pixels on a side of those that one is made of. */
const side = 4;

let table: Int16Array | undefined;

/** The weights of all fractions of a place, four numbers each, of 14 fraction bits. The same array each time: nobody may write into it. */
export function quickWeights(): Int16Array {
  if (table) return table;
  table = new Int16Array(phases * side);
  for (let phase = 0; phase < phases; phase++) table.set(cubicWeights(phase / phases), phase * side);
  return table;
}

/** The four weights, rounded. What is missing for the sum goes to the pixel that is nearer. */
function cubicWeights(d: number): readonly number[] {
  const weights = [0, 1, 2, 3].map((i) => {
    const unit = [0, 0, 0, 0];
    unit[i] = one;
    return Math.round(cubic(unit, 0, 1, d));
  });
  weights[d < 0.5 ? 1 : 2]! += one - weights.reduce((sum, weight) => sum + weight, 0);
  return weights;
}

/** Transforms a strip by `bicubic`. */
export function quickRows(src: Raster, dst: Raster, top: number, bottom: number, warp: Warp): void {
  const size = pixelSize(src.layout);
  const taps = new Uint8Array(side * side * size);
  const weights = quickWeights();
  const read = tapReader(src, taps, side);
  eachPlace(src, dst, top, bottom, warp, (u, v, out, to) => {
    const column = Math.floor(u * phases + (0.5 - phases / 2));
    const row = Math.floor(v * phases + (0.5 - phases / 2));
    read((column >> 10) - 1, (row >> 10) - 1);
    const wx = (column & (phases - 1)) * side;
    const wy = (row & (phases - 1)) * side;
    for (let band = 0; band < size; band++) {
      let value = 0;
      for (let r = 0, at = band; r < side; r++) {
        let line = 128;
        for (let c = 0; c < side; c++, at += size) line += weights[wx + c]! * taps[at]!;
        value += weights[wy + r]! * (line >> 8);
      }
      out[to + band] = Math.min(Math.max(value >> 20, 0), 255);
    }
    if (hasAlpha(dst.layout)) unpremultiplyRow(out, to, out, to, 1);
    else if (dst.layout === 'RGB') out[to + 3] = 255;
  });
}
