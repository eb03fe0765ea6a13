/** Byte identity with Pillow: every case that `data/record.py` recorded, in every layout that can hold it. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  bandCount,
  boxBlur,
  type ConvolveOptions,
  colourMatrix,
  convert,
  convolve,
  copy,
  type Filter,
  flip,
  flop,
  gaussianBlur,
  grayscale,
  linear,
  point,
  premultiply,
  type Raster,
  resize,
  rotate90,
  threshold,
  transpose,
  transverse,
  type UnsharpOptions,
  unpremultiply,
  unsharp,
} from '../src/index.ts';
import { inputBytes, layoutsOf, type Mode } from './inputs.ts';
import { memories } from './memories.ts';
import { scattered, stored } from './rasters.ts';
import { type Case, expectRecorded, grouped, recorded, sources } from './recorded.ts';

interface ResizeCase extends Case {
  readonly to: readonly [number, number];
  readonly filter: Filter;
  readonly box?: readonly [number, number, number, number];
}
interface MoveCase extends Case {
  readonly op: string;
  readonly to?: Mode;
  readonly box?: readonly [number, number, number, number];
  readonly at?: readonly [number, number];
}
interface FilterCase extends Case {
  readonly op: string;
  readonly radius?: number;
  readonly percent?: number;
  readonly threshold?: number;
  readonly weights?: readonly number[];
  readonly matrix?: readonly number[];
  readonly scale?: number;
  readonly offset?: number;
}

const resizes = recorded<ResizeCase>('resize.json');
const moves = recorded<MoveCase>('moves.json');
const filtered = recorded<FilterCase>('filters.json');

describe.each(memories())('resize makes the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  const groups = grouped(resizes, (c) => `${c.filter}, ${c.in[1]}`);
  for (const [name, cases] of groups) {
    test(`${name}: ${cases.length} cases`, () => {
      for (const c of cases) {
        for (const src of sources(c.in)) {
          const dst = scattered(src.layout, c.to[0], c.to[1], 2);
          const { filter, box } = c;
          resize(src, dst, 0, dst.height, box === undefined ? { filter } : { filter, box });
          expectRecorded(dst, c);
        }
      }
    });
  }

  test('the recordings cover every filter and mode', () => {
    expect(groups.size).toBe(24);
    expect(resizes.length).toBeGreaterThan(1400);
  });
});

/** What makes the result of a recorded operation, for one layout of its input. */
const operations: Readonly<Record<string, (src: Raster, c: MoveCase) => Raster | readonly Raster[]>> = {
  convert: (src, c) =>
    layoutsOf[c.to as Mode].map((layout) => {
      const dst = scattered(layout, src.width, src.height, 2);
      convert(src, dst, 0, dst.height);
      return dst;
    }),
  premultiply: (src) => same(src, premultiply),
  unpremultiply: (src) => same(src, unpremultiply),
  flip: (src) => same(src, flip),
  flop: (src) => same(src, flop),
  rotate1: (src) => turned(src, (s, d, t, b) => rotate90(s, d, t, b, 1)),
  rotate2: (src) => same(src, (s, d, t, b) => rotate90(s, d, t, b, 2)),
  rotate3: (src) => turned(src, (s, d, t, b) => rotate90(s, d, t, b, 3)),
  transpose: (src) => turned(src, transpose),
  transverse: (src) => turned(src, transverse),
  crop: (src, { box }) => {
    const [x, y, width, height] = box as readonly [number, number, number, number];
    const dst = stored(new Uint8Array(width * height * 4), src.layout, width, height, 2);
    copy(src, dst, 0, height, -x, -y);
    return dst;
  },
  paste: (src, { at }) => {
    const [x, y] = at as readonly [number, number];
    const mode = src.layout === 'RGB;24' ? 'RGB' : src.layout;
    const dst = stored(inputBytes(['edges', mode, 33, 65]), src.layout, 33, 65, 2);
    copy(src, dst, 0, 65, x, y);
    return dst;
  },
};

type Kernel = (src: Raster, dst: Raster, top: number, bottom: number) => void;

function same(src: Raster, kernel: Kernel): Raster {
  const dst = scattered(src.layout, src.width, src.height, 2);
  kernel(src, dst, 0, dst.height);
  return dst;
}

function turned(src: Raster, kernel: Kernel): Raster {
  const dst = scattered(src.layout, src.height, src.width, 2);
  kernel(src, dst, 0, dst.height);
  return dst;
}

describe.each(memories())('moves and conversions make the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  const groups = grouped(moves, (c) => c.op);
  for (const [op, cases] of groups) {
    test(`${op}: ${cases.length} cases`, () => {
      for (const c of cases) {
        for (const src of sources(c.in)) {
          for (const dst of [operations[op]!(src, c)].flat()) expectRecorded(dst as Raster, c);
        }
      }
    });
  }

  test('grayscale agrees with the recorded conversions to L and LA', () => {
    const cases = moves.filter((c) => c.in[1].startsWith('RGB') && (c.to === 'L' || c.to === 'LA'));
    expect(cases.length).toBe(21);
    for (const c of cases) {
      for (const src of sources(c.in)) {
        const dst = scattered(c.to as 'L' | 'LA', src.width, src.height, 2);
        grayscale(src, dst, 0, dst.height);
        expectRecorded(dst, c);
      }
    }
  });

  test('the recordings cover every operation', () => {
    expect([...groups.keys()].sort()).toEqual(Object.keys(operations).sort());
  });
});

/** What filters an image as recorded. */
const filters: Readonly<Record<string, (c: FilterCase) => Kernel>> = {
  gaussianBlur: (c) => (s, d, t, b) => gaussianBlur(s, d, t, b, c.radius as number),
  unsharp: (c) => (s, d, t, b) => unsharp(s, d, t, b, { sigma: c.radius as number, ...(c as UnsharpOptions) }),
  convolve: (c) => (s, d, t, b) => convolve(s, d, t, b, c.weights as number[], c as ConvolveOptions),
  linear: (c) => (s, d, t, b) => linear(s, d, t, b, c.scale as number, c.offset as number),
  threshold: (c) => (s, d, t, b) => threshold(s, d, t, b, c.threshold as number),
  point: () => (s, d, t, b) => point(s, d, t, b, [Uint8Array.from({ length: 256 }, (_, i) => (i * i) / 255)]),
  pointEach: () => (s, d, t, b) => {
    const table = (band: number) => Uint8Array.from({ length: 256 }, (_, i) => i * (band + 3) + 17 * band);
    point(
      s,
      d,
      t,
      b,
      Array.from({ length: bandCount(s.layout) }, (_, band) => table(band)),
    );
  },
  colourMatrix: (c) => (s, d, t, b) => colourMatrix(s, d, t, b, c.matrix as number[]),
  boxBlur: (c) => (s, d, t, b) => boxBlur(s, d, t, b, c.radius as number),
};

describe.each(memories())('filters make the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  const groups = grouped(filtered, (c) => c.op);
  for (const [op, cases] of groups) {
    test(`${op}: ${cases.length} cases`, () => {
      for (const c of cases) for (const src of sources(c.in)) expectRecorded(same(src, filters[op]!(c)), c);
    });
  }

  test('the recordings cover every filter', () => {
    expect([...groups.keys()].sort()).toEqual(Object.keys(filters).sort());
  });
});
