/**
 * Means of blocks of wide layouts, in doubles, as Pillow forms them. Four blocks side by side are summed at once, two columns of each at a
 * time.
 *
 * A whole block of floats is added by squares of 2 by 2 in 32 bits, in the order of the rows. Of integers no order shows, as long as their sum is a
 * double exactly: they are added as integers.
 *
 * Reads the pixels of the blocks, writes their means.
 */
import { fetchRows } from '../fetch';
import { kept, zeroOf } from '../shuffles';
import { fourFrom, integerAt, integers, nearest, putFour, putOne } from './values';

/** So many numbers of 16 bits have a sum of 31 bits. */
// @ts-ignore: decorator
@inline
const most16: i32 = 32768;
/** So many numbers of 32 bits have a sum of fewer than 52 bits, which {@link integerAt} makes a double. */
// @ts-ignore: decorator
@inline
const mostI: i32 = 1048575;

/**
 * Means of the blocks of `rows` rows, in a row of the result for every `down` of them, and for the rest.
 *
 * @param list - the addresses of the rows, 4 bytes each
 * @param x - bytes from there to the first block
 * @param width - columns of the blocks together
 * @param across - columns of a block
 * @param outs - the addresses of the rows of the result, 4 bytes each
 */
export function wideReduceF(list: usize, rows: i32, down: i32, x: usize, width: i32, across: i32, outs: usize): void {
  strip<f32>(list, rows, down, x, width, across, outs);
}
/** As {@link wideReduceF}, to the nearest integers of 32 bits. */
export function wideReduceI(list: usize, rows: i32, down: i32, x: usize, width: i32, across: i32, outs: usize): void {
  strip<i32>(list, rows, down, x, width, across, outs);
}
/** As {@link wideReduceF}, to the nearest integers of 16 bits. */
export function wideReduce16(list: usize, rows: i32, down: i32, x: usize, width: i32, across: i32, outs: usize): void {
  strip<u16>(list, rows, down, x, width, across, outs);
}

// @ts-ignore: decorator
@inline
function strip<T>(list: usize, rows: i32, down: i32, x: usize, width: i32, across: i32, outs: usize): void {
  const whole = width / across, rest = width % across;
  for (; rows > 0; rows -= down, list += <usize>down << 2, outs += 4) {
    const high = min(rows, down), out = <usize>load<u32>(outs);
    line<T>(list, high, x, across, high == down, whole, out);
    if (rest > 0) line<T>(list, high, x + (width - rest) * sizeof<T>(), rest, false, 1, out + whole * sizeof<T>());
  }
}

// @ts-ignore: decorator
@inline
function line<T>(list: usize, rows: i32, x: usize, across: i32, paired: bool, count: i32, out: usize): void {
  if (isFloat<T>()) meansF(list, rows, x, across, paired, count, out);
  else if (sizeof<T>() == 4) meansI(list, rows, x, across, count, out);
  else means16(list, rows, x, across, count, out);
}

/**
 * Means of `count` blocks that lie side by side. By 3, 24 megabytes in the cache take 0.7 ms; gathered number by number they took 1.4. Exported so
 * that it stays a function of its own, as `addRows` of `resize/reduce.ts`.
 *
 * @param list - the addresses of the rows of the blocks, 4 bytes each
 * @param rows - rows of a block
 * @param x - bytes from there to the first block
 * @param across - columns of a block
 * @param paired - whether floats are added by squares of 2 by 2, as in blocks that are not cut off, before they are added to the sum
 */
export function meansF(list: usize, rows: i32, x: usize, across: i32, paired: bool, count: i32, out: usize): void {
  const step = across << 2;
  const factor = 1.0 / <f64>(across * rows);
  fetchRows(list, rows, x, count * step);
  if (paired) {
    // Of blocks of any width a column behind the fourth may be read, which is one of a fifth.
    const last = across > 1 && across < 5 ? 4 : 5;
    for (; count >= last; count -= 4, x += 4 * step, out += 16) {
      if (across == 3) v128.store(out, squaresOf(3, list, rows, x, factor));
      else if (across == 2) v128.store(out, squaresOf(2, list, rows, x, factor));
      else if (across == 4) v128.store(out, squaresOf(4, list, rows, x, factor));
      else v128.store(out, squaresOfAny(list, rows, x, step, factor));
    }
  }
  for (; count > 0; count--, x += step, out += 4) {
    store<f32>(out, <f32>((paired ? squares(list, rows, x, across) : singles<f32>(list, rows, x, across)) * factor));
  }
}
/** As {@link meansF}, to the nearest integers of 32 bits. */
export function meansI(list: usize, rows: i32, x: usize, across: i32, count: i32, out: usize): void {
  means<i32>(list, rows, x, across, count, out);
}
/** As {@link meansF}, to the nearest integers of 16 bits. */
export function means16(list: usize, rows: i32, x: usize, across: i32, count: i32, out: usize): void {
  means<u16>(list, rows, x, across, count, out);
}

// @ts-ignore: decorator
@inline
function means<T>(list: usize, rows: i32, x: usize, across: i32, count: i32, out: usize): void {
  const step = across * sizeof<T>();
  const factor = 1.0 / <f64>(across * rows);
  const zero = zeroOf(count);
  const sign = kept(f64x2.splat(-0.0), zero), half = kept(f64x2.splat(0.5), zero), magic = kept(f64x2.splat(integerAt), zero);
  fetchRows(list, rows, x, count * step);
  if (across * rows <= (sizeof<T>() == 2 ? most16 : mostI)) {
    for (; count >= 4; count -= 4, x += 4 * step, out += 4 * sizeof<T>()) {
      let low = zero, high = zero;
      if (sizeof<T>() == 2) {
        const sum = sumsOf16(list, rows, x, across);
        low = f64x2.convert_low_i32x4_s(sum);
        high = f64x2.convert_low_i32x4_s(swapped(sum));
      } else {
        low = f64x2.sub(i64x2.add(sumsOfI(list, rows, x, across), magic), magic);
        high = f64x2.sub(i64x2.add(sumsOfI(list, rows, x + 2 * step, across), magic), magic);
      }
      low = nearest(f64x2.mul(low, f64x2.splat(factor)), sign, half);
      high = nearest(f64x2.mul(high, f64x2.splat(factor)), sign, half);
      putFour<T>(out, integers(low, high, magic));
    }
  }
  for (; count > 0; count--, x += step, out += sizeof<T>()) {
    const mean = singles<T>(list, rows, x, across) * factor;
    putOne<T>(out, copysign(floor(abs(mean) + 0.5), mean));
  }
}

/** The sums of two blocks, as integers of 64 bits. */
// @ts-ignore: decorator
@inline
function sumsOfI(list: usize, rows: i32, x: usize, across: i32): v128 {
  let a = i64x2.splat(0), b = a, c = a;
  const end = list + (<usize>rows << 2);
  if (across == 3) {
    for (; list < end; list += 4) {
      const p = <usize>load<u32>(list) + x;
      a = i64x2.add(a, v128.load32x2_s(p));
      b = i64x2.add(b, v128.load32x2_s(p, 8));
      c = i64x2.add(c, v128.load32x2_s(p, 16));
    }
    return i64x2.add(i64x2.add(v128.shuffle<i64>(a, b, 0, 3), v128.shuffle<i64>(a, c, 1, 2)), v128.shuffle<i64>(b, c, 0, 3));
  }
  if (across == 2) {
    for (; list < end; list += 4) {
      const p = <usize>load<u32>(list) + x;
      a = i64x2.add(a, v128.load32x2_s(p));
      b = i64x2.add(b, v128.load32x2_s(p, 8));
    }
    return i64x2.add(v128.shuffle<i64>(a, b, 0, 2), v128.shuffle<i64>(a, b, 1, 3));
  }
  const step = <usize>across << 2;
  for (; list < end; list += 4) {
    let p = <usize>load<u32>(list) + x, left = across;
    for (; left >= 2; left -= 2, p += 8) {
      a = i64x2.add(a, v128.load32x2_s(p));
      b = i64x2.add(b, v128.load32x2_s(p + step));
    }
    if (left == 0) continue;
    c = i64x2.add(c, i64x2.extend_low_i32x4_s(v128.load32_lane(p + step, v128.load32_zero(p), 1)));
  }
  return i64x2.add(i64x2.add(v128.shuffle<i64>(a, b, 0, 2), v128.shuffle<i64>(a, b, 1, 3)), c);
}

/** The sums of four blocks, as integers of 32 bits. */
// @ts-ignore: decorator
@inline
function sumsOf16(list: usize, rows: i32, x: usize, across: i32): v128 {
  let a = i32x4.splat(0), b = a, c = a;
  const end = list + (<usize>rows << 2);
  if (across == 3) {
    for (; list < end; list += 4) {
      const p = <usize>load<u32>(list) + x;
      a = i32x4.add(a, v128.load16x4_u(p));
      b = i32x4.add(b, v128.load16x4_u(p, 8));
      c = i32x4.add(c, v128.load16x4_u(p, 16));
    }
    return i32x4.add(i32x4.add(column(3, 0, a, b, c, c), column(3, 1, a, b, c, c)), column(3, 2, a, b, c, c));
  }
  if (across == 2) {
    for (; list < end; list += 4) a = i32x4.add(a, i32x4.extadd_pairwise_i16x8_u(v128.load(<usize>load<u32>(list) + x)));
    return a;
  }
  const step = <usize>across << 1;
  for (; list < end; list += 4) {
    let p = <usize>load<u32>(list) + x, left = across;
    for (; left >= 2; left -= 2, p += 4) {
      const two = v128.load32_lane(p + step, v128.load32_zero(p), 1);
      const four = v128.load32_lane(p + 3 * step, v128.load32_lane(p + 2 * step, two, 2), 3);
      a = i32x4.add(a, i32x4.extadd_pairwise_i16x8_u(four));
    }
    if (left == 0) continue;
    const two = v128.load16_lane(p + step, v128.load16_lane(p, i32x4.splat(0), 0), 2);
    b = i32x4.add(b, v128.load16_lane(p + 3 * step, v128.load16_lane(p + 2 * step, two, 4), 6));
  }
  return i32x4.add(a, b);
}

/** Column `k` of four blocks of `n` columns, which lie one after the other in `n` vectors. */
// @ts-ignore: decorator
@inline
function column(n: i32, k: i32, a: v128, b: v128, c: v128, d: v128): v128 {
  if (n == 2) return k == 0 ? v128.shuffle<i32>(a, b, 0, 2, 4, 6) : v128.shuffle<i32>(a, b, 1, 3, 5, 7);
  if (n == 3) {
    if (k == 0) return v128.shuffle<i32>(a, v128.shuffle<i32>(b, c, 2, 2, 5, 5), 0, 3, 4, 6);
    if (k == 2) return v128.shuffle<i32>(v128.shuffle<i32>(a, b, 2, 2, 5, 5), c, 0, 2, 4, 7);
    return v128.shuffle<i32>(v128.shuffle<i32>(a, b, 1, 1, 4, 4), v128.shuffle<i32>(b, c, 3, 3, 6, 6), 0, 2, 4, 6);
  }
  const ab = k < 2 ? v128.shuffle<i32>(a, b, 0, 4, 1, 5) : v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd = k < 2 ? v128.shuffle<i32>(c, d, 0, 4, 1, 5) : v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  return k & 1 ? v128.shuffle<i64>(ab, cd, 1, 3) : v128.shuffle<i64>(ab, cd, 0, 2);
}

// @ts-ignore: decorator
@inline
function swapped(v: v128): v128 {
  return v128.shuffle<i64>(v, v, 1, 0);
}

/** Two numbers at `p` and two at `p + step`. */
// @ts-ignore: decorator
@inline
function pairs(p: usize, step: usize): v128 {
  return v128.load64_lane(p + step, v128.load64_zero(p), 1);
}

/** The means of four whole blocks of `n` columns of floats, 2 to 4, each summed as {@link squares} does. */
// @ts-ignore: decorator
@inline
function squaresOf(n: i32, list: usize, rows: i32, x: usize, factor: f64): v128 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  for (; rows >= 2; rows -= 2, list += 8) {
    const p = <usize>load<u32>(list) + x, q = <usize>load<u32>(list, 4) + x;
    const a = v128.load(p), b = v128.load(p, 16), c = n > 2 ? v128.load(p, 32) : b, d = n > 3 ? v128.load(p, 48) : c;
    const e = v128.load(q), f = v128.load(q, 16), g = n > 2 ? v128.load(q, 32) : f, h = n > 3 ? v128.load(q, 48) : g;
    let v = f32x4.add(f32x4.add(column(n, 0, a, b, c, d), column(n, 1, a, b, c, d)), column(n, 0, e, f, g, h));
    v = f32x4.add(v, column(n, 1, e, f, g, h));
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(swapped(v)));
    if (n == 2) continue;
    let w = column(n, 2, a, b, c, d);
    if (n > 3) w = f32x4.add(w, column(n, 3, a, b, c, d));
    w = f32x4.add(w, column(n, 2, e, f, g, h));
    if (n > 3) w = f32x4.add(w, column(n, 3, e, f, g, h));
    low = f64x2.add(low, f64x2.promote_low_f32x4(w));
    high = f64x2.add(high, f64x2.promote_low_f32x4(swapped(w)));
  }
  if (rows > 0) {
    const p = <usize>load<u32>(list) + x;
    const a = v128.load(p), b = v128.load(p, 16), c = n > 2 ? v128.load(p, 32) : b, d = n > 3 ? v128.load(p, 48) : c;
    const v = f32x4.add(column(n, 0, a, b, c, d), column(n, 1, a, b, c, d));
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(swapped(v)));
    if (n > 2) {
      const w = n == 3 ? column(n, 2, a, b, c, d) : f32x4.add(column(n, 2, a, b, c, d), column(n, 3, a, b, c, d));
      low = f64x2.add(low, f64x2.promote_low_f32x4(w));
      high = f64x2.add(high, f64x2.promote_low_f32x4(swapped(w)));
    }
  }
  return fourFrom<f32>(f64x2.mul(low, f64x2.splat(factor)), f64x2.mul(high, f64x2.splat(factor)));
}

/** As {@link squaresOf}, of blocks of `step` bytes. Reads up to one column behind the blocks. */
function squaresOfAny(list: usize, rows: i32, x: usize, step: usize, factor: f64): v128 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  for (; rows > 0; rows -= 2, list += 8) {
    const p = <usize>load<u32>(list) + x, q = rows > 1 ? <usize>load<u32>(list, 4) + x : p;
    for (let i: usize = 0; i < step; i += 8) {
      const v = square(rows > 1, p + i, q + i, step, i + 4 < step);
      low = f64x2.add(low, f64x2.promote_low_f32x4(v));
      high = f64x2.add(high, f64x2.promote_low_f32x4(swapped(v)));
    }
  }
  return fourFrom<f32>(f64x2.mul(low, f64x2.splat(factor)), f64x2.mul(high, f64x2.splat(factor)));
}

/** Of four blocks the sum of a square: of two columns or one, in one row or two. */
// @ts-ignore: decorator
@inline
function square(high: bool, p: usize, q: usize, step: usize, wide: bool): v128 {
  const ab = pairs(p, step), cd = pairs(p + 2 * step, step);
  let sum = v128.shuffle<i32>(ab, cd, 0, 2, 4, 6);
  if (wide) sum = f32x4.add(sum, v128.shuffle<i32>(ab, cd, 1, 3, 5, 7));
  if (!high) return sum;
  const ef = pairs(q, step), gh = pairs(q + 2 * step, step);
  sum = f32x4.add(sum, v128.shuffle<i32>(ef, gh, 0, 2, 4, 6));
  return wide ? f32x4.add(sum, v128.shuffle<i32>(ef, gh, 1, 3, 5, 7)) : sum;
}

/** The sum of a block. Numbers of 16 bits are added as integers, row by row: a double is ready for the next one after three cycles only. */
// @ts-ignore: decorator
@inline
function singles<T>(list: usize, rows: i32, x: usize, across: i32): f64 {
  let sum: f64 = 0;
  for (let y: i32 = 0; y < rows; y++) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + x, left = across;
    if (sizeof<T>() == 2) {
      let row: u32 = 0;
      for (; left > 0; left--, p += 2) row += <u32>load<u16>(p);
      sum += <f64>row;
    } else {
      for (; left > 0; left--, p += sizeof<T>()) sum += <f64>load<T>(p);
    }
  }
  return sum;
}

/** The sum of a block of floats, square by square of 2 by 2; what is left over at its sides is added in pairs. */
// @ts-ignore: decorator
@inline
function squares(list: usize, rows: i32, x: usize, across: i32): f64 {
  let sum: f64 = 0, y: i32 = 0;
  for (; y + 1 < rows; y += 2) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + x;
    let q = <usize>load<u32>(list + (<usize>y << 2), 4) + x;
    let left = across;
    for (; left >= 2; left -= 2, p += 8, q += 8) sum += <f64>(load<f32>(p) + load<f32>(p, 4) + load<f32>(q) + load<f32>(q, 4));
    if (left > 0) sum += <f64>(load<f32>(p) + load<f32>(q));
  }
  if (y < rows) {
    let p = <usize>load<u32>(list + (<usize>y << 2)) + x;
    let left = across;
    for (; left >= 2; left -= 2, p += 8) sum += <f64>(load<f32>(p) + load<f32>(p, 4));
    if (left > 0) sum += <f64>load<f32>(p);
  }
  return sum;
}
