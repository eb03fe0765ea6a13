/**
 * The transfer curve of sRGB (IEC 61966-2-1), as tables; and linear light looked up row by row, in numbers of more than a byte.
 *
 * Reads and writes the pixels of the strip's rows.
 */
import type { Raster } from '../raster.ts';
import { numbersOf } from './wide-rows.ts';

/** Light from 0 to 1, of what is stored from 0 to 1. */
export function lightOf(stored: number): number {
  return stored <= 0.04045 ? stored / 12.92 : ((stored + 0.055) / 1.055) ** 2.4;
}

/** What is stored from 0 to 1, of light from 0 to 1. */
export function storedOf(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

const rounded = (length: number, most: number, of: (part: number) => number): number[] =>
  Array.from({ length }, (_, i) => Math.round(of(i / (length - 1)) * most));

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** Light in 256 steps of bytes that are stored. */
export const toBytes: () => Uint8Array = once(() => Uint8Array.from(rounded(256, 255, lightOf)));
/** Bytes to be stored of light in 256 steps. */
export const fromBytes: () => Uint8Array = once(() => Uint8Array.from(rounded(256, 255, storedOf)));
/** Bytes to be stored of light in 65536 steps. */
export const fromWords: () => Uint8Array = once(() => Uint8Array.from(rounded(65536, 255, storedOf)));
/** Light in 65536 steps of bytes that are stored. */
export const toWords: () => Uint16Array = once(() => Uint16Array.from(rounded(256, 65535, lightOf)));
/** Light from 0 to 1 of bytes that are stored. */
export const toFloats: () => Float32Array = once(() => Float32Array.from({ length: 256 }, (_, i) => lightOf(i / 255)));

/** Light of grey bytes. */
export function lightRows(src: Raster<'L'>, dst: Raster<'I;16' | 'F'>, top: number, bottom: number): void {
  const table = dst.layout === 'F' ? toFloats() : toWords();
  for (let y = top; y < bottom; y++) {
    const from = numbersOf(src, y);
    const to = numbersOf(dst, y);
    for (let x = 0; x < src.width; x++) to[x] = table[from[x]!]!;
  }
}

/**
 * Grey bytes of light from 0 to 1: the nearest of 65536 steps in 32-bit floats, of two the even one, what lies beyond being cut, and what is no
 * number 0.
 */
export function storedRows(src: Raster<'F'>, dst: Raster<'L'>, top: number, bottom: number): void {
  const table = fromWords();
  for (let y = top; y < bottom; y++) {
    const from = numbersOf(src, y);
    const to = numbersOf(dst, y);
    for (let x = 0; x < src.width; x++) to[x] = table[stepOf(from[x]!)]!;
  }
}

/** From here on to twice as much, 32-bit floats are integers. */
const INTEGERS_AT = 2 ** 23;

function stepOf(light: number): number {
  if (!(light > 0)) return 0;
  return Math.fround(Math.fround(Math.min(light, 1) * 65535) + INTEGERS_AT) - INTEGERS_AT;
}
