/**
 * Pixels picked from a source, one for each of a row of a destination.
 *
 * Reads the pixels that are picked, and lines of the rows that they lie in; writes `length` pixels at `out`. A place outside the source becomes `fill`.
 */
import { fetch } from '../fetch';

/**
 * From places in steps, in units of 2^-16: pixel `x` is at column `(u + x du) >> 16` and row `(v + x dv) >> 16`. These lie in the source
 * for all pixels from `first` to `end - 1`, and for no others.
 *
 * @param size - bytes of a pixel: 1, 3 or 4
 * @param rows - the addresses of the source's rows, 4 bytes each
 * @param pitch - the distance between these, with which pixels of three bytes are made four at a time; 0 to make them one by one
 * @param width - columns of the source
 */
export function stride(
  size: i32, rows: usize, first: i32, end: i32, u: i32, v: i32, du: i32, dv: i32, out: usize, length: i32, fill: u32, pitch: i32, width: i32,
): void {
  if (size == 1) steps(1, rows, first, end, u, v, du, dv, out, length, fill, 0, 0);
  else if (size == 3) steps(3, rows, first, end, u, v, du, dv, out, length, fill, pitch, width);
  else steps(4, rows, first, end, u, v, du, dv, out, length, fill, 0, 0);
}

// @ts-ignore: decorator
@inline
function steps(
  size: i32, rows: usize, first: i32, end: i32, u: i32, v: i32, du: i32, dv: i32, out: usize, length: i32, fill: u32, pitch: i32, width: i32,
): void {
  let x: i32 = 0;
  for (; x < first; x++, out += size) put(size, out, fill);
  if (size == 3 && pitch != 0) {
    const fours = fourAtATime(load<u32>(rows), pitch, width, (end - first) >> 2, u + first * du, v + first * dv, du, dv, out);
    out += 12 * fours;
    x += 4 * fours;
  }
  u += x * du;
  v += x * dv;
  for (; x < end; x++, out += size, u += du, v += dv) {
    // Neither is below 0.
    move(size, load<u32>(rows + (<usize>(v >>> 16) << 2)) + (u >>> 16) * size, out);
  }
  for (; x < length; x++, out += size) put(size, out, fill);
}

/**
 * Four pixels of three bytes at a time, each read with the byte behind it. Ends before a pixel behind which the row ends.
 *
 * @param source - address of the source's first row
 * @param fours - how many times at most
 * @returns how many times
 */
// @ts-ignore: decorator
@inline
function fourAtATime(source: i32, pitch: i32, width: i32, fours: i32, u: i32, v: i32, du: i32, dv: i32, out: usize): i32 {
  const begin = i32x4.splat(source), down = i32x4.splat(pitch), places = i32x4(0, 1, 2, 3);
  const right = i32x4.splat(4 * du), below = i32x4.splat(4 * dv);
  let us = i32x4.add(i32x4.splat(u), i32x4.mul(places, i32x4.splat(du)));
  let vs = i32x4.add(i32x4.splat(v), i32x4.mul(places, i32x4.splat(dv)));
  const last = (width - 1) << 16;
  let done: i32 = 0;
  for (; done < fours; done++, out += 12, u += 4 * du) {
    if (max(u, u + 3 * du) >= last) break;
    const columns = i32x4.shr_u(us, 16);
    const from = i32x4.add(i32x4.add(begin, i32x4.mul(i32x4.shr_u(vs, 16), down)), i32x4.add(columns, i32x4.shl(columns, 1)));
    const a = load<u32>(<usize>i32x4.extract_lane(from, 0)), b = load<u32>(<usize>i32x4.extract_lane(from, 1));
    const c = load<u32>(<usize>i32x4.extract_lane(from, 2)), d = load<u32>(<usize>i32x4.extract_lane(from, 3));
    store<u32>(out, (a & 0xffffff) | (b << 24));
    store<u32>(out, ((b >>> 8) & 0xffff) | (c << 16), 4);
    store<u32>(out, ((c >>> 16) & 0xff) | (d << 8), 8);
    us = i32x4.add(us, right);
    vs = i32x4.add(vs, below);
  }
  return done;
}

/**
 * Reads a byte of every cache line that pixels of {@link stride} lie in, or nearly. Slanted rows are short pieces of many rows of the source, which
 * the processor does not fetch ahead.
 */
export function touch(size: i32, rows: usize, first: i32, end: i32, u: i32, v: i32, du: i32, dv: i32): void {
  const pixels = 64 / size;
  u += first * du;
  v += first * dv;
  for (; first < end; first += pixels, u += pixels * du, v += pixels * dv) {
    load<u8>(load<u32>(rows + (<usize>(v >>> 16) << 2)) + (u >>> 16) * size);
  }
}

/** From places between pixels, as in `smooth.ts`, cut to integers. */
export function project(
  size: i32, rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32,
): void {
  if (size == 1) places(1, rows, width, height, matrix, y, out, length, fill);
  else if (size == 3) places(3, rows, width, height, matrix, y, out, length, fill);
  else places(4, rows, width, height, matrix, y, out, length, fill);
}

// @ts-ignore: decorator
@inline
function places(
  size: i32, rows: usize, width: i32, height: i32, matrix: usize, y: i32, out: usize, length: i32, fill: u32,
): void {
  const a0 = load<f64>(matrix), a2 = load<f64>(matrix, 16), a3 = load<f64>(matrix, 24), a5 = load<f64>(matrix, 40);
  const a6 = load<f64>(matrix, 48);
  const py = <f64>y + 0.5;
  const u0 = load<f64>(matrix, 8) * py, v0 = load<f64>(matrix, 32) * py, z0 = load<f64>(matrix, 56) * py;
  for (let x: i32 = 0; x < length; x++, out += size) {
    const px = <f64>x + 0.5;
    const z = a6 * px + z0 + 1;
    const u = (a0 * px + u0 + a2) / z, v = (a3 * px + v0 + a5) / z;
    if (u >= 0 && u < <f64>width && v >= 0 && v < <f64>height) {
      move(size, load<u32>(rows + (<usize><i32>v << 2)) + <i32>u * size, out);
    } else {
      put(size, out, fill);
    }
  }
}

/** What stands in the lists for a row or a column outside the source. */
const outside: i32 = -1;

/**
 * From the columns of a list, 4 bytes each, of the rows of another one; see {@link outside}. A row that is picked from again is copied.
 *
 * Where rows are left out, the processor fetches too little ahead, so what will be picked from two rows on is read once before: 6 megapixels of
 * three bytes to 720x588 took 0.84 ms without and 0.64 with it on Node 20, 0.84 and 0.56 on Node 24; of four bytes 0.93 and 0.61 there,
 * of one 0.48 and 0.36.
 *
 * @param rows - the addresses of the source's rows, 4 bytes each
 * @param outs - those of the `count` rows that are written
 * @param from - bytes of a row before the first that is picked
 * @param bytes - how many lie between that and the last; 0 where reading all of them does not pay
 * @param far - how many bytes two rows must lie apart to be fetched
 */
export function pickRows(
  size: i32, rows: usize, outs: usize, count: i32, columns: usize, length: i32, fill: u32, from: i32, bytes: i32, far: u32,
): void {
  for (let i = 0; i < count; i++, rows += 4, outs += 4) {
    const row = load<u32>(rows), out = <usize>load<u32>(outs);
    if (row == outside) fillRow(size, out, length, fill);
    else if (i > 0 && row == load<u32>(rows - 4)) memory.copy(out, <usize>load<u32>(outs - 4), length * size);
    else {
      const next = bytes > 0 && i + 2 < count ? load<u32>(rows, 8) : outside;
      if (next != outside && max(next, row) - min(next, row) > far) fetch(<usize>next + from, bytes);
      pick(size, row, columns, out, length, fill);
    }
  }
}

// @ts-ignore: decorator
@inline
function fillRow(size: i32, out: usize, length: i32, fill: u32): void {
  for (; length > 0; length--, out += size) put(size, out, fill);
}

/** A row of {@link pickRows}: a function of its own, since V8 exchanges a function for its optimized form when it is called. */
export function pick(size: i32, row: usize, columns: usize, out: usize, length: i32, fill: u32): void {
  if (size == 1) picks(1, row, columns, out, length, fill);
  else if (size == 2) picks(2, row, columns, out, length, fill);
  else if (size == 3) picks(3, row, columns, out, length, fill);
  else picks(4, row, columns, out, length, fill);
}

// @ts-ignore: decorator
@inline
function picks(size: i32, row: usize, columns: usize, out: usize, length: i32, fill: u32): void {
  for (; length > 0; length--, out += size, columns += 4) {
    const x = load<i32>(columns);
    if (x >= 0) move(size, row + x * size, out);
    else put(size, out, fill);
  }
}

// @ts-ignore: decorator
@inline
function move(size: i32, from: usize, out: usize): void {
  if (size == 4) store<u32>(out, load<u32>(from));
  else if (size == 2) store<u16>(out, load<u16>(from));
  else {
    store<u8>(out, load<u8>(from));
    if (size == 3) store<u16>(out, load<u16>(from, 1), 1);
  }
}

// @ts-ignore: decorator
@inline
function put(size: i32, out: usize, word: u32): void {
  if (size == 4) store<u32>(out, word);
  else if (size == 2) store<u16>(out, <u16>word);
  else {
    store<u8>(out, <u8>word);
    if (size == 3) store<u16>(out, <u16>(word >> 8), 1);
  }
}
