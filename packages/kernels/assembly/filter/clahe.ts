/**
 * Contrast by regions: every value through the tables of the four tiles around it, in 32-bit floats.
 *
 * All kernels here: rows of `width` pixels are read and one is written, which may lie on one of those, and no byte beside them.
 */
import { kept, reordered, zeroOf } from '../shuffles';

/**
 * Between the middles of two columns of tiles, the same four tables count.
 *
 * @param quads - 256 times four bytes: a value through the tables above left, above right, below left and below right
 * @param shares - for each pixel what the right tables count, a float
 * @param lower - what the lower tables count
 */
export function throughTiles(src: usize, dst: usize, width: i32, quads: usize, shares: usize, lower: f32): void {
  const down = f32x4.splat(lower);
  const up = f32x4.splat(<f32>1.0 - lower);
  let p = src, q = dst, s = shares;
  for (; width >= 4; width -= 4, p += 4, q += 4, s += 16) {
    let v = v128.load32_zero(quads + (<usize>load<u8>(p) << 2));
    v = v128.load32_lane(quads + (<usize>load<u8>(p, 1) << 2), v, 1);
    v = v128.load32_lane(quads + (<usize>load<u8>(p, 2) << 2), v, 2);
    v = v128.load32_lane(quads + (<usize>load<u8>(p, 3) << 2), v, 3);
    const result = between(v, v128.load(s), up, down);
    v128.store32_lane(q, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(result, result), i16x8.splat(0)), 0);
  }
  for (; width > 0; width--, p++, q++, s += 4) {
    const v = v128.load32_zero(quads + (<usize>load<u8>(p) << 2));
    v128.store8_lane(q, between(v, v128.load32_zero(s), up, down), 0);
  }
}

// @ts-ignore: decorator
@inline
function between(v: v128, right: v128, up: v128, down: v128): v128 {
  const byte = i32x4.splat(255);
  const left = f32x4.sub(f32x4.splat(1), right);
  const a = f32x4.convert_i32x4_s(v128.and(v, byte));
  const b = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(v, 8), byte));
  const c = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(v, 16), byte));
  const d = f32x4.convert_i32x4_s(i32x4.shr_u(v, 24));
  const above = f32x4.mul(f32x4.add(f32x4.mul(a, left), f32x4.mul(b, right)), up);
  const below = f32x4.mul(f32x4.add(f32x4.mul(c, left), f32x4.mul(d, right)), down);
  // To the nearest, halves to the even one; never beyond 255.
  return v128.and(f32x4.add(f32x4.add(above, below), f32x4.splat(12582912)), i32x4.splat(255));
}

/** Adds to each colour of pixels of three bytes what `after` is more than `before`, cut to 0 to 255. */
export function lighten3(src: usize, before: usize, after: usize, dst: usize, width: i32): void {
  const zero = zeroOf(width);
  const first = kept(i8x16(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5), zero);
  const second = kept(i8x16(5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10), zero);
  const third = kept(i8x16(10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15), zero);
  let p = src, a = before, b = after, q = dst;
  for (; width >= 16; width -= 16, p += 48, a += 16, b += 16, q += 48) {
    const more = i8x16.sub_sat_u(v128.load(b), v128.load(a));
    const less = i8x16.sub_sat_u(v128.load(a), v128.load(b));
    v128.store(q, moved(v128.load(p), reordered(more, first), reordered(less, first)));
    v128.store(q, moved(v128.load(p, 16), reordered(more, second), reordered(less, second)), 16);
    v128.store(q, moved(v128.load(p, 32), reordered(more, third), reordered(less, third)), 32);
  }
  for (; width > 0; width--, p += 3, a++, b++, q += 3) {
    const by = <i32>load<u8>(b) - <i32>load<u8>(a);
    for (let i: usize = 0; i < 3; i++) store<u8>(q + i, <u8>max(0, min(255, <i32>load<u8>(p + i) + by)));
  }
}

/** The same for the first three of four bytes; the fourth is or-ed with that of `opaque`. */
export function lighten4(src: usize, before: usize, after: usize, dst: usize, width: i32, opaque: i32): void {
  const colours = kept(i8x16(0, 0, 0, -1, 1, 1, 1, -1, 2, 2, 2, -1, 3, 3, 3, -1), zeroOf(width));
  const or = i32x4.splat(opaque);
  let p = src, a = before, b = after, q = dst;
  for (; width >= 4; width -= 4, p += 16, a += 4, b += 4, q += 16) {
    const more = i8x16.sub_sat_u(v128.load32_zero(b), v128.load32_zero(a));
    const less = i8x16.sub_sat_u(v128.load32_zero(a), v128.load32_zero(b));
    v128.store(q, v128.or(moved(v128.load(p), reordered(more, colours), reordered(less, colours)), or));
  }
  for (; width > 0; width--, p += 4, a++, b++, q += 4) {
    const more = i8x16.sub_sat_u(v128.load8_splat(b), v128.load8_splat(a));
    const less = i8x16.sub_sat_u(v128.load8_splat(a), v128.load8_splat(b));
    const v = moved(v128.load32_zero(p), reordered(more, colours), reordered(less, colours));
    v128.store32_lane(q, v128.or(v, or), 0);
  }
}

// @ts-ignore: decorator
@inline
function moved(v: v128, more: v128, less: v128): v128 {
  return i8x16.sub_sat_u(i8x16.add_sat_u(v, more), less);
}
