/**
 * The weighing resize of wide layouts: sums of doubles in the order of the pixels, as Pillow forms them, so that they are rounded alike.
 *
 * Eight rows at a time go into a tile, in which a column is eight doubles. The pass along the rows makes eight values of as many rows at once:
 * with four, each sum waited for the addition before it. Where every pixel weighs in two values at most, there is no tile: see {@link widePairsF}.
 * The pass down takes eight columns of as many rows as weigh.
 *
 * Reads the pixels that it is told of, writes `width` values a row, and no byte beside them.
 */
import { touchPages } from '../fetch';
import { kept, zeroOf } from '../shuffles';
import { doubles, fourFrom, fourOf, integerAt, integers, nearest, one, putFour, putOne, swapped, twoOf } from './values';

/** `columns` pixels of eight rows as doubles, 64 bytes for each column. @param list - the addresses of the rows, 4 bytes each */
export function wideTileF(list: usize, columns: i32, tile: usize): void {
  tileOf<f32>(list, columns, tile);
}
/** As {@link wideTileF}, of integers of 32 bits. */
export function wideTileI(list: usize, columns: i32, tile: usize): void {
  tileOf<i32>(list, columns, tile);
}
/** As {@link wideTileF}, of integers of 16 bits. */
export function wideTile16(list: usize, columns: i32, tile: usize): void {
  tileOf<u16>(list, columns, tile);
}

// @ts-ignore: decorator
@inline
function tileOf<T>(list: usize, columns: i32, tile: usize): void {
  const r0 = <usize>load<u32>(list), r1 = <usize>load<u32>(list, 4), r2 = <usize>load<u32>(list, 8), r3 = <usize>load<u32>(list, 12);
  const r4 = <usize>load<u32>(list, 16), r5 = <usize>load<u32>(list, 20), r6 = <usize>load<u32>(list, 24), r7 = <usize>load<u32>(list, 28);
  if (sizeof<T>() == 4) touchPages(list, 8, 0, columns << 2);
  let at: usize = 0;
  for (; columns >= 4; columns -= 4, at += 4 * sizeof<T>(), tile += 256) {
    four<T>(r0 + at, r1 + at, tile);
    four<T>(r2 + at, r3 + at, tile + 16);
    four<T>(r4 + at, r5 + at, tile + 32);
    four<T>(r6 + at, r7 + at, tile + 48);
  }
  for (; columns > 0; columns--, at += sizeof<T>(), tile += 64) {
    for (let i: usize = 0; i < 8; i++) store<f64>(tile + (i << 3), one<T>(<usize>load<u32>(list + (i << 2)) + at));
  }
}

/** Four columns of two rows. */
// @ts-ignore: decorator
@inline
function four<T>(p: usize, q: usize, tile: usize): void {
  const a = fourOf<T>(p), b = fourOf<T>(q);
  const low = v128.shuffle<i32>(a, b, 0, 4, 1, 5), high = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  v128.store(tile, twoOf<T>(low));
  v128.store(tile, twoOf<T>(swapped(low)), 64);
  v128.store(tile, twoOf<T>(high), 128);
  v128.store(tile, twoOf<T>(swapped(high)), 192);
}

/**
 * Sums along eight rows.
 *
 * @param tile - where column 0 of the image would be
 * @param bounds - for each value the first column and how many, 4 bytes each
 * @param weights - the weights of each value, `size` doubles apart
 * @param list - the addresses of the eight rows that are written, 4 bytes each
 */
export function wideAcrossF(tile: usize, bounds: usize, weights: usize, size: i32, list: usize, width: i32): void {
  acrossTo<f32>(tile, bounds, weights, size, list, width);
}
/** As {@link wideAcrossF}, to the nearest integers of 32 bits. */
export function wideAcrossI(tile: usize, bounds: usize, weights: usize, size: i32, list: usize, width: i32): void {
  acrossTo<i32>(tile, bounds, weights, size, list, width);
}
/** As {@link wideAcrossF}, to the nearest integers of 16 bits. */
export function wideAcross16(tile: usize, bounds: usize, weights: usize, size: i32, list: usize, width: i32): void {
  acrossTo<u16>(tile, bounds, weights, size, list, width);
}

// @ts-ignore: decorator
@inline
function acrossTo<T>(tile: usize, bounds: usize, weights: usize, size: i32, list: usize, width: i32): void {
  const step = <usize>size << 3;
  const zero = zeroOf(width), sign = kept(f64x2.splat(-0.0), zero), half = kept(f64x2.splat(0.5), zero);
  for (let x: i32 = 0; x < width; x++, bounds += 8, weights += step) {
    let p = tile + (<usize>load<i32>(bounds) << 6);
    const end = weights + (<usize>load<i32>(bounds, 4) << 3);
    let a = f64x2.splat(0), b = f64x2.splat(0), c = f64x2.splat(0), d = f64x2.splat(0);
    for (let k = weights; k < end; k += 8, p += 64) {
      const weight = v128.load64_splat(k);
      a = f64x2.add(a, f64x2.mul(v128.load(p), weight));
      b = f64x2.add(b, f64x2.mul(v128.load(p, 16), weight));
      c = f64x2.add(c, f64x2.mul(v128.load(p, 32), weight));
      d = f64x2.add(d, f64x2.mul(v128.load(p, 48), weight));
    }
    const at = <usize>x * sizeof<T>();
    if (isFloat<T>()) {
      putDown<T>(list, at, fourFrom<T>(a, b));
      putDown<T>(list + 16, at, fourFrom<T>(c, d));
    } else {
      putDown<T>(list, at, fourFrom<T>(nearest(a, sign, half), nearest(b, sign, half)));
      putDown<T>(list + 16, at, fourFrom<T>(nearest(c, sign, half), nearest(d, sign, half)));
    }
  }
}

/**
 * Sums along eight rows where no pixel weighs in more than two values, and those one behind the other: as bilinear makes an image smaller. Each pixel
 * becomes a double once, and goes into the sums of both at once, without a tile.
 *
 * @param list - the addresses of the rows' first columns that are needed, 4 bytes each
 * @param bounds - for each value the first column and how many, 4 bytes each
 * @param weights - the weights of each value, `size` doubles apart, none below 0, so that integers stay within 32 bits; behind them as many bytes are read,
 *   and what they give is forgotten
 * @param outs - the addresses of the eight rows that are written, 4 bytes each
 * @param line - scratch for 32 bytes a value
 */
export function widePairsF(list: usize, bounds: usize, weights: usize, size: i32, outs: usize, width: i32, line: usize): void {
  pairsTo<f32>(list, bounds, weights, size, outs, width, line);
}
/** As {@link widePairsF}, to the nearest integers of 32 bits. */
export function widePairsI(list: usize, bounds: usize, weights: usize, size: i32, outs: usize, width: i32, line: usize): void {
  pairsTo<i32>(list, bounds, weights, size, outs, width, line);
}

/**
 * Two columns a turn in the build with relaxed SIMD only: Node 24 takes 0.9 of the time so, Node 20, which has fewer registers left, 1.14.
 */
// @ts-ignore: decorator
@inline
function pairsTo<T>(list: usize, bounds: usize, weights: usize, size: i32, outs: usize, width: i32, line: usize): void {
  const r0 = <usize>load<u32>(list), r1 = <usize>load<u32>(list, 4), r2 = <usize>load<u32>(list, 8), r3 = <usize>load<u32>(list, 12);
  const r4 = <usize>load<u32>(list, 16), r5 = <usize>load<u32>(list, 20), r6 = <usize>load<u32>(list, 24), r7 = <usize>load<u32>(list, 28);
  const step = <usize>size << 3, left = load<i32>(bounds), behind = bounds + (<usize>width << 3);
  touchPages(list, 8, 0, load<i32>(behind - 8) + load<i32>(behind - 4) - left << 2);
  const zero = zeroOf(width), sign = kept(f64x2.splat(-0.0), zero), half = kept(f64x2.splat(0.5), zero), magic = kept(f64x2.splat(integerAt), zero);
  // Sums of a value, and of the next one.
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
  let at: usize = 0, to = line;
  for (; bounds < behind; bounds += 8, weights += step, to += 32) {
    const first = <usize>(load<i32>(bounds) - left) << 2, last = first + (<usize>load<i32>(bounds, 4) << 2);
    const next = bounds + 8 < behind ? min(<usize>(load<i32>(bounds, 8) - left) << 2, last) : last;
    at = max(at, first);
    let wa = weights + (at - first << 1);
    // First the columns that weigh in this value alone: what they add to the sums of the next one is forgotten.
    do {
      const end = at < next ? next : last;
      let wb = weights + step;
      e = zero, f = zero, g = zero, h = zero;
      if (ASC_FEATURE_RELAXED_SIMD) {
        for (; at + 8 <= end; at += 8, wa += 16, wb += 16) {
          const k = v128.load64_splat(wa), l = v128.load64_splat(wb), m = v128.load64_splat(wa, 8), n = v128.load64_splat(wb, 8);
          const s = twoColumns(r0 + at, r1 + at), s0 = twoOf<T>(s), s1 = twoOf<T>(swapped(s));
          a = f64x2.add(a, f64x2.mul(s0, k));
          e = f64x2.add(e, f64x2.mul(s0, l));
          a = f64x2.add(a, f64x2.mul(s1, m));
          e = f64x2.add(e, f64x2.mul(s1, n));
          const t = twoColumns(r2 + at, r3 + at), t0 = twoOf<T>(t), t1 = twoOf<T>(swapped(t));
          b = f64x2.add(b, f64x2.mul(t0, k));
          f = f64x2.add(f, f64x2.mul(t0, l));
          b = f64x2.add(b, f64x2.mul(t1, m));
          f = f64x2.add(f, f64x2.mul(t1, n));
          const u = twoColumns(r4 + at, r5 + at), u0 = twoOf<T>(u), u1 = twoOf<T>(swapped(u));
          c = f64x2.add(c, f64x2.mul(u0, k));
          g = f64x2.add(g, f64x2.mul(u0, l));
          c = f64x2.add(c, f64x2.mul(u1, m));
          g = f64x2.add(g, f64x2.mul(u1, n));
          const v = twoColumns(r6 + at, r7 + at), v0 = twoOf<T>(v), v1 = twoOf<T>(swapped(v));
          d = f64x2.add(d, f64x2.mul(v0, k));
          h = f64x2.add(h, f64x2.mul(v0, l));
          d = f64x2.add(d, f64x2.mul(v1, m));
          h = f64x2.add(h, f64x2.mul(v1, n));
        }
      }
      for (; at < end; at += 4, wa += 8, wb += 8) {
        const k = v128.load64_splat(wa), l = v128.load64_splat(wb);
        const s = twoOf<T>(oneColumn(r0 + at, r1 + at));
        a = f64x2.add(a, f64x2.mul(s, k));
        e = f64x2.add(e, f64x2.mul(s, l));
        const t = twoOf<T>(oneColumn(r2 + at, r3 + at));
        b = f64x2.add(b, f64x2.mul(t, k));
        f = f64x2.add(f, f64x2.mul(t, l));
        const u = twoOf<T>(oneColumn(r4 + at, r5 + at));
        c = f64x2.add(c, f64x2.mul(u, k));
        g = f64x2.add(g, f64x2.mul(u, l));
        const v = twoOf<T>(oneColumn(r6 + at, r7 + at));
        d = f64x2.add(d, f64x2.mul(v, k));
        h = f64x2.add(h, f64x2.mul(v, l));
      }
    } while (at < last);
    if (next == last) e = zero, f = zero, g = zero, h = zero;
    v128.store(to, fourNearest<T>(a, b, sign, half, magic));
    v128.store(to, fourNearest<T>(c, d, sign, half, magic), 16);
    a = e, b = f, c = g, d = h;
  }
  turned(line, outs, width);
  turned(line + 16, outs + 16, width);
}

/** Two columns of two rows. */
// @ts-ignore: decorator
@inline
function twoColumns(p: usize, q: usize): v128 {
  return v128.shuffle<i32>(v128.load64_zero(p), v128.load64_zero(q), 0, 4, 1, 5);
}

/** A column of two rows. */
// @ts-ignore: decorator
@inline
function oneColumn(p: usize, q: usize): v128 {
  return v128.load32_lane(q, v128.load32_zero(p), 1);
}

// @ts-ignore: decorator
@inline
function fourNearest<T>(low: v128, high: v128, sign: v128, half: v128, magic: v128): v128 {
  if (isFloat<T>()) return fourFrom<T>(low, high);
  return integers(nearest(low, sign, half), nearest(high, sign, half), magic);
}

/** Four rows of numbers of 32 bits, of which `line` has those of four rows every 32 bytes. */
// @ts-ignore: decorator
@inline
function turned(line: usize, outs: usize, width: i32): void {
  let a = <usize>load<u32>(outs), b = <usize>load<u32>(outs, 4), c = <usize>load<u32>(outs, 8), d = <usize>load<u32>(outs, 12);
  for (; width >= 4; width -= 4, line += 128, a += 16, b += 16, c += 16, d += 16) {
    const p = v128.load(line), q = v128.load(line, 32), r = v128.load(line, 64), s = v128.load(line, 96);
    const k = v128.shuffle<i32>(p, q, 0, 4, 1, 5), l = v128.shuffle<i32>(r, s, 0, 4, 1, 5);
    const m = v128.shuffle<i32>(p, q, 2, 6, 3, 7), n = v128.shuffle<i32>(r, s, 2, 6, 3, 7);
    v128.store(a, v128.shuffle<i64>(k, l, 0, 2));
    v128.store(b, v128.shuffle<i64>(k, l, 1, 3));
    v128.store(c, v128.shuffle<i64>(m, n, 0, 2));
    v128.store(d, v128.shuffle<i64>(m, n, 1, 3));
  }
  for (; width > 0; width--, line += 32, a += 4, b += 4, c += 4, d += 4) {
    store<i32>(a, load<i32>(line));
    store<i32>(b, load<i32>(line, 4));
    store<i32>(c, load<i32>(line, 8));
    store<i32>(d, load<i32>(line, 12));
  }
}

/** Stores four numbers, each into a row of a list. */
// @ts-ignore: decorator
@inline
function putDown<T>(list: usize, at: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    v128.store32_lane(<usize>load<u32>(list) + at, v, 0);
    v128.store32_lane(<usize>load<u32>(list, 4) + at, v, 1);
    v128.store32_lane(<usize>load<u32>(list, 8) + at, v, 2);
    v128.store32_lane(<usize>load<u32>(list, 12) + at, v, 3);
  } else {
    v128.store16_lane(<usize>load<u32>(list) + at, v, 0);
    v128.store16_lane(<usize>load<u32>(list, 4) + at, v, 2);
    v128.store16_lane(<usize>load<u32>(list, 8) + at, v, 4);
    v128.store16_lane(<usize>load<u32>(list, 12) + at, v, 6);
  }
}

/**
 * A row of sums of `count` rows.
 *
 * @param list - the addresses of the rows, 4 bytes each
 * @param weights - as many doubles
 */
export function wideDownF(list: usize, weights: usize, count: i32, out: usize, width: i32): void {
  downTo<f32, f32>(list, weights, count, out, width);
}
/** As {@link wideDownF}, of integers of 32 bits. */
export function wideDownI(list: usize, weights: usize, count: i32, out: usize, width: i32): void {
  downTo<i32, i32>(list, weights, count, out, width);
}
/** As {@link wideDownF}, of integers of 32 bits to such of 16. */
export function wideDownITo16(list: usize, weights: usize, count: i32, out: usize, width: i32): void {
  downTo<i32, u16>(list, weights, count, out, width);
}
/** As {@link wideDownF}, of integers of 16 bits. */
export function wideDown16(list: usize, weights: usize, count: i32, out: usize, width: i32): void {
  downTo<u16, u16>(list, weights, count, out, width);
}

// @ts-ignore: decorator
@inline
function downTo<S, D>(list: usize, weights: usize, count: i32, out: usize, width: i32): void {
  const end = list + (<usize>count << 2);
  const zero = zeroOf(width), sign = kept(f64x2.splat(-0.0), zero), half = kept(f64x2.splat(0.5), zero);
  let at: usize = 0, q = out;
  for (; width >= 8; width -= 8, at += 8 * sizeof<S>(), q += 8 * sizeof<D>()) {
    let a = f64x2.splat(0), b = f64x2.splat(0), c = f64x2.splat(0), d = f64x2.splat(0);
    for (let l = list, k = weights; l < end; l += 4, k += 8) {
      const p = <usize>load<u32>(l) + at;
      const weight = v128.load64_splat(k);
      a = f64x2.add(a, f64x2.mul(doubles<S>(p), weight));
      b = f64x2.add(b, f64x2.mul(doubles<S>(p + 2 * sizeof<S>()), weight));
      c = f64x2.add(c, f64x2.mul(doubles<S>(p + 4 * sizeof<S>()), weight));
      d = f64x2.add(d, f64x2.mul(doubles<S>(p + 6 * sizeof<S>()), weight));
    }
    if (isFloat<D>()) {
      putFour<D>(q, fourFrom<D>(a, b));
      putFour<D>(q + 4 * sizeof<D>(), fourFrom<D>(c, d));
    } else {
      putFour<D>(q, fourFrom<D>(nearest(a, sign, half), nearest(b, sign, half)));
      putFour<D>(q + 4 * sizeof<D>(), fourFrom<D>(nearest(c, sign, half), nearest(d, sign, half)));
    }
  }
  for (; width > 0; width--, at += sizeof<S>(), q += sizeof<D>()) {
    let sum: f64 = 0;
    for (let l = list, k = weights; l < end; l += 4, k += 8) sum += one<S>(<usize>load<u32>(l) + at) * load<f64>(k);
    if (isFloat<D>()) putOne<D>(q, sum);
    else putOne<D>(q, copysign(floor(abs(sum) + 0.5), sum));
  }
}
