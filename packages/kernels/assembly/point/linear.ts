/**
 * Values times a factor plus a number, and values against a threshold.
 *
 * The rules are those of `grey.ts`; `dst` may be `src`. `bytes` are those of a row.
 */
import { zeroOf } from '../shuffles';

/**
 * `(scale * value + offset) >> 20`, cut to 0 to 255. Of every four bytes the fourth has numbers of its own.
 *
 * @param scale - in units of 2^-20
 * @param offset - the same, with the half that rounds
 */
export function linear(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, scale: i32, offset: i32, scale4: i32, offset4: i32,
): void {
  run(20, src, srcStride, dst, dstStride, bytes, rows, scale, offset, scale4, offset4);
}

/** As {@link linear}, with 12 fraction bits, for large numbers. */
export function linearWide(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, scale: i32, offset: i32, scale4: i32, offset4: i32,
): void {
  run(12, src, srcStride, dst, dstStride, bytes, rows, scale, offset, scale4, offset4);
}

/**
 * As {@link linear}, but `(scale * (value + before)) >> 20`, modulo 2^32, where `before` has no bits in its lowest byte: in place of the zeros that
 * widen a value, it costs nothing. In rounds of 32 bytes 18 MB took 1.5 ms in the place of 2.0 (Node 20), and 1.4 in the place of 1.8 (Node 24); a
 * copy of them takes 1.0.
 */
export function linearFolded(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, scale: i32, before: i32, scale4: i32, before4: i32,
): void {
  const factor = i32x4.replace_lane(i32x4.splat(scale), 3, scale4);
  const bytesAbove = i32x4.splat(((before >> 8) & 255) * 0x010101 | (before4 >> 8) << 24);
  const wordsAbove = i64x2.splat(<u64>(before >>> 16) * 0x000100010001 | <u64>(before4 >>> 16) << 48);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 32; left -= 32, p += 32, q += 32) {
      foldedSixteen(p, q, factor, bytesAbove, wordsAbove);
      foldedSixteen(p + 16, q + 16, factor, bytesAbove, wordsAbove);
    }
    for (let i: i32 = 1; left > 0; left--, p++, q++, i++) {
      const isFourth = (i & 3) == 0;
      const value = (isFourth ? scale4 : scale) * (<i32>load<u8>(p) + (isFourth ? before4 : before)) >> 20;
      store<u8>(q, <u8>max(0, min(255, value)));
    }
  }
}

// @ts-ignore: decorator
@inline
function foldedSixteen(p: usize, q: usize, factor: v128, bytesAbove: v128, wordsAbove: v128): void {
  const v = v128.load(p);
  const low = i8x16.shuffle(v, bytesAbove, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const high = i8x16.shuffle(v, bytesAbove, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const a = foldedFour(v128.shuffle<i16>(low, wordsAbove, 0, 8, 1, 9, 2, 10, 3, 11), factor);
  const b = foldedFour(v128.shuffle<i16>(low, wordsAbove, 4, 12, 5, 13, 6, 14, 7, 15), factor);
  const c = foldedFour(v128.shuffle<i16>(high, wordsAbove, 0, 8, 1, 9, 2, 10, 3, 11), factor);
  const d = foldedFour(v128.shuffle<i16>(high, wordsAbove, 4, 12, 5, 13, 6, 14, 7, 15), factor);
  v128.store(q, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
}

// @ts-ignore: decorator
@inline
function foldedFour(v: v128, factor: v128): v128 {
  return i32x4.shr_s(i32x4.mul(v, factor), 20);
}

/** `shift` is a constant wherever this is inlined: a shift by a number that is not known takes four instructions. */
// @ts-ignore: decorator
@inline
function run(
  shift: i32,
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, scale: i32, offset: i32, scale4: i32, offset4: i32,
): void {
  const zero = zeroOf(bytes);
  const factor = i32x4.replace_lane(i32x4.splat(scale), 3, scale4);
  const term = i32x4.replace_lane(i32x4.splat(offset), 3, offset4);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 16; left -= 16, p += 16, q += 16) {
      const v = v128.load(p);
      const low = i8x16.shuffle(v, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = i8x16.shuffle(v, zero, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      const a = scaled(v128.shuffle<i16>(low, zero, 0, 8, 1, 9, 2, 10, 3, 11), factor, term, shift);
      const b = scaled(v128.shuffle<i16>(low, zero, 4, 12, 5, 13, 6, 14, 7, 15), factor, term, shift);
      const c = scaled(v128.shuffle<i16>(high, zero, 0, 8, 1, 9, 2, 10, 3, 11), factor, term, shift);
      const d = scaled(v128.shuffle<i16>(high, zero, 4, 12, 5, 13, 6, 14, 7, 15), factor, term, shift);
      v128.store(q, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
    }
    for (let i: i32 = 1; left > 0; left--, p++, q++, i++) {
      const isFourth = (i & 3) == 0;
      const value = (<i32>load<u8>(p) * (isFourth ? scale4 : scale) + (isFourth ? offset4 : offset)) >> shift;
      store<u8>(q, <u8>max(0, min(255, value)));
    }
  }
}

// @ts-ignore: decorator
@inline
function scaled(v: v128, factor: v128, term: v128, shift: i32): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.mul(v, factor), term), shift);
}

/** 255 from `least` on, below it 0. `mask` says which bytes of a pixel change: 255 for those and 0 for the others, of four bytes. */
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
