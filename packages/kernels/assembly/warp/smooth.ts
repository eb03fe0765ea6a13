/**
 * Pixels at places between pixels: bilinear and bicubic interpolation, with the bytes of Pillow, which computes in 64-bit floats.
 *
 * Makes row `y` of a destination. Its pixel `x` is taken from `((a0 px + a1 py) + a2, (a3 px + a4 py) + a5)`, both divided by
 * `(a6 px + a7 py) + 1`, where px and py are its middle; where that is outside the source, it becomes `fill`. `matrix` is the address of
 * the eight numbers. With alpha, the source's pixels are premultiplied as they are read, and the result is divided again.
 *
 * Results are cut to integers, so what counts is between which two of them a value lies. Sums in 32-bit floats, of four bands at once,
 * say that for most: they are off by less than 2^-10 (bilinear, see `doubtOf`) or 2^-8 (bicubic). Where a value is as close as that to
 * an integer, either all pixels are the same in that band, and the sum is exact, or the pixel is put into a list. Those in the list, and
 * pixels at an edge, are computed after the row as Pillow does it, by `precise.ts`: in a loop of their own, since their
 * code beside that of the sums took a third of the time by itself, for the registers that it needs.
 *
 * Reads pixels of the source, whose rows' addresses are at `rows`, and no byte behind them; writes `length` pixels at `out`,
 * and up to `length` + 1 numbers of 4 bytes at `list`.
 */
import { premultiplied, straight } from '../alpha';
import { kept, reordered, zeroOf } from '../shuffles';
import { cubicL, cubicPixel3, cubicPixel4, cubicPixelA, linearL, linearPixel3, linearPixel4, linearPixelA } from './precise';

/** Pixels of one byte. `width` and `height` are those of the source, `y` is the row of the destination. */
export function bilinear1(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(1, false, false, rows, width, height, matrix, y, out, length, fill, list);
}

/** Pixels of three bytes. */
export function bilinear3(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(3, false, false, rows, width, height, matrix, y, out, length, fill, list);
}

/** Pixels of three bytes and one of padding, which becomes 255. */
export function bilinear4(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(4, false, false, rows, width, height, matrix, y, out, length, fill, list);
}

/** Pixels of four bytes, the fourth alpha. */
export function bilinearAlpha(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(4, true, false, rows, width, height, matrix, y, out, length, fill, list);
}

/** As {@link bilinear1}, by four pixels in each direction. */
export function bicubic1(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(1, false, true, rows, width, height, matrix, y, out, length, fill, list);
}

/** As {@link bilinear3}, by four pixels in each direction. */
export function bicubic3(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(3, false, true, rows, width, height, matrix, y, out, length, fill, list);
}

/** As {@link bilinear4}, by four pixels in each direction. */
export function bicubic4(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
  row(4, false, true, rows, width, height, matrix, y, out, length, fill, list);
}

/** As {@link bilinearAlpha}, by four pixels in each direction. */
export function bicubicAlpha(rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize): void {
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
  const py = <f64>y + 0.5;
  // Both coordinates at once.
  const step = f64x2.replace_lane(f64x2.splat(load<f64>(matrix)), 1, load<f64>(matrix, 24));
  const start = f64x2.replace_lane(f64x2.splat(load<f64>(matrix, 8) * py), 1, load<f64>(matrix, 32) * py);
  const origin = f64x2.replace_lane(f64x2.splat(load<f64>(matrix, 16)), 1, load<f64>(matrix, 40));
  const behind = f64x2.replace_lane(f64x2.splat(<f64>width), 1, <f64>height);
  const half = kept(f64x2.splat(0.5), zero);
  const half4 = kept(f32x4.splat(0.5), zero), sure = kept(f32x4.splat(0.5 - doubtOf(cubic)), zero);
  const magic = kept(f32x4.splat(12582912), zero), magicBits = kept(i32x4.splat(0x4b400000), zero);
  const k3 = kept(f32x4(-1, 1, -1, 1), zero), k2 = kept(f32x4(2, -2, 1, -1), zero);
  const k1 = kept(f32x4(-1, 0, 1, 0), zero), k0 = kept(f32x4(0, 1, 0, 0), zero);
  const alphas = kept(i32x4.splat(0xff000000), zero);
  const spread = kept(i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1), zero);
  const opaque = kept(i16x8(0, 0, 0, 255, 0, 0, 0, 255), zero), half8 = kept(i16x8.splat(128), zero);
  const byte = kept(i32x4.splat(255), zero), whole4 = kept(f32x4.splat(255), zero);
  const below = kept(f32x4.splat(1.0 / 1024.0 - 0.5), zero);
  const a6 = load<f64>(matrix, 48), a7 = load<f64>(matrix, 56), z0 = a7 * py;
  const isFlat = a6 == 0 && a7 == 0;
  const m0 = lanes(0, zero), m1 = lanes(size, zero);
  const m2 = lanes(cubic ? 2 * size : 8, zero), m3 = lanes(cubic ? 3 * size : 8 + size, zero);
  // Where the pixels can be loaded at once: 16 or 8 bytes of a row, of which three bytes a pixel leave some over. `first` is column and row.
  const first = cubic ? 1 : 0;
  const columns = <u32>max(0, width - (size == 3 ? (cubic ? 5 : 2) : cubic ? 3 : 1));
  const lines = <u32>max(0, height - (cubic ? 3 : 1));
  let doubts = list;
  for (let x: i32 = 0, to = out; x < length; x++, to += size) {
    const px = <f64>x + 0.5;
    let at = f64x2.add(f64x2.add(f64x2.mul(step, f64x2.splat(px)), start), origin);
    if (!isFlat) {
      at = f64x2.div(at, f64x2.splat(a6 * px + z0 + 1));
      // No number is in no place, but would be 0 as an integer.
      if (!isWithin(at, zero, behind)) {
        put(size, to, fill);
        continue;
      }
    }
    const corner = f64x2.sub(at, half);
    const whole = f64x2.floor(corner);
    const place = integers(whole);
    const sx = i32x4.extract_lane(place, 0), sy = i32x4.extract_lane(place, 1);
    // Whatever is in the list is computed again below.
    store<u32>(doubts, x);
    if (<u32>(sx - first) >= columns || <u32>(sy - first) >= lines) {
      if (isWithin(at, zero, behind)) doubts += 4;
      else put(size, to, fill);
      continue;
    }
    const d = f32x4.demote_f64x2_zero(f64x2.sub(corner, whole));
    if (size == 1) {
      const sum = cubic ? cubicSum(rows, sx, sy, d, k0, k1, k2, k3) : linearSum(rows, sx, sy, d);
      store<u8>(to, <u8>sum);
      doubts += sum < 0 ? 4 : 0;
    } else {
      const offset = (cubic ? sx - 1 : sx) * size;
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
      let isOpaque = true;
      if (alpha) {
        isOpaque = !v128.any_true(v128.andnot(alphas, v128.and(v128.and(a, b), v128.and(c, e))));
        if (!isOpaque) {
          a = premultiplied(a, spread, opaque, half8);
          if (cubic) {
            b = premultiplied(b, spread, opaque, half8);
            c = premultiplied(c, spread, opaque, half8);
            e = premultiplied(e, spread, opaque, half8);
          }
        }
      }
      // `same` are the lanes of bands in which all pixels are the same: their sums are exact, being those of nothing but zeros.
      let sum: v128, same: v128;
      if (cubic) {
        const wx = cubicWeights(v128.shuffle<i32>(d, d, 0, 0, 0, 0), k0, k1, k2, k3), wy = cubicWeights(v128.shuffle<i32>(d, d, 1, 1, 1, 1), k0, k1, k2, k3);
        const w0 = v128.shuffle<i32>(wx, wx, 0, 0, 0, 0), w2 = v128.shuffle<i32>(wx, wx, 2, 2, 2, 2);
        const w3 = v128.shuffle<i32>(wx, wx, 3, 3, 3, 3);
        const r0 = band(a, m1), r1 = band(b, m1), r2 = band(c, m1), r3 = band(e, m1);
        const a0 = difference(a, m0, r0), a2 = difference(a, m2, r0), a3 = difference(a, m3, r0);
        let any = v128.or(v128.or(a0, a2), a3);
        const b0 = difference(b, m0, r1), b2 = difference(b, m2, r1), b3 = difference(b, m3, r1);
        any = v128.or(any, v128.or(v128.or(b0, b2), b3));
        const c0 = difference(c, m0, r2), c2 = difference(c, m2, r2), c3 = difference(c, m3, r2);
        any = v128.or(any, v128.or(v128.or(c0, c2), c3));
        const e0 = difference(e, m0, r3), e2 = difference(e, m2, r3), e3 = difference(e, m3, r3);
        any = v128.or(any, v128.or(v128.or(e0, e2), e3));
        const middle = moved(r1, b0, b2, b3, w0, w2, w3);
        const s0 = f32x4.sub(moved(r0, a0, a2, a3, w0, w2, w3), middle);
        const s2 = f32x4.sub(moved(r2, c0, c2, c3, w0, w2, w3), middle);
        const s3 = f32x4.sub(moved(r3, e0, e2, e3, w0, w2, w3), middle);
        same = i32x4.eq(v128.or(any, v128.or(v128.or(s0, s2), s3)), zero);
        sum = f32x4.add(middle, f32x4.mul(s0, v128.shuffle<i32>(wy, wy, 0, 0, 0, 0)));
        sum = f32x4.add(sum, f32x4.mul(s2, v128.shuffle<i32>(wy, wy, 2, 2, 2, 2)));
        sum = f32x4.add(sum, f32x4.mul(s3, v128.shuffle<i32>(wy, wy, 3, 3, 3, 3)));
      } else {
        const dx = v128.shuffle<i32>(d, d, 0, 0, 0, 0);
        const dy = v128.shuffle<i32>(d, d, 1, 1, 1, 1);
        const a0 = band(a, m0), a1 = f32x4.sub(band(a, m1), a0);
        const b0 = band(a, m2), b1 = f32x4.sub(band(a, m3), b0);
        const above = f32x4.add(a0, f32x4.mul(a1, dx));
        const apart = f32x4.sub(f32x4.add(b0, f32x4.mul(b1, dx)), above);
        same = i32x4.eq(v128.or(v128.or(a1, b1), apart), zero);
        sum = f32x4.add(above, f32x4.mul(apart, dy));
      }
      const low = f32x4.floor(sum);
      const off = f32x4.abs(f32x4.sub(f32x4.sub(sum, low), half4));
      const doubtful = v128.andnot(f32x4.gt(off, sure), same);
      doubts += i32x4.bitmask(doubtful) & (alpha ? 15 : 7) ? 4 : 0;
      const word = bytesOf(low, magic, magicBits);
      put(size, to, size == 4 && !alpha ? word | 0xff000000 : finished(size, alpha && !isOpaque, word, byte, whole4, below, magic));
    }
  }
  for (; list < doubts; list += 4) {
    const x = load<u32>(list);
    const px = <f64>x + 0.5;
    let at = f64x2.add(f64x2.add(f64x2.mul(step, f64x2.splat(px)), start), origin);
    if (!isFlat) at = f64x2.div(at, f64x2.splat(a6 * px + z0 + 1));
    at = f64x2.sub(at, half);
    const whole = f64x2.floor(at);
    const place = integers(whole);
    const word = precise(
      size, alpha, cubic, rows, width, height, i32x4.extract_lane(place, 0), i32x4.extract_lane(place, 1), f64x2.sub(at, whole),
    );
    put(size, out + x * size, size == 4 && !alpha ? word | 0xff000000 : finished(size, alpha, word, byte, whole4, below, magic));
  }
}

/**
 * How close to an integer a sum is still in doubt.
 *
 * With u = 2^-24 and values to 255: a bilinear sum is three steps `a + (b - a) d`, each off by at most 4 * 255 u more than what goes in,
 * together less than 2^-12. The weights of a bicubic one have sums of 1.25 at most and are off by 8 u, each row's sum by 255 * 12 u, the
 * whole by 255 * 1.25 * 40 u, less than 2^-10.
 */
// @ts-ignore: decorator
@inline
function doubtOf(cubic: bool): f32 {
  return cubic ? 1.0 / 256.0 : 1.0 / 1024.0;
}

/** The pixel as Pillow computes it. */
// @ts-ignore: decorator
@inline
function precise(
  size: i32, alpha: bool, cubic: bool, rows: usize, width: i32, height: i32, x: i32, y: i32, part: v128,
): u32 {
  const dx = f64x2.extract_lane(part, 0), dy = f64x2.extract_lane(part, 1);
  if (size == 1) return cubic ? cubicL(rows, width, height, x, y, dx, dy) : linearL(rows, width, height, x, y, dx, dy);
  if (size == 3) return cubic ? cubicPixel3(rows, width, height, x, y, dx, dy) : linearPixel3(rows, width, height, x, y, dx, dy);
  if (alpha) return cubic ? cubicPixelA(rows, width, height, x, y, dx, dy) : linearPixelA(rows, width, height, x, y, dx, dy);
  return cubic ? cubicPixel4(rows, width, height, x, y, dx, dy) : linearPixel4(rows, width, height, x, y, dx, dy);
}

/** A pixel as it is stored: alpha divided out, or padding 255. */
// @ts-ignore: decorator
@inline
export function finished(size: i32, divides: bool, word: u32, byte: v128, whole: v128, below: v128, magic: v128): u32 {
  if (size != 4 || !divides) return word;
  return <u32>i32x4.extract_lane(straight(i32x4.splat(word), byte, whole, below, magic), 0);
}

/** Stores a pixel. */
// @ts-ignore: decorator
@inline
export function put(size: i32, out: usize, word: u32): void {
  if (size == 4) store<u32>(out, word);
  else {
    store<u8>(out, <u8>word);
    if (size == 3) store<u16>(out, <u16>(word >> 8), 1);
  }
}

/** Whether both coordinates are in the source. */
// @ts-ignore: decorator
@inline
export function isWithin(at: v128, zero: v128, behind: v128): bool {
  return i64x2.bitmask(v128.and(f64x2.ge(at, zero), f64x2.lt(at, behind))) == 3;
}

/** The address of a row. */
// @ts-ignore: decorator
@inline
export function lineAt(rows: usize, y: i32): usize {
  return load<u32>(rows + (<usize>y << 2));
}

/** The order that puts four bytes from `base` on into four lanes. */
// @ts-ignore: decorator
@inline
function lanes(base: i32, zero: v128): v128 {
  return v128.or(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(base)), kept(i32x4.splat(-256), zero));
}

/** The bands of a pixel. */
// @ts-ignore: decorator
@inline
function band(pixels: v128, order: v128): v128 {
  return f32x4.convert_i32x4_s(reordered(pixels, order));
}

/** By how much the bands of a pixel differ from others. */
// @ts-ignore: decorator
@inline
function difference(pixels: v128, order: v128, from: v128): v128 {
  return f32x4.sub(band(pixels, order), from);
}

// @ts-ignore: decorator
@inline
function moved(from: v128, a: v128, b: v128, c: v128, wa: v128, wb: v128, wc: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.add(from, f32x4.mul(a, wa)), f32x4.mul(b, wb)), f32x4.mul(c, wc));
}

/** The weights of the four pixels around a place that lies `d` behind the second: -d + 2d^2 - d^3, 1 - 2d^2 + d^3, d + d^2 - d^3, d^3 - d^2. */
// @ts-ignore: decorator
@inline
function cubicWeights(d: v128, k0: v128, k1: v128, k2: v128, k3: v128): v128 {
  return f32x4.add(f32x4.mul(d, f32x4.add(f32x4.mul(d, f32x4.add(f32x4.mul(d, k3), k2)), k1)), k0);
}

/** Whole numbers as bytes, cut to 0 to 255: adding 3 * 2^22 leaves them in the low bits. */
// @ts-ignore: decorator
@inline
function bytesOf(whole: v128, magic: v128, magicBits: v128): u32 {
  const v = i32x4.sub(f32x4.add(whole, magic), magicBits);
  const w = i16x8.narrow_i32x4_s(v, v);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(w, w), 0);
}

/** Whole numbers as integers. */
// @ts-ignore: decorator
@inline
export function integers(whole: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_trunc_f64x2_s_zero(whole) : i32x4.trunc_sat_f64x2_s_zero(whole);
}

/** One band, bilinear; -1 where there is a doubt. */
// @ts-ignore: decorator
@inline
function linearSum(rows: usize, x: i32, y: i32, d: v128): i32 {
  const word = <u32>load<u16>(lineAt(rows, y) + x) | (<u32>load<u16>(lineAt(rows, y + 1) + x) << 16);
  const dx = f32x4.extract_lane(d, 0), dy = f32x4.extract_lane(d, 1);
  const a = <f32>(word & 255), b = <f32>((word >> 8) & 255), c = <f32>((word >> 16) & 255), e = <f32>(word >> 24);
  const above = a + (b - a) * dx, below = c + (e - c) * dx;
  return decided(above + (below - above) * dy, false, word, word);
}

/** One band, bicubic; -1 where there is a doubt. */
// @ts-ignore: decorator
@inline
function cubicSum(rows: usize, x: i32, y: i32, d: v128, k0: v128, k1: v128, k2: v128, k3: v128): i32 {
  const a = load<u32>(lineAt(rows, y - 1) + x - 1), b = load<u32>(lineAt(rows, y) + x - 1);
  const c = load<u32>(lineAt(rows, y + 1) + x - 1), e = load<u32>(lineAt(rows, y + 2) + x - 1);
  const wx = cubicWeights(v128.shuffle<i32>(d, d, 0, 0, 0, 0), k0, k1, k2, k3), wy = cubicWeights(v128.shuffle<i32>(d, d, 1, 1, 1, 1), k0, k1, k2, k3);
  let sum = f32x4.mul(four(a), v128.shuffle<i32>(wy, wy, 0, 0, 0, 0));
  sum = f32x4.add(sum, f32x4.mul(four(b), v128.shuffle<i32>(wy, wy, 1, 1, 1, 1)));
  sum = f32x4.add(sum, f32x4.mul(four(c), v128.shuffle<i32>(wy, wy, 2, 2, 2, 2)));
  sum = f32x4.mul(f32x4.add(sum, f32x4.mul(four(e), v128.shuffle<i32>(wy, wy, 3, 3, 3, 3))), wx);
  sum = f32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
  const value = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
  return decided(value, true, a, (a ^ b) | (a ^ c) | (a ^ e) ? ~a : a);
}

/** Four bytes as floats. */
// @ts-ignore: decorator
@inline
function four(word: u32): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(word))));
}

/** A sum cut to a byte; -1 where there is a doubt. `word` and `all` are four times the same byte where the pixels are all the same. */
// @ts-ignore: decorator
@inline
function decided(sum: f32, cubic: bool, word: u32, all: u32): i32 {
  const low = floor(sum);
  // No branches: which way they go changes from pixel to pixel.
  const isNear = i32(abs(sum - low - 0.5) > 0.5 - doubtOf(cubic));
  const isSame = i32(word == all) & i32(word == (word & 255) * 0x01010101);
  const value = select<i32>(<i32>(word & 255), max(0, min(255, <i32>low)), isSame);
  return select<i32>(-1, value, isNear & (isSame ^ 1));
}
