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
 * `o = 255 sa + ba (255 - sa)`. The quotient is a 32-bit float's, wrong by far less than 1/2: the nearest integer is the one below or the
 * next one, and multiplied again it tells which. Over an opaque backdrop all of this is 8-bit arithmetic.
 *
 * @param opaque - 0xff000000 where the fourth byte of the backdrop is padding: it counts as 255 and becomes that; else 0
 */
export function over(src: usize, dst: usize, width: i32, opaque: i32): void {
  const zero = zeroOf(width);
  const alphas = kept(i8x16(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15), zero);
  const full = kept(i32x4.splat(0xff000000), zero);
  const half = kept(i16x8.splat(128), zero);
  const evens = kept(i32x4.splat(0x00ff00ff), zero);
  const padding = i32x4.splat(opaque);
  const most = kept(i32x4.splat(8323200), zero);
  const magic = kept(f32x4.splat(12582912), zero);
  const lower = kept(i32x4.splat(0xffff), zero);
  const share = kept(i32x4.splat(32640 << 16), zero);
  const round = kept(i32x4.splat(128 << 7), zero);
  let p = src, q = dst;
  for (; width >= 4; width -= 4, p += 16, q += 16) {
    const s = v128.load(p);
    const b = v128.or(v128.load(q), padding);
    if (isOpaque(b, full)) v128.store(q, overOpaque(s, b, alphas, full, half));
    else v128.store(q, overAny(s, b, evens, most, magic, lower, share, round));
  }
  for (; width > 0; width--, p += 4, q += 4) {
    const s = v128.load32_zero(p);
    const b = v128.or(v128.load32_zero(q), padding);
    v128.store32_lane(q, overAny(s, b, evens, most, magic, lower, share, round), 0);
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

/**
 * The colours and alphas of source and backdrop are paired in lanes of 32 bits, the backdrop's above: a sum of products weighs both. Alpha's
 * weights are 255 and `255 - sa`.
 */
// @ts-ignore: decorator
@inline
function overAny(s: v128, b: v128, evens: v128, most: v128, magic: v128, lower: v128, share: v128, round: v128): v128 {
  const sRedBlue = v128.and(s, evens), bRedBlue = v128.and(b, evens);
  const sGreenAlpha = i16x8.shr_u(s, 8), bGreenAlpha = i16x8.shr_u(b, 8);
  const sa = i32x4.shr_u(s, 24);
  const whole = i32x4.dot_i16x8_s(lowerAndUpper(sa, bGreenAlpha), i32x4.sub(evens, i32x4.shl(sa, 16)));
  const weights = weightsOf(sa, whole, most, magic, lower, share);
  const red = weighed(lowerAndUpper(sRedBlue, i32x4.shl(bRedBlue, 16)), weights, round);
  const green = weighed(lowerAndUpper(sGreenAlpha, i32x4.shl(bGreenAlpha, 16)), weights, round);
  const blue = weighed(lowerAndUpper(i32x4.shr_u(sRedBlue, 16), bRedBlue), weights, round);
  const t = i32x4.add(whole, i32x4.shr_u(round, 7));
  const alpha = i32x4.add(t, i32x4.shr_u(t, 8));
  // Colours are in bits 15 to 22, alpha in 8 to 15.
  const redBlue = lowerAndUpper(i32x4.shr_u(red, 15), i32x4.shl(blue, 1));
  const greenAlpha = lowerAndUpper(i32x4.shr_u(green, 15), i32x4.shl(alpha, 8));
  return v128.or(redBlue, i16x8.shl(greenAlpha, 8));
}

/**
 * The source's weight, and above it the backdrop's. Where both alphas are 0 the quotient is no number, whose lower bits are 0: all weight is
 * the backdrop's.
 */
// @ts-ignore: decorator
@inline
function weightsOf(sa: v128, whole: v128, most: v128, magic: v128, lower: v128, share: v128): v128 {
  const numerator = i32x4.mul(sa, most);
  const quotient = f32x4.div(f32x4.convert_i32x4_s(numerator), f32x4.convert_i32x4_s(whole));
  // To the nearest integer: the lower 16 bits hold it.
  const near = v128.and(f32x4.add(quotient, magic), lower);
  const weight = i32x4.add(near, i32x4.gt_s(i32x4.mul(near, whole), numerator));
  return i32x4.add(i32x4.sub(weight, i32x4.shl(weight, 16)), share);
}

/** The lower halves of the lanes of `a`, the upper ones of those of `b`. */
// @ts-ignore: decorator
@inline
function lowerAndUpper(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 9, 2, 11, 4, 13, 6, 15);
}

/** 2^15 times the colour, and a fraction. */
// @ts-ignore: decorator
@inline
function weighed(pair: v128, weights: v128, round: v128): v128 {
  const t = i32x4.add(i32x4.dot_i16x8_s(pair, weights), round);
  return i32x4.add(t, i32x4.shr_u(t, 8));
}
