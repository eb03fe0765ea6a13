/**
 * Pixels at places between pixels, bicubic, in integers: the fast variants of `smooth.ts`, which says what a tile is made of, and of which
 * parameters.
 *
 * Places are rounded to 1024ths of a pixel. For each of these the weights are in a table: four numbers of 16 bits with 14 fraction
 * bits, whose sum is 1. Sums along the rows are rounded to 6 fraction bits, so that they are 16-bit numbers again; those down are cut.
 * `i32x4.dot_i16x8_s` takes two pixels of four bands at once, which lie side by side for it: in the window they do.
 *
 * Pixels at an edge, and those of tiles without a window, go into a list, and are made one by one.
 *
 * Reads and writes as `smooth.ts`, and reads the table, which lies at `matrix` + 320.
 */
import { kept, reordered, zeroOf } from '../shuffles';
import { unpremultiply } from '../point/alpha';
import { cubicRow, rowAt } from './precise';
import { insideOf, outsideOf, pair } from './span';

/** Pixels of three bytes. */
export function quickBicubic3(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(3, false, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/** Pixels of three bytes and one of padding, which becomes 255. */
export function quickBicubic4(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(4, false, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/** Pixels of four bytes, the fourth alpha. */
export function quickBicubicAlpha(
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  tile(4, true, rows, width, height, matrix, top, bottom, begin, end, outs, fill, list, origin, stride);
}

/** `size` and `alpha` are constants wherever this is inlined, so that what they exclude is not compiled. */
// @ts-ignore: decorator
@inline
function tile(
  size: i32, alpha: bool,
  rows: usize, width: i32, height: i32, matrix: usize, top: i32, bottom: i32, begin: i32, end: i32, outs: usize, fill: u32, list: usize,
  origin: usize, stride: i32,
): void {
  for (let y = top; y < bottom; y++, outs += 4) {
    const out = load<u32>(outs);
    const inside = stride == 0 ? pair(end, end) : insideOf(matrix, y, begin, end, width, height, 1, 2, 2);
    const first = <i32>inside, last = <i32>(inside >> 32);
    if (first < last) {
      const to = out + first * size;
      inner(size, matrix, y, first, last, to, origin, stride, alpha ? 0 : 0xff000000);
      if (alpha) unpremultiply(to, 0, to, 0, last - first, 1);
    }
    let edges = outsideOf(size, matrix, y, begin, first, width, height, out + begin * size, fill, list);
    edges = outsideOf(size, matrix, y, last, end, width, height, out + last * size, fill, edges);
    listed(size, alpha, rows, width, height, matrix, y, out, list, edges);
  }
}

/** Pixels `first` to `last` - 1, at least four, all inside. `padding` is what is set in each. */
// @ts-ignore: decorator
@inline
function inner(
  size: i32, matrix: usize, y: i32, first: i32, last: i32, out: usize, origin: usize, stride: i32, padding: u32,
): void {
  const zero = zeroOf(last);
  const work = matrix + 64, table = tableOf(matrix);
  const py = <f64>y + 0.5;
  const a0 = load<f64>(matrix), a3 = load<f64>(matrix, 24), a6 = load<f64>(matrix, 48), a7 = load<f64>(matrix, 56);
  const isFlat = a6 == 0 && a7 == 0;
  const z0 = a7 * py;
  const u = f64x2.splat(a0), v = f64x2.splat(a3), z = f64x2.splat(a6), ofZ = f64x2.splat(z0);
  const ofU = f64x2.splat(load<f64>(matrix, 8) * py), ofV = f64x2.splat(load<f64>(matrix, 32) * py);
  const u0 = f64x2.splat(load<f64>(matrix, 16)), v0 = f64x2.splat(load<f64>(matrix, 40));
  const half = kept(i32x4.splat(128), zero), pad = i32x4.splat(padding);
  const packed = kept(i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1), zero);
  const fraction = kept(i32x4.splat(1023), zero);
  const corner = i32x4.splat(<i32>origin - stride - 16), strides = i32x4.splat(stride), weights = i32x4.splat(<i32>table);
  for (let x = first; x < last; x += 4) {
    // The last turn makes up to three pixels once more.
    x = min(x, last - 4);
    const xa = f64x2.add(f64x2.splat(<f64>x), f64x2(0.5, 1.5)), xb = f64x2.add(f64x2.splat(<f64>x), f64x2(2.5, 3.5));
    let ua = f64x2.add(f64x2.add(f64x2.mul(u, xa), ofU), u0), va = f64x2.add(f64x2.add(f64x2.mul(v, xa), ofV), v0);
    let ub = f64x2.add(f64x2.add(f64x2.mul(u, xb), ofU), u0), vb = f64x2.add(f64x2.add(f64x2.mul(v, xb), ofV), v0);
    if (!isFlat) {
      const one = f64x2.splat(1);
      const za = f64x2.add(f64x2.add(f64x2.mul(z, xa), ofZ), one), zb = f64x2.add(f64x2.add(f64x2.mul(z, xb), ofZ), one);
      ua = f64x2.div(ua, za);
      va = f64x2.div(va, za);
      ub = f64x2.div(ub, zb);
      vb = f64x2.div(vb, zb);
    }
    const column = v128.shuffle<i32>(units(ua), units(ub), 0, 2, 4, 6), line = v128.shuffle<i32>(units(va), units(vb), 0, 2, 4, 6);
    const ats = i32x4.add(i32x4.add(i32x4.mul(i32x4.shr_s(line, 10), strides), i32x4.shl(i32x4.shr_s(column, 10), 4)), corner);
    const across = i32x4.add(i32x4.shl(v128.and(column, fraction), 3), weights);
    const down = i32x4.add(i32x4.shl(v128.and(line, fraction), 3), weights);
    sums(work, ats, stride, across, down, half);
    const low = i16x8.narrow_i32x4_s(v128.load(work), v128.load(work, 16)), high = i16x8.narrow_i32x4_s(v128.load(work, 32), v128.load(work, 48));
    const pixels = i8x16.narrow_i16x8_u(low, high);
    const to = out + (x - first) * size;
    if (size == 4) v128.store(to, v128.or(pixels, pad));
    else {
      const bytes = reordered(pixels, packed);
      v128.store64_lane(to, bytes, 0);
      v128.store32_lane(to, bytes, 2, 8);
    }
  }
}

/** Where the weights are. */
// @ts-ignore: decorator
@inline
function tableOf(matrix: usize): usize {
  return matrix + 320;
}

/** 3 * 2^51: added to a whole number it puts that, as an integer, into the lower half of the float. */
const wholeShift: f64 = 6755399441055744;

/** The upper left one of the middle pixels around a place, in 1024ths, as an integer in the lower half. */
// @ts-ignore: decorator
@inline
function units(at: v128): v128 {
  const whole = f64x2.floor(f64x2.add(f64x2.mul(at, f64x2.splat(1024)), f64x2.splat(0.5 - 512)));
  return f64x2.add(whole, f64x2.splat(wholeShift));
}

/**
 * The bands of four pixels at `work`. `ats` are the addresses of their upper left ones in the window, `across` and `down` those of their weights.
 *
 * A loop for the reason given at `cubicSums` in `smooth.ts`: without it, 64 ms in the place of 53 (rotated, `RGB;24`).
 */
// @ts-ignore: decorator
@inline
function sums(work: usize, ats: v128, stride: i32, across: v128, down: v128, half: v128): void {
  v128.store(work, ats, 64);
  v128.store(work, across, 80);
  v128.store(work, down, 96);
  for (let i: usize = 0; i < 16; i += 4) {
    v128.store(work + (i << 2), sum(load<u32>(work + i, 64), stride, load<u32>(work + i, 80), load<u32>(work + i, 96), half));
  }
}

/** The bands of a pixel. */
// @ts-ignore: decorator
@inline
function sum(at: usize, stride: i32, across: usize, down: usize, half: v128): v128 {
  const x01 = v128.load32_splat(across), x23 = v128.load32_splat(across, 4);
  const a = line(at, x01, x23, half);
  at += stride;
  const b = line(at, x01, x23, half);
  at += stride;
  const c = line(at, x01, x23, half), e = line(at + stride, x01, x23, half);
  return columns(a, b, c, e, v128.load32_splat(down), v128.load32_splat(down, 4));
}

/** The sum of a row, of 6 fraction bits. */
// @ts-ignore: decorator
@inline
function line(at: usize, x01: v128, x23: v128, half: v128): v128 {
  return rounded(i32x4.dot_i16x8_s(v128.load(at), x01), i32x4.dot_i16x8_s(v128.load(at, 32), x23), half);
}

// @ts-ignore: decorator
@inline
function rounded(first: v128, last: v128, half: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.add(first, last), half), 8);
}

/** The sum of four rows, cut. */
// @ts-ignore: decorator
@inline
function columns(a: v128, b: v128, c: v128, e: v128, y01: v128, y23: v128): v128 {
  const ac = i16x8.narrow_i32x4_s(a, c), be = i16x8.narrow_i32x4_s(b, e);
  const first = i32x4.dot_i16x8_s(v128.shuffle<i16>(ac, be, 0, 8, 1, 9, 2, 10, 3, 11), y01);
  return i32x4.shr_s(i32x4.add(first, i32x4.dot_i16x8_s(v128.shuffle<i16>(ac, be, 4, 12, 5, 13, 6, 14, 7, 15), y23)), 20);
}

/** The pixels in the list. */
// @ts-ignore: decorator
@inline
function listed(
  size: i32, alpha: bool,
  rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, list: usize, end: usize,
): void {
  if (list == end) return;
  const py = <f64>y + 0.5;
  const a0 = load<f64>(matrix), a2 = load<f64>(matrix, 16), a3 = load<f64>(matrix, 24), a5 = load<f64>(matrix, 40);
  const a6 = load<f64>(matrix, 48);
  const u0 = load<f64>(matrix, 8) * py, v0 = load<f64>(matrix, 32) * py, z0 = load<f64>(matrix, 56) * py;
  for (; list < end; list += 4) {
    const x = load<u32>(list);
    const px = <f64>x + 0.5;
    const z = a6 * px + z0 + 1;
    const u = <i32>floor((a0 * px + u0 + a2) / z * 1024 + (0.5 - 512)), v = <i32>floor((a3 * px + v0 + a5) / z * 1024 + (0.5 - 512));
    const word = alone(size, alpha, rows, width, height, u, v, tableOf(matrix)), to = out + x * size;
    if (size == 3) {
      store<u16>(to, <u16>word);
      store<u8>(to, <u8>(word >> 16), 2);
    } else store<u32>(to, alpha ? word : word | 0xff000000);
    if (alpha) unpremultiply(to, 0, to, 0, 1, 1);
  }
}

/** A pixel straight from the source; premultiplied if `alpha`. */
// @ts-ignore: decorator
@inline
function alone(size: i32, alpha: bool, rows: usize, width: i32, height: i32, u: i32, v: i32, table: usize): u32 {
  const x = (u >> 10) - 1, y = v >> 10;
  const across = table + (<usize>(u & 1023) << 3), down = table + (<usize>(v & 1023) << 3);
  const x01 = v128.load32_splat(across), x23 = v128.load32_splat(across, 4);
  const a = aloneLine(cubicRow(size, alpha, rowAt(rows, y - 1, height), x, width), x01, x23);
  const b = aloneLine(cubicRow(size, alpha, rowAt(rows, y, height), x, width), x01, x23);
  const c = aloneLine(cubicRow(size, alpha, rowAt(rows, y + 1, height), x, width), x01, x23);
  const e = aloneLine(cubicRow(size, alpha, rowAt(rows, y + 2, height), x, width), x01, x23);
  const bands = columns(a, b, c, e, v128.load32_splat(down), v128.load32_splat(down, 4));
  const words = i16x8.narrow_i32x4_s(bands, bands);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
}

// @ts-ignore: decorator
@inline
function aloneLine(pixels: v128, x01: v128, x23: v128): v128 {
  const pairs = reordered(pixels, i8x16(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15));
  const first = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pairs), x01);
  return rounded(first, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(pairs), x23), i32x4.splat(128));
}
