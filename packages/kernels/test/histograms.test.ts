/** What is read off an image: byte identity with Pillow, OpenCV and sharp where they have it, and the twins everywhere. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AutocontrastOptions,
  autocontrast,
  bandCount,
  clahe,
  equalize,
  extrema,
  getBbox,
  hasAlpha,
  histogram,
  type Layout,
  layouts,
  type PixelBox,
  pixelSize,
  type Raster,
  statistics,
  tileHistograms,
  trimBox,
  unionBox,
} from '../src/index.ts';
import { bandsOf, type Input, inputBytes, noise } from './inputs.ts';
import { raster } from './jobs.ts';
import { memories, type TestMemory } from './memories.ts';
import { expectSame, packed, scattered, store, stored } from './rasters.ts';
import { type Case, expectRecorded, grouped, recorded, sources } from './recorded.ts';

interface Figures {
  readonly count: readonly number[];
  readonly sum: readonly number[];
  readonly sum2: readonly number[];
  readonly median: readonly number[];
  readonly extrema: readonly (readonly [number, number])[];
  readonly entropy?: number;
  readonly mean?: readonly number[];
  readonly rms?: readonly number[];
  readonly stddev?: readonly number[];
}
interface OneCase extends Case, Figures {
  readonly op: string;
  readonly mask?: Input;
  readonly histogram?: number;
  readonly box?: PixelBox | null;
  readonly paint?: PixelBox;
  readonly options?: AutocontrastOptions & { readonly preserveTone: boolean };
}

const cases = recorded<OneCase>('histograms.json');
const [scalar, ...builds] = memories() as [TestMemory, ...TestMemory[]];

const rasterIn = (input: Input): Raster => stored(inputBytes(input), input[1] as Layout, input[2], input[3], 3);

/** Images that `record_composites.py` painted: a box of the last band's 1, or colours under an alpha of 0. */
function painted({ in: [kind, mode, width, height], paint }: OneCase): Uint8Array {
  const bands = bandsOf[mode];
  const [left, top, right, bottom] = paint ?? [3, 4, 20, 9];
  const hidden = { L: [1], LA: [1, 0], RGB: [0, 0, 0], RGBA: [9, 0, 9, 0] }[mode];
  const pixel = kind === 'boxes' ? Array.from({ length: bands }, (_, b) => (b === bands - 1 ? 1 : 0)) : hidden;
  return Uint8Array.from({ length: width * height * bands }, (_, i) => {
    const [x, y] = [Math.floor(i / bands) % width, Math.floor(i / bands / width)];
    return x >= left && x < right && y >= top && y < bottom ? pixel[i % bands]! : 0;
  });
}

function inputsOf(c: OneCase): readonly Raster[] {
  if (c.in[0] !== 'boxes' && c.in[0] !== 'hidden') return sources(c.in);
  const names: Layout[] = c.in[1] === 'RGB' ? ['RGB', 'RGB;24'] : [c.in[1]];
  return names.map((layout) => stored(painted(c), layout, c.in[2], c.in[3]));
}

const checks: Readonly<Record<string, (src: Raster, c: OneCase) => void>> = {
  statistics: (src, c) => {
    const counts = histogram(src, 0, src.height, c.mask ? { mask: rasterIn(c.mask) } : {});
    expect(counts.reduce((sum, count) => (sum * 31 + count) % 4294967291, 0)).toBe(c.histogram);
    const { bands, entropy } = statistics(counts);
    if (c.entropy !== undefined) expect(entropy).toBeCloseTo(c.entropy, 9);
    expect(bands.map(({ least, most }) => [least, most])).toEqual(c.extrema);
    if (!c.mask) expect(extrema(src, 0, src.height)).toEqual(c.extrema);
    expect(bands.map(({ count }) => count)).toEqual(c.count);
    expect(bands.map(({ sum }) => sum)).toEqual(c.sum);
    expect(bands.map(({ sumOfSquares }) => sumOfSquares)).toEqual(c.sum2);
    expect(bands.map(({ median }) => median)).toEqual(c.median);
    expect(bands.map(({ mean, rms, deviation }) => (c.mean ? [mean, rms, deviation] : []))).toEqual(
      bands.map((_, i) => (c.mean ? [c.mean[i], c.rms![i], c.stddev![i]] : [])),
    );
  },
  getBbox: (src, c) => expect(getBbox(src, 0, src.height)).toEqual(c.box ?? undefined),
  equalize: (src, c) => {
    const dst = scattered(src.layout, src.width, src.height, 2);
    equalize(src, dst, 0, dst.height);
    expectRecorded(dst, c);
  },
  autocontrast: (src, c) => {
    const dst = scattered(src.layout, src.width, src.height, 2);
    autocontrast(src, dst, 0, dst.height, c.options);
    expectRecorded(dst, c);
  },
};

describe.each(memories())('what Pillow reads off an image, $acceleration', ({ use }) => {
  beforeAll(use);
  const groups = grouped(cases, (c) => c.op);
  test.each([...groups])('%s', (op, group) => {
    for (const c of group) for (const src of inputsOf(c)) checks[op]!(src, c);
  });

  test('the recordings cover every operation', () => {
    expect([...groups.keys()].sort()).toEqual(Object.keys(checks).sort());
  });
});

describe.each(memories())('clahe makes the bytes of OpenCV, $acceleration', ({ use }) => {
  beforeAll(use);
  const file = new URL('./data/clahe.json', import.meta.url);
  const group: readonly (Case & { readonly tiles: [number, number]; readonly limit: number })[] = JSON.parse(
    readFileSync(file, 'utf8'),
  ).cases;

  test(`${group.length} cases`, () => {
    expect(group.length).toBeGreaterThan(300);
    for (const c of group) {
      const src = rasterIn(c.in);
      const dst = scattered('L', src.width, src.height, 2);
      clahe(src, dst, 0, dst.height, c);
      expectRecorded(dst, c);
    }
  });

  test('of colours the grey level goes through it, and every colour gains what that gains', () => {
    for (const layout of ['RGB;24', 'RGB', 'RGBA', 'LA'] as const) {
      const src = raster({ layout, width: 41, height: 30 }, 5);
      const dst = raster({ layout, width: 41, height: 30 }, 6);
      clahe(src, dst, 0, 30, { tiles: [2, 3], limit: 3 });
      const bands = bandCount(layout);
      const [from, to] = [packed(src), packed(dst)];
      const grey = Uint8Array.from({ length: 41 * 30 }, (_, i) => luma(from.subarray(i * bands, (i + 1) * bands)));
      const after = stored(grey, 'L', 41, 30, 7);
      clahe(after, after, 0, 30, { tiles: [2, 3], limit: 3 });
      packed(after).forEach((value, i) => {
        for (let b = 0; b < bands; b++) {
          const more = hasAlpha(layout) && b === bands - 1 ? 0 : value - grey[i]!;
          expect(to[i * bands + b]).toBe(Math.min(Math.max(from[i * bands + b]! + more, 0), 255));
        }
      });
    }
  });
});

function luma(pixel: Uint8Array): number {
  if (pixel.length < 3) return pixel[0]!;
  return (pixel[0]! * 19595 + pixel[1]! * 38470 + pixel[2]! * 7471 + 32768) >> 16;
}

const image = fc.record({
  layout: fc.constantFrom(...layouts),
  width: fc.integer({ min: 1, max: 90 }),
  height: fc.integer({ min: 1, max: 40 }),
});

/** Few values, in long runs, as in a drawing on paper. */
function drawing(shape: { layout: Layout; width: number; height: number }, seed: number): Raster {
  const made = raster(shape, seed);
  const bits = noise(shape.width * shape.height * 4, seed);
  store(
    made,
    bits.map((value, i) => (value > 250 && bits[i >> 4]! > 200 ? value : 9)),
  );
  return made;
}

describe.each(builds)('the twins, $acceleration', (build) => {
  test('count the same, with and without a mask', () => {
    fc.assert(
      fc.property(image, fc.nat(1000), fc.boolean(), fc.boolean(), (shape, seed, masked, isLuma) => {
        const [a, b] = [scalar, build].map((memory) => {
          memory.use();
          const mask = drawing({ ...shape, layout: 'RGBA' }, seed + 1);
          return histogram(raster(shape, seed), 0, shape.height, { luma: isLuma, ...(masked && { mask }) });
        });
        expect(b).toEqual(a);
      }),
      { numRuns: 100 },
    );
  });

  test('count the same where there are many', () => {
    for (const layout of layouts) {
      const [a, b] = [scalar, build].map((memory) => {
        memory.use();
        const shape = { layout, width: 1031, height: Math.ceil(2 ** 20 / 1031 / pixelSize(layout)) };
        return histogram(raster(shape, 4), 0, shape.height);
      });
      expect(b).toEqual(a);
    }
  });

  test('find the same extrema', () => {
    fc.assert(
      fc.property(image, fc.nat(1000), fc.boolean(), (shape, seed, isDrawing) => {
        const [a, b] = [scalar, build].map((memory) => {
          memory.use();
          const src = isDrawing ? drawing(shape, seed) : raster(shape, seed);
          return extrema(src, seed % shape.height, shape.height);
        });
        expect(b).toEqual(a);
      }),
      { numRuns: 300 },
    );
  });

  test('the least and the greatest value anywhere in a row', () => {
    build.use();
    for (const layout of layouts) {
      const size = pixelSize(layout);
      const places = hasAlpha(layout) ? [0, 3].slice(layout === 'LA' ? 0 : 1) : [0];
      for (let width = 1; width <= 70; width++) {
        const src = scattered(layout, width, 3, width);
        for (let x = 0; x < width; x++) {
          for (const row of Array.from(src.rows)) src.bytes.fill(100, row, row + width * size);
          for (const place of places) src.bytes[src.rows[x % 3]! + x * size + place] = x & 1 ? 99 : 101;
          const found = extrema(src, 0, 3);
          for (const place of places) {
            const band = layout === 'LA' && place === 3 ? 1 : place;
            expect(found[band]).toEqual(x & 1 ? [99, 100] : [100, 101]);
          }
        }
      }
    }
  });

  test('find the same box', () => {
    const options = fc.record({ threshold: fc.nat(255) });
    fc.assert(
      fc.property(image, fc.nat(1000), options, (shape, seed, given) => {
        const [a, b] = [scalar, build].map((memory) => {
          memory.use();
          const src = drawing(shape, seed);
          return [trimBox(src, 0, shape.height, given), getBbox(src, 0, shape.height), boxOf(src)];
        });
        expect(b).toEqual(a);
        expect(a![1]).toEqual(a![2]);
      }),
      { numRuns: 300 },
    );
  });
});

/** The box of what is not 0, by looking at every pixel. */
function boxOf(src: Raster): PixelBox | undefined {
  const size = pixelSize(src.layout);
  let box: PixelBox | undefined;
  for (let y = 0; y < src.height; y++) {
    for (let x = 0; x < src.width; x++) {
      const at = src.rows[y]! + x * size;
      const places = hasAlpha(src.layout) ? [3] : [0, 1, 2].slice(0, bandCount(src.layout));
      if (places.some((place) => src.bytes[at + place] !== 0)) box = unionBox(box, [x, y, x + 1, y + 1]);
    }
  }
  return box;
}

test('what is read off strips adds up to what is read off the image, and nothing is written', () => {
  const strips = fc.tuple(fc.constantFrom(1, 2, 3, 7), fc.constantFrom(scalar, ...builds));
  fc.assert(
    fc.property(image, fc.nat(1000), strips, (shape, seed, [count, memory]) => {
      memory.use();
      const src = drawing(shape, seed);
      const before = src.bytes.slice();
      const tiles: [number, number] = [1 + (seed % 5), 1 + (seed % 3)];
      const counts = new Uint32Array(256 * bandCount(shape.layout));
      const tileCounts = new Uint32Array(256 * tiles[0] * tiles[1]);
      const found = extrema(src, 0, 0);
      expect(found).toEqual(Array.from({ length: bandCount(shape.layout) }, () => [255, 0]));
      let box: PixelBox | undefined;
      for (let i = 0; i < count; i++) {
        const [top, bottom] = [i, i + 1].map((part) => Math.floor((shape.height * part) / count)) as [number, number];
        histogram(src, top, bottom, { into: counts });
        tileHistograms(src, top, bottom, { tiles, into: tileCounts });
        box = unionBox(box, trimBox(src, top, bottom));
        extrema(src, top, bottom).forEach(([least, most], band) => {
          found[band] = [Math.min(found[band]![0], least), Math.max(found[band]![1], most)];
        });
      }
      expect(found).toEqual(extrema(src, 0, shape.height));
      expect(counts).toEqual(histogram(src, 0, shape.height));
      expect(tileCounts).toEqual(tileHistograms(src, 0, shape.height, { tiles }));
      expect(box).toEqual(trimBox(src, 0, shape.height));
      expectSame(src.bytes, before);
    }),
  );
});
