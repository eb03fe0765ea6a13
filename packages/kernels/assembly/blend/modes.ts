/**
 * Blend modes, in 32-bit floats from 0 to 1, with alpha as W3C's "Compositing and Blending" has it. The rules are those of `over.ts`;
 * every operation and its order are those of `src/scalar/blend-modes.ts`.
 */

const scale: f32 = 1.0 / 255.0;

/**
 * Blends pixels of four bytes: `as ab B(b, s) + as (1 - ab) s + ab (1 - as) b`, over `as + ab - as ab`. Where the source is transparent,
 * the backdrop stays.
 *
 * @param opaque - as in `over`
 * @param mode - the place of the mode in the list of `src/scalar/blend-modes.ts`
 */
export function blend(src: usize, dst: usize, width: i32, opaque: i32, mode: i32): void {
  const padding = i32x4.splat(opaque);
  let p = src, q = dst;
  for (; width >= 4; width -= 4, p += 16, q += 16) {
    v128.store(q, blended(v128.load(p), v128.or(v128.load(q), padding), mode));
  }
  for (; width > 0; width--, p += 4, q += 4) {
    v128.store32_lane(q, blended(v128.load32_zero(p), v128.or(v128.load32_zero(q), padding), mode), 0);
  }
}

// @ts-ignore: decorator
@inline
function blended(s: v128, b: v128, mode: i32): v128 {
  const as = alphaOf(s);
  const ab = alphaOf(b);
  const both = f32x4.mul(as, ab);
  const source = f32x4.sub(as, both);
  const backdrop = f32x4.sub(ab, both);
  const alpha = f32x4.add(f32x4.add(both, source), backdrop);
  const inverse = f32x4.div(f32x4.splat(255), alpha);
  const fourth = roundedTo(f32x4.mul(alpha, f32x4.splat(255)), 24);
  const red = blendedColour(s, b, 0, mode, both, source, backdrop, inverse);
  const green = blendedColour(s, b, 8, mode, both, source, backdrop, inverse);
  const blue = blendedColour(s, b, 16, mode, both, source, backdrop, inverse);
  const pixels = v128.or(v128.or(red, green), v128.or(blue, fourth));
  return v128.bitselect(b, pixels, i32x4.eq(i32x4.shr_u(s, 24), i32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function blendedColour(
  s: v128, b: v128, shift: i32, mode: i32, both: v128, source: v128, backdrop: v128, inverse: v128,
): v128 {
  const cs = unit(i32x4.shr_u(s, shift));
  const cb = unit(i32x4.shr_u(b, shift));
  let sum = f32x4.mul(both, mixed(mode, cb, cs));
  sum = f32x4.add(sum, f32x4.mul(source, cs));
  sum = f32x4.add(sum, f32x4.mul(backdrop, cb));
  return roundedTo(f32x4.mul(sum, inverse), shift);
}

/**
 * Porter and Duff: `as Fa s + ab Fb b`, over `as Fa + ab Fb`, cut to 1, where `Fa = fa + ga ab` and `Fb = fb + gb as`. Where nothing is left,
 * all four bytes are 0.
 *
 * @param opaque - as in `over`
 */
export function porterDuff(
  src: usize, dst: usize, width: i32, opaque: i32, fa: f32, ga: f32, fb: f32, gb: f32,
): void {
  const padding = i32x4.splat(opaque);
  let p = src, q = dst;
  for (; width >= 4; width -= 4, p += 16, q += 16) {
    v128.store(q, joined(v128.load(p), v128.or(v128.load(q), padding), fa, ga, fb, gb));
  }
  for (; width > 0; width--, p += 4, q += 4) {
    v128.store32_lane(q, joined(v128.load32_zero(p), v128.or(v128.load32_zero(q), padding), fa, ga, fb, gb), 0);
  }
}

// @ts-ignore: decorator
@inline
function joined(s: v128, b: v128, fa: f32, ga: f32, fb: f32, gb: f32): v128 {
  const as = alphaOf(s);
  const ab = alphaOf(b);
  const source = f32x4.mul(as, f32x4.add(f32x4.splat(fa), f32x4.mul(f32x4.splat(ga), ab)));
  const backdrop = f32x4.mul(ab, f32x4.add(f32x4.splat(fb), f32x4.mul(f32x4.splat(gb), as)));
  const alpha = f32x4.pmin(f32x4.splat(1), f32x4.add(source, backdrop));
  const inverse = f32x4.div(f32x4.splat(255), alpha);
  const fourth = roundedTo(f32x4.mul(alpha, f32x4.splat(255)), 24);
  const red = joinedColour(s, b, 0, source, backdrop, inverse);
  const green = joinedColour(s, b, 8, source, backdrop, inverse);
  const blue = joinedColour(s, b, 16, source, backdrop, inverse);
  const pixels = v128.or(v128.or(red, green), v128.or(blue, fourth));
  return v128.and(pixels, f32x4.gt(alpha, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function joinedColour(s: v128, b: v128, shift: i32, source: v128, backdrop: v128, inverse: v128): v128 {
  const sum = f32x4.add(
    f32x4.mul(source, unit(i32x4.shr_u(s, shift))),
    f32x4.mul(backdrop, unit(i32x4.shr_u(b, shift))),
  );
  return roundedTo(f32x4.mul(sum, inverse), shift);
}

// @ts-ignore: decorator
@inline
function unit(v: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(v128.and(v, i32x4.splat(255))), f32x4.splat(scale));
}

// @ts-ignore: decorator
@inline
function alphaOf(v: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(v, 24)), f32x4.splat(scale));
}

/** To the nearest integer from 0 to 255, halves to the even one, `shift` bits up. What is no number is anything. */
// @ts-ignore: decorator
@inline
function roundedTo(v: v128, shift: i32): v128 {
  const within = f32x4.pmin(f32x4.pmax(v, f32x4.splat(0)), f32x4.splat(255));
  return i32x4.shl(v128.and(f32x4.add(within, f32x4.splat(12582912)), i32x4.splat(255)), shift);
}

/** `B(b, s)`. */
// @ts-ignore: decorator
@inline
function mixed(mode: i32, b: v128, s: v128): v128 {
  switch (mode) {
    case 0: return f32x4.mul(b, s);
    case 1: return screen(b, s);
    case 2: return hardLight(s, b);
    case 3: return f32x4.pmin(b, s);
    case 4: return f32x4.pmax(b, s);
    case 5: return dodge(b, s);
    case 6: return burn(b, s);
    case 7: return hardLight(b, s);
    case 8: return softLight(b, s);
    case 9: return f32x4.abs(f32x4.sub(b, s));
    default: return f32x4.sub(f32x4.add(b, s), f32x4.mul(f32x4.add(b, b), s));
  }
}

// @ts-ignore: decorator
@inline
function screen(b: v128, s: v128): v128 {
  return f32x4.sub(f32x4.add(b, s), f32x4.mul(b, s));
}

// @ts-ignore: decorator
@inline
function hardLight(b: v128, s: v128): v128 {
  const twice = f32x4.add(s, s);
  const light = screen(b, f32x4.sub(twice, f32x4.splat(1)));
  return v128.bitselect(f32x4.mul(b, twice), light, f32x4.le(s, f32x4.splat(0.5)));
}

// @ts-ignore: decorator
@inline
function dodge(b: v128, s: v128): v128 {
  const one = f32x4.splat(1);
  const quotient = f32x4.pmin(one, f32x4.div(b, f32x4.sub(one, s)));
  const bright = v128.bitselect(one, quotient, f32x4.ge(s, one));
  return v128.andnot(bright, f32x4.le(b, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function burn(b: v128, s: v128): v128 {
  const one = f32x4.splat(1);
  const quotient = f32x4.pmin(one, f32x4.div(f32x4.sub(one, b), s));
  const dark = v128.andnot(f32x4.sub(one, quotient), f32x4.le(s, f32x4.splat(0)));
  return v128.bitselect(one, dark, f32x4.ge(b, one));
}

// @ts-ignore: decorator
@inline
function softLight(b: v128, s: v128): v128 {
  const one = f32x4.splat(1);
  const twice = f32x4.add(s, s);
  const dark = f32x4.sub(b, f32x4.mul(f32x4.mul(f32x4.sub(one, twice), b), f32x4.sub(one, b)));
  let curve = f32x4.sub(f32x4.mul(f32x4.splat(16), b), f32x4.splat(12));
  curve = f32x4.mul(f32x4.add(f32x4.mul(curve, b), f32x4.splat(4)), b);
  const root = v128.bitselect(curve, f32x4.sqrt(b), f32x4.le(b, f32x4.splat(0.25)));
  const light = f32x4.add(b, f32x4.mul(f32x4.sub(twice, one), f32x4.sub(root, b)));
  return v128.bitselect(dark, light, f32x4.le(s, f32x4.splat(0.5)));
}
