/**
 * Values times a factor plus a number, and values against a threshold.
 *
 * The rules are those of `grey.ts`; `dst` may be `src`. `bytes` are those of a row. `mask` says which bytes of a pixel change: 255 for
 * those and 0 for the others, of four bytes.
 */
import { kept, zeroOf } from '../shuffles';

/** `scale * value + offset` in 32-bit floats, to the nearest integer, halves to the even one, cut to 0 to 255. */
export function linear(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, scale: f32, offset: f32, mask: i32,
): void {
  const zero = zeroOf(bytes);
  const factor = f32x4.splat(scale);
  const term = f32x4.splat(offset);
  const magic = kept(f32x4.splat(12582912), zero);
  const magicBits = kept(i32x4.splat(0x4b400000), zero);
  const changes = i32x4.splat(mask);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 16; left -= 16, p += 16, q += 16) {
      const v = v128.load(p);
      const low = i16x8.extend_low_i8x16_u(v);
      const high = i16x8.extend_high_i8x16_u(v);
      const a = scaled(i32x4.extend_low_i16x8_u(low), factor, term, magic, magicBits);
      const b = scaled(i32x4.extend_high_i16x8_u(low), factor, term, magic, magicBits);
      const c = scaled(i32x4.extend_low_i16x8_u(high), factor, term, magic, magicBits);
      const d = scaled(i32x4.extend_high_i16x8_u(high), factor, term, magic, magicBits);
      const result = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
      v128.store(q, v128.bitselect(result, v, changes));
    }
    for (let i: i32 = 0; left > 0; left--, p++, q++, i += 8) {
      const value = load<u8>(p);
      const result = i32x4.extract_lane(scaled(i32x4.splat(value), factor, term, magic, magicBits), 0);
      store<u8>(q, (mask >>> (i & 24)) & 255 ? <u8>max(0, min(255, result)) : value);
    }
  }
}

// @ts-ignore: decorator
@inline
function scaled(v: v128, factor: v128, term: v128, magic: v128, magicBits: v128): v128 {
  const sum = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(v), factor), term);
  return i32x4.sub(f32x4.add(sum, magic), magicBits);
}

/** 255 from `least` on, below it 0. */
export function threshold(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, least: i32, mask: i32,
): void {
  const bound = i8x16.splat(<i8>least);
  const changes = i32x4.splat(mask);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 16; left -= 16, p += 16, q += 16) {
      const v = v128.load(p);
      v128.store(q, v128.bitselect(i8x16.ge_u(v, bound), v, changes));
    }
    for (let i: i32 = 0; left > 0; left--, p++, q++, i += 8) {
      const value = load<u8>(p);
      store<u8>(q, (mask >>> (i & 24)) & 255 ? (<i32>value >= least ? 255 : 0) : value);
    }
  }
}
