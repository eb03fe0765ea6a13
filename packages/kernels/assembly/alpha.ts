/** Alpha into colours and out of them, four pixels at a time, with the bytes of Pillow. */
import { reordered } from './shuffles';

/**
 * Four premultiplied pixels made straight: `255 * colour / alpha`, rounded down and cut to 255; where alpha is 0 or 255 the colour stays.
 *
 * The quotient is the colour times a 32-bit float near `255 / alpha`. What the float lacks is far less than half of 1/255, the least by
 * which a quotient that is no integer differs from one, so adding 1/1024 and rounding down gives the integer part. Rounding down is
 * subtracting 1/2 and adding 3 * 2^22, which rounds to the nearest and leaves the integer in the float's low bits.
 *
 * @param byte - 255 in each lane; kept by the caller, as are the others
 * @param whole - 255 as a float
 * @param below - 1/1024 - 1/2
 * @param magic - 3 * 2^22
 */
// @ts-ignore: decorator
@inline
export function straight(v: v128, byte: v128, whole: v128, below: v128, magic: v128): v128 {
  const alpha = i32x4.shr_u(v, 24);
  // Where alpha is 0: divide by 255, that is, keep the colour.
  const divisor = v128.or(alpha, v128.and(i32x4.eq(alpha, i32x4.splat(0)), byte));
  const factor = f32x4.div(whole, f32x4.convert_i32x4_s(divisor));
  const red = quotient(v128.and(v, byte), factor, byte, whole, below, magic);
  const green = quotient(v128.and(i32x4.shr_u(v, 8), byte), factor, byte, whole, below, magic);
  const blue = quotient(v128.and(i32x4.shr_u(v, 16), byte), factor, byte, whole, below, magic);
  const redBlue = v128.or(red, i32x4.shl(blue, 16));
  const greenAlpha = v128.or(green, i32x4.shl(alpha, 16));
  return v128.or(redBlue, i32x4.shl(greenAlpha, 8));
}

// @ts-ignore: decorator
@inline
function quotient(colour: v128, factor: v128, byte: v128, whole: v128, below: v128, magic: v128): v128 {
  const cut = f32x4.pmin(f32x4.mul(f32x4.convert_i32x4_s(colour), factor), whole);
  return v128.and(f32x4.add(f32x4.add(cut, below), magic), byte);
}

/**
 * Four pixels with alpha multiplied into their colours. `alphas` puts alpha where colours are, `opaque` is 255 where alpha is: multiplied
 * by 255, alpha stays as it is.
 */
// @ts-ignore: decorator
@inline
export function premultiplied(v: v128, alphas: v128, opaque: v128, half: v128): v128 {
  const low = i16x8.mul(i16x8.extend_low_i8x16_u(v), v128.or(reordered(v, alphas), opaque));
  const upper = upper64(v);
  const high = i16x8.mul(i16x8.extend_high_i8x16_u(v), v128.or(reordered(upper, alphas), opaque));
  return i8x16.narrow_i16x8_u(over255(low, half), over255(high, half));
}

/** The upper half of a vector, twice. */
// @ts-ignore: decorator
@inline
function upper64(v: v128): v128 {
  return v128.shuffle<i64>(v, v, 1, 1);
}

/** Products of bytes divided by 255, to the nearest. */
// @ts-ignore: decorator
@inline
export function over255(product: v128, half: v128): v128 {
  const t = i16x8.add(product, half);
  return i16x8.shr_u(i16x8.add(t, i16x8.shr_u(t, 8)), 8);
}
