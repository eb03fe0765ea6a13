/** Pixels of one size to pixels of another; nothing is computed, bytes go to other places. The rules are those of `grey.ts`. */
import { kept, reordered, zeroOf } from '../shuffles';

/**
 * Four bytes to four.
 *
 * @param pattern - for each byte of a pixel which byte of the source it is, 255 for none, the first in the lowest bits
 * @param bits - what is or-ed to every pixel
 */
export function convert4to4(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, pattern: i32, bits: i32,
): void {
  const order = i8x16.add_sat_u(i32x4.splat(pattern), i32x4(0, 0x04040404, 0x08080808, 0x0c0c0c0c));
  const or = i32x4.splat(bits);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 16, q += 16) v128.store(q, v128.or(reordered(v128.load(p), order), or));
    for (; left > 0; left--, p += 4, q += 4) {
      v128.store32_lane(q, v128.or(reordered(v128.load32_zero(p), order), or), 0);
    }
  }
}

/** Four bytes to the three of `pattern`. */
export function convert4to3(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, pattern: i32,
): void {
  const zero = zeroOf(width);
  const colours = i8x16.add_sat_u(i32x4.splat(pattern), i32x4(0, 0x04040404, 0x08080808, 0x0c0c0c0c));
  const order = reordered(colours, kept(i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1), zero));
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    // 4 pixels are 12 bytes, but 16 are stored: the last 4 are stored again.
    for (; left >= 6; left -= 4, p += 16, q += 12) v128.store(q, reordered(v128.load(p), order));
    for (; left > 0; left--, p += 4, q += 3) {
      const v = reordered(v128.load32_zero(p), order);
      v128.store16_lane(q, v, 0);
      v128.store8_lane(q, v, 2, 2);
    }
  }
}

/** Three bytes to four, the last of them 255. */
export function convert3to4(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const zero = zeroOf(width);
  const order = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1), zero);
  const opaque = kept(i32x4.splat(0xff000000), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 6; left -= 4, p += 12, q += 16) v128.store(q, v128.or(reordered(v128.load(p), order), opaque));
    for (; left > 0; left--, p += 3, q += 4) {
      store<u32>(q, <u32>load<u16>(p) | (<u32>load<u8>(p, 2) << 16) | 0xff000000);
    }
  }
}

/** One byte to three equal ones and 255. */
export function convert1to4(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const zero = zeroOf(width);
  const opaque = kept(i32x4.splat(0xff000000), zero);
  const a = kept(i8x16(0, 0, 0, -1, 1, 1, 1, -1, 2, 2, 2, -1, 3, 3, 3, -1), zero);
  const b = kept(i8x16(4, 4, 4, -1, 5, 5, 5, -1, 6, 6, 6, -1, 7, 7, 7, -1), zero);
  const c = kept(i8x16(8, 8, 8, -1, 9, 9, 9, -1, 10, 10, 10, -1, 11, 11, 11, -1), zero);
  const d = kept(i8x16(12, 12, 12, -1, 13, 13, 13, -1, 14, 14, 14, -1, 15, 15, 15, -1), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 16; left -= 16, p += 16, q += 64) {
      const v = v128.load(p);
      v128.store(q, v128.or(reordered(v, a), opaque));
      v128.store(q, v128.or(reordered(v, b), opaque), 16);
      v128.store(q, v128.or(reordered(v, c), opaque), 32);
      v128.store(q, v128.or(reordered(v, d), opaque), 48);
    }
    for (; left > 0; left--, p++, q += 4) store<u32>(q, (<u32>load<u8>(p) * 0x010101) | 0xff000000);
  }
}

/** One byte to three equal ones. */
export function convert1to3(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const zero = zeroOf(width);
  const a = kept(i8x16(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5), zero);
  const b = kept(i8x16(5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10), zero);
  const c = kept(i8x16(10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 16; left -= 16, p += 16, q += 48) {
      const v = v128.load(p);
      v128.store(q, reordered(v, a));
      v128.store(q, reordered(v, b), 16);
      v128.store(q, reordered(v, c), 32);
    }
    for (; left > 0; left--, p++, q += 3) {
      const value = load<u8>(p);
      store<u8>(q, value);
      store<u8>(q, value, 1);
      store<u8>(q, value, 2);
    }
  }
}

/** The first of four bytes. */
export function convert4to1(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const byte = kept(i32x4.splat(255), zeroOf(width));
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 16; left -= 16, p += 64, q += 16) {
      const ab = i16x8.narrow_i32x4_s(v128.and(v128.load(p), byte), v128.and(v128.load(p, 16), byte));
      const cd = i16x8.narrow_i32x4_s(v128.and(v128.load(p, 32), byte), v128.and(v128.load(p, 48), byte));
      v128.store(q, i8x16.narrow_i16x8_u(ab, cd));
    }
    for (; left > 0; left--, p += 4, q++) store<u8>(q, load<u8>(p));
  }
}

/** The fourth of four bytes. */
export function alpha4to1(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 16; left -= 16, p += 64, q += 16) {
      const ab = i16x8.narrow_i32x4_s(i32x4.shr_u(v128.load(p), 24), i32x4.shr_u(v128.load(p, 16), 24));
      const cd = i16x8.narrow_i32x4_s(i32x4.shr_u(v128.load(p, 32), 24), i32x4.shr_u(v128.load(p, 48), 24));
      v128.store(q, i8x16.narrow_i16x8_u(ab, cd));
    }
    for (; left > 0; left--, p += 4, q++) store<u8>(q, load<u8>(p, 3));
  }
}
