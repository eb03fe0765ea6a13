/** Bytes of two rows, whatever they mean, with the bytes of Pillow's `Image.blend` and `ImageChops`. The rules are those of `over.ts`. */
import { kept, zeroOf } from '../shuffles';

/** `b + amount (s - b)` in 32-bit floats, cut to 0 to 255 and rounded down. */
export function mix(src: usize, dst: usize, bytes: i32, amount: f32): void {
  const zero = zeroOf(bytes);
  const factor = f32x4.splat(amount);
  const most = kept(f32x4.splat(255), zero);
  let p = src, q = dst;
  for (; bytes >= 16; bytes -= 16, p += 16, q += 16) {
    const s = v128.load(p);
    const b = v128.load(q);
    const sLow = i16x8.extend_low_i8x16_u(s);
    const sHigh = i16x8.extend_high_i8x16_u(s);
    const bLow = i16x8.extend_low_i8x16_u(b);
    const bHigh = i16x8.extend_high_i8x16_u(b);
    const a = mixed(i32x4.extend_low_i16x8_u(sLow), i32x4.extend_low_i16x8_u(bLow), factor, zero, most);
    const c = mixed(i32x4.extend_high_i16x8_u(sLow), i32x4.extend_high_i16x8_u(bLow), factor, zero, most);
    const d = mixed(i32x4.extend_low_i16x8_u(sHigh), i32x4.extend_low_i16x8_u(bHigh), factor, zero, most);
    const e = mixed(i32x4.extend_high_i16x8_u(sHigh), i32x4.extend_high_i16x8_u(bHigh), factor, zero, most);
    v128.store(q, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, c), i16x8.narrow_i32x4_s(d, e)));
  }
  for (; bytes > 0; bytes--, p++, q++) {
    const v = mixed(i32x4.splat(load<u8>(p)), i32x4.splat(load<u8>(q)), factor, zero, most);
    v128.store8_lane(q, v, 0);
  }
}

// @ts-ignore: decorator
@inline
function mixed(s: v128, b: v128, factor: v128, least: v128, most: v128): v128 {
  const difference = f32x4.convert_i32x4_s(i32x4.sub(s, b));
  const sum = f32x4.add(f32x4.convert_i32x4_s(b), f32x4.mul(factor, difference));
  const within = f32x4.pmin(f32x4.pmax(sum, least), most);
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_trunc_f32x4_s(within) : i32x4.trunc_sat_f32x4_s(within);
}

/** @param operation - its place in the list of `src/scalar/combine.ts` */
export function chop(src: usize, dst: usize, bytes: i32, operation: i32): void {
  let p = src, q = dst;
  for (; bytes >= 16; bytes -= 16, p += 16, q += 16) v128.store(q, chopped(v128.load(p), v128.load(q), operation));
  for (; bytes > 0; bytes--, p++, q++) {
    v128.store8_lane(q, chopped(v128.load8_splat(p), v128.load8_splat(q), operation), 0);
  }
}

// @ts-ignore: decorator
@inline
function chopped(s: v128, b: v128, operation: i32): v128 {
  switch (operation) {
    case 0: return times(s, b);
    case 1: return v128.not(times(v128.not(s), v128.not(b)));
    case 2: return v128.or(i8x16.sub_sat_u(s, b), i8x16.sub_sat_u(b, s));
    case 3: return i8x16.max_u(s, b);
    case 4: return i8x16.min_u(s, b);
    case 5: return i8x16.add_sat_u(s, b);
    default: return i8x16.sub_sat_u(b, s);
  }
}

/** `s b / 255`, rounded down. */
// @ts-ignore: decorator
@inline
function times(s: v128, b: v128): v128 {
  const low = i16x8.extmul_low_i8x16_u(s, b);
  const high = i16x8.extmul_high_i8x16_u(s, b);
  return i8x16.narrow_i16x8_u(below255(low), below255(high));
}

// @ts-ignore: decorator
@inline
function below255(product: v128): v128 {
  const t = i16x8.add(product, i16x8.splat(1));
  return i16x8.shr_u(i16x8.add(t, i16x8.shr_u(product, 8)), 8);
}
