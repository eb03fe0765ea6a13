/**
 * Point kernels of wide layouts: conversions, `scale v + offset`, thresholds, tables, numbers for models.
 *
 * Pillow's `convert` and `point`, in our words: fractions are dropped, towards 0, and what does not fit is cut to the nearest that does. Where
 * Pillow's result is left to the compiler (numbers beyond those of `I`) or is the rest of a division (`I;16` through `point`), this is cut too.
 *
 * Reads and writes the pixels of the strip's rows; `dst` may be `src`.
 */
import type { Raster, WideRaster } from '../raster.ts';
import { cutTo, numbersOf, type SingleLayout } from './wide-rows.ts';

/** A raster of one number a pixel. */
export type SingleRaster = Raster<SingleLayout>;

/** Makes each number of another. */
export function mapRows(
  src: SingleRaster,
  dst: SingleRaster,
  top: number,
  bottom: number,
  map: (value: number) => number,
): void {
  const { width } = src;
  for (let y = top; y < bottom; y++) {
    const from = numbersOf(src, y);
    const to = numbersOf(dst, y);
    for (let x = 0; x < width; x++) to[x] = cutTo(dst.layout, map(from[x]!));
  }
}

/** Converts numbers. */
export function convertWideRows(src: SingleRaster, dst: SingleRaster, top: number, bottom: number): void {
  mapRows(src, dst, top, bottom, (value) => value);
}

/** `scale v + offset`. */
export function linearWideRows(
  src: WideRaster,
  dst: WideRaster,
  top: number,
  bottom: number,
  scale: number,
  offset: number,
): void {
  mapRows(src, dst, top, bottom, (value) => value * scale + offset);
}

/** 255 for numbers of at least `least`, and 0 for others. */
export function thresholdWideRows(src: WideRaster, dst: Raster<'L'>, top: number, bottom: number, least: number): void {
  mapRows(src, dst, top, bottom, (value) => (value >= least ? 255 : 0));
}

/** Looks whole numbers up in a table of 65536 bytes; those beyond its ends have its first and its last byte. */
export function lookupWideRows(
  src: Raster<'I' | 'I;16'>,
  dst: Raster<'L'>,
  top: number,
  bottom: number,
  table: Uint8Array,
): void {
  mapRows(src, dst, top, bottom, (value) => table[Math.min(Math.max(value, 0), 65535)]!);
}

/** Writes `v factor + term` in 32-bit floats. */
export function wideTensorRows(
  src: WideRaster,
  out: Float32Array,
  top: number,
  bottom: number,
  factor: number,
  term: number,
): void {
  const f = Math.fround;
  for (let y = top; y < bottom; y++) {
    const from = numbersOf(src, y);
    for (let x = 0, q = y * src.width; x < src.width; x++, q++) out[q] = f(f(f(from[x]!) * factor) + term);
  }
}
