/** Linear light: the curve of sRGB, there and back, and what is refused. */
import { describe, expect, test } from 'vitest';
import { fromLinearLight, KernelError, type Layout, rasterOf, toLinearLight } from '../src/index.ts';

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
