/** Alpha into colours, and out of them, for pixels of four bytes. The rules are those of `grey.ts`; `dst` may be `src`. */
import { premultiplied, straight } from '../alpha';
import { kept, zeroOf } from '../shuffles';

/** Colours times alpha. */
export function premultiply(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const zero = zeroOf(width);
  const alphas = kept(i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1), zero);
  const opaque = kept(i16x8(0, 0, 0, 255, 0, 0, 0, 255), zero);
  const half = kept(i16x8.splat(128), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 16, q += 16) v128.store(q, premultiplied(v128.load(p), alphas, opaque, half));
    for (; left > 0; left--, p += 4, q += 4) {
      v128.store32_lane(q, premultiplied(v128.load32_zero(p), alphas, opaque, half), 0);
    }
  }
}

/** Colours over alpha. */
export function unpremultiply(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const zero = zeroOf(width);
  const byte = kept(i32x4.splat(255), zero);
  const whole = kept(f32x4.splat(255), zero);
  const below = kept(f32x4.splat(1.0 / 1024.0 - 0.5), zero);
  const magic = kept(f32x4.splat(12582912), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 16, q += 16) v128.store(q, straight(v128.load(p), byte, whole, below, magic));
    for (; left > 0; left--, p += 4, q += 4) {
      v128.store32_lane(q, straight(v128.load32_zero(p), byte, whole, below, magic), 0);
    }
  }
}
