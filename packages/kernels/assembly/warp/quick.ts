/**
 * Pixels at places between pixels, bilinear and bicubic, in integers: the fast variants of `smooth.ts`, which says what a row is made of.
 *
 * Places are rounded to 1024ths of a pixel. For each of these the weights are in a table: two or four numbers of 16 bits with 14 fraction
 * bits, whose sum is 1. Sums along the rows are rounded to 6 fraction bits, so that they are 16-bit numbers again; those down are cut.
 * `i32x4.dot_i16x8_s` takes two pixels of four bands at once, which lie side by side for it.
 *
 * Pixels at an edge go into a list, and are made after the row, by code of their own. Alpha is divided out where pixels that lie in the
 * source end, four at a time.
 *
 * Reads and writes as `smooth.ts`, and reads the table, which lies behind the eight numbers, at `matrix` + 64.
 */
import { over255 } from '../alpha';
import { kept, reordered, zeroOf } from '../shuffles';
import { unpremultiply } from '../point/alpha';
import { pixelAt, rowAt } from './precise';
import { integers, isWithin, lineAt, put } from './smooth';

/** Pixels of one byte. */
export function quickBilinear1(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(1, false, false, rows, width, height, matrix, y, out, length, fill, list);
}

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

/** As {@link quickBilinear1}, by four pixels in each direction. */
export function quickBicubic1(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(1, false, true, rows, width, height, matrix, y, out, length, fill, list);
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
  const behind = f64x2.replace_lane(f64x2.splat(<f64>width), 1, <f64>height);
  const units = kept(f64x2.splat(1024), zero), nearest = kept(f64x2.splat(0.5 - 512), zero);
  const order = kept(size == 4 ? pairs4() : cubic ? pairs3() : pairs33(), zero);
  const half = kept(i32x4.splat(128), zero);
  const near = kept(alphasOf(3), zero), far = kept(alphasOf(11), zero);
  const opaque = kept(i16x8(0, 0, 0, 0, 0, 0, 255, 255), zero), half8 = kept(i16x8.splat(128), zero);
  const a6 = load<f64>(matrix, 48), a7 = load<f64>(matrix, 56), z0 = a7 * py;
  const isFlat = a6 == 0 && a7 == 0;
  // As in smooth.ts: where the pixels can be loaded at once.
  const first = cubic ? 1 : 0;
  const columns = <u32>max(0, width - (size == 3 ? (cubic ? 5 : 2) : cubic ? 3 : 1));
  const lines = <u32>max(0, height - (cubic ? 3 : 1));
  let edges = list, begin: i32 = 0;
  for (let x: i32 = 0, to = out; x < length; x++, to += size) {
    const px = <f64>x + 0.5;
    let at = f64x2.add(f64x2.add(f64x2.mul(step, f64x2.splat(px)), start), origin);
    if (!isFlat) {
      at = f64x2.div(at, f64x2.splat(a6 * px + z0 + 1));
      // No number is in no place, but would be 0 as an integer.
      if (!isWithin(at, zero, behind)) {
        put(size, to, fill);
        if (alpha) begin = divide(out, begin, x);
        continue;
      }
    }
    const place = placeOf(at, units, nearest);
    const u = <i32>place, v = <i32>(place >> 32);
    const sx = u >> 10, sy = v >> 10;
    if (<u32>(sx - first) >= columns || <u32>(sy - first) >= lines) {
      if (isWithin(at, zero, behind)) {
        store<u32>(edges, x);
        edges += 4;
      } else {
        put(size, to, fill);
        if (alpha) begin = divide(out, begin, x);
      }
      continue;
    }
    const wx = weightsAt(cubic, table, u), wy = weightsAt(cubic, table, v);
    if (size == 1) {
      store<u8>(to, <u8>(cubic ? cubicByte(
        load<u32>(lineAt(rows, sy - 1) + sx - 1), load<u32>(lineAt(rows, sy) + sx - 1),
        load<u32>(lineAt(rows, sy + 1) + sx - 1), load<u32>(lineAt(rows, sy + 2) + sx - 1), wx, wy, half,
      ) : linearByte(load<u16>(lineAt(rows, sy) + sx), load<u16>(lineAt(rows, sy + 1) + sx), u, v)));
    } else {
      const offset = (sx - first) * size;
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
      const word = sums(cubic, alpha, a, b, c, e, order, wx, wy, half, near, far, opaque, half8);
      put(size, to, size == 4 && !alpha ? word | 0xff000000 : word);
    }
  }
  if (alpha) divide(out, begin, length);
  for (; list < edges; list += 4) {
    const x = load<u32>(list);
    const px = <f64>x + 0.5;
    let at = f64x2.add(f64x2.add(f64x2.mul(step, f64x2.splat(px)), start), origin);
    if (!isFlat) at = f64x2.div(at, f64x2.splat(a6 * px + z0 + 1));
    const place = placeOf(at, units, nearest);
    const word = edge(size, alpha, cubic, rows, width, height, <i32>place, <i32>(place >> 32), table);
    put(size, out + x * size, size == 4 && !alpha ? word | 0xff000000 : word);
    if (alpha) divide(out, x, x + 1);
  }
}

/** Divides pixels `x` to `end` - 1 by their alpha, four at a time, and answers where the next ones begin: behind `end`, which is outside. */
function divide(out: usize, x: i32, end: i32): i32 {
  const run = out + (x << 2);
  if (x < end) unpremultiply(run, 0, run, 0, end - x, 1);
  return end + 1;
}

/** The upper left one of the middle pixels around a place, in 1024ths: the column in the lower half, the row in the upper. */
// @ts-ignore: decorator
@inline
function placeOf(at: v128, units: v128, nearest: v128): i64 {
  return i64x2.extract_lane(integers(f64x2.floor(f64x2.add(f64x2.mul(at, units), nearest))), 0);
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

/** One band, bicubic, of four bytes of four rows. */
// @ts-ignore: decorator
@inline
function cubicByte(a: u32, b: u32, c: u32, e: u32, wx: v128, wy: v128, half: v128): i32 {
  let pixels = i32x4.replace_lane(i32x4.splat(a), 1, b);
  pixels = i32x4.replace_lane(i32x4.replace_lane(pixels, 2, c), 3, e);
  const above = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pixels), wx);
  const below = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(pixels), wx);
  const across = rounded(i32x4.add(v128.shuffle<i32>(above, below, 0, 2, 4, 6), v128.shuffle<i32>(above, below, 1, 3, 5, 7)), half);
  const parts = i64x2.extract_lane(i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(across, across), wy), 0);
  return max(0, min(255, (<i32>parts + <i32>(parts >> 32)) >> 20));
}

/** One band, bilinear, of two bytes of two rows. The weights are 16 times the places' fractions, and what is left of 1. */
// @ts-ignore: decorator
@inline
function linearByte(a: i32, b: i32, u: i32, v: i32): i32 {
  const dx = (u & 1023) << 4;
  const above = (((a & 255) << 14) + ((a >> 8) - (a & 255)) * dx + 128) >> 8;
  const below = (((b & 255) << 14) + ((b >> 8) - (b & 255)) * dx + 128) >> 8;
  return ((above << 14) + (below - above) * ((v & 1023) << 4)) >> 20;
}

/** A pixel at an edge, beyond which its pixels stand. */
// @ts-ignore: decorator
@inline
function edge(size: i32, alpha: bool, cubic: bool, rows: usize, width: i32, height: i32, u: i32, v: i32, table: usize): u32 {
  const x = u >> 10, y = v >> 10;
  const wx = weightsAt(cubic, table, u), wy = weightsAt(cubic, table, v);
  const half = i32x4.splat(128);
  if (size == 1) {
    if (!cubic) {
      const above = bytesAt(rowAt(rows, y, height), x, width), below = bytesAt(rowAt(rows, y + 1, height), x, width);
      return linearByte((above >>> 8) & 0xffff, (below >>> 8) & 0xffff, u, v);
    }
    return cubicByte(
      bytesAt(rowAt(rows, y - 1, height), x, width), bytesAt(rowAt(rows, y, height), x, width),
      bytesAt(rowAt(rows, y + 1, height), x, width), bytesAt(rowAt(rows, y + 2, height), x, width), wx, wy, half,
    );
  }
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

/** Four bytes of a row, the second one that of column `x`. */
// @ts-ignore: decorator
@inline
function bytesAt(row: usize, x: i32, width: i32): u32 {
  const last = width - 1;
  return <u32>load<u8>(row + max(0, min(x - 1, last))) | (<u32>load<u8>(row + max(0, min(x, last))) << 8)
    | (<u32>load<u8>(row + max(0, min(x + 1, last))) << 16) | (<u32>load<u8>(row + max(0, min(x + 2, last))) << 24);
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
