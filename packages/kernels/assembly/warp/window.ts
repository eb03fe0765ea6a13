/**
 * Windows: a rectangle of a source, its pixels laid out as the sums of bicubic transforms want them, 16 bytes each.
 *
 * A pixel of a result is made of 16 pixels of the source, and each of these goes into about 16 results. In a window it is taken apart
 * once, and alpha is multiplied into it once, in the place of 16 times.
 *
 * - bands: four 32-bit floats, for `smooth.ts`;
 * - pairs: each band of a pixel beside that of the pixel to its right, as 16-bit integers, for `quick.ts`. There is none to the right of
 *   the last column, so that one is not made.
 *
 * Column `left` of row `above` of the source goes to `at`, and each row behind the one above it. Reads the rectangle and nothing beside
 * it; writes 16 bytes for each of its pixels.
 */
import { premultiplied } from '../alpha';
import { kept, reordered, zeroOf } from '../shuffles';

/** Bands of pixels of three bytes. `rows` are the addresses of the source's rows, from `above` on. */
export function bands3(rows: usize, left: i32, width: i32, height: i32, at: usize): void {
  bands(3, false, rows, left, width, height, at);
}

/** Bands of pixels of four bytes. */
export function bands4(rows: usize, left: i32, width: i32, height: i32, at: usize): void {
  bands(4, false, rows, left, width, height, at);
}

/** Bands of pixels of four bytes, the fourth alpha, premultiplied. */
export function bandsAlpha(rows: usize, left: i32, width: i32, height: i32, at: usize): void {
  bands(4, true, rows, left, width, height, at);
}

/** Pairs of pixels of three bytes. */
export function pairs3(rows: usize, left: i32, width: i32, height: i32, at: usize): void {
  pairs(3, false, rows, left, width, height, at);
}

/** Pairs of pixels of four bytes. */
export function pairs4(rows: usize, left: i32, width: i32, height: i32, at: usize): void {
  pairs(4, false, rows, left, width, height, at);
}

/** Pairs of pixels of four bytes, the fourth alpha, premultiplied. */
export function pairsAlpha(rows: usize, left: i32, width: i32, height: i32, at: usize): void {
  pairs(4, true, rows, left, width, height, at);
}

// @ts-ignore: decorator
@inline
function bands(size: i32, alpha: bool, rows: usize, left: i32, width: i32, height: i32, at: usize): void {
  const zero = zeroOf(width);
  const apart = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1), zero);
  const spread = kept(i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1), zero);
  const opaque = kept(i16x8(0, 0, 0, 255, 0, 0, 0, 255), zero), half = kept(i16x8.splat(128), zero);
  for (; height > 0; height--, rows += 4) {
    let from = <usize>load<u32>(rows) + left * size, x = width;
    for (; x >= 4; x -= 4, from += 4 * size, at += 64) {
      const pixels = fourPixels(size, alpha, from, apart, spread, opaque, half);
      const low = i16x8.extend_low_i8x16_u(pixels), high = i16x8.extend_high_i8x16_u(pixels);
      v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)));
      v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), 16);
      v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), 32);
      v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), 48);
    }
    for (; x > 0; x--, from += size, at += 16) {
      const pixel = onePixel(size, alpha, from, spread, opaque, half);
      v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_u(pixel))));
    }
  }
}

// @ts-ignore: decorator
@inline
function pairs(size: i32, alpha: bool, rows: usize, left: i32, width: i32, height: i32, at: usize): void {
  const zero = zeroOf(width);
  const apart = kept(i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1), zero);
  const spread = kept(i8x16(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1), zero);
  const opaque = kept(i16x8(0, 0, 0, 255, 0, 0, 0, 255), zero), half = kept(i16x8.splat(128), zero);
  for (; height > 0; height--, rows += 4) {
    let from = <usize>load<u32>(rows) + left * size, x = width;
    // The one before `at` is finished when its neighbour is known.
    let last = onePixel(size, alpha, from, spread, opaque, half);
    from += size;
    x--;
    for (; x >= 4; x -= 4, from += 4 * size, at += 64) {
      const pixels = fourPixels(size, alpha, from, apart, spread, opaque, half);
      const before = v128.shuffle<i32>(last, pixels, 0, 4, 5, 6);
      const low = v128.shuffle<i8>(before, pixels, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = v128.shuffle<i8>(before, pixels, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      v128.store(at, i16x8.extend_low_i8x16_u(low));
      v128.store(at, i16x8.extend_high_i8x16_u(low), 16);
      v128.store(at, i16x8.extend_low_i8x16_u(high), 32);
      v128.store(at, i16x8.extend_high_i8x16_u(high), 48);
      last = v128.shuffle<i32>(pixels, pixels, 3, 3, 3, 3);
    }
    for (; x > 0; x--, from += size, at += 16) {
      const pixel = onePixel(size, alpha, from, spread, opaque, half);
      v128.store(at, i16x8.extend_low_i8x16_u(v128.shuffle<i8>(last, pixel, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)));
      last = pixel;
    }
    at += 16;
  }
}

/** Four pixels as four times four bytes, premultiplied if `alpha`. */
// @ts-ignore: decorator
@inline
function fourPixels(size: i32, alpha: bool, from: usize, apart: v128, spread: v128, opaque: v128, half: v128): v128 {
  if (size == 3) return reordered(v128.load32_lane(from, v128.load64_zero(from), 2, 8), apart);
  const pixels = v128.load(from);
  return alpha ? premultiplied(pixels, spread, opaque, half) : pixels;
}

/** One pixel, in the lowest four bytes. */
// @ts-ignore: decorator
@inline
function onePixel(size: i32, alpha: bool, from: usize, spread: v128, opaque: v128, half: v128): v128 {
  if (size == 3) return i32x4.splat(<i32>load<u16>(from) | (<i32>load<u8>(from, 2) << 16));
  const pixel = v128.load32_zero(from);
  return alpha ? premultiplied(pixel, spread, opaque, half) : pixel;
}
