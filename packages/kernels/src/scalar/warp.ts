/**
 * Affine and perspective transforms: each pixel of the destination is taken from a place in the source.
 *
 * Pillow's arithmetic, described in our words. The middle of pixel `(x, y)` is `px = x + 0.5`, `py = y + 0.5`. It is taken from
 * `((a0 px + a1 py) + a2, (a3 px + a4 py) + a5)`, both divided by `(a6 px + a7 py) + 1`, in 64-bit floats. A place outside the source
 * gives the fill colour; so does one that is no number.
 *
 * - bilinear: from the 2 by 2 pixels around it, first along the rows, then down: `a + (b - a) d`;
 * - bicubic: from 4 by 4, `p1 + d (p2 + d (p3 + d p4))`, a cubic with a = -1, cut to 0 to 255;
 * - both cut to an integer, not rounded. Beyond the edge the edge's pixel stands. Colours are weighed by alpha: pixels are premultiplied
 *   as they are read, and the result is divided again;
 * - nearest: the pixel in which the place lies. Affine transforms find it in steps, see {@link affineWay}.
 *
 * Reads any pixel of the source, writes the strip's rows. `dst` must not overlap `src`.
 */
import { RowCursor } from '../cursor.ts';
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { premultiplyRow, unpremultiplyRow } from './premultiply.ts';

/** How a pixel is made of those around its place. */
export type WarpFilter = 'nearest' | 'bilinear' | 'bicubic';

/** All of them. */
export const warpFilters: readonly WarpFilter[] = Object.freeze(['nearest', 'bilinear', 'bicubic'] as const);

/** A transform: eight numbers, and the bytes of a pixel that lies outside. */
export interface Warp {
  readonly matrix: Float64Array;
  readonly fill: Uint8Array;
}

/** Calls `inside` with the place of each pixel of the strip that has one in the source; gives the others the fill colour. */
export function eachPlace(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  { matrix, fill }: Warp,
  inside: (u: number, v: number, out: Uint8Array, to: number) => void,
): void {
  const [a0, a1, a2, a3, a4, a5, a6, a7] = matrix as unknown as readonly number[] & { length: 8 };
  const size = pixelSize(dst.layout);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const py = y + 0.5;
    for (let x = 0, to = target.seek(y); x < dst.width; x++, to += size) {
      const px = x + 0.5;
      const z = a6! * px + a7! * py + 1;
      const u = (a0! * px + a1! * py + a2!) / z;
      const v = (a3! * px + a4! * py + a5!) / z;
      if (u >= 0 && u < src.width && v >= 0 && v < src.height) inside(u, v, target.bytes, to);
      else target.bytes.set(fill, to);
    }
  }
}

/** Transforms a strip by `nearest`, as a perspective transform does. */
export function projectRows(src: Raster, dst: Raster, top: number, bottom: number, warp: Warp): void {
  const size = pixelSize(src.layout);
  const source = new RowCursor(src);
  eachPlace(src, dst, top, bottom, warp, (u, v, out, to) => {
    const from = source.seek(Math.trunc(v)) + Math.trunc(u) * size;
    for (let i = 0; i < size; i++) out[to + i] = source.bytes[from + i]!;
  });
}

/** Transforms a strip by `bilinear` or `bicubic`. */
export function smoothRows(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  warp: Warp,
  filter: 'bilinear' | 'bicubic',
): void {
  const size = pixelSize(src.layout);
  const isCubic = filter === 'bicubic';
  const side = isCubic ? 4 : 2;
  const before = isCubic ? 1 : 0;
  const taps = new Uint8Array(side * side * size);
  const lines = new Float64Array(side);
  const weigh = isCubic ? cubic : linear;
  const read = tapReader(src, taps, side);
  eachPlace(src, dst, top, bottom, warp, (u, v, out, to) => {
    const left = Math.floor(u - 0.5);
    const above = Math.floor(v - 0.5);
    const dx = u - 0.5 - left;
    const dy = v - 0.5 - above;
    read(left - before, above - before);
    for (let band = 0; band < size; band++) {
      for (let r = 0; r < side; r++) lines[r] = weigh(taps, r * side * size + band, size, dx);
      const value = weigh(lines, 0, 1, dy);
      out[to + band] = value <= 0 ? 0 : Math.min(value, 255);
    }
    if (hasAlpha(dst.layout)) unpremultiplyRow(out, to, out, to, 1);
    else if (dst.layout === 'RGB') out[to + 3] = 255;
  });
}

/** Reads a square of pixels, premultiplied if there is alpha. */
export function tapReader(src: Raster, taps: Uint8Array, side: number): (left: number, above: number) => void {
  const size = pixelSize(src.layout);
  const source = new RowCursor(src);
  return (left, above) => {
    let at = 0;
    for (let r = 0; r < side; r++) {
      const from = source.seek(Math.min(Math.max(above + r, 0), src.height - 1));
      for (let c = 0; c < side; c++, at += size) {
        const p = from + Math.min(Math.max(left + c, 0), src.width - 1) * size;
        for (let i = 0; i < size; i++) taps[at + i] = source.bytes[p + i]!;
      }
    }
    if (hasAlpha(src.layout)) premultiplyRow(taps, 0, taps, 0, side * side);
  };
}

/** Between two values that lie `step` apart. */
function linear(values: ArrayLike<number>, at: number, step: number, d: number): number {
  const a = values[at]!;
  return a + (values[at + step]! - a) * d;
}

/** Between the middle two of four values that lie `step` apart. */
export function cubic(values: ArrayLike<number>, at: number, step: number, d: number): number {
  const a = values[at]!;
  const b = values[at + step]!;
  const c = values[at + 2 * step]!;
  const e = values[at + 3 * step]!;
  const p3 = 2 * (a - b) + c - e;
  const p4 = b - a - c + e;
  return b + d * (c - a + d * (p3 + d * p4));
}

/** Steps of an affine transform by `nearest`, in units of 2^-16: pixel `(x, y)` is at `(u + x du + y eu) >> 16` and so on. */
export interface Steps {
  readonly u: number;
  readonly v: number;
  readonly du: number;
  readonly dv: number;
  readonly eu: number;
  readonly ev: number;
}

/** The way of an affine transform by `nearest`. */
export type AffineWay =
  | { readonly kind: 'scale'; readonly columns: Int32Array; readonly rows: Int32Array }
  | { readonly kind: 'steps'; readonly steps: Steps }
  | { readonly kind: 'sums' };

/**
 * Which way Pillow takes: they differ where a place lies at the border of two pixels.
 *
 * - scale, when rows stay rows: columns and rows are looked up in tables, whose places are sums of the step;
 * - steps, when no place is 2^15 or more away: 32-bit integers with 16 fraction bits;
 * - sums: places are sums of the steps, in 64-bit floats.
 */
export function affineWay(src: Raster, dst: Raster, matrix: Float64Array): AffineWay {
  const [a0, a1, a2, a3, a4, a5] = matrix as unknown as readonly [number, number, number, number, number, number];
  if (a1 === 0 && a3 === 0) {
    const columns = placesOf(src.width, a2 + a0 * 0.5, a0, dst.width);
    return { kind: 'scale', columns, rows: placesOf(src.height, a5 + a4 * 0.5, a4, dst.height) };
  }
  const isNear = (x: number, y: number): boolean =>
    Math.abs(x * a0 + y * a1 + a2) < 32768 && Math.abs(x * a3 + y * a4 + a5) < 32768;
  const { width, height } = dst;
  if (!(isNear(0, 0) && isNear(width, height) && isNear(0, height) && isNear(width, 0))) return { kind: 'sums' };
  const fixed = (value: number): number => Math.floor(value * 65536 + 0.5) | 0;
  const u = fixed(a2 + a0 * 0.5 + a1 * 0.5);
  const v = fixed(a5 + a3 * 0.5 + a4 * 0.5);
  return { kind: 'steps', steps: { u, v, du: fixed(a0), dv: fixed(a3), eu: fixed(a1), ev: fixed(a4) } };
}

/** For each pixel of one axis that of the source, or -1. */
function placesOf(inSize: number, start: number, step: number, outSize: number): Int32Array {
  const places = new Int32Array(outSize);
  let at = start;
  for (let i = 0; i < outSize; i++, at += step) places[i] = at >= 0 && at < inSize ? Math.trunc(at) : -1;
  return places;
}

/** Transforms a strip by `nearest`, as an affine transform does. */
export function pickRows(src: Raster, dst: Raster, top: number, bottom: number, warp: Warp, way: AffineWay): void {
  const size = pixelSize(dst.layout);
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  const columns = new Int32Array(dst.width);
  const rows = new Int32Array(dst.width);
  const place = placer(src, warp.matrix, way, columns, rows);
  for (let y = 0; y < bottom; y++) {
    place(y);
    if (y < top) continue;
    for (let x = 0, to = target.seek(y); x < dst.width; x++, to += size) {
      const column = columns[x]!;
      const row = rows[x]!;
      if (column < 0 || row < 0 || column >= src.width || row >= src.height) {
        target.bytes.set(warp.fill, to);
        continue;
      }
      const from = source.seek(row) + column * size;
      for (let i = 0; i < size; i++) target.bytes[to + i] = source.bytes[from + i]!;
    }
  }
}

/** Writes the places of the pixels of row `y`; called for every row from 0 on. */
function placer(
  src: Raster,
  matrix: Float64Array,
  way: AffineWay,
  columns: Int32Array,
  rows: Int32Array,
): (y: number) => void {
  if (way.kind === 'scale') {
    return (y) => {
      columns.set(way.columns);
      rows.fill(way.rows[y]!);
    };
  }
  if (way.kind === 'steps') {
    const { u, v, du, dv, eu, ev } = way.steps;
    return (y) => {
      for (let x = 0; x < columns.length; x++) {
        columns[x] = (u + x * du + y * eu) >> 16;
        rows[x] = (v + x * dv + y * ev) >> 16;
      }
    };
  }
  const [a0, a1, a2, a3, a4, a5] = matrix as unknown as readonly [number, number, number, number, number, number];
  let [u, v] = [a2 + a1 * 0.5 + a0 * 0.5, a5 + a4 * 0.5 + a3 * 0.5];
  const inside = (at: number, size: number): number => (at >= 0 && at < size ? Math.trunc(at) : -1);
  return () => {
    for (let x = 0, p = u, q = v; x < columns.length; x++, p += a0, q += a3) {
      columns[x] = inside(p, src.width);
      rows[x] = inside(q, src.height);
    }
    u += a1;
    v += a4;
  };
}
