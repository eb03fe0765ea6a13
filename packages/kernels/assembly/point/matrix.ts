/**
 * Colours as sums of the colours of their pixel, in 32-bit floats and in Pillow's order: `((m0 R + m1 G) + m2 B) + m3`, plus 1/2, cut to an
 * integer from 0 to 255.
 *
 * The rules are those of `grey.ts`; `dst` may be `src`. The twelve floats of the matrix are at `matrix`, four for each colour.
 */
import { kept, reordered, zeroOf } from '../shuffles';

/** 3 * 2^22: added to an integer, it leaves that in the float's low bits. */
const magic: f32 = 12582912;
/** What a sum of three such floats has beside their integers, the second one shifted by 8 bits and the third by 16. */
const beside: i32 = 0x4b400000 + (0x4b400000 << 8) + (0x4b400000 << 16);

/** Pixels of four bytes; the fourth stays. */
export function matrix4(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, matrix: usize): void {
  const zero = zeroOf(width);
  const byte = kept(i32x4.splat(255), zero), full = kept(i32x4.splat(0xff000000), zero);
  const half = kept(f32x4.splat(0.5), zero), most = kept(f32x4.splat(255), zero);
  const upper = kept(f32x4.splat(magic), zero), bits = kept(i32x4.splat(beside), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 16, q += 16) {
      const v = v128.load(p);
      v128.store(q, v128.or(colours(v, matrix, byte, zero, half, most, upper, bits), v128.and(v, full)));
    }
    for (; left > 0; left--, p += 4, q += 4) {
      const v = v128.load32_zero(p);
      v128.store32_lane(q, v128.or(colours(v, matrix, byte, zero, half, most, upper, bits), v128.and(v, full)), 0);
    }
  }
}

/** Pixels of three bytes. */
export function matrix3(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, matrix: usize): void {
  const zero = zeroOf(width);
  const byte = kept(i32x4.splat(255), zero);
  const half = kept(f32x4.splat(0.5), zero), most = kept(f32x4.splat(255), zero);
  const upper = kept(f32x4.splat(magic), zero), bits = kept(i32x4.splat(beside), zero);
  const apart = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1), zero);
  const close = kept(i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    // 4 pixels are 12 bytes, but 16 are loaded.
    for (; left >= 6; left -= 4, p += 12, q += 12) {
      const v = reordered(v128.load(p), apart);
      const out = reordered(colours(v, matrix, byte, zero, half, most, upper, bits), close);
      v128.store64_lane(q, out, 0);
      v128.store32_lane(q, out, 2, 8);
    }
    for (; left > 0; left--, p += 3, q += 3) {
      const v = i32x4.splat(<i32>load<u16>(p) | (<i32>load<u8>(p, 2) << 16));
      const out = colours(v, matrix, byte, zero, half, most, upper, bits);
      v128.store16_lane(q, out, 0);
      v128.store8_lane(q, out, 2, 2);
    }
  }
}

/** The colours of four pixels, the fourth byte of each 0. */
// @ts-ignore: decorator
@inline
function colours(
  v: v128, matrix: usize, byte: v128, zero: v128, half: v128, most: v128, upper: v128, bits: v128,
): v128 {
  const r = f32x4.convert_i32x4_s(v128.and(v, byte));
  const g = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(v, 8), byte));
  const b = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(v, 16), byte));
  const red = colour(r, g, b, matrix, zero, half, most, upper);
  const green = colour(r, g, b, matrix + 16, zero, half, most, upper);
  const blue = colour(r, g, b, matrix + 32, zero, half, most, upper);
  const sum = i32x4.add(i32x4.add(red, i32x4.shl(green, 8)), i32x4.shl(blue, 16));
  return ASC_FEATURE_RELAXED_SIMD ? sum : i32x4.sub(sum, bits);
}

/**
 * The colour; without relaxed SIMD, where converting to an integer takes eight instructions, in the low bits of a float, beside {@link magic}'s:
 * 8.6 ms for 6 megapixels in the place of 9.9 (Node 20).
 */
// @ts-ignore: decorator
@inline
function colour(r: v128, g: v128, b: v128, row: usize, zero: v128, half: v128, most: v128, upper: v128): v128 {
  let sum = f32x4.mul(v128.load32_splat(row), r);
  sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(row, 4), g));
  sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(row, 8), b));
  sum = f32x4.add(f32x4.add(sum, v128.load32_splat(row, 12)), half);
  // What is no number is not greater than 0.
  const within = f32x4.pmin(f32x4.pmax(zero, sum), most);
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_trunc_f32x4_s(within) : f32x4.add(f32x4.floor(within), upper);
}
