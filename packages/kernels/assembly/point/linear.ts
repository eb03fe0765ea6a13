/**
 * Values times a factor plus a number, and values against a threshold.
 *
 * The rules are those of `grey.ts`; `dst` may be `src`. `bytes` are those of a row.
 */

/**
 * `(scale * (value + before)) >> 20` modulo 2^32, cut to 0 to 255, with other numbers for each of three or four bytes in turn.
 *
 * `before` has no bits in its lowest byte: in place of the zeros that widen a value, it costs nothing. The pattern of three bytes is the same again
 * after 48, so a round has that many, and three vectors of each kind of number stay in registers.
 *
 * @param size - 3 or 4: the numbers of the fourth byte count for 4 only
 */
export function linear(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, bytes: i32, rows: i32, size: i32,
  scale0: i32, before0: i32, scale1: i32, before1: i32, scale2: i32, before2: i32, scale3: i32, before3: i32,
): void {
  const x = fourOf(size, scale0, scale1, scale2, scale3);
  const y = nextOf(size, x);
  const z = nextOf(size, y);
  const a = i32x4.shr_u(fourOf(size, before0, before1, before2, before3), 8);
  const b = nextOf(size, a);
  const c = nextOf(size, b);
  const wordsAB = upperWords(a, b), wordsCA = upperWords(c, a), wordsBC = upperWords(b, c);
  const bytes0 = lowerBytes(a, b, c, a), bytes1 = lowerBytes(b, c, a, b), bytes2 = lowerBytes(c, a, b, c);
  for (; rows > 0; rows--, src += srcStride, dst += dstStride) {
    let p = src, q = dst, left = bytes;
    for (; left >= 48; left -= 48, p += 48, q += 48) {
      sixteen(p, q, bytes0, wordsAB, wordsCA, x, y, z, x);
      sixteen(p + 16, q + 16, bytes1, wordsBC, wordsAB, y, z, x, y);
      sixteen(p + 32, q + 32, bytes2, wordsCA, wordsBC, z, x, y, z);
    }
    if (left >= 16) sixteen(p, q, bytes0, wordsAB, wordsCA, x, y, z, x);
    if (left >= 32) sixteen(p + 16, q + 16, bytes1, wordsBC, wordsAB, y, z, x, y);
    const done = left & ~15;
    for (let i = done, place = done % size; i < left; i++, place = place + 1 == size ? 0 : place + 1) {
      const scale = place == 0 ? scale0 : place == 1 ? scale1 : place == 2 ? scale2 : scale3;
      const before = place == 0 ? before0 : place == 1 ? before1 : place == 2 ? before2 : before3;
      store<u8>(q + i, <u8>max(0, min(255, scale * (<i32>load<u8>(p + i) + before) >> 20)));
    }
  }
}

/** The numbers of the first four bytes. */
// @ts-ignore: decorator
@inline
function fourOf(size: i32, first: i32, second: i32, third: i32, fourth: i32): v128 {
  const three = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(first), 1, second), 2, third);
  return size == 3 ? three : i32x4.replace_lane(three, 3, fourth);
}

/** The numbers of the four bytes behind. */
// @ts-ignore: decorator
@inline
function nextOf(size: i32, v: v128): v128 {
  return size == 3 ? v128.shuffle<i32>(v, v, 1, 2, 0, 1) : v;
}

/** Of eight numbers of 24 bits the upper 16. */
// @ts-ignore: decorator
@inline
function upperWords(v: v128, w: v128): v128 {
  return i16x8.narrow_i32x4_u(i32x4.shr_u(v, 8), i32x4.shr_u(w, 8));
}

/** Of sixteen numbers the lowest bytes. */
// @ts-ignore: decorator
@inline
function lowerBytes(v: v128, w: v128, x: v128, y: v128): v128 {
  const low = i32x4.splat(255);
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_u(v128.and(v, low), v128.and(w, low)), i16x8.narrow_i32x4_u(v128.and(x, low), v128.and(y, low)),
  );
}

// @ts-ignore: decorator
@inline
function sixteen(p: usize, q: usize, bytes: v128, words: v128, words8: v128, s0: v128, s4: v128, s8: v128, s12: v128): void {
  const v = v128.load(p);
  const low = i8x16.shuffle(v, bytes, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const high = i8x16.shuffle(v, bytes, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const a = four(v128.shuffle<i16>(low, words, 0, 8, 1, 9, 2, 10, 3, 11), s0);
  const b = four(v128.shuffle<i16>(low, words, 4, 12, 5, 13, 6, 14, 7, 15), s4);
  const c = four(v128.shuffle<i16>(high, words8, 0, 8, 1, 9, 2, 10, 3, 11), s8);
  const d = four(v128.shuffle<i16>(high, words8, 4, 12, 5, 13, 6, 14, 7, 15), s12);
  v128.store(q, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
}

// @ts-ignore: decorator
@inline
function four(v: v128, scale: v128): v128 {
  return i32x4.shr_s(i32x4.mul(v, scale), 20);
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
