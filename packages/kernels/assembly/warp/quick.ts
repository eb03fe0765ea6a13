/**
 * Pixels at places between pixels, bilinear and bicubic, in integers: the fast variants of `smooth.ts`, which says what a row is made of.
 *
 * Places are rounded to 1024ths of a pixel. For each of these the weights are in a table: two or four numbers of 16 bits with 14 fraction
 * bits, whose sum is 1. Sums along the rows are rounded to 6 fraction bits, so that they are 16-bit numbers again; those down are cut.
 * `i32x4.dot_i16x8_s` takes two pixels of four bands at once, which lie side by side for it.
 *
 * Pixels at an edge go into a list, and are made after the row, by code of their own. There is none for one byte a pixel: with that
 * `smooth.ts` is the faster one.
 *
 * Reads and writes as `smooth.ts`, and reads the table, which lies behind the eight numbers, at `matrix` + 64.
 */
import { over255 } from '../alpha';
import { kept, reordered, zeroOf } from '../shuffles';
import { unpremultiply } from '../point/alpha';
import { pixelAt, rowAt } from './precise';
import { insideOf, outsideOf } from './span';

/** Pixels of three bytes. */
export function quickBilinear3(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(3, false, false, rows, width, height, matrix, y, out, length, fill, list);
}

/** Pixels of three bytes and one of padding, which becomes 255. */
export function quickBilinear4(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(4, false, false, rows, width, height, matrix, y, out, length, fill, list);
}

/** Pixels of four bytes, the fourth alpha. */
export function quickBilinearAlpha(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(4, true, false, rows, width, height, matrix, y, out, length, fill, list);
}

/** As {@link quickBilinear3}, by four pixels in each direction. */
export function quickBicubic3(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(3, false, true, rows, width, height, matrix, y, out, length, fill, list);
}

/** As {@link quickBilinear4}, by four pixels in each direction. */
export function quickBicubic4(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(4, false, true, rows, width, height, matrix, y, out, length, fill, list);
}

/** As {@link quickBilinearAlpha}, by four pixels in each direction. */
export function quickBicubicAlpha(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(4, true, true, rows, width, height, matrix, y, out, length, fill, list);
}

/** `size`, `alpha` and `cubic` are constants wherever this is inlined, so that what they exclude is not compiled. */
// @ts-ignore: decorator
@inline
function row(
  size: i32, alpha: bool, cubic: bool,
  rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize,
): void {
  const zero = zeroOf(length);
  const table = matrix + 64;
  const py = <f64>y + 0.5;
  // Both coordinates at once.
  const step = f64x2.replace_lane(f64x2.splat(load<f64>(matrix)), 1, load<f64>(matrix, 24));
  const start = f64x2.replace_lane(f64x2.splat(load<f64>(matrix, 8) * py), 1, load<f64>(matrix, 32) * py);
  const origin = f64x2.replace_lane(f64x2.splat(load<f64>(matrix, 16)), 1, load<f64>(matrix, 40));
  const units = kept(f64x2.splat(1024), zero), nearest = kept(f64x2.splat(0.5 - 512), zero);
  const order = kept(size == 4 ? pairs4() : cubic ? pairs3() : pairs33(), zero);
  const half = kept(i32x4.splat(128), zero);
  const near = kept(alphasOf(3), zero), far = kept(alphasOf(11), zero);
  const opaque = kept(i16x8(0, 0, 0, 0, 0, 0, 255, 255), zero), half8 = kept(i16x8.splat(128), zero);
  const a6 = load<f64>(matrix, 48), a7 = load<f64>(matrix, 56), z0 = a7 * py;
  const isFlat = a6 == 0 && a7 == 0;
  // As in smooth.ts: where the pixels can be loaded at once.
  const before = cubic ? 1 : 0, behind = size == 3 ? (cubic ? 4 : 2) : cubic ? 2 : 1;
  const inside = insideOf(matrix, y, length, width, height, before, behind, cubic ? 2 : 1);
  const first = <i32>inside, last = <i32>(inside >> 32);
  for (let x = first, to = out + first * size; x < last; x++, to += size) {
    const px = <f64>x + 0.5;
    let at = f64x2.add(f64x2.add(f64x2.mul(step, f64x2.splat(px)), start), origin);
    if (!isFlat) at = f64x2.div(at, f64x2.splat(a6 * px + z0 + 1));
    const place = placeOf(at, units, nearest);
    const u = <i32>place, v = <i32>(place >> 32);
    const sx = u >> 10, sy = v >> 10;
    const wx = weightsAt(cubic, table, u), wy = weightsAt(cubic, table, v);
    const offset = (sx - before) * size;
    let a: v128, b: v128, c: v128, e: v128;
    if (cubic) {
      a = v128.load(lineAt(rows, sy - 1) + offset);
      b = v128.load(lineAt(rows, sy) + offset);
      c = v128.load(lineAt(rows, sy + 1) + offset);
      e = v128.load(lineAt(rows, sy + 2) + offset);
    } else {
      a = v128.load64_lane(lineAt(rows, sy + 1) + offset, v128.load64_zero(lineAt(rows, sy) + offset), 1);
      b = c = e = a;
    }
    put(size, alpha, to, sums(cubic, alpha, a, b, c, e, order, wx, wy, half, near, far, opaque, half8));
  }
  if (alpha && first < last) unpremultiply(out + first * size, 0, out + first * size, 0, last - first, 1);
  const edges = outsideOf(size, matrix, y, 0, first, width, height, out, fill, list);
  const end = outsideOf(size, matrix, y, last, length, width, height, out + last * size, fill, edges);
  for (; list < end; list += 4) {
    const x = load<u32>(list);
    const px = <f64>x + 0.5;
    let at = f64x2.add(f64x2.add(f64x2.mul(step, f64x2.splat(px)), start), origin);
    if (!isFlat) at = f64x2.div(at, f64x2.splat(a6 * px + z0 + 1));
    const place = placeOf(at, units, nearest), to = out + x * size;
    put(size, alpha, to, edge(size, alpha, cubic, rows, width, height, <i32>place, <i32>(place >> 32), table));
    if (alpha) unpremultiply(to, 0, to, 0, 1, 1);
  }
}

/** Stores a pixel; padding is 255. */
// @ts-ignore: decorator
@inline
function put(size: i32, alpha: bool, out: usize, word: u32): void {
  if (size == 4) store<u32>(out, alpha ? word : word | 0xff000000);
  else {
    store<u16>(out, <u16>word);
    store<u8>(out, <u8>(word >> 16), 2);
  }
}

/** The address of a row. */
// @ts-ignore: decorator
@inline
function lineAt(rows: usize, y: i32): usize {
  return load<u32>(rows + (<usize>y << 2));
}

/** The upper left one of the middle pixels around a place, in 1024ths: the column in the lower half, the row in the upper. */
// @ts-ignore: decorator
@inline
function placeOf(at: v128, units: v128, nearest: v128): i64 {
  return i64x2.extract_lane(integers(f64x2.floor(f64x2.add(f64x2.mul(at, units), nearest))), 0);
}

/** Whole numbers as integers. */
// @ts-ignore: decorator
@inline
function integers(whole: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_trunc_f64x2_s_zero(whole) : i32x4.trunc_sat_f64x2_s_zero(whole);
}

/** The weights of a place's fraction: of a bilinear one a pair, of a bicubic one two pairs, again and again. */
// @ts-ignore: decorator
@inline
function weightsAt(cubic: bool, table: usize, place: i32): v128 {
  return cubic ? v128.load64_splat(table + (<usize>(place & 1023) << 3)) : v128.load32_splat(table + (<usize>(place & 1023) << 2));
}

/** The bytes of a pixel, premultiplied if `alpha`. Bilinear, all four pixels are in `pixels`, a row in each half. */
// @ts-ignore: decorator
@inline
function sums(
  cubic: bool, alpha: bool, pixels: v128, second: v128, third: v128, fourth: v128, order: v128, wx: v128, wy: v128,
  half: v128, near: v128, far: v128, opaque: v128, half8: v128,
): u32 {
  let sum: v128;
  if (cubic) {
    const x01 = v128.shuffle<i32>(wx, wx, 0, 0, 0, 0), x23 = v128.shuffle<i32>(wx, wx, 1, 1, 1, 1);
    const a = i32x4.add(firstTwo(alpha, pixels, order, x01, near, opaque, half8), lastTwo(alpha, pixels, order, x23, far, opaque, half8));
    const b = i32x4.add(firstTwo(alpha, second, order, x01, near, opaque, half8), lastTwo(alpha, second, order, x23, far, opaque, half8));
    const c = i32x4.add(firstTwo(alpha, third, order, x01, near, opaque, half8), lastTwo(alpha, third, order, x23, far, opaque, half8));
    const e = i32x4.add(firstTwo(alpha, fourth, order, x01, near, opaque, half8), lastTwo(alpha, fourth, order, x23, far, opaque, half8));
    const ac = i16x8.narrow_i32x4_s(rounded(a, half), rounded(c, half)), be = i16x8.narrow_i32x4_s(rounded(b, half), rounded(e, half));
    sum = i32x4.add(
      i32x4.dot_i16x8_s(v128.shuffle<i16>(ac, be, 0, 8, 1, 9, 2, 10, 3, 11), v128.shuffle<i32>(wy, wy, 0, 0, 0, 0)),
      i32x4.dot_i16x8_s(v128.shuffle<i16>(ac, be, 4, 12, 5, 13, 6, 14, 7, 15), v128.shuffle<i32>(wy, wy, 1, 1, 1, 1)),
    );
  } else {
    const a = rounded(firstTwo(alpha, pixels, order, wx, near, opaque, half8), half);
    const b = rounded(lastTwo(alpha, pixels, order, wx, far, opaque, half8), half);
    // Neither is below 0.
    sum = i32x4.dot_i16x8_s(v128.or(a, i32x4.shl(b, 16)), wy);
  }
  const v = i32x4.shr_s(sum, 20);
  const w = i16x8.narrow_i32x4_s(v, v);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(w, w), 0);
}

/** Two pixels, weighed, of those that come first in `order`. */
// @ts-ignore: decorator
@inline
function firstTwo(alpha: bool, pixels: v128, order: v128, weights: v128, near: v128, opaque: v128, half8: v128): v128 {
  let pairs = i16x8.extend_low_i8x16_u(reordered(pixels, order));
  if (alpha) pairs = over255(i16x8.mul(pairs, v128.or(reordered(pixels, near), opaque)), half8);
  return i32x4.dot_i16x8_s(pairs, weights);
}

/** Two pixels, weighed, of those that come last in `order`. */
// @ts-ignore: decorator
@inline
function lastTwo(alpha: bool, pixels: v128, order: v128, weights: v128, far: v128, opaque: v128, half8: v128): v128 {
  let pairs = i16x8.extend_high_i8x16_u(reordered(pixels, order));
  if (alpha) pairs = over255(i16x8.mul(pairs, v128.or(reordered(pixels, far), opaque)), half8);
  return i32x4.dot_i16x8_s(pairs, weights);
}

/** Sums along rows with 6 fraction bits. */
// @ts-ignore: decorator
@inline
function rounded(sum: v128, half: v128): v128 {
  return i32x4.shr_s(i32x4.add(sum, half), 8);
}

/** A pixel at an edge, beyond which its pixels stand. */
// @ts-ignore: decorator
@inline
function edge(size: i32, alpha: bool, cubic: bool, rows: usize, width: i32, height: i32, u: i32, v: i32, table: usize): u32 {
  const x = u >> 10, y = v >> 10;
  const wx = weightsAt(cubic, table, u), wy = weightsAt(cubic, table, v);
  const half = i32x4.splat(128);
  let a: v128, b: v128, c: v128, e: v128;
  if (cubic) {
    a = pixelsAt(size, rowAt(rows, y - 1, height), x, width);
    b = pixelsAt(size, rowAt(rows, y, height), x, width);
    c = pixelsAt(size, rowAt(rows, y + 1, height), x, width);
    e = pixelsAt(size, rowAt(rows, y + 2, height), x, width);
  } else {
    const above = pixelsAt(size, rowAt(rows, y, height), x, width), below = pixelsAt(size, rowAt(rows, y + 1, height), x, width);
    a = b = c = e = v128.shuffle<i32>(above, below, 1, 2, 5, 6);
  }
  return sums(cubic, alpha, a, b, c, e, pairs4(), wx, wy, half, alphasOf(3), alphasOf(11), i16x8(0, 0, 0, 0, 0, 0, 255, 255), i16x8.splat(128));
}

/** Four pixels of a row, the second one that of column `x`. */
// @ts-ignore: decorator
@inline
function pixelsAt(size: i32, row: usize, x: i32, width: i32): v128 {
  let pixels = i32x4.splat(pixelAt(size, row, x - 1, width));
  pixels = i32x4.replace_lane(pixels, 1, pixelAt(size, row, x, width));
  pixels = i32x4.replace_lane(pixels, 2, pixelAt(size, row, x + 1, width));
  return i32x4.replace_lane(pixels, 3, pixelAt(size, row, x + 2, width));
}

/** Puts the bands of neighbouring pixels of four bytes side by side. */
// @ts-ignore: decorator
@inline
function pairs4(): v128 {
  return i8x16(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
}

/** The same of three bytes. */
// @ts-ignore: decorator
@inline
function pairs3(): v128 {
  return i8x16(0, 3, 1, 4, 2, 5, -1, -1, 6, 9, 7, 10, 8, 11, -1, -1);
}

/** The same of two pixels in each half. */
// @ts-ignore: decorator
@inline
function pairs33(): v128 {
  return i8x16(0, 3, 1, 4, 2, 5, -1, -1, 8, 11, 9, 12, 10, 13, -1, -1);
}

/** Puts the alphas of two pixels where their colours are in {@link pairs4}; `first` is where the first alpha is. */
// @ts-ignore: decorator
@inline
function alphasOf(first: i32): v128 {
  return first == 3
    ? i8x16(3, -1, 7, -1, 3, -1, 7, -1, 3, -1, 7, -1, -1, -1, -1, -1)
    : i8x16(11, -1, 15, -1, 11, -1, 15, -1, 11, -1, 15, -1, -1, -1, -1, -1);
}
