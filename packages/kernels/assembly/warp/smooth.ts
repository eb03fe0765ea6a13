/**
 * Pixels at places between pixels: bilinear and bicubic interpolation in 64-bit floats, in Pillow's order of operations.
 *
 * Makes one row of a destination. Its pixel `x` is taken from `((a0 px + a1 py) + a2, (a3 px + a4 py) + a5)`, both divided by
 * `(a6 px + a7 py) + 1`, where px and py are its middle; where that is outside the source, it becomes `fill`. `matrix` is the address of
 * the eight numbers.
 *
 * Two bands are computed at once. With alpha, the source's pixels are premultiplied as they are read, and the result is divided again.
 *
 * Reads pixels of the source, whose rows' addresses are at `rows`, and no byte behind them; writes `length` pixels at `out`.
 */
import { premultiplied, straight } from '../alpha';
import { kept, reordered, zeroOf } from '../shuffles';

/** Pixels of one byte. `width` and `height` are those of the source, `y` is the row of the destination. */
export function bilinear1(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32): void {
  row(1, false, false, rows, width, height, matrix, y, out, length, fill);
}

/** Pixels of three bytes. */
export function bilinear3(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32): void {
  row(3, false, false, rows, width, height, matrix, y, out, length, fill);
}

/** Pixels of three bytes and one of padding, which becomes 255. */
export function bilinear4(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32): void {
  row(4, false, false, rows, width, height, matrix, y, out, length, fill);
}

/** Pixels of four bytes, the fourth alpha. */
export function bilinearAlpha(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32): void {
  row(4, true, false, rows, width, height, matrix, y, out, length, fill);
}

/** As {@link bilinear1}, by four pixels in each direction. */
export function bicubic1(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32): void {
  row(1, false, true, rows, width, height, matrix, y, out, length, fill);
}

/** As {@link bilinear3}, by four pixels in each direction. */
export function bicubic3(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32): void {
  row(3, false, true, rows, width, height, matrix, y, out, length, fill);
}

/** As {@link bilinear4}, by four pixels in each direction. */
export function bicubic4(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32): void {
  row(4, false, true, rows, width, height, matrix, y, out, length, fill);
}

/** As {@link bilinearAlpha}, by four pixels in each direction. */
export function bicubicAlpha(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32): void {
  row(4, true, true, rows, width, height, matrix, y, out, length, fill);
}

/** `size`, `alpha` and `cubic` are constants wherever this is inlined, so that what they exclude is not compiled. */
// @ts-ignore: decorator
@inline
function row(
  size: i32, alpha: bool, cubic: bool,
  rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32,
): void {
  const a0 = load<f64>(matrix), a2 = load<f64>(matrix, 16), a3 = load<f64>(matrix, 24), a5 = load<f64>(matrix, 40);
  const a6 = load<f64>(matrix, 48), a7 = load<f64>(matrix, 56);
  const py = <f64>y + 0.5;
  const u0 = load<f64>(matrix, 8) * py, v0 = load<f64>(matrix, 32) * py, z0 = a7 * py;
  const isFlat = a6 == 0 && a7 == 0;
  const zero = zeroOf(length);
  const apart = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1), zero);
  const halves = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 8, 9, 10, -1, 11, 12, 13, -1), zero);
  for (let x: i32 = 0; x < length; x++, out += size) {
    const px = <f64>x + 0.5;
    let u = a0 * px + u0 + a2;
    let v = a3 * px + v0 + a5;
    if (!isFlat) {
      const z = a6 * px + z0 + 1;
      u /= z;
      v /= z;
    }
    if (!(u >= 0 && u < <f64>width && v >= 0 && v < <f64>height)) {
      put(size, out, fill);
      continue;
    }
    u -= 0.5;
    v -= 0.5;
    const left = floor(u), above = floor(v);
    const dx = u - left, dy = v - above;
    const sx = <i32>left, sy = <i32>above;
    if (size == 1) {
      store<u8>(out, cubic ? cubicL(rows, width, height, sx, sy, dx, dy) : linearL(rows, width, height, sx, sy, dx, dy));
    } else {
      let pixel = cubic
        ? cubics(size, alpha, rows, width, height, sx, sy, dx, dy, apart)
        : linears(size, alpha, rows, width, height, sx, sy, dx, dy, halves);
      if (alpha) {
        pixel = straight(pixel, i32x4.splat(255), f32x4.splat(255), f32x4.splat(1.0 / 1024.0 - 0.5), f32x4.splat(12582912));
      }
      const word = <u32>i32x4.extract_lane(pixel, 0);
      put(size, out, size == 4 && !alpha ? word | 0xff000000 : word);
    }
  }
}

/** Stores a pixel. */
// @ts-ignore: decorator
@inline
function put(size: i32, out: usize, word: u32): void {
  if (size == 4) store<u32>(out, word);
  else {
    store<u8>(out, <u8>word);
    if (size == 3) store<u16>(out, <u16>(word >> 8), 1);
  }
}

/** The address of a row; beyond the edge it is the edge's. */
// @ts-ignore: decorator
@inline
function rowAt(rows: usize, y: i32, height: i32): usize {
  return load<u32>(rows + (<usize>max(0, min(y, height - 1)) << 2));
}

/** A pixel of three or four bytes; beyond the edge it is the edge's. */
// @ts-ignore: decorator
@inline
function pixelAt(size: i32, row: usize, x: i32, width: i32): u32 {
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
  size: i32, alpha: bool, rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64, apart: v128,
): v128 {
  const across = f64x2.splat(dx), down = f64x2.splat(dy);
  // Four pixels; of three bytes they are 12 bytes, but 16 are loaded.
  const isInside = x >= 1 && x + (size == 4 ? 3 : 5) <= width;
  const first = cubicRow(size, alpha, rowAt(rows, y - 1, height), x - 1, width, isInside, apart);
  const low0 = cubicOf(first, false, across), high0 = cubicOf(first, true, across);
  const second = cubicRow(size, alpha, rowAt(rows, y, height), x - 1, width, isInside, apart);
  const low1 = cubicOf(second, false, across), high1 = cubicOf(second, true, across);
  const third = cubicRow(size, alpha, rowAt(rows, y + 1, height), x - 1, width, isInside, apart);
  const low2 = cubicOf(third, false, across), high2 = cubicOf(third, true, across);
  const fourth = cubicRow(size, alpha, rowAt(rows, y + 2, height), x - 1, width, isInside, apart);
  const low3 = cubicOf(fourth, false, across), high3 = cubicOf(fourth, true, across);
  return bytes(cubic(low0, low1, low2, low3, down), cubic(high0, high1, high2, high3, down));
}

/** Four pixels of a row, premultiplied with alpha. */
// @ts-ignore: decorator
@inline
function cubicRow(size: i32, alpha: bool, row: usize, x: i32, width: i32, isInside: bool, apart: v128): v128 {
  let pixels: v128;
  if (isInside) {
    pixels = v128.load(row + x * size);
    if (size == 3) pixels = reordered(pixels, apart);
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

// @ts-ignore: decorator
@inline
function multiplied(pixels: v128): v128 {
  const alphas = i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1);
  const opaque = i16x8(0, 0, 0, 255, 0, 0, 0, 255);
  return premultiplied(pixels, alphas, opaque, i16x8.splat(128));
}

// @ts-ignore: decorator
@inline
function linearL(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u8 {
  const r0 = rowAt(rows, y, height), r1 = rowAt(rows, y + 1, height);
  const x0 = max(x, 0), x1 = min(x + 1, width - 1);
  const a = <f64>load<u8>(r0 + x0), b = <f64>load<u8>(r1 + x0);
  const above = a + (<f64>load<u8>(r0 + x1) - a) * dx;
  const below = b + (<f64>load<u8>(r1 + x1) - b) * dx;
  return <u8><i32>(above + (below - above) * dy);
}

// @ts-ignore: decorator
@inline
function cubicL(rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64): u8 {
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
