/** What record.py recorded, and the noise that it made its images of. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Mode } from '../../src/modes.ts';
import type { Box } from '../../src/pixels/box.ts';
import type { PixelValue } from '../../src/pixels/pixel.ts';

/** Bytes in base64, or "#" and the first 16 hex digits of their sha256. */
export type Result = string;

/** An image and what Pillow made of it; see record.py. */
export interface Case {
  readonly in: readonly [mode: Mode, width: number, height: number];
  readonly bytes: Result;
  readonly crop: readonly (readonly [Box, Result])[];
  readonly paste: readonly (readonly [width: number, height: number, x: number, y: number, Result])[];
  readonly fill: readonly (readonly [PixelValue, Box | null, Result])[];
  readonly ground?: PixelValue;
  readonly bbox?: readonly (readonly [width: number, height: number, x: number, y: number, Box | null])[];
  readonly split: readonly Result[];
}

/** All cases. */
export const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('./pixels.json', import.meta.url), 'utf8'),
).cases;

/** Bytes as record.py writes them down. */
export function result(bytes: Uint8Array): Result {
  if (bytes.length <= 12) return Buffer.from(bytes).toString('base64');
  return `#${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
}

/** record.py's noise() for an image whose raw form has `length` bytes. */
export function noise(length: number, width: number, height: number, seed = 0): Uint8Array {
  let state = width * 65536 + height + seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
