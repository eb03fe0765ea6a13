/**
 * A symmetric kernel of weights along rows and down them, in 16 bits: values have 6 fraction bits, weights 15.
 *
 * The two values at one distance are added first, which still fits: `2 * 255 * 64` is below 2^15. Then one multiplication that rounds,
 * `(a * b + 2^14) >> 15`, and one addition do for both: what this loses is at most half of 1/64 for each weight.
 *
 * `weights` are 16 bytes for each distance from 0 to `reach`, a weight eight times. Everything but the source row and what `sumDown`
 * writes lies in scratch memory, which is read, and by `widen` and `sumAlong` written, up to 64 bytes behind the values.
 */

/**
 * A row of bytes made 16 bits wide, with copies of its first and last pixel beyond its ends. Reads `length` bytes at `row`, writes
 * `reach` pixels before and behind the `length` values at `out`.
 *
 * @param step - values of a pixel
 */
export function widen(row: usize, length: i32, step: i32, reach: i32, out: usize): void {
  let i: i32 = 0;
  for (; i + 16 <= length; i += 16) {
    const v = v128.load(row + i);
    const to = out + (i << 1);
    v128.store(to, i16x8.shl(i16x8.extend_low_i8x16_u(v), 6));
    v128.store(to, i16x8.shl(i16x8.extend_high_i8x16_u(v), 6), 16);
  }
  for (; i < length; i++) store<u16>(out + (i << 1), <u16>load<u8>(row + i) << 6);
  const last = out + (length << 1);
  const beyond = (step * reach) << 1;
  for (let j: i32 = 0; j < beyond; j += 2) {
    store<u16>(last + j, load<u16>(last + j - (step << 1)));
    store<u16>(out - 2 - j, load<u16>(out - 2 - j + (step << 1)));
  }
}

/** Sums along a row that `widen` has made: `length` values at `line` to as many at `out`, whose neighbours are `step` values apart. */
export function sumAlong(line: usize, weights: usize, reach: i32, step: i32, out: usize, length: i32): void {
  const distance: usize = step << 1;
  const end = weights + (<usize>reach << 4);
  for (let x: i32 = 0; x < length; x += 32, line += 64, out += 64) {
    let w = v128.load(weights);
    let a = times(v128.load(line), w);
    let b = times(v128.load(line, 16), w);
    let c = times(v128.load(line, 32), w);
    let d = times(v128.load(line, 48), w);
    let l = line, r = line;
    for (let at = weights; at < end;) {
      at += 16;
      l -= distance;
      r += distance;
      w = v128.load(at);
      a = i16x8.add(a, times(i16x8.add(v128.load(l), v128.load(r)), w));
      b = i16x8.add(b, times(i16x8.add(v128.load(l, 16), v128.load(r, 16)), w));
      c = i16x8.add(c, times(i16x8.add(v128.load(l, 32), v128.load(r, 32)), w));
      d = i16x8.add(d, times(i16x8.add(v128.load(l, 48), v128.load(r, 48)), w));
    }
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
}

/**
 * Sums down `2 * reach + 1` rows, whose addresses are at `list` from the top, and the result as bytes. Writes `length` bytes at `out`
 * and none behind them; up to 32 at `pad`.
 */
export function sumDown(list: usize, weights: usize, reach: i32, out: usize, length: i32, pad: usize): void {
  const middle = list + (<usize>reach << 2);
  const end = weights + (<usize>reach << 4);
  const half = i16x8.splat(32);
  for (let x: i32 = 0; x < length; x += 32) {
    const offset: usize = x << 1;
    const m = <usize>load<u32>(middle) + offset;
    let w = v128.load(weights);
    let a = i16x8.add(times(v128.load(m), w), half);
    let b = i16x8.add(times(v128.load(m, 16), w), half);
    let c = i16x8.add(times(v128.load(m, 32), w), half);
    let d = i16x8.add(times(v128.load(m, 48), w), half);
    let above = middle, below = middle;
    for (let at = weights; at < end;) {
      at += 16;
      above -= 4;
      below += 4;
      w = v128.load(at);
      const l = <usize>load<u32>(above) + offset;
      const r = <usize>load<u32>(below) + offset;
      a = i16x8.add(a, times(i16x8.add(v128.load(l), v128.load(r)), w));
      b = i16x8.add(b, times(i16x8.add(v128.load(l, 16), v128.load(r, 16)), w));
      c = i16x8.add(c, times(i16x8.add(v128.load(l, 32), v128.load(r, 32)), w));
      d = i16x8.add(d, times(i16x8.add(v128.load(l, 48), v128.load(r, 48)), w));
    }
    const ab = i8x16.narrow_i16x8_u(i16x8.shr_s(a, 6), i16x8.shr_s(b, 6));
    const cd = i8x16.narrow_i16x8_u(i16x8.shr_s(c, 6), i16x8.shr_s(d, 6));
    const left = length - x;
    if (left >= 32) {
      v128.store(out + x, ab);
      v128.store(out + x, cd, 16);
    } else {
      v128.store(pad, ab);
      v128.store(pad, cd, 16);
      for (let i: i32 = 0; i < left; i++) store<u8>(out + x + i, load<u8>(pad + i));
    }
  }
}

/** `(a * b + 2^14) >> 15`. The two instructions differ where both are -2^15, and neither is ever below 0. */
// @ts-ignore: decorator
@inline
function times(a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i16x8.relaxed_q15mulr_s(a, b) : i16x8.q15mulr_sat_s(a, b);
}
