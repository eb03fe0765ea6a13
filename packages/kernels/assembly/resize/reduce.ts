/**
 * Means of blocks of pixels: rows are added to 16-bit sums, then columns of these are.
 *
 * Sums begin at -128 for each row, so that those of up to 256 rows fit in 16 bits with a sign, and `i32x4.dot_i16x8_s` can add them.
 *
 * Reads the pixels that it is told of, and up to 16 bytes behind the sums, which are scratch.
 */
import { over255 } from '../alpha';
import { fetchRows, touchPages } from '../fetch';
import { unpremultiply } from '../point/alpha';
import { convert4to4 } from '../point/convert';
import { kept, reordered, zeroOf } from '../shuffles';

/**
 * Means of the blocks of `rows` rows, in a row of the result for every `down` of them, and for the rest.
 *
 * @param size - bytes of a pixel: 1, 3 or 4
 * @param list - the addresses of the rows, 4 bytes each
 * @param width - columns of the blocks together
 * @param across - columns of a block
 * @param weighs - whether these are pixels of four bytes, whose colours are weighed by their alpha
 * @param padded - whether the fourth byte of a pixel becomes 255
 * @param sums - scratch for three lines of sums, of 2 bytes for each of a row and 16 behind them
 * @param apart - bytes from one line to the next
 * @param outs - the addresses of the rows of the result, 4 bytes each
 */
export function reduceRows(
  size: i32, list: usize, rows: i32, down: i32, width: i32, across: i32, weighs: bool, padded: bool, sums: usize, apart: usize, outs: usize,
): void {
  if (down == 3 && size > 1 && !weighs) {
    for (; rows >= 9; rows -= 9, list += 36, outs += 12) {
      addNine(list, sums, apart, width * size);
      for (let i: usize = 0; i < 3; i++) columnsOf(size, sums + i * apart, <usize>load<u32>(outs + (i << 2)), width, across, 3, padded);
    }
  }
  for (; rows > 0; rows -= down, list += <usize>down << 2, outs += 4) {
    const high = min(rows, down), out = <usize>load<u32>(outs);
    addRows(list, high, sums, width * size, weighs);
    columnsOf(size, sums, out, width, across, high, padded);
    if (weighs) unpremultiply(out, 0, out, 0, (width + across - 1) / across, 1);
  }
}

/** Adds the columns of sums of `width` pixels, those of a block that is cut off too. */
// @ts-ignore: decorator
@inline
function columnsOf(size: i32, sums: usize, out: usize, width: i32, across: i32, rows: i32, padded: bool): void {
  const whole = width / across, rest = width % across;
  addColumns(size, sums, out, whole, across, rows);
  if (rest > 0) addColumns(size, sums + ((width - rest) * size << 1), out + whole * size, 1, rest, rows);
  if (padded) convert4to4(out, 0, out, 0, rest > 0 ? whole + 1 : whole, 1, colours, fourth);
}

/** The bytes that {@link convert4to4} takes: the first three, and 255. */
// @ts-ignore: decorator
@inline
const colours: i32 = 0xff020100, fourth: i32 = 0xff000000;

/**
 * Rows that are added at a time, each of which is fetched before: more of them, side by side, wait for memory. Few bytes do not: blocks of 16 rows of
 * an `L` of 6 megapixels take a tenth more so.
 */
// @ts-ignore: decorator
@inline
function rowsTogether(rows: i32, length: i32): i32 {
  return rows > 8 && rows * length > 65536 ? 8 : rows;
}

/**
 * Sums of `rows` rows of `length` bytes, a few rows at a time: by 12, 72 megabytes take 3.6 ms, and all 12 rows at a time took 6.1.
 *
 * Exported, as {@link addColumns} is, so that it stays a function of its own: V8 exchanges a function for its optimized form from one call to the
 * next, and would do so with one for whole images too late.
 *
 * @param list - the addresses of the rows, 4 bytes each
 * @param weighs - whether these are pixels of four bytes, whose colours are multiplied by their alpha
 */
export function addRows(list: usize, rows: i32, sums: usize, length: i32, weighs: bool): void {
  const start = i16x8.splat(<i16>(-128 * rows)), together = rowsTogether(rows, length);
  fetchRows(list, together, 0, length);
  if (weighs) addWeighed(true, list, together, start, sums, length);
  else if (rows == 3) addThree(<usize>load<u32>(list), <usize>load<u32>(list, 4), <usize>load<u32>(list, 8), sums, length);
  else addPlain(true, list, together, start, sums, length);
  for (rows -= together; rows > 0; rows -= together) {
    list += <usize>together << 2;
    const count = min(rows, together);
    fetchRows(list, count, 0, length);
    if (weighs) addWeighed(false, list, count, start, sums, length);
    else addPlain(false, list, count, start, sums, length);
  }
}

/** @param begins - whether sums begin at `start`, or at what they are */
// @ts-ignore: decorator
@inline
function addPlain(begins: bool, list: usize, rows: i32, start: v128, sums: usize, left: i32): void {
  const end = list + (<usize>rows << 2);
  let i: usize = 0;
  for (; left >= 32; left -= 32, i += 32) {
    const q = sums + (i << 1);
    let a = begins ? start : v128.load(q), b = begins ? start : v128.load(q, 16);
    let c = begins ? start : v128.load(q, 32), d = begins ? start : v128.load(q, 48);
    for (let l = list; l < end; l += 4) {
      const p = <usize>load<u32>(l) + i;
      a = i16x8.add(a, v128.load8x8_u(p));
      b = i16x8.add(b, v128.load8x8_u(p, 8));
      c = i16x8.add(c, v128.load8x8_u(p, 16));
      d = i16x8.add(d, v128.load8x8_u(p, 24));
    }
    v128.store(q, a);
    v128.store(q, b, 16);
    v128.store(q, c, 32);
    v128.store(q, d, 48);
  }
  for (; left > 0; left--, i++) {
    let sum: i32 = begins ? i16x8.extract_lane_s(start, 0) : load<i16>(sums + (i << 1));
    for (let l = list; l < end; l += 4) sum += <i32>load<u8>(<usize>load<u32>(l) + i);
    store<i16>(sums + (i << 1), <i16>sum);
  }
}

/** As {@link addPlain}, three rows. */
// @ts-ignore: decorator
@inline
function addThree(p: usize, q: usize, r: usize, sums: usize, left: i32): void {
  for (; left >= 32; left -= 32, p += 32, q += 32, r += 32, sums += 64) {
    sixteenOfThree(p, q, r, sums);
    sixteenOfThree(p + 16, q + 16, r + 16, sums + 32);
  }
  for (; left > 0; left--, p++, q++, r++, sums += 2) store<i16>(sums, <i16>(<i32>load<u8>(p) + <i32>load<u8>(q) + <i32>load<u8>(r) - 384));
}

/**
 * Three lines of sums of three rows each: nine rows at once, which the processor fetches ahead better than three. 72 megabytes of `RGB;24` by 3 take 0.85 of the
 * time, 18 megabytes 0.95; `L` took as long.
 */
export function addNine(list: usize, sums: usize, apart: usize, left: i32): void {
  const a = <usize>load<u32>(list), b = <usize>load<u32>(list, 4), c = <usize>load<u32>(list, 8);
  const d = <usize>load<u32>(list, 12), e = <usize>load<u32>(list, 16), f = <usize>load<u32>(list, 20);
  const g = <usize>load<u32>(list, 24), h = <usize>load<u32>(list, 28), i = <usize>load<u32>(list, 32);
  touchPages(list, 9, 0, left);
  let at: usize = 0;
  for (; left >= 16; left -= 16, at += 16, sums += 32) {
    sixteenOfThree(a + at, b + at, c + at, sums);
    sixteenOfThree(d + at, e + at, f + at, sums + apart);
    sixteenOfThree(g + at, h + at, i + at, sums + 2 * apart);
  }
  addThree(a + at, b + at, c + at, sums, left);
  addThree(d + at, e + at, f + at, sums + apart, left);
  addThree(g + at, h + at, i + at, sums + 2 * apart, left);
}

/** The sums of 16 bytes of three rows. */
// @ts-ignore: decorator
@inline
function sixteenOfThree(p: usize, q: usize, r: usize, sums: usize): void {
  const start = i16x8.splat(-384);
  v128.store(sums, i16x8.add(i16x8.add(start, v128.load8x8_u(p)), i16x8.add(v128.load8x8_u(q), v128.load8x8_u(r))));
  v128.store(sums, i16x8.add(i16x8.add(start, v128.load8x8_u(p, 8)), i16x8.add(v128.load8x8_u(q, 8), v128.load8x8_u(r, 8))), 16);
}

/** As {@link addPlain}, of colours times alpha. */
// @ts-ignore: decorator
@inline
function addWeighed(begins: bool, list: usize, rows: i32, start: v128, sums: usize, left: i32): void {
  const zero = zeroOf(rows);
  const opaque = kept(i16x8(0, 0, 0, 255, 0, 0, 0, 255), zero);
  const half = kept(i16x8.splat(128), zero);
  const end = list + (<usize>rows << 2);
  let i: usize = 0;
  for (; left >= 16; left -= 16, i += 16) {
    const q = sums + (i << 1);
    let a = begins ? start : v128.load(q), b = begins ? start : v128.load(q, 16);
    for (let l = list; l < end; l += 4) {
      const p = <usize>load<u32>(l) + i;
      a = i16x8.add(a, weighed(v128.load8x8_u(p), opaque, half));
      b = i16x8.add(b, weighed(v128.load8x8_u(p, 8), opaque, half));
    }
    v128.store(q, a);
    v128.store(q, b, 16);
  }
  for (; left > 0; left -= 4, i += 4) {
    const q = sums + (i << 1);
    let sum = begins ? start : v128.load64_zero(q);
    for (let l = list; l < end; l += 4) {
      const pixel = i16x8.extend_low_i8x16_u(v128.load32_zero(<usize>load<u32>(l) + i));
      sum = i16x8.add(sum, weighed(pixel, opaque, half));
    }
    v128.store64_lane(q, sum, 0);
  }
}

/**
 * Adds `across` columns of sums of `rows` rows for each of `count` pixels of `size` bytes, and makes means of them: `((sum + n / 2) * factor) >> 24`,
 * n being the pixels of the block and the factor 2^24 / n as a 32-bit float, rounded down.
 */
export function addColumns(size: i32, sums: usize, out: usize, count: i32, across: i32, rows: i32): void {
  const n = across * rows, start = 128 * n + (n >> 1), factor = <u32>(<f32>16777216 / <f32>n);
  if (size == 3 && across == 3 && n <= 9) thirdsOf3(sums, out, count, n, start, factor);
  else if (size == 1 && across == 3 && n <= 9) thirds(true, sums, out, count, n, start, factor);
  else if (size == 1 && across == 3 && n <= 256) thirds(false, sums, out, count, n, start, factor);
  else if (size == 1 && across < 5) bytes(true, sums, out, count, across, start, factor);
  else if (size == 1) bytes(false, sums, out, count, across, start, factor);
  else if (n > 256) pixels(size, sums, out, count, across, start, factor);
  else if (size == 3) quick(3, sums, out, count, across, start, factor);
  else quick(4, sums, out, count, across, start, factor);
}

// @ts-ignore: decorator
@inline
function weighed(v: v128, opaque: v128, half: v128): v128 {
  return over255(i16x8.mul(v, v128.or(v128.shuffle<i16>(v, v, 3, 3, 3, 3, 7, 7, 7, 7), opaque)), half);
}

/** Pixels of one byte: up to eight columns with one instruction. */
// @ts-ignore: decorator
@inline
function bytes(narrow: bool, sums: usize, out: usize, count: i32, across: i32, start: i32, factor: u32): void {
  const step = <usize>across << 1, full = narrow ? 0 : step & ~15;
  // Ones for the columns behind the last eight, or for those of two blocks.
  const places = narrow ? i16x8(0, 1, 2, 3, 0, 1, 2, 3) : i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  const columns = narrow ? (across == 2 ? 4 : across) : across & 7;
  const ones = v128.and(i16x8.lt_s(places, i16x8.splat(<i16>columns)), i16x8.splat(1));
  const base = i32x4.splat(start), scale = i32x4.splat(factor);
  for (; count >= 4; count -= 4, out += 4, sums += 4 * step) {
    const four = narrow ? fourNarrow(sums, step, ones) : fourWide(sums, step, full, ones);
    v128.store32_lane(out, narrowed(mean(i32x4.add(four, base), scale)), 0);
  }
  for (; count > 0; count--, out++) {
    let sum = start;
    for (let i = across; i > 0; i--, sums += 2) sum += <i32>load<i16>(sums);
    store<u8>(out, <u8>((<u32>sum * factor) >>> 24));
  }
}

/** The sums of four blocks of up to four columns, two blocks in a vector. */
// @ts-ignore: decorator
@inline
function fourNarrow(p: usize, step: usize, ones: v128): v128 {
  if (step == 4) return i32x4.dot_i16x8_s(v128.load(p), ones);
  const a = v128.load64_lane(p + step, v128.load64_zero(p), 1);
  const b = v128.load64_lane(p + 3 * step, v128.load64_zero(p + 2 * step), 1);
  const ab = i32x4.dot_i16x8_s(a, ones), cd = i32x4.dot_i16x8_s(b, ones);
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6), v128.shuffle<i32>(ab, cd, 1, 3, 5, 7));
}

/** The sums of four blocks of any number of columns. */
// @ts-ignore: decorator
@inline
function fourWide(p: usize, step: usize, full: usize, ones: v128): v128 {
  const a = across8(p, full, ones), b = across8(p + step, full, ones);
  const c = across8(p + 2 * step, full, ones), d = across8(p + 3 * step, full, ones);
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/** The sum of a block in four parts: `full` bytes of sums, and those behind for which there are ones. */
// @ts-ignore: decorator
@inline
function across8(p: usize, full: usize, ones: v128): v128 {
  const end = p + full;
  let sum = i32x4.dot_i16x8_s(v128.load(end), ones);
  for (; p < end; p += 16) sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(p), i16x8.splat(1)));
  return sum;
}

/** 2^15 by the pixels of a block of three columns and up to three rows. */
// @ts-ignore: decorator
@inline
function shareOf(n: i32): i16 {
  return n == 9 ? 3641 : n == 6 ? 5462 : 10922;
}

/**
 * What is added to the sums of such a block before they are multiplied by {@link shareOf} and rounded. With sums less 1 that gives the mean of 24 bits
 * for every sum of 3, 6 and 9 bytes.
 */
// @ts-ignore: decorator
@inline
function beforeRounding(n: i32): i32 {
  return 128 * n - 1;
}

/** Blocks of three columns of three bytes, of up to three rows. */
function thirdsOf3(sums: usize, out: usize, count: i32, n: i32, start: i32, factor: u32): void {
  const base = i16x8.splat(<i16>beforeRounding(n)), scale = i16x8.splat(shareOf(n));
  const order = kept(i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1), zeroOf(count));
  for (; count >= 4; count -= 4, out += 12, sums += 72) {
    const ab = v128.shuffle<i64>(threeOf3(sums), threeOf3(sums + 18), 0, 2);
    const cd = v128.shuffle<i64>(threeOf3(sums + 36), threeOf3(sums + 54), 0, 2);
    const means = i8x16.narrow_i16x8_u(rounded(i16x8.add(ab, base), scale), rounded(i16x8.add(cd, base), scale));
    const packed = reordered(means, order);
    v128.store64_lane(out, packed, 0);
    v128.store32_lane(out, packed, 2, 8);
  }
  quick(3, sums, out, count, 3, start, factor);
}

/** The sum of three pixels of three bytes, in the lower lanes. */
// @ts-ignore: decorator
@inline
function threeOf3(p: usize): v128 {
  return i16x8.add(i16x8.add(v128.load(p), v128.load(p, 6)), v128.load(p, 12));
}

/** `a b / 2^15`, rounded. */
// @ts-ignore: decorator
@inline
function rounded(a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i16x8.relaxed_q15mulr_s(a, b) : i16x8.q15mulr_sat_s(a, b);
}

/** Blocks of three columns of one byte, 16 at a time: 0.13 ms in the place of 0.26 (6 megapixels, by 3). `few` is whether they have up to three rows. */
// @ts-ignore: decorator
@inline
function thirds(few: bool, sums: usize, out: usize, count: i32, n: i32, start: i32, factor: u32): void {
  const base = i16x8.splat(<i16>(few ? beforeRounding(n) : start)), scale = few ? i16x8.splat(shareOf(n)) : i32x4.splat(factor);
  const order = kept(i8x16(0, 3, 6, 1, 4, 7, 2, 5, 8, 11, 14, 9, 12, 15, 10, 13), zeroOf(count));
  for (; count >= 16; count -= 16, out += 16, sums += 96) {
    const a = i16x8.add(eightThirds(sums), base), b = i16x8.add(eightThirds(sums + 48), base);
    const means = few ? i8x16.narrow_i16x8_u(rounded(a, scale), rounded(b, scale)) : i8x16.narrow_i16x8_u(eightMeans(a, scale), eightMeans(b, scale));
    v128.store(out, reordered(means, order));
  }
  bytes(true, sums, out, count, 3, start, factor);
}

/** The sums of eight blocks of three columns, in the order 0, 3, 6, 1, 4, 7, 2, 5. */
// @ts-ignore: decorator
@inline
function eightThirds(p: usize): v128 {
  const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32);
  // The first columns, then the second and the third, which lie one place and two places further.
  const first = v128.shuffle<i16>(v128.shuffle<i16>(a, b, 0, 9, 2, 3, 12, 5, 6, 15), c, 0, 1, 10, 3, 4, 13, 6, 7);
  const second = v128.shuffle<i16>(v128.shuffle<i16>(a, b, 0, 1, 10, 3, 4, 13, 6, 7), c, 8, 1, 2, 11, 4, 5, 14, 7);
  const third = v128.shuffle<i16>(v128.shuffle<i16>(a, b, 8, 1, 2, 11, 4, 5, 14, 7), c, 0, 9, 2, 3, 12, 5, 6, 15);
  const moved = i16x8.add(first, v128.shuffle<i16>(second, second, 1, 2, 3, 4, 5, 6, 7, 0));
  return i16x8.add(moved, v128.shuffle<i16>(third, third, 2, 3, 4, 5, 6, 7, 0, 1));
}

// @ts-ignore: decorator
@inline
function eightMeans(sums: v128, scale: v128): v128 {
  const low = mean(i32x4.extend_low_i16x8_u(sums), scale), high = mean(i32x4.extend_high_i16x8_u(sums), scale);
  return i16x8.narrow_i32x4_s(low, high);
}

/** Pixels of blocks whose sums fit in 16 bits without a sign. */
// @ts-ignore: decorator
@inline
function quick(size: i32, sums: usize, out: usize, count: i32, across: i32, start: i32, factor: u32): void {
  const step = <usize>(across * size) << 1;
  const base = i16x8.splat(<i16>start), scale = i32x4.splat(factor);
  const order = kept(i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1), zeroOf(across));
  for (; count >= 4; count -= 4, out += 4 * size, sums += 4 * step) {
    const a = mean(i32x4.extend_low_i16x8_u(pairs(size, sums, across, base)), scale);
    const b = mean(i32x4.extend_low_i16x8_u(pairs(size, sums + step, across, base)), scale);
    const c = mean(i32x4.extend_low_i16x8_u(pairs(size, sums + 2 * step, across, base)), scale);
    const d = mean(i32x4.extend_low_i16x8_u(pairs(size, sums + 3 * step, across, base)), scale);
    const four = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
    if (size == 4) {
      v128.store(out, four);
    } else {
      const packed = reordered(four, order);
      v128.store64_lane(out, packed, 0);
      v128.store32_lane(out, packed, 2, 8);
    }
  }
  for (; count > 0; count--, out += size, sums += step) {
    putPixel(size, out, mean(i32x4.extend_low_i16x8_u(pairs(size, sums, across, base)), scale));
  }
}

/** The sum of `across` pixels of sums, two at a time; only the lanes of the first pixel count. */
// @ts-ignore: decorator
@inline
function pairs(size: i32, p: usize, across: i32, base: v128): v128 {
  const end = p + (<usize>(across >> 1) * size << 2);
  let sum = base;
  if (p < end) {
    let two = v128.load(p);
    for (p += 4 * size; p < end; p += 4 * size) two = i16x8.add(two, v128.load(p));
    const second = size == 3 ? v128.shuffle<i16>(two, two, 3, 4, 5, 6, 7, 0, 1, 2) : v128.shuffle<i64>(two, two, 1, 0);
    sum = i16x8.add(sum, i16x8.add(two, second));
  }
  return across & 1 ? i16x8.add(sum, v128.load64_zero(end)) : sum;
}

/** Pixels of any blocks. */
function pixels(size: i32, sums: usize, out: usize, count: i32, across: i32, start: i32, factor: u32): void {
  const scale = i32x4.splat(factor);
  for (; count > 0; count--, out += size) {
    let sum = i32x4.splat(start);
    for (let i = across; i > 0; i--, sums += 2 * size) sum = i32x4.add(sum, i32x4.extend_low_i16x8_s(v128.load64_zero(sums)));
    putPixel(size, out, mean(sum, scale));
  }
}

// @ts-ignore: decorator
@inline
function mean(sum: v128, factor: v128): v128 {
  return i32x4.shr_u(i32x4.mul(sum, factor), 24);
}

/** Four bytes from as many lanes. */
// @ts-ignore: decorator
@inline
function narrowed(v: v128): v128 {
  const halves = i16x8.narrow_i32x4_s(v, v);
  return i8x16.narrow_i16x8_u(halves, halves);
}

// @ts-ignore: decorator
@inline
function putPixel(size: i32, out: usize, v: v128): void {
  const word = <u32>i32x4.extract_lane(narrowed(v), 0);
  if (size == 4) {
    store<u32>(out, word);
    return;
  }
  store<u16>(out, <u16>word);
  store<u8>(out, <u8>(word >>> 16), 2);
}
