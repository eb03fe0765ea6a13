/**
 * Numbers of the wide layouts, and bytes, in vectors: `u8`, `u16`, `i32` and `f32` in memory, four at a time as 32-bit integers or floats, two at
 * a time as doubles. Every one of them is a double exactly.
 *
 * What does not fit where it is stored is cut to the nearest that does; what is no number becomes 0 there.
 */

/** Two numbers as doubles. */
// @ts-ignore: decorator
@inline
export function doubles<T>(p: usize): v128 {
  if (isFloat<T>()) return f64x2.promote_low_f32x4(v128.load64_zero(p));
  if (sizeof<T>() == 4) return f64x2.convert_low_i32x4_s(v128.load64_zero(p));
  return f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_u(v128.load32_zero(p)));
}

/** The first two of four numbers, as {@link fourOf} has them, as doubles. */
// @ts-ignore: decorator
@inline
export function twoOf<T>(v: v128): v128 {
  return isFloat<T>() ? f64x2.promote_low_f32x4(v) : f64x2.convert_low_i32x4_s(v);
}

/** The halves in the other order. */
// @ts-ignore: decorator
@inline
export function swapped(v: v128): v128 {
  return v128.shuffle<i64>(v, v, 1, 0);
}

/** Four numbers: floats where they are floats, else integers. */
// @ts-ignore: decorator
@inline
export function fourOf<T>(p: usize): v128 {
  if (sizeof<T>() == 4) return v128.load(p);
  if (sizeof<T>() == 2) return v128.load16x4_u(p);
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p)));
}

/** Four numbers in the form of another kind: integers cut to its range, and floats to integers if it has none. */
// @ts-ignore: decorator
@inline
export function asKind<S, D>(v: v128): v128 {
  if (isFloat<D>()) return isFloat<S>() ? v : f32x4.convert_i32x4_s(v);
  const whole = isFloat<S>() ? i32x4.trunc_sat_f32x4_s(v) : v;
  if (sizeof<D>() == 4 || sizeof<D>() > sizeof<S>()) return whole;
  return i32x4.max_s(i32x4.min_s(whole, i32x4.splat(sizeof<D>() == 2 ? 0xffff : 0xff)), i32x4.splat(0));
}

/** Stores four numbers that are of the kind. */
// @ts-ignore: decorator
@inline
export function putFour<T>(q: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    v128.store(q, v);
  } else if (sizeof<T>() == 2) {
    v128.store64_lane(q, i16x8.narrow_i32x4_u(v, v), 0);
  } else {
    const halves = i16x8.narrow_i32x4_u(v, v);
    v128.store32_lane(q, i8x16.narrow_i16x8_u(halves, halves), 0);
  }
}

/** Four numbers from two pairs of doubles, which are cut to integers where the kind has no fractions. */
// @ts-ignore: decorator
@inline
export function fourFrom<T>(low: v128, high: v128): v128 {
  if (isFloat<T>()) {
    return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  }
  const whole = v128.shuffle<i64>(i32x4.trunc_sat_f64x2_s_zero(low), i32x4.trunc_sat_f64x2_s_zero(high), 0, 2);
  return asKind<i32, T>(whole);
}

/**
 * What {@link fourFrom} cuts to the nearest integers, halves away from 0.
 *
 * @param sign - -0.0 twice, kept by the caller
 * @param half - 0.5 twice, likewise
 */
// @ts-ignore: decorator
@inline
export function nearest(v: v128, sign: v128, half: v128): v128 {
  return f64x2.add(v, v128.or(v128.and(v, sign), half));
}

/** 3 * 2^51: an integer of up to 51 bits that is added to it is in its lowest bits. */
// @ts-ignore: decorator
@inline
export const integerAt: f64 = 6755399441055744;

/** The integer parts of four doubles that fit in 32 bits. @param magic - {@link integerAt} twice, kept by the caller */
// @ts-ignore: decorator
@inline
export function integers(low: v128, high: v128, magic: v128): v128 {
  return v128.shuffle<i32>(f64x2.add(f64x2.trunc(low), magic), f64x2.add(f64x2.trunc(high), magic), 0, 2, 4, 6);
}

/** One number as a double. */
// @ts-ignore: decorator
@inline
export function one<T>(p: usize): f64 {
  return <f64>load<T>(p);
}

/** Stores one double, cut to the kind as {@link fourFrom} does. */
// @ts-ignore: decorator
@inline
export function putOne<T>(q: usize, v: f64): void {
  if (isFloat<T>()) {
    store<f32>(q, <f32>v);
    return;
  }
  const whole = i32x4.extract_lane(i32x4.trunc_sat_f64x2_s_zero(f64x2.splat(v)), 0);
  if (sizeof<T>() == 4) store<i32>(q, whole);
  else if (sizeof<T>() == 2) store<u16>(q, <u16>max(min(whole, 0xffff), 0));
  else store<u8>(q, <u8>max(min(whole, 0xff), 0));
}
