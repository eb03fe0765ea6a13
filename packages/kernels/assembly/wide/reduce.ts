/**
 * Means of blocks of wide layouts, in doubles, as Pillow forms them. Four blocks side by side are summed at once, two columns of each at a
 * time.
 *
 * A whole block of floats is added by squares of 2 by 2 in 32 bits, in the order of the rows. Of integers no order shows, as long as their sum is a
 * double exactly: they are added as integers.
 *
 * Reads the pixels of the blocks, writes their means.
 */
import { fetchRows, touchPages } from '../fetch';
import { kept, zeroOf } from '../shuffles';
import { fourFrom, integerAt, integers, nearest, putFour, putOne, swapped, twoOf } from './values';

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
  if (across == 3 && down == 3) {
    const done = width / 3 & ~3;
    for (; rows >= 9; rows -= 9, list += 36, outs += 12) {
      nine<T>(list, x, done, outs);
      for (let i: usize = 0; i < 3; i++) {
        sides<T>(list + 12 * i, 3, x, width, 3, true, done, <usize>load<u32>(outs + (i << 2)));
      }
    }
  }
  for (; rows > 0; rows -= down, list += <usize>down << 2, outs += 4) {
    const high = min(rows, down);
    sides<T>(list, high, x, width, across, high == down, 0, <usize>load<u32>(outs));
  }
}

/** A row of the result from its mean `done` on, and of the block that is cut off, if there is one. */
// @ts-ignore: decorator
@inline
function sides<T>(list: usize, rows: i32, x: usize, width: i32, across: i32, whole: bool, done: i32, out: usize): void {
  const count = width / across, rest = width % across;
  line<T>(list, rows, x + done * across * sizeof<T>(), across, whole, count - done, out + done * sizeof<T>());
  if (rest > 0) line<T>(list, rows, x + (width - rest) * sizeof<T>(), rest, false, 1, out + count * sizeof<T>());
}

// @ts-ignore: decorator
@inline
function nine<T>(list: usize, x: usize, count: i32, outs: usize): void {
  if (isFloat<T>()) nineF(list, x, count, outs);
  else if (sizeof<T>() == 4) nineI(list, x, count, outs);
  else nine16(list, x, count, outs);
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

/**
 * Means of `count` blocks of 3 by 3, a multiple of 4, from nine rows at once.
 *
 * Three rows that are read side by side are hardly fetched ahead by the processor, nine are, if each is read by instructions of its own: that takes 0.8
 * of the time that three took which were fetched before, and 0.75 with {@link touchPages}; in loops over rows nine took 1.4.
 *
 * @param list - the addresses of the rows, 4 bytes each
 * @param x - bytes from there to the first block
 * @param outs - the addresses of the three rows of the result, 4 bytes each
 */
export function nineF(list: usize, x: usize, count: i32, outs: usize): void {
  nineOf<f32>(list, x, count, outs);
}
/** As {@link nineF}, to the nearest integers of 32 bits. */
export function nineI(list: usize, x: usize, count: i32, outs: usize): void {
  nineOf<i32>(list, x, count, outs);
}
/** As {@link nineF}, to the nearest integers of 16 bits. */
export function nine16(list: usize, x: usize, count: i32, outs: usize): void {
  nineOf<u16>(list, x, count, outs);
}

// @ts-ignore: decorator
@inline
function nineOf<T>(list: usize, x: usize, count: i32, outs: usize): void {
  const a = <usize>load<u32>(list) + x, b = <usize>load<u32>(list, 4) + x, c = <usize>load<u32>(list, 8) + x;
  const d = <usize>load<u32>(list, 12) + x, e = <usize>load<u32>(list, 16) + x, f = <usize>load<u32>(list, 20) + x;
  const g = <usize>load<u32>(list, 24) + x, h = <usize>load<u32>(list, 28) + x, i = <usize>load<u32>(list, 32) + x;
  const o = <usize>load<u32>(outs), p = <usize>load<u32>(outs, 4), q = <usize>load<u32>(outs, 8);
  const zero = zeroOf(count);
  const sign = kept(f64x2.splat(-0.0), zero), half = kept(f64x2.splat(0.5), zero), magic = kept(f64x2.splat(integerAt), zero);
  touchPages(list, 9, x, count * 3 * sizeof<T>());
  let at: usize = 0, to: usize = 0;
  for (; count > 0; count -= 4, at += 12 * sizeof<T>(), to += 4 * sizeof<T>()) {
    putFour<T>(o + to, fourThirds<T>(a + at, b + at, c + at, sign, half, magic));
    putFour<T>(p + to, fourThirds<T>(d + at, e + at, f + at, sign, half, magic));
    putFour<T>(q + to, fourThirds<T>(g + at, h + at, i + at, sign, half, magic));
  }
}

/** The means of four blocks of 3 by 3. */
// @ts-ignore: decorator
@inline
function fourThirds<T>(p: usize, q: usize, r: usize, sign: v128, half: v128, magic: v128): v128 {
  const factor = f64x2.splat(1.0 / 9.0);
  if (isFloat<T>()) return floatThirds(p, q, r, factor);
  let low = sign, high = sign;
  if (sizeof<T>() == 2) {
    const a = three<u16>(p, q, r), b = three<u16>(p + 8, q + 8, r + 8), c = three<u16>(p + 16, q + 16, r + 16);
    const sum = i32x4.add(i32x4.add(column(3, 0, a, b, c, c), column(3, 1, a, b, c, c)), column(3, 2, a, b, c, c));
    low = f64x2.convert_low_i32x4_s(sum);
    high = f64x2.convert_low_i32x4_s(swapped(sum));
  } else {
    low = f64x2.sub(i64x2.add(twoThirds(p, q, r), magic), magic);
    high = f64x2.sub(i64x2.add(twoThirds(p + 24, q + 24, r + 24), magic), magic);
  }
  low = nearest(f64x2.mul(low, factor), sign, half);
  high = nearest(f64x2.mul(high, factor), sign, half);
  return integers(low, high, magic);
}

/** Of floats: squares of two rows and two columns, of one column, of one row, and what is left, each a sum in 32 bits. */
// @ts-ignore: decorator
@inline
function floatThirds(p: usize, q: usize, r: usize, factor: v128): v128 {
  let a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32);
  let square = f32x4.add(column(3, 0, a, b, c, c), column(3, 1, a, b, c, c)), side = column(3, 2, a, b, c, c);
  a = v128.load(q), b = v128.load(q, 16), c = v128.load(q, 32);
  square = f32x4.add(f32x4.add(square, column(3, 0, a, b, c, c)), column(3, 1, a, b, c, c));
  side = f32x4.add(side, column(3, 2, a, b, c, c));
  let low = f64x2.add(twoOf<f32>(square), twoOf<f32>(side));
  let high = f64x2.add(twoOf<f32>(swapped(square)), twoOf<f32>(swapped(side)));
  a = v128.load(r), b = v128.load(r, 16), c = v128.load(r, 32);
  square = f32x4.add(column(3, 0, a, b, c, c), column(3, 1, a, b, c, c)), side = column(3, 2, a, b, c, c);
  low = f64x2.add(f64x2.add(low, twoOf<f32>(square)), twoOf<f32>(side));
  high = f64x2.add(f64x2.add(high, twoOf<f32>(swapped(square))), twoOf<f32>(swapped(side)));
  return fourFrom<f32>(f64x2.mul(low, factor), f64x2.mul(high, factor));
}

/** Sums of three rows: two numbers as 64-bit integers, or four of 16 bits as 32-bit ones. */
// @ts-ignore: decorator
@inline
function three<T>(p: usize, q: usize, r: usize): v128 {
  if (sizeof<T>() == 2) return i32x4.add(i32x4.add(v128.load16x4_u(p), v128.load16x4_u(q)), v128.load16x4_u(r));
  return i64x2.add(i64x2.add(v128.load32x2_s(p), v128.load32x2_s(q)), v128.load32x2_s(r));
}

/** The sums of two blocks of 3 by 3. */
// @ts-ignore: decorator
@inline
function twoThirds(p: usize, q: usize, r: usize): v128 {
  return acrossThree(three<i32>(p, q, r), three<i32>(p + 8, q + 8, r + 8), three<i32>(p + 16, q + 16, r + 16));
}

/** The sums of two blocks of three columns, which lie one after the other in three vectors. */
// @ts-ignore: decorator
@inline
function acrossThree(a: v128, b: v128, c: v128): v128 {
  return i64x2.add(i64x2.add(v128.shuffle<i64>(a, b, 0, 3), v128.shuffle<i64>(a, c, 1, 2)), v128.shuffle<i64>(b, c, 0, 3));
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
    return acrossThree(a, b, c);
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
