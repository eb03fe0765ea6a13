/**
 * The least and the greatest number of a row, together with those at `out`: two integers of 32 bits, or two floats. What is no number does not
 * count.
 *
 * Reads the pixels of the row, writes the 8 bytes at `out`.
 */
import { fourOf } from './values';

/** Of a row of `I;16`. */
export function extrema16(src: usize, width: i32, out: usize): void {
  integers<u16>(src, width, out);
}
/** Of a row of `I`. */
export function extremaI(src: usize, width: i32, out: usize): void {
  integers<i32>(src, width, out);
}

// @ts-ignore: decorator
@inline
function integers<T>(p: usize, width: i32, out: usize): void {
  let low = v128.load32_splat(out), high = v128.load32_splat(out, 4);
  for (; width >= 4; width -= 4, p += 4 * sizeof<T>()) {
    const v = fourOf<T>(p);
    low = i32x4.min_s(low, v);
    high = i32x4.max_s(high, v);
  }
  for (; width > 0; width--, p += sizeof<T>()) {
    const v = i32x4.splat(<i32>load<T>(p));
    low = i32x4.min_s(low, v);
    high = i32x4.max_s(high, v);
  }
  low = i32x4.min_s(low, v128.shuffle<i32>(low, low, 2, 3, 0, 1));
  high = i32x4.max_s(high, v128.shuffle<i32>(high, high, 2, 3, 0, 1));
  store<i32>(out, min(i32x4.extract_lane(low, 0), i32x4.extract_lane(low, 1)));
  store<i32>(out, max(i32x4.extract_lane(high, 0), i32x4.extract_lane(high, 1)), 4);
}

/** Of a row of `F`. `pmin` and `pmax` keep what they have where the other is no number. */
export function extremaF(p: usize, width: i32, out: usize): void {
  let low = v128.load32_splat(out), high = v128.load32_splat(out, 4);
  for (; width >= 4; width -= 4, p += 16) {
    const v = v128.load(p);
    low = f32x4.pmin(low, v);
    high = f32x4.pmax(high, v);
  }
  for (; width > 0; width--, p += 4) {
    const v = v128.load32_splat(p);
    low = f32x4.pmin(low, v);
    high = f32x4.pmax(high, v);
  }
  low = f32x4.pmin(low, v128.shuffle<i32>(low, low, 2, 3, 0, 1));
  high = f32x4.pmax(high, v128.shuffle<i32>(high, high, 2, 3, 0, 1));
  store<f32>(out, min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)));
  store<f32>(out, max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)), 4);
}
