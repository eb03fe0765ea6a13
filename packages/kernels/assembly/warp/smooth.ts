/**
 * Pixels at places between pixels: bilinear and bicubic interpolation, with the bytes of Pillow, which computes in 64-bit floats.
 *
 * Makes row `y` of a destination. Its pixel `x` is taken from `((a0 px + a1 py) + a2, (a3 px + a4 py) + a5)`,
 * both divided by `(a6 px + a7 py) + 1`, where px and py are its middle; where that is outside the source, it becomes `fill`. `matrix` is
 * the address of the eight numbers. With alpha, the source's pixels are premultiplied as they are read, and the result is divided again.
 *
 * Results are cut to integers, so what counts is between which two of them a value lies. A sum in 32-bit floats says that, unless it is
 * as close to an integer as its own error can be. It is rounded to 8 fraction bits; where these are 0, there is a doubt, and
 * the pixel goes into a list, unless all pixels around it are the same and certainly those that Pillow takes.
 *
 * Four pixels are made at a time, of those whose places certainly have all their pixels inside: `span.ts` says which. All others are in the
 * list or outside. Those in the list are made after the row, as Pillow does it, by `precise.ts`.
 *
 * Of one byte a pixel it makes a row, of more a tile of a destination: columns `begin` to `end` - 1 of rows `top` to `bottom` - 1, whose
 * addresses are at `outs`. The source's pixels come from a window, see `window.ts`, that holds all which the tile needs. Its rows are `stride` bytes apart,
 * and `origin` is where the first pixel of the source would be in it. If `stride` is 0 there is no window, and all pixels go into the list.
 *
 * Reads pixels of the source, whose rows' addresses are at `rows`, and no byte behind them, and the window; writes `length` pixels at `out`, or
 * those of the tile, up to as many numbers of 4 bytes and 4 more at `list`, and with a window 256 bytes at `matrix` + 64.
 */
import { premultiplied, straight } from '../alpha';
import { unpremultiply } from '../point/alpha';
import { kept, reordered, zeroOf } from '../shuffles';
import { cubicL, cubicPixel3, cubicPixel4, cubicPixelA, linearL, linearPixel3, linearPixel4, linearPixelA } from './precise';
import { insideOf, outsideOf, pair } from './span';

/** Pixels of one byte. `width` and `height` are those of the source, `y` is the row of the destination. */
export function bilinear1(
  rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize,
): void {
  row(false, rows, width, height, matrix, y, out, length, fill, list);
}

/** As {@link bilinear1}, by four pixels in each direction. */
export function bicubic1(
  rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize,
): void {
  row(true, rows, width, height, matrix, y, out, length, fill, list);
}

/** A tile of three bytes a pixel. */
export function bilinear3(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(3, false, false, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/** A tile of three bytes a pixel and one of padding, which becomes 255. */
export function bilinear4(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(4, false, false, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/** A tile of four bytes a pixel, the fourth alpha. */
export function bilinearAlpha(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(4, true, false, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/** As {@link bilinear3}, by four pixels in each direction. */
export function bicubic3(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(3, false, true, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/** As {@link bilinear4}, by four pixels in each direction. */
export function bicubic4(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(4, false, true, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/** As {@link bilinearAlpha}, by four pixels in each direction. */
export function bicubicAlpha(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(4, true, true, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/**
 * Places as 64-bit floats plus 3 * 2^19, whose lower 32 bits are then the fraction of the place, in units of 2^-32, and the upper ones
 * the integer plus this. For places below 2^19, which `span.ts` sees to.
 */
const placeShift: f64 = 1572864;
const placeBits: i32 = 0x41380000;

/**
 * A sum is rounded to 8 fraction bits by adding 3 * 2^14. Its error has to be less than 2^-9, and with u = 2^-24 and values to 255 it is:
 *
 * - bilinear, three steps `a + (b - a) d`, each off by at most 4 * 255 u more than what goes in: together less than 2^-12;
 * - bicubic, weights that are off by 16.4 u together, and whose sum without their signs is 1.5 at most: a row is off by 255 * 21.7 u with the
 *   roundings of its sum, the whole by 255 * 60 u, less than 2^-10;
 * - places that are off by 2^-22, where the slope is at most 1.5 * 1.5 * 255 in each direction: less than 2^-11.
 */
const roundingShift: f32 = 49152;
const roundingBits: i32 = 0x47400000;

/** `size`, `alpha` and `cubic` are constants wherever this and the others are inlined, so that what they exclude is not compiled. */
// @ts-ignore: decorator
@inline
function row(
  cubic: bool, rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32, list: usize,
): void {
  const inside = cubic ? insideOf(matrix, y, 0, length, width, height, 1, 2, 2) : insideOf(matrix, y, 0, length, width, height, 0, 1, 1);
  part(1, false, cubic, rows, width, height, matrix, y, 0, length, inside, out, fill, list, 0, 0);
}

// @ts-ignore: decorator
@inline
function tile(
  size: i32, alpha: bool, cubic: bool,
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  // Of four pixels of three bytes `uneven` loads 16 bytes.
  const before = cubic ? 1 : 0, behind = !cubic ? 1 : size == 3 ? 4 : 2, below = cubic ? 2 : 1;
  for (let y = top; y < bottom; y++, outs += 4) {
    const inside = stride == 0 ? pair(end, end) : insideOf(matrix, y, begin, end, width, height, before, behind, below);
    part(size, alpha, cubic, rows, width, height, matrix, y, begin, end, inside, load<u32>(outs), fill, list, origin, stride);
  }
}

/** Pixels `begin` to `end` - 1 of a row, which begins at `out`. `inside` are those of which all that is needed can be loaded. */
// @ts-ignore: decorator
@inline
function part(
  size: i32, alpha: bool, cubic: bool,
  rows: usize, width: i32, height: i32, matrix: usize, y: i32, begin: i32, end: i32, inside: i64, out: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  const first = <i32>inside, last = <i32>(inside >> 32);
  let doubts = outsideOf(size, matrix, y, begin, first, width, height, out + begin * size, fill, list);
  doubts = outsideOf(size, matrix, y, last, end, width, height, out + last * size, fill, doubts);
  if (first < last) {
    const to = out + first * size;
    doubts = inner(size, alpha, cubic, rows, matrix, y, first, last, to, doubts, origin, stride);
    if (alpha) unpremultiply(to, 0, to, 0, last - first, 1);
  }
  listed(size, alpha, cubic, rows, width, height, matrix, y, out, list, doubts);
}

/** Pixels `first` to `last` - 1, at least four, all inside; answers where the list ends. */
// @ts-ignore: decorator
@inline
function inner(
  size: i32, alpha: bool, cubic: bool, rows: usize, matrix: usize, y: i32, first: i32, last: i32, out: usize, list: usize,
  origin: usize, stride: i32,
): usize {
  const zero = zeroOf(last);
  const py = <f64>y + 0.5;
  const a0 = load<f64>(matrix), a3 = load<f64>(matrix, 24), a6 = load<f64>(matrix, 48), a7 = load<f64>(matrix, 56);
  const isFlat = a6 == 0 && a7 == 0;
  const shift = f64x2.splat(placeShift - 0.5);
  const u = f64x2.splat(a0), v = f64x2.splat(a3), z = f64x2.splat(a6);
  const u2 = f64x2.splat(2 * a0), v2 = f64x2.splat(2 * a3), z2 = f64x2.splat(2 * a6);
  let uAt = twoFrom(load<f64>(matrix, 8) * py + load<f64>(matrix, 16), a0);
  let vAt = twoFrom(load<f64>(matrix, 32) * py + load<f64>(matrix, 40), a3);
  const zAt = twoFrom(a7 * py + 1, a6);
  if (isFlat) {
    uAt = f64x2.add(uAt, shift);
    vAt = f64x2.add(vAt, shift);
  }
  const magic = kept(f32x4.splat(roundingShift), zero), magicBits = kept(i32x4.splat(roundingBits), zero);
  const fractions = kept(size == 1 ? i32x4.splat(255) : i16x8.splat(255), zero);
  const one = kept(f32x4.splat(1), zero), half = kept(f32x4.splat(0.5), zero), top = kept(f32x4.splat(255.5), zero);
  const spread = kept(i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1), zero);
  const opaque = kept(i16x8(0, 0, 0, 255, 0, 0, 0, 255), zero), half8 = kept(i16x8.splat(128), zero);
  const alphas = kept(i32x4.splat(0xff000000), zero), byte = kept(i32x4.splat(255), zero);
  const packed = kept(i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1), zero);
  const fourth = kept(i8x16(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1), zero);
  const turned = kept(
    size == 1 ? i8x16(1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)
      : size == 3 ? i8x16(3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 12, 13, 14, 15)
      : i8x16(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3),
    zero,
  );
  const apart = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1), zero);
  // The upper left pixel of a place's pixels, were its integer without `placeBits`.
  const lines = rows - ((placeBits + (cubic ? 1 : 0)) << 2);
  const left = (placeBits + (cubic ? 1 : 0)) * size;
  // The same in the window, and where the sums of four pixels are made.
  const corner = i32x4.splat(<i32>origin - (placeBits + (cubic ? 1 : 0)) * (stride + 16)), strides = i32x4.splat(stride), work = matrix + 64;
  // What `near` compares with: nothing is equal to 1.
  const border = i32x4.splat(isExact(matrix) ? 1 : 0);
  let next = list;
  for (let x = first; x < last; x += 4) {
    // The last turn makes up to three pixels once more.
    x = min(x, last - 4);
    const xs = f64x2.splat(<f64>x);
    let ua = f64x2.add(f64x2.mul(xs, u), uAt), va = f64x2.add(f64x2.mul(xs, v), vAt);
    let ub = f64x2.add(ua, u2), vb = f64x2.add(va, v2);
    if (!isFlat) {
      const za = f64x2.add(f64x2.mul(xs, z), zAt), zb = f64x2.add(za, z2);
      ua = f64x2.add(f64x2.div(ua, za), shift);
      va = f64x2.add(f64x2.div(va, za), shift);
      ub = f64x2.add(f64x2.div(ub, zb), shift);
      vb = f64x2.add(f64x2.div(vb, zb), shift);
    }
    const across = v128.shuffle<i32>(ua, ub, 0, 2, 4, 6), down = v128.shuffle<i32>(va, vb, 0, 2, 4, 6);
    const dx = fraction(across, one), dy = fraction(down, one);
    const column = v128.shuffle<i32>(ua, ub, 1, 3, 5, 7), line = v128.shuffle<i32>(va, vb, 1, 3, 5, 7);
    const c0 = i32x4.extract_lane(column, 0) * size - left, c1 = i32x4.extract_lane(column, 1) * size - left;
    const c2 = i32x4.extract_lane(column, 2) * size - left, c3 = i32x4.extract_lane(column, 3) * size - left;
    const l0 = lines + (i32x4.extract_lane(line, 0) << 2), l1 = lines + (i32x4.extract_lane(line, 1) << 2);
    const l2 = lines + (i32x4.extract_lane(line, 2) << 2), l3 = lines + (i32x4.extract_lane(line, 3) << 2);
    const to = out + (x - first) * size;
    let doubtful: i32;
    if (size == 1) {
      let sum: v128, same: v128;
      if (cubic) {
        const a = fourWords(load<u32>(l0) + c0, load<u32>(l1) + c1, load<u32>(l2) + c2, load<u32>(l3) + c3);
        const b = fourWords(load<u32>(l0, 4) + c0, load<u32>(l1, 4) + c1, load<u32>(l2, 4) + c2, load<u32>(l3, 4) + c3);
        const c = fourWords(load<u32>(l0, 8) + c0, load<u32>(l1, 8) + c1, load<u32>(l2, 8) + c2, load<u32>(l3, 8) + c3);
        const e = fourWords(load<u32>(l0, 12) + c0, load<u32>(l1, 12) + c1, load<u32>(l2, 12) + c2, load<u32>(l3, 12) + c3);
        const q = cubicPart(dx), w0 = firstWeight(dx, q), w1 = secondWeight(dx, q, one), w2 = f32x4.add(dx, q);
        const p = cubicPart(dy);
        sum = f32x4.mul(bytesLine(a, w0, w1, w2, q, byte), firstWeight(dy, p));
        sum = plus(bytesLine(b, w0, w1, w2, q, byte), secondWeight(dy, p, one), sum);
        sum = plus(bytesLine(c, w0, w1, w2, q, byte), f32x4.add(dy, p), sum);
        sum = f32x4.sub(sum, f32x4.mul(bytesLine(e, w0, w1, w2, q, byte), p));
        sum = f32x4.pmin(f32x4.pmax(sum, half), top);
        same = v128.or(v128.or(v128.xor(a, b), v128.xor(a, c)), v128.or(v128.xor(a, e), v128.xor(a, reordered(a, turned))));
      } else {
        const t = fourPairs(load<u32>(l0) + c0, load<u32>(l1) + c1, load<u32>(l2) + c2, load<u32>(l3) + c3);
        const b = fourPairs(load<u32>(l0, 4) + c0, load<u32>(l1, 4) + c1, load<u32>(l2, 4) + c2, load<u32>(l3, 4) + c3);
        const t0 = v128.and(t, byte), t1 = i32x4.shr_u(t, 8), b0 = v128.and(b, byte), b1 = i32x4.shr_u(b, 8);
        const above = plus(f32x4.convert_i32x4_s(i32x4.sub(t1, t0)), dx, f32x4.convert_i32x4_s(t0));
        const below = plus(f32x4.convert_i32x4_s(i32x4.sub(b1, b0)), dx, f32x4.convert_i32x4_s(b0));
        sum = plus(f32x4.sub(below, above), dy, above);
        same = v128.or(v128.xor(t, b), v128.xor(t0, t1));
      }
      const rounded = i32x4.sub(f32x4.add(sum, magic), magicBits);
      const even = v128.andnot(i32x4.eq(same, zero), near(across, down, border));
      doubtful = i32x4.bitmask(v128.andnot(i32x4.eq(v128.and(rounded, fractions), zero), even));
      v128.store32_lane(to, reordered(i32x4.shr_u(rounded, 8), fourth), 0);
    } else {
      const ats = i32x4.add(i32x4.add(i32x4.mul(line, strides), i32x4.shl(column, 4)), corner);
      if (cubic) cubicSums(work, ats, stride, dx, dy, one, half, top);
      else linearSums(work, ats, stride, dx, dy, v128.andnot(half, near(across, down, border)), zero);
      const s0 = v128.load(work), s1 = v128.load(work, 16), s2 = v128.load(work, 32), s3 = v128.load(work, 48);
      const low = i16x8.narrow_i32x4_u(i32x4.sub(f32x4.add(s0, magic), magicBits), i32x4.sub(f32x4.add(s1, magic), magicBits));
      const high = i16x8.narrow_i32x4_u(i32x4.sub(f32x4.add(s2, magic), magicBits), i32x4.sub(f32x4.add(s3, magic), magicBits));
      const pixels = i8x16.narrow_i16x8_u(i16x8.shr_u(low, 8), i16x8.shr_u(high, 8));
      const parts = i8x16.narrow_i16x8_u(v128.and(low, fractions), v128.and(high, fractions));
      doubtful = i8x16.bitmask(i8x16.eq(parts, zero)) & (alpha ? 0xffff : 0x7777);
      if (size == 4) v128.store(to, alpha ? pixels : v128.or(pixels, alphas));
      else {
        const bytes = reordered(pixels, packed);
        v128.store64_lane(to, bytes, 0);
        v128.store32_lane(to, bytes, 2, 8);
      }
    }
    if (doubtful == 0) continue;
    if (size != 1 && cubic) {
      // Where bands are even, alpha for example, there would be no end of doubts.
      const e0 = uneven(size, alpha, l0, c0, turned, apart, alphas, spread, opaque, half8);
      const e1 = uneven(size, alpha, l1, c1, turned, apart, alphas, spread, opaque, half8);
      const e2 = uneven(size, alpha, l2, c2, turned, apart, alphas, spread, opaque, half8);
      const e3 = uneven(size, alpha, l3, c3, turned, apart, alphas, spread, opaque, half8);
      const bands = v128.shuffle<i64>(v128.shuffle<i32>(e0, e1, 0, 4, 1, 5), v128.shuffle<i32>(e2, e3, 0, 4, 1, 5), 0, 2);
      doubtful &= ~(i8x16.bitmask(i8x16.eq(bands, zero)) & ~i8x16.bitmask(near(across, down, border)));
    }
    const each = size == 1 ? 1 : 15;
    for (let i = x; doubtful != 0; i++, doubtful >>= size == 1 ? 1 : 4) {
      store<u32>(next, i);
      next += doubtful & each ? 4 : 0;
    }
  }
  return next;
}

/** The pixels in the list, as Pillow makes them. */
// @ts-ignore: decorator
@inline
function listed(
  size: i32, alpha: bool, cubic: bool,
  rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, list: usize, end: usize,
): void {
  const py = <f64>y + 0.5;
  const a0 = load<f64>(matrix), a2 = load<f64>(matrix, 16), a3 = load<f64>(matrix, 24), a5 = load<f64>(matrix, 40);
  const a6 = load<f64>(matrix, 48);
  const u0 = load<f64>(matrix, 8) * py, v0 = load<f64>(matrix, 32) * py, z0 = load<f64>(matrix, 56) * py;
  for (; list < end; list += 4) {
    const x = load<i32>(list);
    const px = <f64>x + 0.5;
    const z = a6 * px + z0 + 1;
    const u = (a0 * px + u0 + a2) / z - 0.5, v = (a3 * px + v0 + a5) / z - 0.5;
    const left = floor(u), above = floor(v);
    const word = precise(size, alpha, cubic, rows, width, height, <i32>left, <i32>above, u - left, v - above);
    const to = out + x * size;
    if (size == 1) store<u8>(to, <u8>word);
    else if (size == 3) {
      store<u16>(to, <u16>word);
      store<u8>(to, <u8>(word >> 16), 2);
    } else store<u32>(to, alpha ? divided(word) : word | 0xff000000);
  }
}

/** The pixel as Pillow computes it. */
// @ts-ignore: decorator
@inline
function precise(
  size: i32, alpha: bool, cubic: bool, rows: usize, width: i32, height: i32, x: i32, y: i32, dx: f64, dy: f64,
): u32 {
  if (size == 1) return cubic ? cubicL(rows, width, height, x, y, dx, dy) : linearL(rows, width, height, x, y, dx, dy);
  if (size == 3) return cubic ? cubicPixel3(rows, width, height, x, y, dx, dy) : linearPixel3(rows, width, height, x, y, dx, dy);
  if (alpha) return cubic ? cubicPixelA(rows, width, height, x, y, dx, dy) : linearPixelA(rows, width, height, x, y, dx, dy);
  return cubic ? cubicPixel4(rows, width, height, x, y, dx, dy) : linearPixel4(rows, width, height, x, y, dx, dy);
}

/** A premultiplied pixel made straight. */
function divided(word: u32): u32 {
  const whole = f32x4.splat(255), below = f32x4.splat(1.0 / 1024.0 - 0.5), magic = f32x4.splat(12582912);
  return <u32>i32x4.extract_lane(straight(i32x4.splat(word), i32x4.splat(255), whole, below, magic), 0);
}

/** Where pixels 0 and 1 are, that is half a step and one and a half from `start`. */
// @ts-ignore: decorator
@inline
function twoFrom(start: f64, step: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(start + 0.5 * step), 1, start + 1.5 * step);
}

/** Units of 2^-32 as floats from 0 to 1: 23 of their bits are put behind the 1 of a number from 1 to 2. */
// @ts-ignore: decorator
@inline
function fraction(units: v128, one: v128): v128 {
  return f32x4.sub(v128.or(i32x4.shr_u(units, 9), one), one);
}

/**
 * Where a place is so close to the border of two pixels that Pillow's, which is rounded otherwise, may be on the other side of it. Its pixels are
 * others then, and if those around ours are the same that says nothing.
 */
// @ts-ignore: decorator
@inline
function near(across: v128, down: v128, border: v128): v128 {
  return v128.or(i32x4.eq(beside(across), border), i32x4.eq(beside(down), border));
}

/** 0 where units of 2^-32 are less than 2^11 from an integer. */
// @ts-ignore: decorator
@inline
function beside(units: v128): v128 {
  return v128.and(i32x4.add(units, i32x4.splat(2048)), i32x4.splat(-4096));
}

/** Whether no place is rounded: a transform without a division, all of whose numbers are multiples of 2^-10, such as one by whole pixels. */
function isExact(matrix: usize): bool {
  if (load<f64>(matrix, 48) != 0 || load<f64>(matrix, 56) != 0) return false;
  for (let i: usize = 0; i < 48; i += 8) {
    const units = load<f64>(matrix + i) * 1024;
    if (floor(units) != units) return false;
  }
  return true;
}

/** `a b + c`; whether the product is rounded does not matter here. */
// @ts-ignore: decorator
@inline
function plus(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/**
 * The bands of four pixels, each between two by two of a window, at `work`. `ats` are the addresses of their upper left ones. Where all four are the
 * same, `halves` is added, so that there is no doubt. A loop, as below.
 */
// @ts-ignore: decorator
@inline
function linearSums(work: usize, ats: v128, stride: i32, dx: v128, dy: v128, halves: v128, zero: v128): void {
  v128.store(work, ats, 64);
  v128.store(work, dx, 80);
  v128.store(work, dy, 96);
  v128.store(work, halves, 112);
  for (let i: usize = 0; i < 16; i += 4) {
    const at = <usize>load<u32>(work + i, 64), across = v128.load32_splat(work + i, 80);
    const a = v128.load(at), da = f32x4.sub(v128.load(at, 16), a);
    const b = v128.load(at + stride), db = f32x4.sub(v128.load(at + stride, 16), b);
    const above = plus(da, across, a), apart = f32x4.sub(plus(db, across, b), above);
    const same = i32x4.eq(v128.or(v128.or(da, db), apart), zero);
    const sum = plus(apart, v128.load32_splat(work + i, 96), above);
    v128.store(work + (i << 2), f32x4.add(sum, v128.and(same, v128.load32_splat(work + i, 112))));
  }
}

/**
 * The bands of four pixels, each between four by four of a window, cut to 0.5 to 255.5, at `work`: what is below 1 becomes 0, and what is above 255
 * becomes that, so there is no doubt beyond. `ats` are the addresses of their upper left ones.
 *
 * A loop, because V8 does the loads of a straight run of code first: with those of four pixels it has 64 vectors to keep (rotated
 * `RGB;24` 103 ms in the place of 81). And weights are in memory for it, where each can be loaded into all lanes.
 */
// @ts-ignore: decorator
@inline
function cubicSums(work: usize, ats: v128, stride: i32, dx: v128, dy: v128, one: v128, half: v128, top: v128): void {
  v128.store(work, ats, 64);
  storeWeights(work + 80, dx, one);
  storeWeights(work + 144, dy, one);
  for (let i: usize = 0; i < 16; i += 4) {
    const sum = cubicSum(load<u32>(work + i, 64), stride, work + i + 80, work + i + 144);
    v128.store(work + (i << 2), f32x4.pmin(f32x4.pmax(sum, half), top));
  }
}

/** The four weights of four pixels. */
// @ts-ignore: decorator
@inline
function storeWeights(to: usize, d: v128, one: v128): void {
  const part = cubicPart(d);
  v128.store(to, firstWeight(d, part));
  v128.store(to, secondWeight(d, part, one), 16);
  v128.store(to, f32x4.add(d, part), 32);
  v128.store(to, f32x4.neg(part), 48);
}

/** The bands of a pixel. */
// @ts-ignore: decorator
@inline
function cubicSum(at: usize, stride: i32, across: usize, down: usize): v128 {
  const x0 = v128.load32_splat(across), x1 = v128.load32_splat(across, 16);
  const x2 = v128.load32_splat(across, 32), x3 = v128.load32_splat(across, 48);
  let sum = f32x4.mul(cubicLine(at, x0, x1, x2, x3), v128.load32_splat(down));
  at += stride;
  sum = plus(cubicLine(at, x0, x1, x2, x3), v128.load32_splat(down, 16), sum);
  at += stride;
  sum = plus(cubicLine(at, x0, x1, x2, x3), v128.load32_splat(down, 32), sum);
  return plus(cubicLine(at + stride, x0, x1, x2, x3), v128.load32_splat(down, 48), sum);
}

// @ts-ignore: decorator
@inline
function cubicLine(at: usize, x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  const sum = plus(v128.load(at, 16), x1, f32x4.mul(v128.load(at), x0));
  return plus(v128.load(at, 48), x3, plus(v128.load(at, 32), x2, sum));
}

/** For each band a byte, in the first lane, that is 0 where all of four by four pixels are the same. `turned` puts the next pixel in each place. */
// @ts-ignore: decorator
@inline
function uneven(
  size: i32, alpha: bool, line: usize, column: i32, turned: v128, apart: v128, alphas: v128, spread: v128, opaque: v128, half8: v128,
): v128 {
  let a = v128.load(load<u32>(line) + column), b = v128.load(load<u32>(line, 4) + column);
  let c = v128.load(load<u32>(line, 8) + column), e = v128.load(load<u32>(line, 12) + column);
  if (alpha && v128.any_true(v128.andnot(alphas, v128.and(v128.and(a, b), v128.and(c, e))))) {
    a = premultiplied(a, spread, opaque, half8);
    b = premultiplied(b, spread, opaque, half8);
    c = premultiplied(c, spread, opaque, half8);
    e = premultiplied(e, spread, opaque, half8);
  }
  let bands = v128.or(v128.or(v128.xor(a, b), v128.xor(a, c)), v128.or(v128.xor(a, e), v128.xor(a, reordered(a, turned))));
  if (size == 3) bands = reordered(bands, apart);
  bands = v128.or(bands, v128.shuffle<i32>(bands, bands, 2, 3, 0, 1));
  return v128.or(bands, v128.shuffle<i32>(bands, bands, 1, 0, 3, 2));
}

/** `d^2 - d^3`: the last weight, negative. The others are `2 d^2 - d^3 - d`, `1 - 2 d^2 + d^3`, and `d + d^2 - d^3`. */
// @ts-ignore: decorator
@inline
function cubicPart(d: v128): v128 {
  const square = f32x4.mul(d, d);
  return f32x4.sub(square, f32x4.mul(square, d));
}

// @ts-ignore: decorator
@inline
function firstWeight(d: v128, part: v128): v128 {
  return f32x4.sub(f32x4.add(part, f32x4.mul(d, d)), d);
}

// @ts-ignore: decorator
@inline
function secondWeight(d: v128, part: v128, one: v128): v128 {
  return f32x4.sub(f32x4.sub(one, f32x4.mul(d, d)), part);
}

/** Four times four bytes of a row, weighed. `part` is the last weight, negative. */
// @ts-ignore: decorator
@inline
function bytesLine(words: v128, w0: v128, w1: v128, w2: v128, part: v128, byte: v128): v128 {
  let sum = f32x4.mul(f32x4.convert_i32x4_s(v128.and(words, byte)), w0);
  sum = plus(f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(words, 8), byte)), w1, sum);
  sum = plus(f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(words, 16), byte)), w2, sum);
  return f32x4.sub(sum, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 24)), part));
}

/** Four bytes from each of four addresses. */
// @ts-ignore: decorator
@inline
function fourWords(a: usize, b: usize, c: usize, e: usize): v128 {
  return v128.load32_lane(e, v128.load32_lane(c, v128.load32_lane(b, v128.load32_zero(a), 1), 2), 3);
}

/** Two bytes from each of four addresses, each two in a lane. */
// @ts-ignore: decorator
@inline
function fourPairs(a: usize, b: usize, c: usize, e: usize): v128 {
  let pairs = i32x4.splat(load<u16>(a));
  pairs = i32x4.replace_lane(pairs, 1, load<u16>(b));
  pairs = i32x4.replace_lane(pairs, 2, load<u16>(c));
  return i32x4.replace_lane(pairs, 3, load<u16>(e));
}
