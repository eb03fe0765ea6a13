/** The images of `data/record_wide.py`, made again, and rasters that hold them. */
import type { Raster } from '../src/index.ts';
import type { SingleLayout } from '../src/scalar/wide-rows.ts';
import { stored } from './rasters.ts';

/** Kind of image, mode, width, height. */
export type WideInput = readonly [kind: string, mode: SingleLayout, width: number, height: number];

type Value = (mode: SingleLayout, state: number) => number;

/** A linear congruential generator, seeded by the size. */
function* states(width: number, height: number): Generator<number> {
  let state = (width * 65536 + height) >>> 0;
  for (let i = 0; i < width * height; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

const ends: Readonly<Record<SingleLayout, readonly [number, number]>> = {
  L: [0, 255],
  'I;16': [0, 65535],
  I: [-70000, 70000],
  F: [-1.5, 70000.25],
};

const limits: Readonly<Record<SingleLayout, readonly number[]>> = {
  L: [],
  'I;16': [0, 1, 127, 254, 255, 256, 257, 32767, 32768, 65534, 65535],
  I: [
    0, 1, -1, 254, 255, 256, -255, 65534, 65535, 65536, -65536, 2147483647, -2147483648, 2147483646, 16777217, 33554435,
  ],
  F: [
    0, 0.4, 0.5, 0.6, -0.4, -0.5, -0.6, 1.5, 254.4, 254.9, 255, 255.5, 256, 65534.9, 65535, 65536.5, -7.7, 1e-20,
    2147483520,
  ],
};

const kinds: Readonly<Record<string, Value>> = {
  noise(mode, state) {
    if (mode === 'L') return state >>> 24;
    if (mode === 'I;16') return state >>> 16;
    return mode === 'I' ? (state >>> 8) - 8000000 : ((state >>> 8) - 8000000) / 1024;
  },
  edges: (mode, state) => ends[mode][state >>> 31]!,
  limits: (mode, state) => limits[mode][(state >>> 16) % limits[mode].length]!,
};

const arrays = { L: Uint8Array, 'I;16': Uint16Array, I: Int32Array, F: Float32Array } as const;

/** The input as a raster. */
export function wideSource([kind, mode, width, height]: WideInput): Raster<SingleLayout> {
  const value = kinds[kind]!;
  const numbers = arrays[mode].from(Array.from(states(width, height), (state) => value(mode, state)));
  return stored(new Uint8Array(numbers.buffer), mode, width, height);
}
