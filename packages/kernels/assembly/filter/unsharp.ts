/**
 * Unsharp masking, with the blurred pixels already in `dst`: what differs from them by more than `threshold` is moved away from them by
 * `percent` hundredths of the difference, cut towards zero.
 *
 * The difference times `percent` is an integer below 2^19; its hundredth as a float is off by less than 1/500, and is made larger by
 * that, so that rounding down gives the integer part. Rounding down is subtracting 1/2 and adding 3 * 2^22.
 *
 * Reads and writes as the kernels of `point/grey.ts`, and reads `dst` as well. `bytes` are those of a row.
 */
import { kept, zeroOf } from '../shuffles';

export function unsharp(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, percent: i32, threshold: i32,
): void {
  const zero = zeroOf(bytes);
  const times = i32x4.splat(percent);
  const hundredth = kept(f32x4.splat(0.01), zero);
  const below = kept(f32x4.splat(1.0 / 500.0 - 0.5), zero);
  const magic = kept(f32x4.splat(12582912), zero);
  const magicBits = kept(i32x4.splat(0x4b400000), zero);
  const least = i16x8.splat(<i16>threshold);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 8; left -= 8, p += 8, q += 8) {
      v128.store64_lane(q, sharpened(v128.load8x8_u(p), v128.load8x8_u(q), times, hundredth, below, magic, magicBits, least), 0);
    }
    for (; left > 0; left--, p++, q++) {
      const value = <i32>load<u8>(p);
      const difference = value - <i32>load<u8>(q);
      const moved = abs(difference) > threshold ? value + (difference * percent) / 100 : value;
      store<u8>(q, <u8>max(0, min(255, moved)));
    }
  }
}

// @ts-ignore: decorator
@inline
function sharpened(v: v128, blurred: v128, times: v128, hundredth: v128, below: v128, magic: v128, magicBits: v128, least: v128): v128 {
  const difference = i16x8.sub(v, blurred);
  const size = i16x8.abs(difference);
  const low = hundredths(i32x4.extend_low_i16x8_u(size), times, hundredth, below, magic, magicBits);
  const high = hundredths(i32x4.extend_high_i16x8_u(size), times, hundredth, below, magic, magicBits);
  const amount = v128.and(i16x8.narrow_i32x4_s(low, high), i16x8.gt_s(size, least));
  // Away from the blurred value: the amount with the sign of the difference.
  const sign = i16x8.shr_s(difference, 15);
  const moved = i16x8.add_sat_s(v, i16x8.sub(v128.xor(amount, sign), sign));
  return i8x16.narrow_i16x8_u(moved, moved);
}

// @ts-ignore: decorator
@inline
function hundredths(size: v128, times: v128, hundredth: v128, below: v128, magic: v128, magicBits: v128): v128 {
  const exact = f32x4.mul(f32x4.convert_i32x4_s(i32x4.mul(size, times)), hundredth);
  return i32x4.sub(f32x4.add(f32x4.add(exact, below), magic), magicBits);
}
