/**
 * Pixels through a mask, with the bytes of Pillow's `paste`: `(s m + b (255 - m)) / 255`, to the nearest. The rules are those of `over.ts`;
 * `mask` is a row of `width` bytes.
 */
import { kept, reordered, zeroOf } from '../shuffles';

/** Pixels of one byte. */
export function paste1(src: usize, mask: usize, dst: usize, width: i32): void {
  const half = kept(i16x8.splat(128), zeroOf(width));
  let p = src, m = mask, q = dst;
  for (; width >= 16; width -= 16, p += 16, m += 16, q += 16) {
    v128.store(q, through(v128.load(p), v128.load(q), v128.load(m), half));
  }
  for (; width > 0; width--, p++, m++, q++) pasteByte(p, load<u8>(m), q);
}

/** Pixels of three bytes. */
export function paste3(src: usize, mask: usize, dst: usize, width: i32): void {
  const zero = zeroOf(width);
  const half = kept(i16x8.splat(128), zero);
  const first = kept(i8x16(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5), zero);
  const second = kept(i8x16(5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10), zero);
  const third = kept(i8x16(10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15), zero);
  let p = src, m = mask, q = dst;
  for (; width >= 16; width -= 16, p += 48, m += 16, q += 48) {
    const masks = v128.load(m);
    v128.store(q, through(v128.load(p), v128.load(q), reordered(masks, first), half));
    v128.store(q, through(v128.load(p, 16), v128.load(q, 16), reordered(masks, second), half), 16);
    v128.store(q, through(v128.load(p, 32), v128.load(q, 32), reordered(masks, third), half), 32);
  }
  for (; width > 0; width--, p += 3, m++, q += 3) {
    const value = load<u8>(m);
    pasteByte(p, value, q);
    pasteByte(p + 1, value, q + 1);
    pasteByte(p + 2, value, q + 2);
  }
}

/**
 * Pixels of four bytes.
 *
 * @param hidden - the bytes of a pixel that the source replaces where the backdrop's fourth byte is 0 and the mask is not; 0 for none
 * @param opaque - what is or-ed to every pixel
 */
export function paste4(src: usize, mask: usize, dst: usize, width: i32, hidden: i32, opaque: i32): void {
  const zero = zeroOf(width);
  const half = kept(i16x8.splat(128), zero);
  const spread = kept(i8x16(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3), zero);
  const replaced = i32x4.splat(hidden);
  const or = i32x4.splat(opaque);
  let p = src, m = mask, q = dst;
  for (; width >= 4; width -= 4, p += 16, m += 4, q += 16) {
    const masks = reordered(v128.load32_zero(m), spread);
    v128.store(q, v128.or(through4(v128.load(p), v128.load(q), masks, replaced, half), or));
  }
  for (; width > 0; width--, p += 4, m++, q += 4) {
    const masks = i8x16.splat(load<i8>(m));
    const v = through4(v128.load32_zero(p), v128.load32_zero(q), masks, replaced, half);
    v128.store32_lane(q, v128.or(v, or), 0);
  }
}

// @ts-ignore: decorator
@inline
function through4(s: v128, b: v128, masks: v128, replaced: v128, half: v128): v128 {
  const isHidden = v128.andnot(i32x4.eq(i32x4.shr_u(b, 24), i32x4.splat(0)), i32x4.eq(masks, i32x4.splat(0)));
  return through(s, b, v128.or(masks, v128.and(isHidden, replaced)), half);
}

// @ts-ignore: decorator
@inline
function through(s: v128, b: v128, masks: v128, half: v128): v128 {
  const rest = v128.not(masks);
  const low = i16x8.add(i16x8.extmul_low_i8x16_u(s, masks), i16x8.extmul_low_i8x16_u(b, rest));
  const high = i16x8.add(i16x8.extmul_high_i8x16_u(s, masks), i16x8.extmul_high_i8x16_u(b, rest));
  return i8x16.narrow_i16x8_u(over255(low, half), over255(high, half));
}

// @ts-ignore: decorator
@inline
export function over255(sum: v128, half: v128): v128 {
  const t = i16x8.add(sum, half);
  return i16x8.shr_u(i16x8.add(t, i16x8.shr_u(t, 8)), 8);
}

// @ts-ignore: decorator
@inline
function pasteByte(p: usize, mask: u32, q: usize): void {
  const t = <u32>load<u8>(p) * mask + <u32>load<u8>(q) * (255 - mask) + 128;
  store<u8>(q, <u8>((t + (t >> 8)) >> 8));
}
