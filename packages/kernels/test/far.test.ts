/** Rows anywhere in 4 GiB: past 2^31, and so far apart that no view of 2 GiB holds them all. */
import { describe, expect, test } from 'vitest';
import {
  accelerate,
  convert,
  copy,
  type Filter,
  fill,
  flip,
  flop,
  grayscale,
  type Layout,
  linear,
  pixelSize,
  premultiply,
  type Raster,
  resize,
  rotate90,
  transverse,
} from '../src/index.ts';
import { noise } from './inputs.ts';
import { expectSame, packed, store, stored } from './rasters.ts';

// Node's types do not declare it.
declare const WebAssembly: {
  Memory: new (_: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer };
};

const memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true });
const heap = new Uint8Array(memory.buffer);
const gib = 2 ** 30;
const scratch = { malloc: () => 3.5 * gib, free: () => {} };

/** Row `y` lies in gibibyte `y % 4`, the last rows near its end, and one of these half beyond it. */
function far(layout: Layout, width: number, height: number, salt: number): Raster {
  const line = width * pixelSize(layout);
  const rows = Float64Array.from({ length: height }, (_, y) => {
    const part = y % 4;
    if (y < height - 4) return part * gib + 77 + salt * 100_000 + y * (line + 13);
    return (part + 1) * gib - (part === salt ? line >> 1 : line + salt * 4096);
  });
  const raster: Raster = { bytes: heap, rows, width, height, layout };
  store(raster, noise(width * height * 4, salt));
  return raster;
}

/** The same pixels close together. */
function near(raster: Raster): Raster {
  return stored(packed(raster), raster.layout, raster.width, raster.height);
}

type Run = (src: Raster, dst: Raster, top: number, bottom: number) => void;

const resizing =
  (filter: Filter): Run =>
  (s, d, t, b) =>
    resize(s, d, t, b, { filter });

const inPlace =
  (mirror: Run): Run =>
  (s, d, t, b) => {
    copy(s, d, t, b);
    mirror(d, d, t, b);
  };

const runs: readonly (readonly [string, Layout, readonly [Layout, number, number], Run])[] = [
  ['resize lanczos', 'RGB;24', ['RGB;24', 17, 9], resizing('lanczos')],
  ['resize bicubic', 'RGBA', ['RGBA', 40, 50], resizing('bicubic')],
  ['resize nearest', 'L', ['L', 17, 50], resizing('nearest')],
  ['vertical only', 'RGB', ['RGB', 23, 9], resizing('hamming')],
  ['convert', 'RGB;24', ['RGBA', 23, 31], convert],
  ['grayscale', 'RGBA', ['LA', 23, 31], grayscale],
  ['linear', 'RGB;24', ['RGB;24', 23, 31], (s, d, t, b) => linear(s, d, t, b, 1.5, -9)],
  ['premultiply', 'RGBA', ['RGBA', 23, 31], premultiply],
  ['copy', 'LA', ['LA', 23, 31], (s, d, t, b) => copy(s, d, t, b, 3, -2)],
  ['fill', 'RGB;24', ['RGB;24', 23, 31], (_, d, t, b) => fill(d, t, b, [1, 2, 3], [1, 1, 20, 29])],
  ['flip', 'RGB;24', ['RGB;24', 23, 31], flip],
  ['flop', 'RGB;24', ['RGB;24', 23, 31], flop],
  ['flip in place', 'RGBA', ['RGBA', 23, 31], inPlace(flip)],
  ['flop in place', 'RGB;24', ['RGB;24', 23, 31], inPlace(flop)],
  ['half a turn in place', 'LA', ['LA', 23, 31], inPlace((s, d, t, b) => rotate90(s, d, t, b, 2))],
  ['rotate90', 'RGB;24', ['RGB;24', 31, 23], (s, d, t, b) => rotate90(s, d, t, b, 1)],
  ['transverse', 'LA', ['LA', 31, 23], transverse],
];

describe.each([[[]], [['simd']], [['relaxed-simd']]] as const)('rows that lie gibibytes apart, %s', (builds) => {
  test.each(runs)('%s, %s', (_, layout, [to, width, height], run) => {
    accelerate(memory, scratch, builds);
    const src = far(layout, 23, 31, 1);
    const dst = far(to, width, height, 2);
    const expected = near(dst);
    run(near(src), expected, 0, height);
    run(src, dst, 0, height);
    expectSame(packed(dst), packed(expected));
  });
});

test('a Buffer and a view that starts inside its memory serve as well', () => {
  const pixels = Buffer.alloc(6, 9);
  const inner = new Uint8Array(new ArrayBuffer(20), 7, 6);
  const src: Raster = { bytes: pixels, rows: [0, 3], width: 3, height: 2, layout: 'L' };
  copy(src, { bytes: inner, rows: [3, 0], width: 3, height: 2, layout: 'L' }, 0, 1);
  expect([...inner]).toEqual([0, 0, 0, 9, 9, 9]);
});
