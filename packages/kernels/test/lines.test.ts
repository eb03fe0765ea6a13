/** Tables that are lines: which are found to be, and that what is computed of them is what the twins look up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { autocontrast, bandCount, histogram, type Layout, layouts, pixelSize, point } from '../src/index.ts';
import { stretchTable } from '../src/scalar/contrast.ts';
import { linearOf, linearTable } from '../src/scalar/lookup.ts';
import { linesOf } from '../src/simd/linear.ts';
import { noise } from './inputs.ts';
import { raster } from './jobs.ts';
import { memories, type TestMemory } from './memories.ts';
import { expectSame, inStrips } from './rasters.ts';

const [scalar, ...builds] = memories() as [TestMemory, ...TestMemory[]];

/** The table that the kernel computes with the numbers of its first line. */
function computed([, scale, before]: readonly number[]): Uint8Array {
  const table = new Uint8ClampedArray(256);
  for (let value = 0; value < 256; value++) table[value] = Math.imul(value + before!, scale!) >> 20;
  return new Uint8Array(table.buffer);
}

function tableOf(value: (index: number) => number): Uint8Array {
  return Uint8Array.from(Uint8ClampedArray.from({ length: 256 }, (_, i) => value(i)));
}

describe('lines are found', () => {
  const expectLine = (table: Uint8Array): void => {
    const lines = linesOf([table]);
    expect(lines).toBeDefined();
    expect(lines![2]! & 255).toBe(0);
    expectSame(computed(lines!), table);
  };

  test('in what is none, one value, a copy, a negative, or black up to a value', () => {
    expectLine(tableOf(() => 0));
    expectLine(tableOf(() => 255));
    expectLine(tableOf(() => 77));
    expectLine(tableOf((value) => value));
    expectLine(tableOf((value) => 255 - value));
    expectLine(tableOf((value) => Math.max(0, value - 254)));
    expectLine(tableOf((value) => 7 * value - 300));
  });

  test('in tables of any factor and any term whose results have 12 bits', () => {
    const numbers = fc.tuple(
      fc.double({ min: -5, max: 5, noNaN: true }),
      fc.double({ min: -700, max: 700, noNaN: true }),
    );
    fc.assert(
      fc.property(numbers, ([scale, offset]) => {
        const made = linearOf(scale, offset);
        expect(made.bits).toBe(20);
        expectLine(linearTable(made));
      }),
      { numRuns: 2000 },
    );
  });

  test('in 96 of 100 that stretch 32 values or more, and in none a wrong one', () => {
    let [found, count] = [0, 0];
    for (let least = 0; least < 256; least++) {
      for (let most = least + 1; most < 256; most++) {
        const table = stretchTable(least, most);
        const lines = linesOf([table]);
        if (lines) expectSame(computed(lines), table);
        if (most - least < 32) continue;
        count++;
        if (lines) found++;
      }
    }
    expect(found / count).toBeGreaterThan(0.96);
  });
});

test('what is no line is none', () => {
  const tables = [
    tableOf((value) => (value < 128 ? 0 : 255)),
    tableOf((value) => value & 0xf0),
    tableOf((value) => 255 * (value / 255) ** 0.45),
    tableOf((value) => (value === 128 ? 127 : value)),
    tableOf((value) => Math.abs(value - 128)),
    noise(256, 3),
  ];
  const copy = tableOf((value) => value);
  for (const table of tables) {
    expect(linesOf([table])).toBeUndefined();
    expect(linesOf([copy, copy, table])).toBeUndefined();
  }
});

/** A line with no more than 12 bits, or what autocontrast makes. */
const line = fc.oneof(
  fc
    .tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -700, max: 700, noNaN: true }))
    .map(([scale, offset]) => linearTable(linearOf(scale, offset))),
  fc.tuple(fc.nat(120), fc.integer({ min: 130, max: 255 })).map(([least, most]) => stretchTable(least, most)),
);
/** Images of 16 KB for each band, or a little more, of rows of any number of bytes. */
const large = fc
  .tuple(fc.constantFrom(...layouts), fc.integer({ min: 1, max: 260 }), fc.constantFrom(0, 1, 5))
  .map(([layout, width, more]) => ({
    layout,
    width,
    height: Math.ceil((2 ** 14 * bandCount(layout)) / width / pixelSize(layout)) + more,
  }));
const call = fc.tuple(large, fc.array(line, { minLength: 4, maxLength: 4 }), fc.boolean(), fc.nat(1000));

function tablesFor(layout: Layout, tables: readonly Uint8Array[], each: boolean): readonly Uint8Array[] {
  return tables.slice(0, each ? bandCount(layout) : 1);
}

describe.each(builds)('lines, $acceleration', (build) => {
  test('the bytes of the twin, beside the pixels as well', () => {
    fc.assert(
      fc.property(call, ([shape, lines, each, seed]) => {
        const tables = tablesFor(shape.layout, lines, each);
        const [twin, simd] = [scalar, build].map((memory) => {
          memory.use();
          const src = raster(shape, seed);
          const before = src.bytes.slice();
          const dst = raster(shape, seed + 1);
          point(src, dst, 0, shape.height, tables);
          expectSame(src.bytes, before);
          return dst.bytes;
        });
        expectSame(simd!, twin!);
      }),
      { numRuns: 100 },
    );
  });

  test('1, 2, 3 and 7 strips give the bytes of the whole, in place as well', () => {
    fc.assert(
      fc.property(call, ([shape, lines, each, seed]) => {
        const tables = tablesFor(shape.layout, lines, each);
        build.use();
        const whole = raster(shape, seed);
        point(raster(shape, seed), whole, 0, shape.height, tables);
        for (const count of [1, 2, 3, 7]) {
          const parts = raster(shape, seed);
          inStrips(shape.height, count, (top, bottom) => point(parts, parts, top, bottom, tables));
          expectSame(parts.bytes, whole.bytes);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test('autocontrast goes by extrema as by a histogram', () => {
  const shape = fc.record({
    layout: fc.constantFrom(...layouts),
    width: fc.integer({ min: 1, max: 200 }),
    height: fc.integer({ min: 1, max: 120 }),
  });
  const span = fc.tuple(fc.nat(255), fc.nat(255));
  fc.assert(
    fc.property(shape, span, fc.nat(1000), fc.constantFrom(scalar, ...builds), (size, [a, b], seed, memory) => {
      memory.use();
      const made = (): ReturnType<typeof raster> => {
        const image = raster(size, seed);
        point(image, image, 0, size.height, [tableOf((value) => Math.min(a, b) + (value * Math.abs(a - b)) / 255)]);
        return image;
      };
      const [src, dst, other] = [made(), made(), made()];
      autocontrast(src, dst, 0, size.height);
      autocontrast(src, other, 0, size.height, { counts: histogram(src, 0, size.height) });
      expectSame(dst.bytes, other.bytes);
      autocontrast(src, src, 0, size.height, { cutoff: [0, 0], ignore: [] });
      expectSame(src.bytes, dst.bytes);
    }),
    { numRuns: 200 },
  );
});
