/**
 * Rows to columns, by the size of a pixel: pixel `(x, y)` of `dst` is pixel `(y, x)` of `src`. With negative strides it is every quarter
 * turn, and the other diagonal.
 *
 * `width` by `height` pixels of `dst`. They are done in blocks of 32 by 512, so that cache lines are used up before they are lost, and
 * within these in squares that fit into registers. What counts is how much of a row of `src` is read at a time, for the processor to fetch
 * it ahead: 32 by 128 took 7.4 ms where these take 4.2 (6 megapixels of `RGB;24`); columns of `dst` matter little, from 16 to 64.
 *
 * Reads the `width` rows of `height` pixels at `src`, writes the `height` rows of `width` pixels at `dst`, and no byte beside them. They
 * must not overlap.
 */
import { kept, reordered, zeroOf } from '../shuffles';

/** Columns of `dst` in a block, which are rows of `src`: few, since their cache lines may share a place in the cache. */
const columns: i32 = 32;
/** Rows of `dst` in a block, which are columns of `src`. */
const lines: i32 = 512;

/** Pixels of one byte, in squares of 8 by 8. */
export function turn1(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  for (let y: i32 = 0; y < height; y += lines) {
    for (let x: i32 = 0; x < width; x += columns) {
      block1(src + x * srcStride + y, srcStride, dst + y * dstStride + x, dstStride, min(columns, width - x), min(lines, height - y));
    }
  }
}

/** Pixels of two bytes, in squares of 8 by 8. */
export function turn2(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  for (let y: i32 = 0; y < height; y += lines) {
    for (let x: i32 = 0; x < width; x += columns) {
      block2(src + x * srcStride + y * 2, srcStride, dst + y * dstStride + x * 2, dstStride, min(columns, width - x), min(lines, height - y));
    }
  }
}

/** Pixels of three bytes, in squares of 4 by 4. */
export function turn3(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  for (let y: i32 = 0; y < height; y += lines) {
    for (let x: i32 = 0; x < width; x += columns) {
      block3(src + x * srcStride + y * 3, srcStride, dst + y * dstStride + x * 3, dstStride, min(columns, width - x), min(lines, height - y));
    }
  }
}

/** Pixels of four bytes, in squares of 4 by 4. */
export function turn4(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  for (let y: i32 = 0; y < height; y += lines) {
    for (let x: i32 = 0; x < width; x += columns) {
      block4(src + x * srcStride + y * 4, srcStride, dst + y * dstStride + x * 4, dstStride, min(columns, width - x), min(lines, height - y));
    }
  }
}

function block1(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  let y: i32 = 0;
  for (; y + 8 <= height; y += 8) {
    let x: i32 = 0;
    for (; x + 8 <= width; x += 8) {
      let p = src + x * srcStride + y;
      const a = interleaved(p, p + srcStride);
      p += 2 * srcStride;
      const b = interleaved(p, p + srcStride);
      p += 2 * srcStride;
      const c = interleaved(p, p + srcStride);
      p += 2 * srcStride;
      const d = interleaved(p, p + srcStride);
      const ab = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
      const cd = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
      const ab2 = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
      const cd2 = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
      let q = dst + y * dstStride + x;
      q = two(q, dstStride, v128.shuffle<i32>(ab, cd, 0, 4, 1, 5));
      q = two(q, dstStride, v128.shuffle<i32>(ab, cd, 2, 6, 3, 7));
      q = two(q, dstStride, v128.shuffle<i32>(ab2, cd2, 0, 4, 1, 5));
      two(q, dstStride, v128.shuffle<i32>(ab2, cd2, 2, 6, 3, 7));
    }
    for (; x < width; x++) {
      for (let i: i32 = 0; i < 8; i++) store<u8>(dst + (y + i) * dstStride + x, load<u8>(src + x * srcStride + y + i));
    }
  }
  for (; y < height; y++) {
    for (let x: i32 = 0; x < width; x++) store<u8>(dst + y * dstStride + x, load<u8>(src + x * srcStride + y));
  }
}

/** 8 bytes of two rows, in turn. */
// @ts-ignore: decorator
@inline
function interleaved(p: usize, q: usize): v128 {
  return i8x16.shuffle(v128.load64_zero(p), v128.load64_zero(q), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

/** Stores the halves into two rows, and answers the row behind them. */
// @ts-ignore: decorator
@inline
function two(q: usize, dstStride: i32, v: v128): usize {
  v128.store64_lane(q, v, 0);
  v128.store64_lane(q + dstStride, v, 1);
  return q + 2 * dstStride;
}

function block2(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  let x: i32 = 0;
  for (; x + 8 <= width; x += 8) {
    let y: i32 = 0;
    for (; y + 8 <= height; y += 8) {
      let p = src + x * srcStride + y * 2;
      const a = v128.load(p), b = v128.load(p + srcStride);
      p += 2 * srcStride;
      const c = v128.load(p), d = v128.load(p + srcStride);
      p += 2 * srcStride;
      const e = v128.load(p), f = v128.load(p + srcStride);
      p += 2 * srcStride;
      const g = v128.load(p), h = v128.load(p + srcStride);
      const q = dst + y * dstStride + x * 2;
      const ab = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), cd = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
      const ef = v128.shuffle<i16>(e, f, 0, 8, 1, 9, 2, 10, 3, 11), gh = v128.shuffle<i16>(g, h, 0, 8, 1, 9, 2, 10, 3, 11);
      four(q, dstStride, ab, cd, ef, gh);
      const ab2 = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), cd2 = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
      const ef2 = v128.shuffle<i16>(e, f, 4, 12, 5, 13, 6, 14, 7, 15), gh2 = v128.shuffle<i16>(g, h, 4, 12, 5, 13, 6, 14, 7, 15);
      four(q + 4 * dstStride, dstStride, ab2, cd2, ef2, gh2);
    }
    for (; y < height; y++) {
      for (let i: i32 = 0; i < 8; i++) store<u16>(dst + y * dstStride + (x + i) * 2, load<u16>(src + (x + i) * srcStride + y * 2));
    }
  }
  for (; x < width; x++) {
    for (let y: i32 = 0; y < height; y++) store<u16>(dst + y * dstStride + x * 2, load<u16>(src + x * srcStride + y * 2));
  }
}

/** Stores four rows of eight pixels, of each of which four vectors have two. */
// @ts-ignore: decorator
@inline
function four(q: usize, dstStride: i32, ab: v128, cd: v128, ef: v128, gh: v128): void {
  const low = v128.shuffle<i32>(ab, cd, 0, 4, 1, 5), high = v128.shuffle<i32>(ab, cd, 2, 6, 3, 7);
  const low2 = v128.shuffle<i32>(ef, gh, 0, 4, 1, 5), high2 = v128.shuffle<i32>(ef, gh, 2, 6, 3, 7);
  v128.store(q, v128.shuffle<i64>(low, low2, 0, 2));
  v128.store(q + dstStride, v128.shuffle<i64>(low, low2, 1, 3));
  v128.store(q + 2 * dstStride, v128.shuffle<i64>(high, high2, 0, 2));
  v128.store(q + 3 * dstStride, v128.shuffle<i64>(high, high2, 1, 3));
}

function block3(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  const zero = zeroOf(width);
  const apart = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1), zero);
  const close = kept(i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1), zero);
  let x: i32 = 0;
  for (; x + 4 <= width; x += 4) {
    let y: i32 = 0;
    let p = src + x * srcStride;
    let q = dst + x * 3;
    // 4 pixels are 12 bytes, but 16 are loaded.
    for (; y + 6 <= height; y += 4, p += 12, q += 4 * dstStride) {
      const a = reordered(v128.load(p), apart);
      const b = reordered(v128.load(p + srcStride), apart);
      const c = reordered(v128.load(p + 2 * srcStride), apart);
      const d = reordered(v128.load(p + 3 * srcStride), apart);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      twelve(q, reordered(v128.shuffle<i64>(ab, cd, 0, 2), close));
      twelve(q + dstStride, reordered(v128.shuffle<i64>(ab, cd, 1, 3), close));
      twelve(q + 2 * dstStride, reordered(v128.shuffle<i64>(ab2, cd2, 0, 2), close));
      twelve(q + 3 * dstStride, reordered(v128.shuffle<i64>(ab2, cd2, 1, 3), close));
    }
    for (; y < height; y++, p += 3, q += dstStride) {
      for (let i: i32 = 0; i < 4; i++) move3(p + i * srcStride, q + 3 * i);
    }
  }
  for (; x < width; x++) {
    for (let y: i32 = 0; y < height; y++) move3(src + x * srcStride + y * 3, dst + y * dstStride + x * 3);
  }
}

// @ts-ignore: decorator
@inline
function move3(from: usize, to: usize): void {
  store<u16>(to, load<u16>(from));
  store<u8>(to, load<u8>(from, 2), 2);
}

/** Stores 12 bytes. */
// @ts-ignore: decorator
@inline
function twelve(q: usize, v: v128): void {
  v128.store64_lane(q, v, 0);
  v128.store32_lane(q, v, 2, 8);
}

function block4(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  let x: i32 = 0;
  for (; x + 4 <= width; x += 4) {
    let y: i32 = 0;
    let p = src + x * srcStride;
    let q = dst + x * 4;
    for (; y + 4 <= height; y += 4, p += 16, q += 4 * dstStride) {
      const a = v128.load(p);
      const b = v128.load(p + srcStride);
      const c = v128.load(p + 2 * srcStride);
      const d = v128.load(p + 3 * srcStride);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(q, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(q + dstStride, v128.shuffle<i64>(ab, cd, 1, 3));
      v128.store(q + 2 * dstStride, v128.shuffle<i64>(ab2, cd2, 0, 2));
      v128.store(q + 3 * dstStride, v128.shuffle<i64>(ab2, cd2, 1, 3));
    }
    for (; y < height; y++, p += 4, q += dstStride) {
      for (let i: i32 = 0; i < 4; i++) store<u32>(q + 4 * i, load<u32>(p + i * srcStride));
    }
  }
  for (; x < width; x++) {
    for (let y: i32 = 0; y < height; y++) store<u32>(dst + y * dstStride + x * 4, load<u32>(src + x * srcStride + y * 4));
  }
}
