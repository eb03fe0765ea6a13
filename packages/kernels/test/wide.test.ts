/** Byte identity with Pillow for `I;16`, `I` and `F`: every case of `data/record_wide.py`; and what the wide layouts refuse. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AnyRaster,
  convert,
  copy,
  extrema,
  type Filter,
  fill,
  flip,
  flop,
  gaussianBlur,
  getBbox,
  histogram,
  KernelError,
  linear,
  orient,
  point,
  type Raster,
  rasterOf,
  reduce,
  reduction,
  resize,
  resizeToTensor,
  rotate90,
  statistics,
  threshold,
  toTensor,
  transpose,
  transverse,
  type WideLayout,
  type WideRaster,
  wideLayouts,
} from '../src/index.ts';
import type { SingleLayout } from '../src/scalar/wide-rows.ts';
import { raster } from './jobs.ts';
import { memories, type TestMemory } from './memories.ts';
import { inStrips, packed, scattered } from './rasters.ts';
import { grouped, recorded } from './recorded.ts';
import { type WideInput, wideSource } from './wide-inputs.ts';

type Box = readonly [number, number, number, number];

/** A recorded case: what was done, and the result: an image, or figures. */
interface WideCase {
  readonly in: WideInput;
  readonly op: string;
  readonly to?: readonly [number, number];
  readonly mode?: SingleLayout;
  readonly sha256?: string;
  readonly bytes?: string;
  readonly filter?: Filter;
  readonly gap?: number;
  readonly box?: Box;
  readonly area?: Box;
  readonly factor?: readonly [number, number];
  readonly scale?: number;
  readonly offset?: number;
  readonly least?: number;
  readonly extrema?: readonly [number, number];
  readonly range?: readonly [number, number];
  readonly counts?: readonly number[];
}

const cases = recorded<WideCase>('wide.json');
const made = grouped(
  cases.filter(({ to }) => to !== undefined),
  ({ op, in: [, mode], filter }) => `${op}, ${mode}${filter ? `, ${filter}` : ''}`,
);
const measured = grouped(
  cases.filter(({ to }) => to === undefined),
  ({ op }) => op,
);

type Kernel = (src: WideRaster, dst: AnyRaster, top: number, bottom: number, c: WideCase) => void;

const table = Uint8Array.from({ length: 65536 }, (_, value) => Math.floor((value * value) / 7) + 3);

/** What is done for each recorded operation, to a strip. */
const kernels: Readonly<Record<string, Kernel>> = {
  resize: resized,
  reduce: (s, d, top, bottom, { factor, area }) => reduce(s, d, top, bottom, factor!, area),
  flop,
  flip,
  rotate1: (s, d, top, bottom) => rotate90(s, d, top, bottom, 1),
  rotate2: (s, d, top, bottom) => orient(s, d, top, bottom, 3),
  rotate3: (s, d, top, bottom) => rotate90(s, d, top, bottom, 3),
  transpose,
  transverse,
  crop: (s, d, top, bottom, { box }) => copy(s, d, top, bottom, 0 - box![0], 0 - box![1]),
  convert,
  linear: (s, d, top, bottom, { scale, offset }) => linear(s, d, top, bottom, scale!, offset!),
  threshold: (s, d, top, bottom, { least }) => threshold(s, d, top, bottom, least!),
  point: (s, d, top, bottom) => point(s, d, top, bottom, [table]),
};

function resized(s: WideRaster, d: AnyRaster, top: number, bottom: number, { filter, gap, box }: WideCase): void {
  const options = { filter: filter!, ...(box && { box }) };
  const small = gap === undefined ? undefined : reduction(s, d, { ...options, gap });
  if (!small) return resize(s, d, top, bottom, options);
  const between = scattered(s.layout, small.width, small.height, 3);
  reduce(s, between, 0, small.height, small.factor, small.area);
  resize(between, d, top, bottom, { filter: filter!, box: small.box });
}

function expectBytes(out: AnyRaster, { sha256, bytes, ...rest }: WideCase): void {
  const found = packed(out);
  const label = JSON.stringify(rest);
  if (bytes !== undefined) expect(Buffer.from(found).toString('base64'), label).toBe(bytes);
  else expect(createHash('sha256').update(found).digest('hex'), label).toBe(sha256);
}

describe.each(memories())('the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);

  for (const [name, group] of made) {
    test(`${name}: ${group.length} cases`, () => {
      for (const c of group) {
        const [width, height] = c.to!;
        const dst = scattered(c.mode!, width, height, 2);
        kernels[c.op]!(wideSource(c.in) as WideRaster, dst, 0, height, c);
        expectBytes(dst, c);
      }
    });
  }

  test(`extrema: ${measured.get('extrema')!.length} cases`, () => {
    for (const c of measured.get('extrema')!) {
      const src = wideSource(c.in) as WideRaster;
      expect(extrema(src, 0, src.height)).toEqual(c.extrema!.map((value) => value + 0));
      let parts: [number, number] = [Infinity, -Infinity];
      inStrips(src.height, 3, (top, bottom) => {
        const [least, most] = extrema(src, top, bottom);
        parts = [Math.min(parts[0], least), Math.max(parts[1], most)];
      });
      expect(parts).toEqual(c.extrema!.map((value) => value + 0));
    }
  });

  test(`histogram: ${measured.get('histogram')!.length} cases`, () => {
    for (const c of measured.get('histogram')!) {
      const src = wideSource(c.in) as WideRaster;
      const counts = new Uint32Array(256);
      inStrips(src.height, 3, (top, bottom) => histogram(src, top, bottom, { range: c.range!, into: counts }));
      expect([...counts], JSON.stringify([c.in, c.range])).toEqual(c.counts);
      expect(statistics(counts).bands[0]?.count).toBe(c.counts!.reduce((sum, count) => sum + count));
    }
  });

  test(`getBbox: ${measured.get('getBbox')!.length} cases`, () => {
    for (const c of measured.get('getBbox')!) {
      const src = wideSource(c.in) as WideRaster;
      expect(getBbox(src, 0, src.height) ?? null).toEqual(c.box);
    }
  });
});

test('the recordings cover every operation, and every filter in every layout', () => {
  expect(new Set(cases.map(({ op }) => op))).toEqual(
    new Set([...Object.keys(kernels), 'extrema', 'histogram', 'getBbox']),
  );
  expect([...made.keys()].filter((name) => name.startsWith('resize')).length).toBe(18);
  expect(cases.length).toBeGreaterThan(1200);
});

const [scalar, ...builds] = memories() as [TestMemory, ...TestMemory[]];

describe('tensors', () => {
  const call = fc.record({
    layout: fc.constantFrom(...wideLayouts),
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(1000),
    scale: fc.double({ min: -2, max: 2, noNaN: true }),
    mean: fc.double({ min: -2, max: 2, noNaN: true }),
  });

  /** A tensor made in three strips, of an image as it is or made smaller. */
  function tensorIn(memory: TestMemory, layout: WideLayout, size: readonly number[], options: object): Float32Array {
    memory.use();
    const [width, height, seed] = size as [number, number, number];
    const src = raster({ layout: layout as never, width, height }, seed) as AnyRaster;
    const room = scattered('F', width * height, 1, 0);
    const out = new Float32Array(
      room.bytes.buffer as ArrayBuffer,
      room.bytes.byteOffset + room.rows[0]!,
      width * height,
    );
    out.fill(0);
    inStrips(height, 3, (top, bottom) => toTensor(src, out, top, bottom, options));
    return out.slice();
  }

  test.each(builds)('$acceleration: as the twin, and as the formula', (build) => {
    fc.assert(
      fc.property(call, ({ layout, width, height, seed, scale, mean }) => {
        const options = { scale, mean, std: 0.7 };
        const [twin, simd] = [scalar, build].map((memory) => tensorIn(memory, layout, [width, height, seed], options));
        expect(simd).toEqual(twin);
        const plain = tensorIn(scalar, layout, [width, height, seed], { scale: 1 });
        plain.forEach((value, i) => {
          const exact = (value * scale - mean) / 0.7;
          const terms = Math.abs(value * scale) + Math.abs(mean);
          expect(Math.abs(twin![i]! - exact)).toBeLessThanOrEqual((terms / 0.7) * 2 ** -21 + 1e-30);
        });
      }),
    );
  });

  test('of I;16 go from 0 to 1 by default, of I and F they are the numbers', () => {
    const out = new Float32Array(2);
    toTensor(rasterOf(new Uint8Array([0, 0, 255, 255]), 'I;16', 2, 1), out, 0, 1);
    expect([...out]).toEqual([0, 1]);
    toTensor(rasterOf(new Uint8Array(Int32Array.of(-7, 70000).buffer), 'I', 2, 1), out, 0, 1);
    expect([...out]).toEqual([-7, 70000]);
    toTensor(rasterOf(new Uint8Array(Float32Array.of(0.5, -1).buffer), 'F', 2, 1), out, 0, 1);
    expect([...out]).toEqual([0.5, -1]);
  });

  test('a resize on the way is the resize', () => {
    for (const { use } of [scalar, ...builds]) {
      use();
      const src = wideSource(['noise', 'I;16', 64, 48]) as WideRaster;
      const small = scattered('I;16', 20, 15, 0);
      resize(src, small, 0, 15, { filter: 'bicubic' });
      const [one, other] = [new Float32Array(300), new Float32Array(300)];
      toTensor(small, one, 0, 15);
      inStrips(15, 2, (top, bottom) =>
        resizeToTensor(src, other, top, bottom, { width: 20, height: 15, filter: 'bicubic' }),
      );
      expect(other).toEqual(one);
    }
  });
});

describe('linear of I;16', () => {
  // Products that are doubles just below an integer, results beyond both ends, and beyond what fits in 32 bits.
  const numbers = [
    [0.7, 0],
    [0.7, 12],
    [1.1, -0.3],
    [-1, 65535],
    [-0.29, 19006.4],
    [1 / 3, -1],
    [1e-9, 0],
    [0, 0.9999999999999999],
    [0, -0.5],
    [4095, -268365824],
    [-4095, 268365824],
    [8193, -536936447],
    [40000, -1e9],
    [-1e9, 1e9],
  ] as const;

  test.each(builds)('$acceleration: every value, as the formula', ({ use }) => {
    use();
    for (const [scale, offset] of numbers) {
      const src = scattered('I;16', 65536 + 5, 1, 1);
      const values = Uint16Array.from({ length: src.width }, (_, i) => i);
      src.bytes.set(new Uint8Array(values.buffer), src.rows[0]);
      const dst = scattered('I;16', src.width, 1, 2);
      linear(src, dst, 0, 1, scale, offset);
      const found = new Uint16Array(packed(dst).buffer as ArrayBuffer);
      const wanted = values.map((value) => Math.min(Math.max(Math.trunc(value * scale + offset), 0), 65535));
      const first = found.findIndex((value, i) => value !== wanted[i]);
      expect(first, `${scale} v + ${offset}`).toBe(-1);
    }
  });
});

describe('what has no fractions and no ends', () => {
  const floats = [Number.NaN, Infinity, -Infinity, 3e9, -3e9, 70000.5, -1, 0.9, 254.9];

  test.each([scalar, ...builds])('$acceleration: is cut, or 0', ({ use }) => {
    use();
    const src = scattered('F', floats.length, 1, 0);
    src.bytes.set(new Uint8Array(Float32Array.from(floats).buffer), src.rows[0]);
    const expected = {
      L: [0, 255, 0, 255, 0, 255, 0, 0, 254],
      'I;16': [0, 65535, 0, 65535, 0, 65535, 0, 0, 254],
      I: [0, 2147483647, -2147483648, 2147483647, -2147483648, 70000, -1, 0, 254],
    };
    const arrays = { L: Uint8Array, 'I;16': Uint16Array, I: Int32Array } as const;
    for (const layout of ['L', 'I;16', 'I'] as const) {
      const dst = scattered(layout, floats.length, 1, 0);
      convert(src, dst, 0, 1);
      expect([...new arrays[layout](packed(dst).buffer as ArrayBuffer)]).toEqual(expected[layout]);
    }
    expect(extrema(src, 0, 1)).toEqual([-Infinity, Infinity]);
    fill(src, 0, 1, [Number.NaN]);
    expect(extrema(src, 0, 1)).toEqual([Infinity, -Infinity]);
    expect(extrema(src, 0, 0)).toEqual([Infinity, -Infinity]);
  });

  test.each([scalar, ...builds])('$acceleration: infinity and no number spread as far as a filter', ({ use }) => {
    use();
    const src = scattered('F', 9, 1, 0);
    fill(src, 0, 1, [1]);
    src.bytes.set(new Uint8Array(Float32Array.of(Infinity).buffer), src.rows[0]! + 16);
    const dst = scattered('F', 3, 1, 0);
    resize(src, dst, 0, 1, { filter: 'box' });
    expect([...new Float32Array(packed(dst).buffer as ArrayBuffer)]).toEqual([1, Infinity, 1]);
  });
});

test('what wide layouts cannot do is refused', () => {
  const [depth, floats, grey, colours] = [
    rasterOf(new Uint8Array(2 * 12), 'I;16', 4, 3),
    rasterOf(new Uint8Array(4 * 12), 'F', 4, 3),
    rasterOf(new Uint8Array(12), 'L', 4, 3),
    rasterOf(new Uint8Array(3 * 12), 'RGB;24', 4, 3),
  ];
  const odd: Raster<WideLayout> = { ...depth, rows: [0, 8, 17], bytes: new Uint8Array(40) };
  const bad: readonly (readonly [argument: string, call: () => unknown])[] = [
    ['src.layout', () => gaussianBlur(depth as never, depth as never, 0, 3, 1)],
    ['dst.layout', () => resize(depth, grey, 0, 3, { filter: 'box' })],
    ['src.layout', () => convert(colours, depth, 0, 3)],
    ['dst.layout', () => convert(depth, colours, 0, 3)],
    ['dst.layout', () => threshold(depth, depth, 0, 3, 7)],
    ['least', () => threshold(depth, grey, 0, 3, Number.NaN)],
    ['src.layout', () => point(floats, grey, 0, 3, [table])],
    ['tables', () => point(depth, grey, 0, 3, [new Uint8Array(256)])],
    ['dst.layout', () => linear(depth, floats, 0, 3, 1, 0)],
    ['scale', () => linear(depth, depth, 0, 3, 1e10, 0)],
    ['options.range', () => histogram(depth, 0, 3)],
    ['options.range', () => histogram(depth, 0, 3, { range: [5, 5] })],
    ['options.range', () => histogram(grey, 0, 3, { range: [0, 5] })],
    ['options.mask', () => histogram(depth, 0, 3, { range: [0, 5], mask: grey })],
    ['src.layout', () => extrema({ ...grey, layout: 'RGBX' } as never, 0, 3)],
    ['out', () => toTensor(depth, new Uint8Array(12), 0, 3)],
    ['colour[0]', () => fill(depth, 0, 3, [65536])],
    ['colour[0]', () => fill(floats, 0, 3, ['1' as never])],
    ['dst.rows[2]', () => flop(depth, odd, 0, 3)],
  ];
  for (const [argument, call] of bad) {
    const error = failure(call);
    expect(error, argument).toBeInstanceOf(KernelError);
    expect((error as KernelError).argument).toBe(argument);
  }
});

function failure(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
