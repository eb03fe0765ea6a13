/**
 * A row of means of blocks of wide layouts, in doubles, as Pillow forms them. Four blocks side by side are summed at once, a pixel of each at a time.
 *
 * Reads the pixels of the blocks, writes `count` means at `out`.
 */
import { fourFrom, nearest, putFour, putOne } from './values';

/**
 * Means of `count` blocks that lie side by side.
 *
 * @param list - the addresses of the first block's pixels in each of its rows, 4 bytes each
 * @param rows - rows of a block
 * @param across - columns of a block
 * @param paired - whether floats are added by squares of 2 by 2, as in blocks that are not cut off, before they are added to the sum
 */
export function wideReduceF(list: usize, rows: i32, across: i32, paired: bool, count: i32, out: usize): void {
  let x: i32 = 0;
  if (paired) for (; x + 4 <= count; x += 4, out += 16) v128.store(out, fourOfSquares(list, rows, x * across, across));
  for (; x < count; x++, out += 4) {
    const sum = paired ? squares(list, rows, x * across, across) : singles<f32>(list, rows, x * across, across);
    store<f32>(out, <f32>(sum * (1.0 / <f64>(across * rows))));
  }
}
/** As {@link wideReduceF}, to the nearest integers of 32 bits. */
export function wideReduceI(list: usize, rows: i32, across: i32, paired: bool, count: i32, out: usize): void {
  means<i32>(list, rows, across, count, out);
}
/** As {@link wideReduceF}, to the nearest integers of 16 bits. */
export function wideReduce16(list: usize, rows: i32, across: i32, paired: bool, count: i32, out: usize): void {
  means<u16>(list, rows, across, count, out);
}

// @ts-ignore: decorator
@inline
function means<T>(list: usize, rows: i32, across: i32, count: i32, out: usize): void {
  let x: i32 = 0;
  for (; x + 4 <= count; x += 4, out += 4 * sizeof<T>()) putFour<T>(out, fourMeans<T>(list, rows, x * across, across));
  for (; x < count; x++, out += sizeof<T>()) {
    const mean = singles<T>(list, rows, x * across, across) * (1.0 / <f64>(across * rows));
    putOne<T>(out, copysign(floor(abs(mean) + 0.5), mean));
  }
}

/** The means of four blocks of integers. */
// @ts-ignore: decorator
@inline
function fourMeans<T>(list: usize, rows: i32, first: i32, across: i32): v128 {
  const step = <usize>across * sizeof<T>();
  let low = f64x2.splat(0), high = f64x2.splat(0);
  for (let y: i32 = 0; y < rows; y++) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + <usize>first * sizeof<T>();
    for (let left = across; left > 0; left--, p += sizeof<T>()) {
      const v = apart<T>(p, step);
      low = f64x2.add(low, f64x2.convert_low_i32x4_s(v));
      high = f64x2.add(high, f64x2.convert_low_i32x4_s(v128.shuffle<i64>(v, v, 1, 0)));
    }
  }
  const factor = f64x2.splat(1.0 / <f64>(across * rows));
  return fourFrom<T>(nearest(f64x2.mul(low, factor)), nearest(f64x2.mul(high, factor)));
}

/** The means of four whole blocks of floats, each summed as {@link squares} does. */
function fourOfSquares(list: usize, rows: i32, first: i32, across: i32): v128 {
  const step = <usize>across << 2, indent = <usize>first << 2;
  let low = f64x2.splat(0), high = f64x2.splat(0), y: i32 = 0;
  for (; y + 1 < rows; y += 2) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + indent;
    let q = <usize>load<u32>(list + (<usize>y << 2), 4) + indent;
    let left = across;
    for (; left >= 2; left -= 2, p += 8, q += 8) {
      let v = f32x4.add(apart<f32>(p, step), apart<f32>(p + 4, step));
      v = f32x4.add(f32x4.add(v, apart<f32>(q, step)), apart<f32>(q + 4, step));
      low = f64x2.add(low, f64x2.promote_low_f32x4(v));
      high = f64x2.add(high, upper(v));
    }
    if (left > 0) {
      const v = f32x4.add(apart<f32>(p, step), apart<f32>(q, step));
      low = f64x2.add(low, f64x2.promote_low_f32x4(v));
      high = f64x2.add(high, upper(v));
    }
  }
  if (y < rows) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + indent;
    let left = across;
    for (; left >= 2; left -= 2, p += 8) {
      const v = f32x4.add(apart<f32>(p, step), apart<f32>(p + 4, step));
      low = f64x2.add(low, f64x2.promote_low_f32x4(v));
      high = f64x2.add(high, upper(v));
    }
    if (left > 0) {
      const v = apart<f32>(p, step);
      low = f64x2.add(low, f64x2.promote_low_f32x4(v));
      high = f64x2.add(high, upper(v));
    }
  }
  const factor = f64x2.splat(1.0 / <f64>(across * rows));
  return fourFrom<f32>(f64x2.mul(low, factor), f64x2.mul(high, factor));
}

// @ts-ignore: decorator
@inline
function upper(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
}

/** Four numbers that lie `step` bytes apart, as 32-bit integers or floats. */
// @ts-ignore: decorator
@inline
function apart<T>(p: usize, step: usize): v128 {
  if (sizeof<T>() == 4) {
    const two = v128.load32_lane(p + step, v128.load32_zero(p), 1);
    return v128.load32_lane(p + 3 * step, v128.load32_lane(p + 2 * step, two, 2), 3);
  }
  const two = v128.load16_lane(p + step, v128.load16_lane(p, i32x4.splat(0), 0), 2);
  return v128.load16_lane(p + 3 * step, v128.load16_lane(p + 2 * step, two, 4), 6);
}

/** The sum of a block; that of integers is exact in a double, whatever the order. */
// @ts-ignore: decorator
@inline
function singles<T>(list: usize, rows: i32, first: i32, across: i32): f64 {
  let sum: f64 = 0;
  for (let y: i32 = 0; y < rows; y++) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + <usize>first * sizeof<T>();
    for (let left = across; left > 0; left--, p += sizeof<T>()) sum += <f64>load<T>(p);
  }
  return sum;
}

/** The sum of a block of floats, square by square of 2 by 2; what is left over at its sides is added in pairs. */
// @ts-ignore: decorator
@inline
function squares(list: usize, rows: i32, first: i32, across: i32): f64 {
  const indent = <usize>first << 2;
  let sum: f64 = 0, y: i32 = 0;
  for (; y + 1 < rows; y += 2) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + indent;
    let q = <usize>load<u32>(list + (<usize>y << 2), 4) + indent;
    let left = across;
    for (; left >= 2; left -= 2, p += 8, q += 8) sum += <f64>(load<f32>(p) + load<f32>(p, 4) + load<f32>(q) + load<f32>(q, 4));
    if (left > 0) sum += <f64>(load<f32>(p) + load<f32>(q));
  }
  if (y < rows) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + indent;
    let left = across;
    for (; left >= 2; left -= 2, p += 8) sum += <f64>(load<f32>(p) + load<f32>(p, 4));
    if (left > 0) sum += <f64>load<f32>(p);
  }
  return sum;
}
