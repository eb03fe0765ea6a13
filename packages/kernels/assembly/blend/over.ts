/**
 * Pixels drawn over others, with the bytes of Pillow's `alpha_composite`.
 *
 * All kernels of this folder: a row of `width` pixels at `src` is drawn on a row at `dst`, in place. They read and write the pixels of the two
 * rows and no byte beside them.
 */
import { kept, reordered, zeroOf } from '../shuffles';
import { over255 } from './mask';

/**
 * Pixels of four bytes over pixels of four bytes.
 *
 * Pillow's weights have 7 fraction bits: `c = sa * 255 * 255 * 128 / o`, rounded down, for the source and `255 * 128 - c` for the backdrop, where
 * `o = 255 sa + ba (255 - sa)`. The quotient is a 32-bit float's, which is wrong by far less than 1/4; with 1/4 added it is the integer
 * or the next one, and the sign of the remainder tells which. Over an opaque backdrop all of this is 8-bit arithmetic.
 *
 * @param opaque - 0xff000000 where the fourth byte of the backdrop is padding: it counts as 255 and becomes that; else 0
 */
export function over(src: usize, dst: usize, width: i32, opaque: i32): void {
  const zero = zeroOf(width);
  const alphas = kept(i8x16(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15), zero);
  const full = kept(i32x4.splat(0xff000000), zero);
  const half = kept(i16x8.splat(128), zero);
  const byte = kept(i32x4.splat(255), zero);
  const padding = i32x4.splat(opaque);
  const most = kept(i32x4.splat(8323200), zero);
  const quarter = kept(f32x4.splat(0.25), zero);
  const magic = kept(f32x4.splat(12582912), zero);
  const lower = kept(i32x4.splat(0xffff), zero);
  const share = kept(i32x4.splat(32640), zero);
  const round = kept(i32x4.splat(128 << 7), zero);
  let p = src, q = dst;
  for (; width >= 4; width -= 4, p += 16, q += 16) {
    const s = v128.load(p);
    const b = v128.or(v128.load(q), padding);
    if (isOpaque(b, full)) v128.store(q, overOpaque(s, b, alphas, full, half));
    else v128.store(q, overAny(s, b, byte, most, quarter, magic, lower, share, round));
  }
  for (; width > 0; width--, p += 4, q += 4) {
    const s = v128.load32_zero(p);
    const b = v128.or(v128.load32_zero(q), padding);
    v128.store32_lane(q, overAny(s, b, byte, most, quarter, magic, lower, share, round), 0);
  }
}

// @ts-ignore: decorator
@inline
function isOpaque(b: v128, full: v128): bool {
  return !v128.any_true(v128.andnot(full, b));
}

/** `(s a + b (255 - a)) / 255`, to the nearest; alpha is 255. */
// @ts-ignore: decorator
@inline
function overOpaque(s: v128, b: v128, alphas: v128, full: v128, half: v128): v128 {
  const a = reordered(s, alphas);
  const rest = v128.not(a);
  const low = i16x8.add(i16x8.extmul_low_i8x16_u(s, a), i16x8.extmul_low_i8x16_u(b, rest));
  const high = i16x8.add(i16x8.extmul_high_i8x16_u(s, a), i16x8.extmul_high_i8x16_u(b, rest));
  return v128.or(i8x16.narrow_i16x8_u(over255(low, half), over255(high, half)), full);
}

// @ts-ignore: decorator
@inline
function overAny(
  s: v128, b: v128, byte: v128, most: v128, quarter: v128, magic: v128, lower: v128, share: v128, round: v128,
): v128 {
  const sa = i32x4.shr_u(s, 24);
  const ba = i32x4.shr_u(b, 24);
  // 255 sa + ba (255 - sa)
  const whole = i32x4.dot_i16x8_s(v128.or(sa, i32x4.shl(ba, 16)), v128.or(byte, i32x4.shl(i32x4.sub(byte, sa), 16)));
  const numerator = i32x4.mul(sa, most);
  const quotient = f32x4.div(f32x4.convert_i32x4_s(numerator), f32x4.convert_i32x4_s(whole));
  // To the nearest integer of what is 1/4 less: the lower 16 bits hold it.
  const near = v128.and(f32x4.add(f32x4.sub(quotient, quarter), magic), lower);
  const remainder = i32x4.sub(numerator, i32x4.mul(near, whole));
  const weight = i32x4.add(near, i32x4.shr_s(remainder, 31));
  const weights = v128.or(weight, i32x4.shl(i32x4.sub(share, weight), 16));
  const red = colour(v128.and(s, byte), v128.and(b, byte), weights, round);
  const green = colour(v128.and(i32x4.shr_u(s, 8), byte), v128.and(i32x4.shr_u(b, 8), byte), weights, round);
  const blue = colour(v128.and(i32x4.shr_u(s, 16), byte), v128.and(i32x4.shr_u(b, 16), byte), weights, round);
  const t = i32x4.add(whole, i32x4.shr_u(round, 7));
  const alpha = i32x4.shr_u(i32x4.add(t, i32x4.shr_u(t, 8)), 8);
  const pixels = v128.or(v128.or(red, i32x4.shl(green, 8)), v128.or(i32x4.shl(blue, 16), i32x4.shl(alpha, 24)));
  return v128.bitselect(b, pixels, i32x4.eq(numerator, i32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function colour(s: v128, b: v128, weights: v128, round: v128): v128 {
  const t = i32x4.add(i32x4.dot_i16x8_s(v128.or(s, i32x4.shl(b, 16)), weights), round);
  return i32x4.shr_u(i32x4.add(t, i32x4.shr_u(t, 8)), 15);
}
