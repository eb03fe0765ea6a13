/** Linear light: the curve of sRGB, there and back, and what is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLinearLight, KernelError, type Layout, point, rasterOf, toLinearLight } from '../src/index.ts';
import { noise } from './inputs.ts';
import { memories, type TestMemory } from './memories.ts';
import { inStrips, scattered, store } from './rasters.ts';

const every = Uint8Array.from({ length: 256 }, (_, value) => value);
const grey = () => rasterOf(every.slice(), 'L', 256, 1);

/** The curve of IEC 61966-2-1, from its text. */
function light(stored: number): number {
  return stored <= 0.04045 ? stored / 12.92 : ((stored + 0.055) / 1.055) ** 2.4;
}

/** Its inverse. */
function stored(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

describe('numbers of more than a byte', () => {
  test('I;16 is the nearest of 65535 steps of light', () => {
    const to = rasterOf(new Uint8Array(512), 'I;16', 256, 1);
    toLinearLight(grey(), to, 0, 1);
    const numbers = new Uint16Array(to.bytes.buffer);
    every.forEach((value) => {
      expect(Math.abs(numbers[value] - light(value / 255) * 65535)).toBeLessThanOrEqual(0.5);
    });
  });

  test('F is light from 0 to 1', () => {
    const to = rasterOf(new Uint8Array(1024), 'F', 256, 1);
    toLinearLight(grey(), to, 0, 1);
    const numbers = new Float32Array(to.bytes.buffer);
    every.forEach((value) => {
      expect(numbers[value]).toBe(Math.fround(light(value / 255)));
    });
  });

  test.each(['I;16', 'F'] as const)('every byte comes back from %s', (layout) => {
    const between = rasterOf(new Uint8Array(1024), layout, 256, 1);
    const back = rasterOf(new Uint8Array(256), 'L', 256, 1);
    toLinearLight(grey(), between, 0, 1);
    fromLinearLight(between, back, 0, 1);
    expect(back.bytes).toEqual(every);
  });

  test('what lies beyond 0 and 1 is cut, and no number is 0', () => {
    const numbers = new Float32Array([-1, -0, 1.5, Infinity, -Infinity, Number.NaN]);
    const to = rasterOf(new Uint8Array(6).fill(9), 'L', 6, 1);
    fromLinearLight(rasterOf(new Uint8Array(numbers.buffer), 'F', 6, 1), to, 0, 1);
    expect([...to.bytes]).toEqual([0, 0, 255, 255, 0, 0]);
  });
});

describe('bytes', () => {
  test.each<[Layout, number]>([
    ['L', 1],
    ['RGB;24', 3],
    ['RGBA', 4],
    ['LA', 4],
  ])('of %s are the nearest of 255 steps, there and back, and alpha stays', (layout, size) => {
    const image = rasterOf(every.slice(), layout, Math.floor(256 / size), 1);
    const isAlpha = (i: number): boolean => size === 4 && i % 4 === 3;
    toLinearLight(image, image, 0, 1);
    const lit = image.bytes.slice();
    every.subarray(0, image.width * size).forEach((value, i) => {
      if (isAlpha(i)) expect(lit[i]).toBe(value);
      else expect(Math.abs(lit[i] - light(value / 255) * 255)).toBeLessThanOrEqual(0.5);
    });
    fromLinearLight(image, image, 0, 1);
    lit.subarray(0, image.width * size).forEach((value, i) => {
      if (isAlpha(i)) expect(image.bytes[i]).toBe(value);
      else expect(Math.abs(image.bytes[i] - stored(value / 255) * 255)).toBeLessThanOrEqual(0.5);
    });
  });

  test('of the values below 64 there remain 14', () => {
    const image = grey();
    toLinearLight(image, image, 0, 1);
    expect(new Set(image.bytes.subarray(0, 64)).size).toBe(14);
  });
});

test.each([
  ['RGB;24', 'F', 'src.layout'],
  ['L', 'I', 'dst.layout'],
  ['F', 'F', 'src.layout'],
  ['L', 'RGB;24', 'src'],
] as const)('from %s to linear light in %s is refused', (from, to, argument) => {
  const [src, dst] = [from, to].map((layout) => rasterOf(new Uint8Array(64), layout, 4, 1));
  expect(() => toLinearLight(src, dst, 0, 1)).toThrow(KernelError);
  expect(() => toLinearLight(src, dst, 0, 1)).toThrow(argument);
});

test.each([
  ['I', 'L', 'src.layout'],
  ['F', 'RGB;24', 'dst.layout'],
  ['I;16', 'F', 'dst.layout'],
] as const)('from linear light in %s to %s is refused', (from, to, argument) => {
  const [src, dst] = [from, to].map((layout) => rasterOf(new Uint8Array(64), layout, 4, 1));
  expect(() => fromLinearLight(src, dst, 0, 1)).toThrow(KernelError);
  expect(() => fromLinearLight(src, dst, 0, 1)).toThrow(argument);
});

describe('as SIMD', () => {
  const [scalar, ...builds] = memories() as [TestMemory, ...TestMemory[]];
  const ways = [
    ['L', 'I;16', toLinearLight],
    ['L', 'F', toLinearLight],
    ['I;16', 'L', fromLinearLight],
    ['F', 'L', fromLinearLight],
    ['I', 'L', (src, dst, top, bottom) => point(src, dst, top, bottom, [noise(65536, 5)])],
  ] as const satisfies [string, string, typeof toLinearLight][];
  const shape = fc.tuple(fc.integer({ min: 1, max: 41 }), fc.integer({ min: 1, max: 9 }), fc.nat(1000));

  /** Light about the borders between steps, beyond 0 and 1, and any bits at all. */
  function floats(count: number, seed: number): Uint8Array {
    const bytes = noise(4 * count, seed);
    const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, count);
    for (let i = 0; i < count; i += 2) numbers[i] = (Math.floor(Math.abs(Math.sin(seed + i)) * 65600) - 20.5) / 65535;
    return bytes;
  }

  test.each(builds.flatMap((build) => ways.map((way) => [build.acceleration, ...way, build] as const)))(
    '%s: %s to %s is the twin',
    (_, from, to, kernel, build) => {
      fc.assert(
        fc.property(shape, ([width, height, seed]) => {
          const [twin, simd] = [scalar, build].map((memory) => {
            memory.use();
            const src = scattered(from, width, height, seed);
            if (from === 'F') store(src, floats(width * height, seed));
            const dst = scattered(to, width, height, seed + 1);
            inStrips(height, 3, (top, bottom) => kernel(src, dst, top, bottom));
            return dst.bytes.slice();
          });
          expect(simd).toEqual(twin);
        }),
      );
    },
  );

  test.each([scalar, ...builds])('$acceleration: the nearest step, within what 32-bit floats can tell', (memory) => {
    memory.use();
    const numbers = Float32Array.from({ length: 4096 }, (_, i) => (i * 16.0037) / 65535);
    const src = scattered('F', 4096, 1);
    store(src, new Uint8Array(numbers.buffer));
    const dst = scattered('L', 4096, 1);
    fromLinearLight(src, dst, 0, 1);
    numbers.forEach((number, i) => {
      const near = [-0.51, 0.51].map((off) => Math.round(stored(Math.min(1, Math.max(0, number + off / 65535))) * 255));
      const byte = dst.bytes[dst.rows[0]! + i]!;
      expect(byte).toBeGreaterThanOrEqual(near[0]!);
      expect(byte).toBeLessThanOrEqual(near[1]!);
    });
  });
});
