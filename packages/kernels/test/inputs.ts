/** The images of `data/record.py`, made again: the same bytes as Pillow's `Image.tobytes()` gives. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Layout } from '../src/index.ts';

/** A mode of the recordings. `RGB` is compared in both of its layouts. */
export type Mode = 'L' | 'LA' | 'RGB' | 'RGBA';

/** Kind of image, mode, width, height. */
export type Input = readonly [kind: string, mode: Mode, width: number, height: number];

export const bandsOf: Readonly<Record<Mode, number>> = { L: 1, LA: 2, RGB: 3, RGBA: 4 };

/** The layouts in which a mode can be stored. */
export const layoutsOf: Readonly<Record<Mode, readonly Layout[]>> = {
  L: ['L'],
  LA: ['LA'],
  RGB: ['RGB', 'RGB;24'],
  RGBA: ['RGBA'],
};

const made = new Map<string, Uint8Array>();

/** The packed bytes of an input: the same array each time, so nobody writes into it. */
export function inputBytes(input: Input): Uint8Array {
  const key = input.join();
  const bytes = made.get(key) ?? makeInput(input);
  made.set(key, bytes);
  return bytes;
}

function makeInput([kind, mode, width, height]: Input): Uint8Array {
  const bands = bandsOf[mode];
  if (kind === 'noise') return noise(width * height * bands, width * 65536 + height);
  const value = values[kind];
  if (value === undefined) throw new Error(`no image of the kind ${kind}`);
  return perValue(width, height, bands, value(bands));
}

/** A linear congruential generator, the top byte of each state. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

type Value = (x: number, y: number, band: number) => number;

function perValue(width: number, height: number, bands: number, value: Value): Uint8Array {
  const bytes = new Uint8Array(width * height * bands);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let band = 0; band < bands; band++) bytes[i++] = value(x, y, band);
    }
  }
  return bytes;
}

function photoBytes(): Uint8Array {
  return gunzipSync(readFileSync(new URL('./data/photo.gz', import.meta.url)));
}

const values: Readonly<Record<string, (bands: number) => Value>> = {
  gradient: () => (x, y, b) => x * (3 + 2 * b) + y * (5 - b) + 41 * b,
  edges: () => (x, y, b) => 255 * (((x >> 1) + (y >> 1) + b) & 1),
  alphas: (bands) => (x, y, b) => (b === bands - 1 ? x : y * (7 + 4 * b) + 85 * b),
  pairs: (bands) => (x, y, b) => {
    if (b === bands - 1) return x;
    return b === 1 ? 255 - y : y;
  },
  rows: () => (_x, y) => y,
  green: () => {
    const rgb = photoBytes();
    return (x, y) => rgb[(y * 320 + x) * 3 + 1] as number;
  },
  photo: () => {
    const rgb = photoBytes();
    return (x, y, b) => (b === 3 ? x + y : (rgb[(y * 320 + x) * 3 + b] as number));
  },
};
