/**
 * Tiles: four rows of pixels in the order in which the horizontal pass wants them.
 *
 * A tile is a list of pairs of neighbouring pixels. A pair is 8 bytes for each band: the two pixels of row 0, of row 1, of row 2, of
 * row 3. Every source byte is moved once here, and read by as many output pixels as lie under the filter there.
 *
 * Alpha is multiplied in on the way (`t = colour * alpha + 128`, `(t + (t >> 8)) >> 8`, as Pillow does); `LA` becomes two bands and the
 * padding of `RGB` is left behind.
 *
 * The orders of bytes are constants that are kept (see `shuffles.ts`): written out, they took half of the time.
 *
 * Reads `columns` pixels of each of the four rows and no byte behind them: the last ones go through the pad. Writes the tile, rounded up
 * to blocks of 4 pixels (16 for one band), and 128 bytes at `pad`.
 */

import { premultiplied } from '../alpha';
import { kept, reordered, zeroOf } from '../shuffles';

/** @param r0 - address of row 0's first pixel; r1, r2 and r3 those of the others, which may be the same */
export function tileL(r0: usize, r1: usize, r2: usize, r3: usize, columns: i32, tile: usize, pad: usize): void {
  let left = columns;
  for (; left >= 16; left -= 16) {
    blockL(v128.load(r0), v128.load(r1), v128.load(r2), v128.load(r3), tile);
    r0 += 16; r1 += 16; r2 += 16; r3 += 16;
    tile += 64;
  }
  if (left == 0) return;
  fillPad(r0, r1, r2, r3, left, pad);
  blockL(v128.load(pad), v128.load(pad, 32), v128.load(pad, 64), v128.load(pad, 96), tile);
}

/** As {@link tileL}, for pixels of three bytes. */
export function tileRGB24(r0: usize, r1: usize, r2: usize, r3: usize, columns: i32, tile: usize, pad: usize): void {
  const order = kept(i8x16(0, 3, 1, 4, 6, 9, 7, 10, 2, 5, 8, 11, -1, -1, -1, -1), zeroOf(columns));
  let left = columns;
  // A block is 12 bytes, but 16 are loaded.
  for (; left >= 6; left -= 4) {
    blockRGB(reordered(v128.load(r0), order), reordered(v128.load(r1), order), reordered(v128.load(r2), order), reordered(v128.load(r3), order), tile);
    r0 += 12; r1 += 12; r2 += 12; r3 += 12;
    tile += 48;
  }
  fillPad(r0, r1, r2, r3, left * 3, pad);
  for (; left > 0; left -= 4) {
    blockRGB(reordered(v128.load(pad), order), reordered(v128.load(pad, 32), order), reordered(v128.load(pad, 64), order), reordered(v128.load(pad, 96), order), tile);
    pad += 12;
    tile += 48;
  }
}

/** As {@link tileL}, for pixels of three bytes and one of padding. */
export function tileRGBX(r0: usize, r1: usize, r2: usize, r3: usize, columns: i32, tile: usize, pad: usize): void {
  // R01 G01 R23 G23 B01 B23
  const order = kept(i8x16(0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 10, 14, -1, -1, -1, -1), zeroOf(columns));
  let left = columns;
  for (; left >= 4; left -= 4) {
    blockRGB(reordered(v128.load(r0), order), reordered(v128.load(r1), order), reordered(v128.load(r2), order), reordered(v128.load(r3), order), tile);
    r0 += 16; r1 += 16; r2 += 16; r3 += 16;
    tile += 48;
  }
  if (left == 0) return;
  fillPad(r0, r1, r2, r3, left * 4, pad);
  blockRGB(reordered(v128.load(pad), order), reordered(v128.load(pad, 32), order), reordered(v128.load(pad, 64), order), reordered(v128.load(pad, 96), order), tile);
}

/** As {@link tileL}, for four bands, the last of which is multiplied into the others. */
export function tileRGBA(r0: usize, r1: usize, r2: usize, r3: usize, columns: i32, tile: usize, pad: usize): void {
  const zero = zeroOf(columns);
  const order = kept(i8x16(0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15), zero); // R01 G01 R23 G23 B01 A01 B23 A23
  const alphas = kept(i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1), zero);
  const opaque = kept(i16x8(0, 0, 0, 255, 0, 0, 0, 255), zero);
  const half = kept(i16x8.splat(128), zero);
  let left = columns;
  for (; left >= 4; left -= 4) {
    blockRGBA(v128.load(r0), v128.load(r1), v128.load(r2), v128.load(r3), order, alphas, opaque, half, tile);
    r0 += 16; r1 += 16; r2 += 16; r3 += 16;
    tile += 64;
  }
  if (left == 0) return;
  fillPad(r0, r1, r2, r3, left * 4, pad);
  blockRGBA(v128.load(pad), v128.load(pad, 32), v128.load(pad, 64), v128.load(pad, 96), order, alphas, opaque, half, tile);
}

/** As {@link tileRGBA}, for pixels whose first three bytes are the same: two bands. */
export function tileLA(r0: usize, r1: usize, r2: usize, r3: usize, columns: i32, tile: usize, pad: usize): void {
  const zero = zeroOf(columns);
  const order = kept(i8x16(0, 4, 3, 7, 8, 12, 11, 15, -1, -1, -1, -1, -1, -1, -1, -1), zero); // L01 A01 L23 A23
  const alphas = kept(i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1), zero);
  const opaque = kept(i16x8(0, 0, 0, 255, 0, 0, 0, 255), zero);
  const half = kept(i16x8.splat(128), zero);
  let left = columns;
  for (; left >= 4; left -= 4) {
    blockLA(v128.load(r0), v128.load(r1), v128.load(r2), v128.load(r3), order, alphas, opaque, half, tile);
    r0 += 16; r1 += 16; r2 += 16; r3 += 16;
    tile += 32;
  }
  if (left == 0) return;
  fillPad(r0, r1, r2, r3, left * 4, pad);
  blockLA(v128.load(pad), v128.load(pad, 32), v128.load(pad, 64), v128.load(pad, 96), order, alphas, opaque, half, tile);
}

/** Copies the last `bytes` bytes of each row, at most 15, into 32 bytes of their own. */
function fillPad(r0: usize, r1: usize, r2: usize, r3: usize, bytes: i32, pad: usize): void {
  for (let i: i32 = 0; i < bytes; i++) {
    store<u8>(pad + i, load<u8>(r0 + i));
    store<u8>(pad + i, load<u8>(r1 + i), 32);
    store<u8>(pad + i, load<u8>(r2 + i), 64);
    store<u8>(pad + i, load<u8>(r3 + i), 96);
  }
}

/** 16 pixels of four rows, 8 pairs. */
// @ts-ignore: decorator
@inline
function blockL(a: v128, b: v128, c: v128, d: v128, tile: usize): void {
  const ab = lower16(a, b);
  const cd = lower16(c, d);
  const ab2 = upper16(a, b);
  const cd2 = upper16(c, d);
  v128.store(tile, lower32(ab, cd));
  v128.store(tile, upper32(ab, cd), 16);
  v128.store(tile, lower32(ab2, cd2), 32);
  v128.store(tile, upper32(ab2, cd2), 48);
}

/** 4 pixels of four rows, each as R01 G01 R23 G23 B01 B23. */
// @ts-ignore: decorator
@inline
function blockRGB(a: v128, b: v128, c: v128, d: v128, tile: usize): void {
  const ab = lower16(a, b);
  const cd = lower16(c, d);
  const blue = lower32(upper16(a, b), upper16(c, d));
  v128.store(tile, lower32(ab, cd));
  v128.store64_lane(tile, blue, 0, 16);
  v128.store(tile, upper32(ab, cd), 24);
  v128.store64_lane(tile, blue, 1, 40);
}

/** 4 pixels of four rows. */
// @ts-ignore: decorator
@inline
function blockRGBA(a: v128, b: v128, c: v128, d: v128, order: v128, alphas: v128, opaque: v128, half: v128, tile: usize): void {
  a = reordered(premultiplied(a, alphas, opaque, half), order);
  b = reordered(premultiplied(b, alphas, opaque, half), order);
  c = reordered(premultiplied(c, alphas, opaque, half), order);
  d = reordered(premultiplied(d, alphas, opaque, half), order);
  const ab = lower16(a, b);
  const cd = lower16(c, d);
  const ab2 = upper16(a, b);
  const cd2 = upper16(c, d);
  v128.store(tile, lower32(ab, cd));
  v128.store(tile, lower32(ab2, cd2), 16);
  v128.store(tile, upper32(ab, cd), 32);
  v128.store(tile, upper32(ab2, cd2), 48);
}

// @ts-ignore: decorator
@inline
function blockLA(a: v128, b: v128, c: v128, d: v128, order: v128, alphas: v128, opaque: v128, half: v128, tile: usize): void {
  a = reordered(premultiplied(a, alphas, opaque, half), order);
  b = reordered(premultiplied(b, alphas, opaque, half), order);
  c = reordered(premultiplied(c, alphas, opaque, half), order);
  d = reordered(premultiplied(d, alphas, opaque, half), order);
  const ab = lower16(a, b);
  const cd = lower16(c, d);
  v128.store(tile, lower32(ab, cd));
  v128.store(tile, upper32(ab, cd), 16);
}

// @ts-ignore: decorator
@inline
function lower16(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline
function upper16(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

// @ts-ignore: decorator
@inline
function lower32(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

// @ts-ignore: decorator
@inline
function upper32(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}
