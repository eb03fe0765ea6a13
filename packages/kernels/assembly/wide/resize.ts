/**
 * The weighing resize of wide layouts: sums of doubles in the order of the pixels, as Pillow forms them, so that they are rounded alike.
 *
 * Eight rows at a time go into a tile, in which a column is eight doubles. The pass along the rows makes eight values of as many rows at once:
 * with four, each sum waited for the addition before it. The pass down takes eight columns of as many rows as weigh.
 *
 * Reads the pixels that it is told of, writes `width` values a row, and no byte beside them.
 */
import { kept, zeroOf } from '../shuffles';
import { doubles, fourFrom, fourOf, nearest, one, putFour, putOne, twoOf } from './values';

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
  v128.store(tile, twoOf<T>(v128.shuffle<i64>(low, low, 1, 0)), 64);
  v128.store(tile, twoOf<T>(high), 128);
  v128.store(tile, twoOf<T>(v128.shuffle<i64>(high, high, 1, 0)), 192);
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
