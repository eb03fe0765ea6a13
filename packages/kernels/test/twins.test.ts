/** The SIMD builds and their scalar twins write the same bytes, for random calls, also where no Pillow was asked. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bandCount,
  filters,
  gaussianBlur,
  type Layout,
  layouts,
  linear,
  pixelSize,
  point,
  type Raster,
  reduce,
  resize,
} from '../src/index.ts';
import { noise } from './inputs.ts';
import { jobs, raster } from './jobs.ts';
import { memories, type TestMemory } from './memories.ts';
import { expectSame, packed, store } from './rasters.ts';

const [scalar, ...builds] = memories() as [TestMemory, ...TestMemory[]];

test('there is a build for this engine', () => {
  expect(builds.map(({ acceleration }) => acceleration)).toContain('simd');
});

describe.each(Object.entries(jobs))('%s', (_, job) => {
  test.each(builds)('$acceleration', (build) => {
    fc.assert(
      fc.property(job, fc.nat(1000), fc.nat(40), fc.nat(40), ({ src, dst, run }, seed, a, b) => {
        const top = Math.min(a, b, dst.height);
        const bottom = Math.min(Math.max(a, b), dst.height);
        const results = [scalar, build].map((memory) => {
          memory.use();
          const out = raster(dst, seed + 1);
          run(raster(src, seed), out, top, bottom);
          return out.bytes;
        });
        expectSame(results[1]!, results[0]!);
      }),
      { numRuns: 300 },
    );
  });
});

/** Values at which sums overshoot most: 0 and 255 at random, in runs. */
function harsh(target: Raster, seed: number): void {
  const { width, height } = target;
  const bits = noise(width * height * 4, seed);
  store(
    target,
    bits.map((value, i) => (value < 20 || (i > 4 && bits[i - 4]! >= 128) ? 255 : value > 235 ? value : 0)),
  );
}

describe('larger resizes', () => {
  const sizes = fc.tuple(...[400, 120, 400, 120].map((max) => fc.integer({ min: 1, max })));
  const call = fc.tuple(sizes, fc.constantFrom(...layouts), fc.constantFrom(...filters), fc.nat(1000));

  /** The result of a resize in some memory. */
  function resized(
    memory: TestMemory,
    [w, h, width, height]: readonly number[],
    layout: Layout,
    seed: number,
    options: Parameters<typeof resize>[4],
  ): Raster {
    memory.use();
    const src = raster({ layout, width: w!, height: h! }, seed);
    harsh(src, seed);
    const dst = raster({ layout, width: width!, height: height! }, 3);
    resize(src, dst, 0, height!, options);
    return dst;
  }

  test.each(builds)('$acceleration: the bytes of the twin, exact and fast', (build) => {
    fc.assert(
      fc.property(call, fc.boolean(), ([size, layout, filter, seed], fast) => {
        const options = { filter, precision: fast ? ('fast' as const) : ('exact' as const) };
        const [a, b] = [scalar, build].map((memory) => resized(memory, size, layout, seed, options));
        expectSame(b!.bytes, a!.bytes);
      }),
      { numRuns: 60 },
    );
  });

  test('fast differs from exact by at most 2, and not at all where all is even', () => {
    fc.assert(
      fc.property(call, ([size, layout, filter, seed]) => {
        fc.pre(layout !== 'RGBA' && layout !== 'LA'); // dividing by a small alpha magnifies a difference
        const exact = packed(resized(builds[0]!, size, layout, seed, { filter }));
        const fast = packed(resized(builds[0]!, size, layout, seed, { filter, precision: 'fast' }));
        const most = fast.reduce((worst, value, i) => Math.max(worst, Math.abs(value - exact[i]!)), 0);
        expect(most).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(call, ([size, layout, filter, value]) => {
        fc.pre(layout !== 'RGBA' && layout !== 'LA');
        builds[0]!.use();
        const [w, h, width, height] = size as [number, number, number, number];
        const src = raster({ layout, width: w, height: h }, 1);
        store(src, new Uint8Array(w * h * 4).fill(value));
        const dst = raster({ layout, width, height }, 2);
        resize(src, dst, 0, height, { filter, precision: 'fast' });
        expect(new Set(packed(dst))).toEqual(new Set([value & 255]));
      }),
      { numRuns: 60 },
    );
  });
});

test('the fast blur is a Gaussian, to 1 of 255, and leaves even areas as they are', () => {
  const [width, height] = [61, 47];
  for (const memory of [scalar, ...builds]) {
    memory.use();
    for (const sigma of [0.5, 1.3, 2, 5]) {
      const src = raster({ layout: 'L', width, height }, 5);
      harsh(src, 6);
      const dst = raster({ layout: 'L', width, height }, 3);
      gaussianBlur(src, dst, 0, height, sigma, { precision: 'fast' });
      const values = Float64Array.from(packed(src));
      const expected = blurred(blurred(values, width, 1, width, sigma), height, width, 1, sigma);
      const most = packed(dst).reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0);
      expect(most).toBeLessThanOrEqual(1);
      store(src, new Uint8Array(width * height).fill(201));
      gaussianBlur(src, dst, 0, height, sigma, { precision: 'fast' });
      expect(new Set(packed(dst))).toEqual(new Set([201]));
    }
  }
});

/** A Gaussian out to two and a half deviations, in doubles, of lines of `length` values. */
function blurred(values: Float64Array, length: number, step: number, apart: number, sigma: number): Float64Array {
  const reach = Math.max(1, Math.round(2.5 * sigma));
  return Float64Array.from(values, (_, index) => {
    const line = step === 1 ? Math.floor(index / apart) : index % step;
    const at = step === 1 ? index % apart : Math.floor(index / step);
    let [sum, whole] = [0, 0];
    for (let d = -reach; d <= reach; d++) {
      const weight = Math.exp(-(d * d) / (2 * sigma * sigma));
      const place = Math.min(Math.max(at + d, 0), length - 1);
      sum += weight * values[line * apart + place * step]!;
      whole += weight;
    }
    return sum / whole;
  });
}

test('linear is the same for every value, whether its table is a line of 12 bits or not', () => {
  const lines = [1.2, -10, -1, 255, 0, 7, 1, 0, 7.9, -1000, 0.7541, -6.287, 1.7647, -19.029, 12, -1500] as const;
  const steep = [40, -3000, -900, 100_000] as const;
  const numbers = [...lines, ...steep];
  for (let i = 0; i < numbers.length; i += 2) {
    for (const layout of layouts) {
      const results = [scalar, ...builds].map((memory) => {
        memory.use();
        const src = raster({ layout, width: 256 + 7, height: 1 }, 3);
        src.bytes.set(
          Uint8Array.from({ length: 256 * pixelSize(layout) }, (_, at) => Math.floor(at / pixelSize(layout))),
          src.rows[0]!,
        );
        linear(src, src, 0, 1, numbers[i]!, numbers[i + 1]!);
        return src.bytes.slice();
      });
      for (const result of results.slice(1)) expectSame(result, results[0]!);
    }
  }
});

test('large images go through tables of pairs', () => {
  for (const [layout, count] of layouts.flatMap((each) => [[each, 1] as const, [each, bandCount(each)] as const])) {
    const tables = Array.from({ length: count }, (_, i) => noise(256, 3 + i));
    const shape = { layout, width: 1031, height: Math.ceil(2 ** 20 / 1031 / pixelSize(layout)) };
    const results = [scalar, ...builds].map((memory) => {
      memory.use();
      const src = raster(shape, 3);
      const dst = raster(shape, 4);
      point(src, dst, 0, shape.height, tables);
      return dst.bytes.slice();
    });
    for (const result of results.slice(1)) expectSame(result, results[0]!);
  }
});

test('blocks of so many bytes that their rows are added a few at a time', () => {
  for (const layout of layouts) {
    for (const down of [9, 16, 21]) {
      const shape = { layout, width: Math.ceil(65536 / 9 / pixelSize(layout)) + 3, height: 2 * down + 5 };
      const results = [scalar, ...builds].map((memory) => {
        memory.use();
        const dst = raster({ layout, width: Math.ceil(shape.width / 4), height: 3 }, 4);
        reduce(raster(shape, 3), dst, 0, 3, [4, down]);
        return dst.bytes.slice();
      });
      for (const result of results.slice(1)) expectSame(result, results[0]!);
    }
  }
});
