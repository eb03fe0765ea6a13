/**
 * Rank filters: of the values in a square around each one the median, the smallest, the largest, or one in between.
 *
 * Rows come from `padRow`, which puts copies of the first and last pixel beyond the ends, so that the kernels read on both sides. All that is
 * read lies in scratch memory, up to 16 bytes behind the values. Each kernel writes `length` bytes at `out` and none behind them; up to
 * 16 at `pad`. `step` are the bytes of a pixel, `list` the addresses of the rows, 4 bytes each, from the top.
 *
 * The medians are networks: exchanges that put two values in order, 16 at a time. The columns of a square are sorted first, once for all
 * squares that they are in.
 */

/** Copies a row of `length` bytes to `out`, and `reach` times its first and last pixel before and behind it. */
export function padRow(row: usize, length: i32, step: i32, reach: i32, out: usize): void {
  memory.copy(out, row, length);
  const last = out + length;
  const beyond = step * reach;
  for (let i: i32 = 0; i < beyond; i++) {
    store<u8>(last + i, load<u8>(last + i - step));
    store<u8>(out - 1 - i, load<u8>(out - 1 - i + step));
  }
}

/**
 * The medians of squares of 3 by 3: of the largest of the lowest, the median of the middle and the smallest of the highest values of the
 * three columns.
 *
 * @param lines - scratch for three lines, `stride` bytes apart, at their value 0; with a pixel before and behind them
 */
export function median3(list: usize, step: i32, length: i32, lines: usize, stride: usize, out: usize, pad: usize): void {
  const r0 = <usize>load<u32>(list), r1 = <usize>load<u32>(list, 4), r2 = <usize>load<u32>(list, 8);
  for (let x: i32 = -step; x < length + step; x += 16) {
    let a = v128.load(r0 + x), b = v128.load(r1 + x), c = v128.load(r2 + x), t: v128;
    t = i8x16.min_u(b, c); c = i8x16.max_u(b, c); b = t;
    t = i8x16.min_u(a, b); b = i8x16.max_u(a, b); a = t;
    t = i8x16.min_u(b, c); c = i8x16.max_u(b, c); b = t;
    v128.store(lines + x, a);
    v128.store(lines + stride + x, b);
    v128.store(lines + 2 * stride + x, c);
  }
  for (let x: i32 = 0; x < length; x += 16) {
    const low = lines + x, middle = low + stride, high = middle + stride;
    const a = i8x16.max_u(i8x16.max_u(v128.load(low - step), v128.load(low)), v128.load(low + step));
    const b = middleOf(v128.load(middle - step), v128.load(middle), v128.load(middle + step));
    const c = i8x16.min_u(i8x16.min_u(v128.load(high - step), v128.load(high)), v128.load(high + step));
    put(middleOf(a, b, c), out + x, length - x, pad);
  }
}

// @ts-ignore: decorator
@inline
function middleOf(a: v128, b: v128, c: v128): v128 {
  return i8x16.max_u(i8x16.min_u(a, b), i8x16.min_u(i8x16.max_u(a, b), c));
}

/**
 * The medians of squares of 5 by 5. With its columns sorted and then its rows, a square of 25 leaves 13 that may be the median: those with
 * no more than 12 that are certainly smaller, and no more than 12 that are certainly larger. Of these the smallest and the largest are put
 * aside, of 8 first, and each time another one comes in, until 3 are left.
 *
 * @param lines - scratch for five lines, `stride` bytes apart, at their value 0; with two pixels before and behind them
 */
export function median5(list: usize, step: i32, length: i32, lines: usize, stride: usize, out: usize, pad: usize): void {
  const r0 = <usize>load<u32>(list), r1 = <usize>load<u32>(list, 4), r2 = <usize>load<u32>(list, 8);
  const r3 = <usize>load<u32>(list, 12), r4 = <usize>load<u32>(list, 16);
  for (let x: i32 = -2 * step; x < length + 2 * step; x += 16) {
    let a = v128.load(r0 + x), b = v128.load(r1 + x), c = v128.load(r2 + x), d = v128.load(r3 + x), e = v128.load(r4 + x), t: v128;
    t = i8x16.min_u(a, b); b = i8x16.max_u(a, b); a = t;
    t = i8x16.min_u(d, e); e = i8x16.max_u(d, e); d = t;
    t = i8x16.min_u(c, e); e = i8x16.max_u(c, e); c = t;
    t = i8x16.min_u(c, d); d = i8x16.max_u(c, d); c = t;
    t = i8x16.min_u(b, e); e = i8x16.max_u(b, e); b = t;
    t = i8x16.min_u(a, d); d = i8x16.max_u(a, d); a = t;
    t = i8x16.min_u(a, c); c = i8x16.max_u(a, c); a = t;
    t = i8x16.min_u(b, d); d = i8x16.max_u(b, d); b = t;
    t = i8x16.min_u(b, c); c = i8x16.max_u(b, c); b = t;
    v128.store(lines + x, a);
    v128.store(lines + stride + x, b);
    v128.store(lines + 2 * stride + x, c);
    v128.store(lines + 3 * stride + x, d);
    v128.store(lines + 4 * stride + x, e);
  }
  const two = 2 * step;
  for (let x: i32 = 0; x < length; x += 16) {
    let p = lines + x, t: v128;
    let a0 = v128.load(p - two), b0 = v128.load(p - step), c0 = v128.load(p), d0 = v128.load(p + step), e0 = v128.load(p + two);
    t = i8x16.min_u(a0, b0); b0 = i8x16.max_u(a0, b0); a0 = t;
    t = i8x16.min_u(d0, e0); e0 = i8x16.max_u(d0, e0); d0 = t;
    t = i8x16.min_u(c0, e0); e0 = i8x16.max_u(c0, e0); c0 = t;
    t = i8x16.min_u(c0, d0); d0 = i8x16.max_u(c0, d0); c0 = t;
    t = i8x16.min_u(b0, e0); e0 = i8x16.max_u(b0, e0); b0 = t;
    t = i8x16.min_u(a0, d0); d0 = i8x16.max_u(a0, d0); a0 = t;
    t = i8x16.min_u(a0, c0); c0 = i8x16.max_u(a0, c0); a0 = t;
    t = i8x16.min_u(b0, d0); d0 = i8x16.max_u(b0, d0); b0 = t;
    t = i8x16.min_u(b0, c0); c0 = i8x16.max_u(b0, c0); b0 = t;
    p += stride;
    let a1 = v128.load(p - two), b1 = v128.load(p - step), c1 = v128.load(p), d1 = v128.load(p + step), e1 = v128.load(p + two);
    t = i8x16.min_u(a1, b1); b1 = i8x16.max_u(a1, b1); a1 = t;
    t = i8x16.min_u(d1, e1); e1 = i8x16.max_u(d1, e1); d1 = t;
    t = i8x16.min_u(c1, e1); e1 = i8x16.max_u(c1, e1); c1 = t;
    t = i8x16.min_u(c1, d1); d1 = i8x16.max_u(c1, d1); c1 = t;
    t = i8x16.min_u(b1, e1); e1 = i8x16.max_u(b1, e1); b1 = t;
    t = i8x16.min_u(a1, d1); d1 = i8x16.max_u(a1, d1); a1 = t;
    t = i8x16.min_u(a1, c1); c1 = i8x16.max_u(a1, c1); a1 = t;
    t = i8x16.min_u(b1, d1); d1 = i8x16.max_u(b1, d1); b1 = t;
    t = i8x16.min_u(b1, c1); c1 = i8x16.max_u(b1, c1); b1 = t;
    p += stride;
    let a2 = v128.load(p - two), b2 = v128.load(p - step), c2 = v128.load(p), d2 = v128.load(p + step), e2 = v128.load(p + two);
    t = i8x16.min_u(a2, b2); b2 = i8x16.max_u(a2, b2); a2 = t;
    t = i8x16.min_u(d2, e2); e2 = i8x16.max_u(d2, e2); d2 = t;
    t = i8x16.min_u(c2, e2); e2 = i8x16.max_u(c2, e2); c2 = t;
    t = i8x16.min_u(c2, d2); d2 = i8x16.max_u(c2, d2); c2 = t;
    t = i8x16.min_u(b2, e2); e2 = i8x16.max_u(b2, e2); b2 = t;
    t = i8x16.min_u(a2, d2); d2 = i8x16.max_u(a2, d2); a2 = t;
    t = i8x16.min_u(a2, c2); c2 = i8x16.max_u(a2, c2); a2 = t;
    t = i8x16.min_u(b2, d2); d2 = i8x16.max_u(b2, d2); b2 = t;
    t = i8x16.min_u(b2, c2); c2 = i8x16.max_u(b2, c2); b2 = t;
    p += stride;
    let a3 = v128.load(p - two), b3 = v128.load(p - step), c3 = v128.load(p), d3 = v128.load(p + step), e3 = v128.load(p + two);
    t = i8x16.min_u(a3, b3); b3 = i8x16.max_u(a3, b3); a3 = t;
    t = i8x16.min_u(d3, e3); e3 = i8x16.max_u(d3, e3); d3 = t;
    t = i8x16.min_u(c3, e3); e3 = i8x16.max_u(c3, e3); c3 = t;
    t = i8x16.min_u(c3, d3); d3 = i8x16.max_u(c3, d3); c3 = t;
    t = i8x16.min_u(b3, e3); e3 = i8x16.max_u(b3, e3); b3 = t;
    t = i8x16.min_u(a3, d3); d3 = i8x16.max_u(a3, d3); a3 = t;
    t = i8x16.min_u(a3, c3); c3 = i8x16.max_u(a3, c3); a3 = t;
    t = i8x16.min_u(b3, d3); d3 = i8x16.max_u(b3, d3); b3 = t;
    t = i8x16.min_u(b3, c3); c3 = i8x16.max_u(b3, c3); b3 = t;
    p += stride;
    let a4 = v128.load(p - two), b4 = v128.load(p - step), c4 = v128.load(p), d4 = v128.load(p + step), e4 = v128.load(p + two);
    t = i8x16.min_u(a4, b4); b4 = i8x16.max_u(a4, b4); a4 = t;
    t = i8x16.min_u(d4, e4); e4 = i8x16.max_u(d4, e4); d4 = t;
    t = i8x16.min_u(c4, e4); e4 = i8x16.max_u(c4, e4); c4 = t;
    t = i8x16.min_u(c4, d4); d4 = i8x16.max_u(c4, d4); c4 = t;
    t = i8x16.min_u(b4, e4); e4 = i8x16.max_u(b4, e4); b4 = t;
    t = i8x16.min_u(a4, d4); d4 = i8x16.max_u(a4, d4); a4 = t;
    t = i8x16.min_u(a4, c4); c4 = i8x16.max_u(a4, c4); a4 = t;
    t = i8x16.min_u(b4, d4); d4 = i8x16.max_u(b4, d4); b4 = t;
    t = i8x16.min_u(b4, c4); c4 = i8x16.max_u(b4, c4); b4 = t;
    // 8 are left, with the ones to come 13.
    t = i8x16.min_u(d0, e0); e0 = i8x16.max_u(d0, e0); d0 = t;
    t = i8x16.min_u(c1, d1); d1 = i8x16.max_u(c1, d1); c1 = t;
    t = i8x16.min_u(e1, b2); b2 = i8x16.max_u(e1, b2); e1 = t;
    t = i8x16.min_u(c2, d2); d2 = i8x16.max_u(c2, d2); c2 = t;
    t = i8x16.min_u(d0, c1); c1 = i8x16.max_u(d0, c1); d0 = t;
    t = i8x16.min_u(e1, c2); c2 = i8x16.max_u(e1, c2); e1 = t;
    t = i8x16.min_u(d0, e1); e1 = i8x16.max_u(d0, e1); d0 = t;
    t = i8x16.min_u(e0, d1); d1 = i8x16.max_u(e0, d1); e0 = t;
    t = i8x16.min_u(b2, d2); d2 = i8x16.max_u(b2, d2); b2 = t;
    t = i8x16.min_u(d1, d2); d2 = i8x16.max_u(d1, d2); d1 = t;
    // 7 are left, with the ones to come 11.
    t = i8x16.min_u(e0, c1); c1 = i8x16.max_u(e0, c1); e0 = t;
    t = i8x16.min_u(d1, e1); e1 = i8x16.max_u(d1, e1); d1 = t;
    t = i8x16.min_u(b2, c2); c2 = i8x16.max_u(b2, c2); b2 = t;
    t = i8x16.min_u(e0, d1); d1 = i8x16.max_u(e0, d1); e0 = t;
    t = i8x16.min_u(b2, a3); a3 = i8x16.max_u(b2, a3); b2 = t;
    t = i8x16.min_u(e0, b2); b2 = i8x16.max_u(e0, b2); e0 = t;
    t = i8x16.min_u(c1, e1); e1 = i8x16.max_u(c1, e1); c1 = t;
    t = i8x16.min_u(c2, a3); a3 = i8x16.max_u(c2, a3); c2 = t;
    t = i8x16.min_u(e1, a3); a3 = i8x16.max_u(e1, a3); e1 = t;
    // 6 are left, with the ones to come 9.
    t = i8x16.min_u(c1, d1); d1 = i8x16.max_u(c1, d1); c1 = t;
    t = i8x16.min_u(e1, b2); b2 = i8x16.max_u(e1, b2); e1 = t;
    t = i8x16.min_u(c2, b3); b3 = i8x16.max_u(c2, b3); c2 = t;
    t = i8x16.min_u(c1, e1); e1 = i8x16.max_u(c1, e1); c1 = t;
    t = i8x16.min_u(c1, c2); c2 = i8x16.max_u(c1, c2); c1 = t;
    t = i8x16.min_u(d1, b2); b2 = i8x16.max_u(d1, b2); d1 = t;
    t = i8x16.min_u(b2, b3); b3 = i8x16.max_u(b2, b3); b2 = t;
    // 5 are left, with the ones to come 7.
    t = i8x16.min_u(d1, e1); e1 = i8x16.max_u(d1, e1); d1 = t;
    t = i8x16.min_u(b2, c2); c2 = i8x16.max_u(b2, c2); b2 = t;
    t = i8x16.min_u(d1, b2); b2 = i8x16.max_u(d1, b2); d1 = t;
    t = i8x16.min_u(d1, c3); c3 = i8x16.max_u(d1, c3); d1 = t;
    t = i8x16.min_u(e1, c2); c2 = i8x16.max_u(e1, c2); e1 = t;
    t = i8x16.min_u(c2, c3); c3 = i8x16.max_u(c2, c3); c2 = t;
    // 4 are left, with the ones to come 5.
    t = i8x16.min_u(e1, b2); b2 = i8x16.max_u(e1, b2); e1 = t;
    t = i8x16.min_u(c2, a4); a4 = i8x16.max_u(c2, a4); c2 = t;
    t = i8x16.min_u(e1, c2); c2 = i8x16.max_u(e1, c2); e1 = t;
    t = i8x16.min_u(b2, a4); a4 = i8x16.max_u(b2, a4); b2 = t;
    put(middleOf(b2, c2, b4), out + x, length - x, pad);
  }
}

/**
 * The smallest values of squares, or the largest: first down the columns, then along the rows.
 *
 * @param size - rows and columns of a square
 * @param line - scratch for a line, at its value 0, with half a square before and behind it
 */
export function extreme(list: usize, size: i32, step: i32, length: i32, largest: bool, line: usize, out: usize, pad: usize): void {
  if (largest) extremes(true, list, size, step, length, line, out, pad);
  else extremes(false, list, size, step, length, line, out, pad);
}

// @ts-ignore: decorator
@inline
function extremes(largest: bool, list: usize, size: i32, step: i32, length: i32, line: usize, out: usize, pad: usize): void {
  const beyond = (size >> 1) * step;
  const end = list + (<usize>size << 2);
  for (let x = -beyond; x < length + beyond; x += 16) {
    let v = v128.load(<usize>load<u32>(list) + x);
    for (let at = list + 4; at < end; at += 4) {
      const w = v128.load(<usize>load<u32>(at) + x);
      v = largest ? i8x16.max_u(v, w) : i8x16.min_u(v, w);
    }
    v128.store(line + x, v);
  }
  for (let x: i32 = 0; x < length; x += 16) {
    let v = v128.load(line + x - beyond);
    for (let at = step - beyond; at <= beyond; at += step) {
      const w = v128.load(line + x + at);
      v = largest ? i8x16.max_u(v, w) : i8x16.min_u(v, w);
    }
    put(v, out + x, length - x, pad);
  }
}

/**
 * The values of one rank, by counting: a histogram of the square moves along the row, and with it the value below which `rank` others
 * lie. T. S. Huang and others, 1979.
 *
 * @param size - rows and columns of a square
 * @param rank - how many of its values are to come before
 * @param counts - scratch for 512 bytes
 */
export function ranked(list: usize, size: i32, step: i32, length: i32, rank: i32, counts: usize, out: usize): void {
  const beyond = (size >> 1) * step;
  const end = list + (<usize>size << 2);
  for (let band: i32 = 0; band < step; band++) {
    memory.fill(counts, 0, 512);
    // The square of the pixel before the first one, but for its first column, is that of the first one but for its last.
    for (let at = list; at < end; at += 4) {
      const row = <usize>load<u32>(at) + band;
      for (let x = -beyond; x < beyond; x += step) add(counts, load<u8>(row + x), 1);
    }
    let value: i32 = 0;
    let below: i32 = 0;
    for (let x = band; x < length; x += step) {
      for (let at = list; at < end; at += 4) {
        const come = load<u8>(<usize>load<u32>(at) + x + beyond);
        add(counts, come, 1);
        below += i32(<i32>come < value);
      }
      while (below > rank) below -= load<u16>(counts + (--value << 1));
      for (let n = load<u16>(counts + (value << 1)); below + n <= rank; n = load<u16>(counts + (value << 1))) {
        below += n;
        value++;
      }
      store<u8>(out + x, <u8>value);
      for (let at = list; at < end; at += 4) {
        const go = load<u8>(<usize>load<u32>(at) + x - beyond);
        add(counts, go, -1);
        below -= i32(<i32>go < value);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function add(counts: usize, value: u8, by: i32): void {
  const at = counts + (<usize>value << 1);
  store<u16>(at, <u16>(<i32>load<u16>(at) + by));
}

/** Stores 16 bytes, or as many of them as are left. */
// @ts-ignore: decorator
@inline
function put(bytes: v128, out: usize, left: i32, pad: usize): void {
  if (left >= 16) {
    v128.store(out, bytes);
    return;
  }
  v128.store(pad, bytes);
  for (let i: i32 = 0; i < left; i++) store<u8>(out + i, load<u8>(pad + i));
}
