/**
 * Colours to greys: `(19595 R + 38470 G + 7471 B + 32768) >> 16`.
 *
 * Green's weight does not fit in a signed 16-bit integer, so half of it goes with red and half with blue: `R G` times 19595, 19235 plus
 * `B G` times 7471, 19235.
 *
 * All kernels of this folder: rows of `width` pixels lie `srcStride` and `dstStride` bytes apart (signed). They read and write the pixels
 * of the rows and no byte beside them. `dst` may lie on `src` row by row where its pixels are not larger: what is written lies
 * never behind what has been read.
 */
import { kept, reordered, zeroOf } from '../shuffles';

/** Pixels of three bytes to one. */
export function grey3to1(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const zero = zeroOf(width);
  const order = kept(i8x16(0, 1, 3, 4, 6, 7, 9, 10, 2, 1, 5, 4, 8, 7, 11, 10), zero);
  const redGreen = kept(i32x4.splat(19595 | (19235 << 16)), zero);
  const blueGreen = kept(i32x4.splat(7471 | (19235 << 16)), zero);
  const half = kept(i32x4.splat(32768), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    // 16 pixels are 48 bytes, but 52 are loaded.
    for (; left >= 18; left -= 16, p += 48, q += 16) {
      const a = greys(reordered(v128.load(p), order), redGreen, blueGreen, half);
      const b = greys(reordered(v128.load(p, 12), order), redGreen, blueGreen, half);
      const c = greys(reordered(v128.load(p, 24), order), redGreen, blueGreen, half);
      const d = greys(reordered(v128.load(p, 36), order), redGreen, blueGreen, half);
      v128.store(q, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
    }
    for (; left > 0; left--, p += 3, q++) store<u8>(q, grey(p));
  }
}

/** Pixels of four bytes to one. */
export function grey4to1(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const zero = zeroOf(width);
  const order = kept(i8x16(0, 1, 4, 5, 8, 9, 12, 13, 2, 1, 6, 5, 10, 9, 14, 13), zero);
  const redGreen = kept(i32x4.splat(19595 | (19235 << 16)), zero);
  const blueGreen = kept(i32x4.splat(7471 | (19235 << 16)), zero);
  const half = kept(i32x4.splat(32768), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 16; left -= 16, p += 64, q += 16) {
      const a = greys(reordered(v128.load(p), order), redGreen, blueGreen, half);
      const b = greys(reordered(v128.load(p, 16), order), redGreen, blueGreen, half);
      const c = greys(reordered(v128.load(p, 32), order), redGreen, blueGreen, half);
      const d = greys(reordered(v128.load(p, 48), order), redGreen, blueGreen, half);
      v128.store(q, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
    }
    for (; left > 0; left--, p += 4, q++) store<u8>(q, grey(p));
  }
}

/** Pixels of four bytes to `L L L A`; `alphas` is 0 to take alpha along, 255 to make it 255. */
export function grey4to4(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32, alphas: i32): void {
  const zero = zeroOf(width);
  const order = kept(i8x16(0, 1, 4, 5, 8, 9, 12, 13, 2, 1, 6, 5, 10, 9, 14, 13), zero);
  const redGreen = kept(i32x4.splat(19595 | (19235 << 16)), zero);
  const blueGreen = kept(i32x4.splat(7471 | (19235 << 16)), zero);
  const half = kept(i32x4.splat(32768), zero);
  const thrice = kept(i8x16(0, 0, 0, -1, 4, 4, 4, -1, 8, 8, 8, -1, 12, 12, 12, -1), zero);
  const alpha = kept(i32x4.splat(0xff000000), zero);
  const opaque = i32x4.splat(alphas << 24);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 4; left -= 4, p += 16, q += 16) {
      const v = v128.load(p);
      const g = reordered(greys(reordered(v, order), redGreen, blueGreen, half), thrice);
      v128.store(q, v128.or(v128.or(g, v128.and(v, alpha)), opaque));
    }
    for (; left > 0; left--, p += 4, q += 4) {
      store<u32>(q, (<u32>grey(p) * 0x010101) | (load<u32>(p) & 0xff000000) | (alphas << 24));
    }
  }
}

/** Pixels of three bytes to `L L L 255`. */
export function grey3to4(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, rows: i32): void {
  const zero = zeroOf(width);
  const order = kept(i8x16(0, 1, 3, 4, 6, 7, 9, 10, 2, 1, 5, 4, 8, 7, 11, 10), zero);
  const redGreen = kept(i32x4.splat(19595 | (19235 << 16)), zero);
  const blueGreen = kept(i32x4.splat(7471 | (19235 << 16)), zero);
  const half = kept(i32x4.splat(32768), zero);
  const thrice = kept(i8x16(0, 0, 0, -1, 4, 4, 4, -1, 8, 8, 8, -1, 12, 12, 12, -1), zero);
  const opaque = kept(i32x4.splat(0xff000000), zero);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = width;
    for (; left >= 6; left -= 4, p += 12, q += 16) {
      const g = greys(reordered(v128.load(p), order), redGreen, blueGreen, half);
      v128.store(q, v128.or(reordered(g, thrice), opaque));
    }
    for (; left > 0; left--, p += 3, q += 4) store<u32>(q, (<u32>grey(p) * 0x010101) | 0xff000000);
  }
}

/** The greys of four pixels, whose bytes are R G four times and B G four times. */
// @ts-ignore: decorator
@inline
function greys(v: v128, redGreen: v128, blueGreen: v128, half: v128): v128 {
  const a = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(v), redGreen);
  const b = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(v), blueGreen);
  return i32x4.shr_u(i32x4.add(i32x4.add(a, b), half), 16);
}

// @ts-ignore: decorator
@inline
function grey(p: usize): u8 {
  return <u8>((<u32>load<u8>(p) * 19595 + <u32>load<u8>(p, 1) * 38470 + <u32>load<u8>(p, 2) * 7471 + 32768) >> 16);
}
