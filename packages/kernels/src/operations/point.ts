/** Point operations. Their arithmetic is that of `scalar/lookup.ts`. */
import { KernelError } from '../errors.ts';
import { bandCount, isWide, type Layout, pixelSize, wideLayouts } from '../layouts.ts';
import type { AnyRaster, Raster, WideRaster } from '../raster.ts';
import { linearOf, linearTable, lookupRows, tablesOfBytes, thresholdTable } from '../scalar/lookup.ts';
import { linearWideRows, lookupWideRows, thresholdWideRows } from '../scalar/wide-point.ts';
import { opaque } from '../simd/convert.ts';
import { type Engine, engineFor, withScratch } from '../simd/engine.ts';
import { linesOf } from '../simd/linear.ts';
import type { Kernels, Point } from '../simd/module.ts';
import { pointwise } from '../simd/rows.ts';
import { type Lookup, wideLookupSimd } from '../simd/wide-lookup.ts';
import { linearWideSimd, thresholdWideSimd } from '../simd/wide-point.ts';
import { checkInteger, checkNumber, checkPointwise, checkSameLayout } from '../validate.ts';

/**
 * Looks every value up in a table, with the bytes of Pillow's `Image.point`.
 *
 * Of `I;16` and `I` it makes `L`, by one table of 65536 bytes: numbers below 0 have its first, those above 65535 its last.
 *
 * @param src - the pixels; no `F`
 * @param dst - of the same size and layout, and it may be `src`; `L` for a wide one
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param tables - tables of 256 bytes: one, for all bands but alpha, which stays as it is; or one for each band, alpha included. One of 65536 for
 *   wide layouts
 * @throws {@link KernelError} when there are other than 1 table or one for each band, a table has another length, sizes or layouts do
 *   not fit, or rows lie outside the memory
 * @example
 * ```ts
 * import { point, rasterOf } from '@sharena/kernels';
 *
 * const negative = Uint8Array.from({ length: 256 }, (_, value) => 255 - value);
 * const image = rasterOf(new Uint8Array([0, 100, 255]), 'L', 3, 1);
 * point(image, image, 0, 1, [negative]);
 * console.log([...image.bytes]); // [ 255, 155, 0 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: as SIMD 1 KiB in the heap, for a strip of 64 KiB or more up to 385 KiB, for a
 *   wide layout 64 KiB.
 */
export function point(
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  tables: readonly Uint8Array[],
): void {
  if (isWide(src.layout)) pointWide(src as WideRaster, dst as Raster<'L'>, top, bottom, tables);
  else pointBytes(src as Raster, dst as Raster, top, bottom, tables);
}

function pointWide(
  src: WideRaster,
  dst: Raster<'L'>,
  top: number,
  bottom: number,
  tables: readonly Uint8Array[],
): void {
  checkToGrey(src, dst, top, bottom);
  if (src.layout === 'F') throw new KernelError('src.layout', 'a layout of whole numbers', src.layout);
  const [table] = Array.isArray(tables) ? (tables as readonly Uint8Array[]) : [];
  if (!(table instanceof Uint8Array) || tables.length !== 1 || table.length !== 65536) {
    throw new KernelError('tables', 'a list of one Uint8Array of 65536 bytes', tables);
  }
  const engine = engineFor(src, dst);
  const lookup: Lookup = (kernels) => (src.layout === 'I' ? kernels.wideLookupI : kernels.wideLookup16);
  if (engine && wideLookupSimd(engine, src, dst, top, bottom, table, lookup)) return;
  lookupWideRows(src as Raster<'I' | 'I;16'>, dst, top, bottom, table);
}

/** Refuses what is no strip of a wide raster and of an `L` one of its size. */
function checkToGrey(src: WideRaster, dst: Raster, top: number, bottom: number): void {
  checkPointwise(src, dst, top, bottom, [...wideLayouts, 'L']);
  if (dst.layout !== 'L') throw new KernelError('dst.layout', 'L, for a wide source', dst.layout);
}

/** @param many - bytes for each table from which on it is found out whether the tables are lines */
function pointBytes(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  tables: readonly Uint8Array[],
  many = lineBytes,
): void {
  checkPointwise(src, dst, top, bottom);
  checkSameLayout(src, dst);
  checkTables(tables, src.layout);
  const perByte = tablesOfBytes(src.layout, tables);
  const engine = engineFor(src, dst);
  const isMany = bytesOf(src, top, bottom) >= many * tables.length;
  const lines = engine && isMany ? linesOf(perByte) : undefined;
  if (engine && lines) {
    bytewise(engine, src, dst, top, bottom, (kernels, ...rows) => kernels.linear(...rows, ...lines));
    return;
  }
  if (engine && lookupSimd(engine, src, dst, top, bottom, perByte)) return;
  lookupRows(src, dst, top, bottom, perByte);
}

/**
 * Multiplies every value by `scale` and adds `offset`: brightness and contrast. Alpha stays as it is.
 *
 * In fixed point, to the nearest integer, halves up, cut to 0 to 255. Factor and number are rounded to multiples of 2^-20, or of 2^-12 where
 * a result could lie beyond 2047.
 *
 * Numbers of `I;16`, `I` and `F` are multiplied and added as doubles, as Pillow's `Image.point` does with a function; fractions of whole numbers
 * are dropped, and what does not fit is cut.
 *
 * @param src - the pixels
 * @param dst - of the same size and layout; may be `src`
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param scale - the factor, from -1000 to 1000; for wide layouts from -1e9 to 1e9
 * @param offset - what is added, from -100000 to 100000; for wide layouts from -1e9 to 1e9
 * @throws {@link KernelError} when a number is out of range, sizes or layouts differ, or rows lie outside the memory
 * @example
 * ```ts
 * import { linear, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 100, 200]), 'L', 3, 1);
 * linear(image, image, 0, 1, 1.5, -20);
 * console.log([...image.bytes]); // [ 0, 130, 255 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: 256 bytes, and what `point` does where results beyond -2048 to 2047 are cut.
 */
export function linear(
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  scale: number,
  offset: number,
): void {
  if (isWide(src.layout)) linearWide(src as WideRaster, dst as WideRaster, top, bottom, scale, offset);
  else linearBytes(src as Raster, dst as Raster, top, bottom, scale, offset);
}

function linearWide(
  src: WideRaster,
  dst: WideRaster,
  top: number,
  bottom: number,
  scale: number,
  offset: number,
): void {
  checkNumber('scale', scale, 1e9);
  checkNumber('offset', offset, 1e9);
  checkPointwise(src, dst, top, bottom, wideLayouts);
  checkSameLayout(src, dst);
  const engine = engineFor(src, dst);
  if (engine) linearWideSimd(engine, src, dst, top, bottom, scale, offset);
  else linearWideRows(src, dst, top, bottom, scale, offset);
}

function linearBytes(src: Raster, dst: Raster, top: number, bottom: number, scale: number, offset: number): void {
  checkNumber('scale', scale, 1000);
  checkNumber('offset', offset, 100_000);
  pointBytes(src, dst, top, bottom, [linearTable(linearOf(scale, offset))], 0);
}

/**
 * Makes every value 255 that is at least `least`, and every other 0. Alpha stays as it is; for black and white call {@link grayscale}
 * before. Of `I;16`, `I` and `F` it makes `L`: a mask.
 *
 * @param src - the pixels
 * @param dst - of the same size and layout, and it may be `src`; `L` for a wide one
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param least - the least value that becomes 255, an integer from 0 to 255; for wide layouts any finite number
 * @throws {@link KernelError} when `least` is out of range, sizes or layouts do not fit, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, threshold } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 127, 128]), 'L', 3, 1);
 * threshold(image, image, 0, 1, 128);
 * console.log([...image.bytes]); // [ 0, 0, 255 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: a few small objects.
 */
export function threshold(src: AnyRaster, dst: AnyRaster, top: number, bottom: number, least: number): void {
  if (isWide(src.layout)) thresholdWide(src as WideRaster, dst as Raster<'L'>, top, bottom, least);
  else thresholdBytes(src as Raster, dst as Raster, top, bottom, least);
}

function thresholdWide(src: WideRaster, dst: Raster<'L'>, top: number, bottom: number, least: number): void {
  if (!Number.isFinite(least)) throw new KernelError('least', 'a finite number', least);
  checkToGrey(src, dst, top, bottom);
  const engine = engineFor(src, dst);
  if (engine) thresholdWideSimd(engine, src, dst, top, bottom, least);
  else thresholdWideRows(src, dst, top, bottom, least);
}

function thresholdBytes(src: Raster, dst: Raster, top: number, bottom: number, least: number): void {
  checkInteger('least', least, 0, 255);
  checkPointwise(src, dst, top, bottom);
  checkSameLayout(src, dst);
  const engine = engineFor(src, dst);
  if (!engine) return lookupRows(src, dst, top, bottom, tablesOfBytes(src.layout, [thresholdTable(least)]));
  bytewise(engine, src, dst, top, bottom, (kernels, p, s, q, t, bytes, rows) => {
    kernels.threshold(p, s, q, t, bytes, rows, least, changing[src.layout]);
    if (dst.layout === 'RGB') opaque(kernels, q, t, bytes >> 2, rows);
  });
}

/** The bytes of a pixel that `threshold` changes, of four bytes. */
const changing: Readonly<Record<Layout, number>> = {
  L: -1,
  LA: 0x00ffffff,
  'RGB;24': -1,
  RGB: 0x00ffffff,
  RGBA: 0x00ffffff,
};

/** A kernel on rows of bytes. */
type Bytes = (kernels: Kernels, ...rows: Parameters<Point>) => void;

function bytewise({ kernels }: Engine, src: Raster, dst: Raster, top: number, bottom: number, run: Bytes): void {
  const size = pixelSize(src.layout);
  pointwise(src, dst, top, bottom, (p, s, q, t, width, rows) => run(kernels, p, s, q, t, width * size, rows), true);
}

/** It costs 2 microseconds for each table, and saves 0.15 nanoseconds a byte: 7 microseconds for 48 KB and three tables. */
const lineBytes = 2 ** 14;

function bytesOf({ width, layout }: Raster, top: number, bottom: number): number {
  return (bottom - top) * width * pixelSize(layout);
}

/** Bytes from which on it pays to make tables of pairs first: with three of them 96 KB took 16 microseconds in the place of 23. */
const manyBytes = 2 ** 16;
const pairBytes = 2 ** 17;

/**
 * The kernel takes a table for each of four bytes in turn; another one takes three different ones for pixels of three bytes. A strip is left
 * to the twin when there is no room for the tables.
 */
function lookupSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  tables: readonly Uint8Array[],
): boolean {
  const isOne = tables.every((table) => table === tables[0]);
  if (tables.length === 3 && !isOne) return lookupThree(engine, src, dst, top, bottom, tables);
  const inPairs = bytesOf(src, top, bottom) >= manyBytes;
  return withScratch(engine, 1024 + (inPairs ? 2 * pairBytes : 0), (address) => {
    for (let i = 0; i < 4; i++) engine.bytes.set(tables[i % tables.length]!, address + 256 * i);
    if (!inPairs) {
      bytewise(engine, src, dst, top, bottom, (kernels, ...rows) => kernels.lookup(...rows, address));
      return;
    }
    const low = address + 1024;
    const high = isOne ? low : low + pairBytes;
    engine.kernels.pairTable(address, address + 256, low);
    if (!isOne) engine.kernels.pairTable(address + 512, address + 768, high);
    bytewise(engine, src, dst, top, bottom, (kernels, ...rows) => kernels.lookupPairs(...rows, address, low, high));
  });
}

function lookupThree(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  tables: readonly Uint8Array[],
): boolean {
  const inPairs = bytesOf(src, top, bottom) >= manyBytes;
  return withScratch(engine, 768 + (inPairs ? 3 * pairBytes : 0), (address) => {
    tables.forEach((table, i) => {
      engine.bytes.set(table, address + 256 * i);
    });
    const pairs = inPairs ? address + 768 : 0;
    for (let i = 0; inPairs && i < 3; i++) {
      const [first, second] = [(2 * i) % 3, (2 * i + 1) % 3];
      engine.kernels.pairTable(address + 256 * first, address + 256 * second, pairs + i * pairBytes);
    }
    bytewise(engine, src, dst, top, bottom, (kernels, ...rows) => kernels.lookup3(...rows, address, pairs));
  });
}

function checkTables(tables: readonly Uint8Array[], layout: Layout): void {
  const bands = bandCount(layout);
  if (!Array.isArray(tables) || (tables.length !== 1 && tables.length !== bands)) {
    throw new KernelError('tables', `1 table, or ${bands}, one for each band of ${layout}`, tables);
  }
  for (const [i, table] of tables.entries()) {
    if (!(table instanceof Uint8Array) || table.length !== 256) {
      throw new KernelError(`tables[${i}]`, 'a Uint8Array of 256 bytes', table);
    }
  }
}
