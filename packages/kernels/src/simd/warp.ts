/**
 * Affine and perspective transforms as SIMD, row by row.
 *
 * Scratch, in one block that is given back at the end: the eight numbers, the addresses of all rows of the source, and a list of
 * columns; or a table of columns. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { pixelSize } from '../layouts.ts';
import type { AnyRaster, Raster } from '../raster.ts';
import type { Steps, Warp } from '../scalar/warp.ts';
import { addressOf, type Engine, putAddresses, putWords, withScratch } from './engine.ts';

/** Bytes of the eight numbers. */
export const matrixBytes = 64;

/** Transforms a strip of one byte a pixel, as `smoothRows` of `scalar/warp.ts`. Answers whether there was room for the scratch. */
export function smoothSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  { matrix, fill }: Warp,
  filter: 'bilinear' | 'bicubic',
): boolean {
  const { width, height } = src;
  const smooth = engine.kernels[`${filter}1`];
  const word = wordOf(fill);
  return withScratch(engine, matrixBytes + 4 * height + 4 * dst.width + 16, (address) => {
    const rows = address + matrixBytes;
    const list = rows + 4 * height;
    putMatrix(engine, matrix, address);
    putRows(engine, src, 0, height, rows);
    for (let y = top; y < bottom; y++) {
      smooth(rows, width, height, address, y, addressOf(dst, y), dst.width, word, list);
    }
  });
}

/** Transforms a strip, as `projectRows` of `scalar/warp.ts`. Answers whether there was room for the scratch. */
export function projectSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  { matrix, fill }: Warp,
): boolean {
  const { width, height } = src;
  const size = pixelSize(src.layout);
  const word = wordOf(fill);
  return withScratch(engine, matrixBytes + 4 * height, (address) => {
    const rows = address + matrixBytes;
    putMatrix(engine, matrix, address);
    putRows(engine, src, 0, height, rows);
    for (let y = top; y < bottom; y++) {
      engine.kernels.project(size, rows, width, height, address, y, addressOf(dst, y), dst.width, word);
    }
  });
}

/** So many rows ahead is fetched what a slanted row needs. One is too late for 5 degrees, four are no better than two. */
const rowsAhead = 2;

/**
 * Transforms a strip in steps. Answers whether there was room for the scratch.
 *
 * Where rows of the result hardly slant in the source, its lines are fetched ahead, and pixels of three bytes are made four at a time.
 */
export function stepsSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  steps: Steps,
  fill: Uint8Array,
): boolean {
  const { kernels } = engine;
  const { du, dv } = steps;
  const size = pixelSize(src.layout);
  const word = wordOf(fill);
  const isFlat = Math.abs(dv) * 4 <= Math.abs(du);
  const pitch = isFlat ? pitchOf(src) : 0;
  const places = Array.from({ length: bottom - top }, (_, i) => placeOf(steps, top + i, src, dst));
  return withScratch(engine, 4 * src.height, (rows) => {
    putRows(engine, src, 0, src.height, rows);
    for (const [i, [u, v, first, end]] of places.entries()) {
      const next = places[i + rowsAhead];
      if (isFlat && next) kernels.touch(size, rows, next[2], next[3], next[0], next[1], du, dv);
      kernels.stride(size, rows, first, end, u, v, du, dv, addressOf(dst, top + i), dst.width, word, pitch, src.width);
    }
  });
}

/** Where a row begins in the source, and which of its pixels lie there. */
type Place = readonly [u: number, v: number, first: number, end: number];

function placeOf({ u, v, du, dv, eu, ev }: Steps, y: number, src: Raster, dst: Raster): Place {
  const [p, q] = [(u + y * eu) | 0, (v + y * ev) | 0];
  return [p, q, ...both(within(p, du, src.width, dst.width), within(q, dv, src.height, dst.width))];
}

/** The distance between rows, if it is the same for all of them; else 0. */
function pitchOf({ rows, height }: Raster): number {
  const pitch = height > 1 ? rows[1]! - rows[0]! : 0;
  for (let y = 2; y < height; y++) if (rows[y]! - rows[y - 1]! !== pitch) return 0;
  return pitch;
}

type Span = readonly [first: number, end: number];

/** For which `x` from 0 to `count - 1` the place `(start + x step) >> 16` is from 0 to `size - 1`. All numbers are exact in doubles. */
function within(start: number, step: number, size: number, count: number): Span {
  const behind = size * 65536;
  if (step === 0) return start >= 0 && start < behind ? [0, count] : [0, 0];
  const [first, end] =
    step > 0
      ? [Math.ceil(-start / step), Math.ceil((behind - start) / step)]
      : [Math.floor((behind - start) / step) + 1, Math.floor(-start / step) + 1];
  return [Math.min(Math.max(first, 0), count), Math.min(Math.max(end, 0), count)];
}

function both([a, b]: Span, [c, d]: Span): Span {
  const first = Math.max(a, c);
  return [first, Math.max(first, Math.min(b, d))];
}

/**
 * Picks columns of rows: row `y` of the strip, counted from the first row of `dst`, is made of row `rows[y]` of `src`, or of the fill colour
 * where that is -1. Answers whether there was room for the scratch.
 *
 * @param left - column of `dst` at which it begins
 * @param above - row of `dst` that is made of `rows[0]`
 */
export function pickSimd(
  engine: Engine,
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  columns: Int32Array,
  rows: Int32Array,
  fill: Uint8Array,
  left = 0,
  above = 0,
): boolean {
  const size = pixelSize(src.layout);
  const [count, length] = [bottom - top, columns.length];
  const span = spanOf(columns, size);
  return withScratch(engine, 4 * (length + 2 * count), (list) => {
    const from = list + 4 * length;
    const to = from + 4 * count;
    putWords(engine, list, length, (i) => columns[i]!);
    putWords(engine, from, count, (i) => (rows[top + i]! < 0 ? -1 : addressOf(src, rows[top + i]!)));
    putAddresses(engine, to, dst, above + top, above + bottom, left * size);
    const far = rowsFar * src.width * size;
    engine.kernels.pickRows(size, from, to, count, list, length, wordOf(fill), span.from, span.bytes, far);
  });
}

/** A row is fetched ahead that lies so many rows from the one two before it: more than every other one is left out on the way. */
const rowsFar = 4;

/** The bytes of a row in which the columns lie; none if not each cache line of 64 bytes is of use. */
function spanOf(columns: Int32Array, size: number): { readonly from: number; readonly bytes: number } {
  const inside = columns.filter((x) => x >= 0);
  if (inside.length === 0) return { from: 0, bytes: 0 };
  const [first, last] = [inside[0]!, inside[inside.length - 1]!];
  const bytes = (Math.abs(last - first) + 1) * size;
  return { from: Math.min(first, last) * size, bytes: bytes > 64 * inside.length ? 0 : bytes };
}

/** Writes the eight numbers. */
export function putMatrix({ bytes }: Engine, matrix: Float64Array, at: number): void {
  bytes.set(new Uint8Array(matrix.buffer, matrix.byteOffset, matrixBytes), at);
}

/** Writes the addresses of rows `top` to `bottom - 1`. */
export function putRows({ bytes }: Engine, raster: Raster, top: number, bottom: number, at: number): void {
  const addresses = Uint32Array.from({ length: bottom - top }, (_, y) => addressOf(raster, top + y));
  bytes.set(new Uint8Array(addresses.buffer), at);
}

/** The bytes of a pixel as one number. */
export function wordOf(pixel: Uint8Array): number {
  return pixel.reduce((word, byte, i) => word | (byte << (8 * i)), 0);
}
