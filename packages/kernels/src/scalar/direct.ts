/**
 * The fast Gaussian blur: sums with the Gaussian's own weights, along the rows and then down.
 *
 * Arithmetic that fits in 16 bits. Weights reach out to two and a half deviations, where a pixel weighs a twenty-third of the one in the
 * middle, and have 15 fraction bits; the one in the middle makes up their sum to 1. Values have 6 fraction bits, also between the two
 * passes. For each distance the two pixels there are added, multiplied by their weight and rounded: `(a w + 2^14) >> 15`. At the end
 * `(sum + 32) >> 6`. Beyond the edge the edge's pixel stands. Colours are multiplied by alpha before, and divided by it at the end.
 *
 * Reads the strip's rows and those up to the reach above and below them, writes the strip's rows. `dst` must not overlap `src`.
 */
import { RowCursor } from '../cursor.ts';
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { premultiplyRow, unpremultiplyRow } from './premultiply.ts';

/** The weights by distance, from 0 to the reach, in units of 2^-15. */
export function gaussianWeights(sigma: number): Int16Array {
  const reach = Math.max(1, Math.round(2.5 * sigma));
  const shape = Array.from({ length: reach + 1 }, (_, k) => Math.exp(-(k ** 2) / (2 * sigma * sigma)));
  const whole = shape.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0);
  const weights = Int16Array.from(shape, (weight) => Math.round((2 ** 15 * weight) / whole));
  const around = weights.subarray(1).reduce((sum, weight) => sum + 2 * weight, 0);
  weights[0] = 2 ** 15 - around;
  return weights;
}

/** Blurs the rows of a strip. */
export function directRows(src: Raster, dst: Raster, top: number, bottom: number, weights: Int16Array): void {
  const reach = weights.length - 1;
  const size = pixelSize(src.layout);
  const line = src.width * size;
  const rows = 2 * reach + 1;
  const ring = Array.from({ length: rows }, () => new Int16Array(line));
  const along = rowsAlong(src, weights);
  const target = new RowCursor(dst);
  const window: Int16Array[] = [];
  for (let y = top, next = Math.max(0, top - reach); y < bottom; y++) {
    const last = Math.min(y + reach, src.height - 1);
    for (; next <= last; next++) along(next, ring[next % rows]!);
    for (let k = 0; k < rows; k++) window[k] = ring[Math.min(Math.max(y - reach + k, 0), src.height - 1) % rows]!;
    const to = target.seek(y);
    sumDown(window, weights, target.bytes, to);
    if (hasAlpha(dst.layout)) unpremultiplyRow(target.bytes, to, target.bytes, to, dst.width);
    else if (dst.layout === 'RGB') for (let x = 3; x < line; x += 4) target.bytes[to + x] = 255;
  }
}

function sumDown(window: readonly Int16Array[], weights: Int16Array, out: Uint8Array, to: number): void {
  const reach = weights.length - 1;
  const middle = window[reach]!;
  for (let x = 0; x < middle.length; x++) {
    let sum = 32 + times(middle[x]!, weights[0]!);
    for (let k = 1; k <= reach; k++) sum += times(window[reach - k]![x]! + window[reach + k]![x]!, weights[k]!);
    out[to + x] = Math.min(sum >> 6, 255);
  }
}

/** Makes the sums along a row of the source. */
function rowsAlong(src: Raster, weights: Int16Array): (y: number, out: Int16Array) => void {
  const reach = weights.length - 1;
  const size = pixelSize(src.layout);
  const line = src.width * size;
  const margin = reach * size;
  const values = new Int16Array(line + 2 * margin);
  const colours = new Uint8Array(line);
  const source = new RowCursor(src);
  return (y, out) => {
    const from = source.seek(y);
    if (hasAlpha(src.layout)) premultiplyRow(source.bytes, from, colours, 0, src.width);
    else colours.set(source.bytes.subarray(from, from + line));
    for (let x = -margin; x < line + margin; x++) {
      const inside = x < 0 ? x + margin : x < line ? x : x - line;
      const at = x < 0 ? inside % size : x < line ? x : line - size + (inside % size);
      values[margin + x] = colours[at]! << 6;
    }
    for (let x = 0; x < line; x++) {
      let sum = times(values[margin + x]!, weights[0]!);
      for (let k = 1; k <= reach; k++) {
        sum += times(values[margin + x - k * size]! + values[margin + x + k * size]!, weights[k]!);
      }
      out[x] = sum;
    }
  };
}

function times(value: number, weight: number): number {
  return (value * weight + 2 ** 14) >> 15;
}
