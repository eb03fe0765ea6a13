/**
 * One pixel at a place between pixels, in 64-bit floats and in Pillow's order of operations, two bands at once: where the sums of `smooth.ts`
 * leave a doubt, and at edges.
 *
 * `x` and `y` are the upper left one of the two by two pixels around the place, `dx` and `dy` how far it is from there. Answers the
 * bytes of the pixel, premultiplied with alpha.
 */
import { premultiplied } from '../alpha';
import { reordered } from '../shuffles';

/** Of three bytes, bilinear. */
export function linearPixel3(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u32 {
  return <u32>i32x4.extract_lane(linears(3, false, rows, width, height, x, y, dx, dy, halves()), 0);
}

/** Of three bytes, bicubic. */
export function cubicPixel3(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u32 {
  return <u32>i32x4.extract_lane(cubics(3, false, rows, width, height, x, y, dx, dy), 0);
}

/** Of four bytes, bilinear. */
export function linearPixel4(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u32 {
  return <u32>i32x4.extract_lane(linears(4, false, rows, width, height, x, y, dx, dy, halves()), 0);
}

/** Of four bytes, bicubic. */
export function cubicPixel4(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u32 {
  return <u32>i32x4.extract_lane(cubics(4, false, rows, width, height, x, y, dx, dy), 0);
}

/** Of four bytes, the fourth alpha, bilinear. */
export function linearPixelA(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u32 {
  return <u32>i32x4.extract_lane(linears(4, true, rows, width, height, x, y, dx, dy, halves()), 0);
}

/** Of four bytes, the fourth alpha, bicubic. */
export function cubicPixelA(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u32 {
  return <u32>i32x4.extract_lane(cubics(4, true, rows, width, height, x, y, dx, dy), 0);
}

/** Four pixels of three bytes as four of four. */
// @ts-ignore: decorator
@inline
function apart(): v128 {
  return i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
}

/** The same of two pixels in each half. */
// @ts-ignore: decorator
@inline
function halves(): v128 {
  return i8x16(0, 1, 2, -1, 3, 4, 5, -1, 8, 9, 10, -1, 11, 12, 13, -1);
}

/** The address of a row; beyond the edge it is the edge's. */
// @ts-ignore: decorator
@inline
export function rowAt(rows: usize, y: i32, height: i32): usize {
  return load<u32>(rows + (<usize>max(0, min(y, height - 1)) << 2));
}

/** A pixel of three or four bytes; beyond the edge it is the edge's. */
// @ts-ignore: decorator
@inline
export function pixelAt(size: i32, row: usize, x: i32, width: i32): u32 {
  const p = row + max(0, min(x, width - 1)) * size;
  return size == 4 ? load<u32>(p) : <u32>load<u16>(p) | (<u32>load<u8>(p, 2) << 16);
}

// @ts-ignore: decorator
@inline
function linears(
  size: i32, alpha: bool, rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64, halves: v128,
): v128 {
  const r0 = rowAt(rows, y, height), r1 = rowAt(rows, y + 1, height);
  let pixels: v128;
  // Two pixels of each row; of three bytes they are 6 bytes, but 8 are loaded.
  if (x >= 0 && x + (size == 4 ? 2 : 3) <= width) {
    const offset = x * size;
    pixels = v128.load64_lane(r1 + offset, v128.load64_zero(r0 + offset), 1);
    if (size == 3) pixels = reordered(pixels, halves);
  } else {
    pixels = i32x4.splat(pixelAt(size, r0, x, width));
    pixels = i32x4.replace_lane(pixels, 1, pixelAt(size, r0, x + 1, width));
    pixels = i32x4.replace_lane(pixels, 2, pixelAt(size, r1, x, width));
    pixels = i32x4.replace_lane(pixels, 3, pixelAt(size, r1, x + 1, width));
  }
  if (alpha) pixels = multiplied(pixels);
  const first = i16x8.extend_low_i8x16_u(pixels), second = i16x8.extend_high_i8x16_u(pixels);
  const a = i32x4.extend_low_i16x8_s(first), b = i32x4.extend_low_i16x8_s(second);
  const da = i32x4.sub(i32x4.extend_high_i16x8_s(first), a), db = i32x4.sub(i32x4.extend_high_i16x8_s(second), b);
  const across = f64x2.splat(dx), down = f64x2.splat(dy);
  const low = between(moved(lower(a), lower(da), across), moved(lower(b), lower(db), across), down);
  const high = between(moved(upper(a), upper(da), across), moved(upper(b), upper(db), across), down);
  return bytes(low, high);
}

/** `a + difference * d`. */
// @ts-ignore: decorator
@inline
function moved(a: v128, difference: v128, d: v128): v128 {
  return f64x2.add(a, f64x2.mul(difference, d));
}

// @ts-ignore: decorator
@inline
function between(a: v128, b: v128, d: v128): v128 {
  return moved(a, f64x2.sub(b, a), d);
}

// @ts-ignore: decorator
@inline
function cubics(
  size: i32, alpha: bool, rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64,
): v128 {
  const across = f64x2.splat(dx), down = f64x2.splat(dy);
  const first = cubicRow(size, alpha, rowAt(rows, y - 1, height), x - 1, width);
  const low0 = cubicOf(first, false, across), high0 = cubicOf(first, true, across);
  const second = cubicRow(size, alpha, rowAt(rows, y, height), x - 1, width);
  const low1 = cubicOf(second, false, across), high1 = cubicOf(second, true, across);
  const third = cubicRow(size, alpha, rowAt(rows, y + 1, height), x - 1, width);
  const low2 = cubicOf(third, false, across), high2 = cubicOf(third, true, across);
  const fourth = cubicRow(size, alpha, rowAt(rows, y + 2, height), x - 1, width);
  const low3 = cubicOf(fourth, false, across), high3 = cubicOf(fourth, true, across);
  return bytes(cubic(low0, low1, low2, low3, down), cubic(high0, high1, high2, high3, down));
}

/** Four pixels of a row, from column `x` on, as four bytes each; premultiplied with alpha. Beyond the edge they are the edge's. */
// @ts-ignore: decorator
@inline
export function cubicRow(size: i32, alpha: bool, row: usize, x: i32, width: i32): v128 {
  let pixels: v128;
  // Of three bytes they are 12 bytes, but 16 are loaded.
  if (x >= 0 && x + (size == 4 ? 4 : 6) <= width) {
    pixels = v128.load(row + x * size);
    if (size == 3) pixels = reordered(pixels, apart());
  } else {
    pixels = i32x4.splat(pixelAt(size, row, x, width));
    pixels = i32x4.replace_lane(pixels, 1, pixelAt(size, row, x + 1, width));
    pixels = i32x4.replace_lane(pixels, 2, pixelAt(size, row, x + 2, width));
    pixels = i32x4.replace_lane(pixels, 3, pixelAt(size, row, x + 3, width));
  }
  return alpha ? multiplied(pixels) : pixels;
}

/** The cubic through two bands of four pixels: the first two, or the last two. Differences are exact in 32 bits. */
// @ts-ignore: decorator
@inline
function cubicOf(pixels: v128, last: bool, d: v128): v128 {
  const low = i16x8.extend_low_i8x16_u(pixels), high = i16x8.extend_high_i8x16_u(pixels);
  const a = i32x4.extend_low_i16x8_s(low), b = i32x4.extend_high_i16x8_s(low);
  const c = i32x4.extend_low_i16x8_s(high), e = i32x4.extend_high_i16x8_s(high);
  const ba = i32x4.sub(b, a), ec = i32x4.sub(e, c);
  const p2 = i32x4.sub(c, a);
  const p4 = i32x4.add(ba, ec);
  const p3 = i32x4.sub(i32x4.shl(i32x4.sub(a, b), 1), ec);
  if (last) return polynomial(upper(b), upper(p2), upper(p3), upper(p4), d);
  return polynomial(lower(b), lower(p2), lower(p3), lower(p4), d);
}

/** The cubic through four values. */
// @ts-ignore: decorator
@inline
function cubic(a: v128, b: v128, c: v128, e: v128, d: v128): v128 {
  const p2 = f64x2.sub(c, a);
  const p3 = f64x2.sub(f64x2.add(f64x2.mul(f64x2.splat(2), f64x2.sub(a, b)), c), e);
  const p4 = f64x2.add(f64x2.sub(f64x2.sub(b, a), c), e);
  return polynomial(b, p2, p3, p4, d);
}

// @ts-ignore: decorator
@inline
function polynomial(p1: v128, p2: v128, p3: v128, p4: v128, d: v128): v128 {
  return moved(p1, moved(p2, moved(p3, p4, d), d), d);
}

// @ts-ignore: decorator
@inline
function lower(v: v128): v128 {
  return f64x2.convert_low_i32x4_s(v);
}

// @ts-ignore: decorator
@inline
function upper(v: v128): v128 {
  return f64x2.convert_low_i32x4_s(v128.shuffle<i64>(v, v, 1, 1));
}

/** Four values cut to integers and to bytes, in the lowest 32 bits. */
// @ts-ignore: decorator
@inline
function bytes(low: v128, high: v128): v128 {
  const v = v128.shuffle<i64>(cut(low), cut(high), 0, 2);
  const w = i16x8.narrow_i32x4_s(v, v);
  return i8x16.narrow_i16x8_u(w, w);
}

// @ts-ignore: decorator
@inline
function cut(v: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_trunc_f64x2_s_zero(v) : i32x4.trunc_sat_f64x2_s_zero(v);
}

/** Four pixels with alpha multiplied into their colours. */
// @ts-ignore: decorator
@inline
function multiplied(pixels: v128): v128 {
  const alphas = i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1);
  const opaque = i16x8(0, 0, 0, 255, 0, 0, 0, 255);
  return premultiplied(pixels, alphas, opaque, i16x8.splat(128));
}

/** Of one byte, bilinear. */
export function linearL(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u8 {
  const r0 = rowAt(rows, y, height), r1 = rowAt(rows, y + 1, height);
  const x0 = max(x, 0), x1 = min(x + 1, width - 1);
  const a = <f64>load<u8>(r0 + x0), b = <f64>load<u8>(r1 + x0);
  const above = a + (<f64>load<u8>(r0 + x1) - a) * dx;
  const below = b + (<f64>load<u8>(r1 + x1) - b) * dx;
  return <u8><i32>(above + (below - above) * dy);
}

/** Of one byte, bicubic. */
export function cubicL(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u8 {
  const last = width - 1;
  const x0 = max(x - 1, 0), x1 = max(x, 0), x2 = min(x + 1, last), x3 = min(x + 2, last);
  const a = cubicLine(rowAt(rows, y - 1, height), x0, x1, x2, x3, dx);
  const b = cubicLine(rowAt(rows, y, height), x0, x1, x2, x3, dx);
  const c = cubicLine(rowAt(rows, y + 1, height), x0, x1, x2, x3, dx);
  const e = cubicLine(rowAt(rows, y + 2, height), x0, x1, x2, x3, dx);
  const value = b + dy * (c - a + dy * (2 * (a - b) + c - e + dy * (b - a - c + e)));
  return <u8>max(0, min(255, <i32>value));
}

// @ts-ignore: decorator
@inline
function cubicLine(row: usize, x0: i32, x1: i32, x2: i32, x3: i32, d: f64): f64 {
  const a = <i32>load<u8>(row + x0), b = <i32>load<u8>(row + x1), c = <i32>load<u8>(row + x2), e = <i32>load<u8>(row + x3);
  return <f64>b + d * (<f64>(c - a) + d * (<f64>(2 * (a - b) + c - e) + d * <f64>(b - a - c + e)));
}
