/** Tensors: the formula in doubles within a bound, the bytes of the twin, every split, and nothing beside the strip's numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bandCount,
  filters,
  type Layout,
  layouts,
  type Raster,
  resize,
  resizeToTensor,
  type TensorOptions,
  toTensor,
} from '../src/index.ts';
import { raster } from './jobs.ts';
import { allocate, memories, type TestMemory } from './memories.ts';
import { expectSame, inStrips, packed } from './rasters.ts';

const [scalar, ...builds] = memories() as [TestMemory, ...TestMemory[]];

const shapes = fc.record({
  layout: fc.constantFrom(...layouts),
  width: fc.integer({ min: 1, max: 70 }),
  height: fc.integer({ min: 1, max: 20 }),
});
const three = (min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: 3, maxLength: 3 });
const forms = fc.record({
  layout: fc.constantFrom('chw' as const, 'hwc' as const),
  order: fc.constantFrom('rgb' as const, 'bgr' as const),
});
const numbers = fc.record({
  scale: fc.double({ min: -2, max: 2, noNaN: true }),
  mean: three(-2, 2),
  std: three(0.1, 3),
});

const channelsOf = (layout: Layout): number => (layout === 'L' || layout === 'LA' ? 1 : 3);

/** An array among guards, aligned as its type asks, filled with what no result is. */
function arrayIn<T extends Float32Array | Uint8Array>(
  type: typeof Float32Array | typeof Uint8Array,
  length: number,
): T {
  const guard = 64;
  const bytes = allocate(length * type.BYTES_PER_ELEMENT + 2 * guard + 8);
  bytes.fill(0x5a);
  const start = Math.ceil((bytes.byteOffset + guard) / 4) * 4;
  return new type(bytes.buffer as ArrayBuffer, start, length) as T;
}

/** The 64 bytes before and behind an array. */
function guards(out: Float32Array | Uint8Array): Uint8Array {
  const end = out.byteOffset + out.byteLength;
  return Uint8Array.from([
    ...new Uint8Array(out.buffer, out.byteOffset - 64, 64),
    ...new Uint8Array(out.buffer, end, 64),
  ]);
}

const bytesOf = (out: Float32Array | Uint8Array): Uint8Array =>
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).slice();

function optionsFor(layout: Layout, form: TensorOptions, { scale, mean, std }: TensorOptions): TensorOptions {
  if (channelsOf(layout) === 3) return { ...form, scale, mean, std } as TensorOptions;
  return { ...form, scale, mean: (mean as number[])[0], std: (std as number[])[0] } as TensorOptions;
}

/** Value `band` of pixel (`x`, `y`), in the order of the layout. */
function valueAt(src: Raster, values: Uint8Array, x: number, y: number, band: number): number {
  return values[(y * src.width + x) * bandCount(src.layout) + band]!;
}

describe.each([scalar, ...builds])('toTensor, $acceleration', (memory) => {
  test('is (value * scale - mean) / std to some bits, in the order that was asked for', () => {
    fc.assert(
      fc.property(shapes, forms, numbers, fc.nat(500), (shape, form, given, seed) => {
        memory.use();
        const { width, height, layout } = shape;
        const src = raster(shape, seed);
        const channels = channelsOf(layout);
        const out = arrayIn<Float32Array>(Float32Array, channels * width * height);
        const options = optionsFor(layout, form, given);
        toTensor(src, out, 0, height, options);
        const values = packed(src);
        const of = (list: unknown, band: number): number =>
          typeof list === 'number' ? list : (list as number[])[band]!;
        for (let c = 0; c < channels; c++) {
          const band = form.order === 'bgr' ? channels - 1 - c : c;
          const [mean, std] = [of(options.mean, band), of(options.std, band)];
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
              const scaled = valueAt(src, values, x, y, band) * options.scale!;
              const at = form.layout === 'chw' ? (c * height + y) * width + x : (y * width + x) * channels + c;
              const bound = 2 ** -22 * (Math.abs(scaled / std) + Math.abs(mean / std)) + 1e-30;
              expect(Math.abs(out[at]! - (scaled - mean) / std)).toBeLessThanOrEqual(bound);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('bytes are the values as they are', () => {
    fc.assert(
      fc.property(shapes, forms, fc.nat(500), (shape, form, seed) => {
        memory.use();
        const { width, height, layout } = shape;
        const src = raster(shape, seed);
        const channels = channelsOf(layout);
        const out = arrayIn<Uint8Array>(Uint8Array, channels * width * height);
        toTensor(src, out, 0, height, form);
        const values = packed(src);
        const expected = out.map((_, i) => {
          const c = form.layout === 'chw' ? Math.floor(i / (width * height)) : i % channels;
          const pixel = form.layout === 'chw' ? i % (width * height) : Math.floor(i / channels);
          const band = form.order === 'bgr' ? channels - 1 - c : c;
          return valueAt(src, values, pixel % width, Math.floor(pixel / width), band);
        });
        expectSame(out, expected);
      }),
      { numRuns: 60 },
    );
  });

  test('1, 2, 3 and 7 strips give the numbers of the whole, and nothing beside them is written', () => {
    fc.assert(
      fc.property(shapes, forms, numbers, fc.boolean(), fc.nat(500), (shape, form, given, isFloat, seed) => {
        memory.use();
        const { width, height, layout } = shape;
        const src = raster(shape, seed);
        const type = isFloat ? Float32Array : Uint8Array;
        const options = isFloat ? optionsFor(layout, form, given) : form;
        const length = channelsOf(layout) * width * height;
        const whole = arrayIn(type, length);
        toTensor(src, whole, 0, height, options);
        for (const count of [1, 2, 3, 7]) {
          const parts = arrayIn(type, length);
          const before = guards(parts);
          inStrips(height, count, (top, bottom) => toTensor(src, parts, top, bottom, options));
          expectSame(bytesOf(parts), bytesOf(whole));
          expectSame(guards(parts), before);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('resizeToTensor is resize and then toTensor, in strips as well', () => {
    const sizes = fc.record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(shapes, sizes, fc.constantFrom(...filters), forms, fc.nat(500), (shape, size, filter, form, seed) => {
        memory.use();
        const src = raster(shape, seed);
        const scaled = raster({ ...size, layout: shape.layout }, 1);
        resize(src, scaled, 0, size.height, { filter });
        const length = channelsOf(shape.layout) * size.width * size.height;
        const expected = arrayIn<Float32Array>(Float32Array, length);
        toTensor(scaled, expected, 0, size.height, form);
        const out = arrayIn<Float32Array>(Float32Array, length);
        inStrips(size.height, 3, (top, bottom) => resizeToTensor(src, out, top, bottom, { ...size, filter, ...form }));
        expectSame(bytesOf(out), bytesOf(expected));
      }),
      { numRuns: 60 },
    );
  });
});

test.each(builds)('the numbers of $acceleration are those of the twin', (build) => {
  fc.assert(
    fc.property(shapes, forms, numbers, fc.nat(500), (shape, form, given, seed) => {
      const [a, b] = [scalar, build].map((memory) => {
        memory.use();
        const length = channelsOf(shape.layout) * shape.width * shape.height;
        const out = arrayIn<Float32Array>(Float32Array, length);
        toTensor(raster(shape, seed), out, 0, shape.height, optionsFor(shape.layout, form, given));
        return bytesOf(out);
      });
      expectSame(b!, a!);
    }),
    { numRuns: 200 },
  );
});
