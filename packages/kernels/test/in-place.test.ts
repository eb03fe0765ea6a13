/** Mirrors within one image: the bytes of the same mirrors into another image, and not one beside the pixels. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AnyLayout,
  type AnyRaster,
  flip,
  flop,
  isWide,
  KernelError,
  layouts,
  orient,
  pixelSize,
  type Raster,
  rotate,
  rotate90,
  wideLayouts,
} from '../src/index.ts';
import { noise } from './inputs.ts';
import { allocate, memories } from './memories.ts';
import { expectSame, gaps, inStrips, scattered } from './rasters.ts';

type Mirror = (src: AnyRaster, dst: AnyRaster, top: number, bottom: number) => void;

/** Those that turn rows around take rows that mirror each other. */
const mirrors: readonly (readonly [name: string, mirror: Mirror, isUpsideDown: boolean])[] = [
  ['flop', flop, false],
  ['flip', flip, true],
  ['half a turn', (src, dst, top, bottom) => rotate90(src, dst, top, bottom, 2), true],
  ['orientation 1', (src, dst, top, bottom) => orient(src, dst, top, bottom, 1), false],
  ['orientation 2', (src, dst, top, bottom) => orient(src, dst, top, bottom, 2), false],
  ['orientation 3', (src, dst, top, bottom) => orient(src, dst, top, bottom, 3), true],
  ['orientation 4', (src, dst, top, bottom) => orient(src, dst, top, bottom, 4), true],
];
const anyLayout: readonly AnyLayout[] = [...layouts, ...wideLayouts];

/** The same image once more: its pixels and what lies around them. */
function twin(image: AnyRaster): AnyRaster {
  const unit = isWide(image.layout) ? pixelSize(image.layout) : 1;
  const room = allocate(image.bytes.length + unit - 1);
  const first = (unit - (room.byteOffset % unit)) % unit;
  const bytes = room.subarray(first, first + image.bytes.length);
  bytes.set(image.bytes);
  return { ...image, bytes };
}

/** Mirrors the strip in place, and into another image that has the same bytes before. Expects the same memory, gaps included. */
function expectInPlace(mirror: Mirror, image: AnyRaster, top: number, bottom: number): void {
  const [src, dst] = [twin(image), twin(image)];
  const beside = gaps(image);
  mirror(src, dst, top, bottom);
  mirror(image, image, top, bottom);
  expectSame(image.bytes, dst.bytes);
  expectSame(gaps(image), beside);
}

/** Rows in blocks of so many, which lie in reverse with odd gaps between them, as in a chain. Wide rows begin at multiples of a pixel's size. */
function inBlocks(layout: AnyLayout, width: number, height: number, rowsOfBlock: number): AnyRaster {
  const line = width * pixelSize(layout);
  const gap = 7 * (isWide(layout) ? 4 : 1);
  const rows = new Float64Array(height);
  let at = gap;
  for (let first = Math.floor((height - 1) / rowsOfBlock) * rowsOfBlock; first >= 0; first -= rowsOfBlock, at += gap) {
    for (let y = first; y < Math.min(first + rowsOfBlock, height); y++, at += line) rows[y] = at;
  }
  const room = allocate(at + 3);
  const bytes = room.subarray((4 - (room.byteOffset % 4)) % 4).subarray(0, at);
  bytes.set(noise(at, width + height));
  return { bytes, rows, width, height, layout };
}

const side = fc.integer({ min: 1, max: 70 });
const wider = fc.oneof({ weight: 3, arbitrary: side }, { weight: 1, arbitrary: fc.integer({ min: 71, max: 700 }) });

describe.each(memories())('mirrors in place, $acceleration', ({ use }) => {
  beforeAll(use);

  test.each(mirrors)('%s, 1 to 70 columns of every layout', (_, mirror) => {
    for (const layout of anyLayout) {
      for (let width = 1; width <= 70; width++) {
        for (const height of [1, 2, 3]) expectInPlace(mirror, scattered(layout, width, height, width), 0, height);
      }
    }
  });

  test.each(mirrors)('%s of any size, a strip of it', (_, mirror, isUpsideDown) => {
    fc.assert(
      fc.property(fc.constantFrom(...anyLayout), wider, side, fc.nat(70), fc.nat(70), fc.nat(1000), (...given) => {
        const [layout, width, height, a, b, seed] = given;
        const image = scattered(layout, width, height, seed);
        const top = Math.min(a, b, isUpsideDown ? height >> 1 : height);
        const bottom = isUpsideDown ? height - top : Math.min(Math.max(a, b), height);
        expectInPlace(mirror, image, top, bottom);
      }),
      { numRuns: 300 },
    );
  });

  test.each(mirrors)('%s of rows in blocks', (_, mirror) => {
    for (const rowsOfBlock of [1, 2, 3, 7, 16]) {
      for (const layout of anyLayout) {
        for (const height of [1, 6, 16, 23])
          expectInPlace(mirror, inBlocks(layout, 46, height, rowsOfBlock), 0, height);
      }
    }
  });

  test.each(mirrors.filter(([, , isUpsideDown]) => !isUpsideDown))('%s in strips', (_, mirror) => {
    fc.assert(
      fc.property(fc.constantFrom(...anyLayout), side, side, fc.nat(1000), (layout, width, height, seed) => {
        for (const count of [2, 3, 7]) {
          const image = scattered(layout, width, height, seed);
          const [src, dst] = [twin(image), twin(image)];
          mirror(src, dst, 0, height);
          inStrips(height, count, (top, bottom) => mirror(image, image, top, bottom));
          expectSame(image.bytes, dst.bytes);
        }
      }),
    );
  });

  test('the same rows through another view are one image', () => {
    const image = scattered('RGB;24', 33, 5, 2);
    const [src, dst] = [twin(image), twin(image)];
    const cut = Math.min(...Array.from(image.rows));
    const view: AnyRaster = {
      ...image,
      bytes: image.bytes.subarray(cut),
      rows: Array.from(image.rows, (at) => at - cut),
    };
    for (const mirror of [flop, flip]) {
      mirror(src, dst, 0, 5);
      mirror(view, image, 0, 5);
      expectSame(image.bytes, dst.bytes);
      src.bytes.set(dst.bytes);
    }
  });

  test('rotate turns by 180 degrees in place', () => {
    const image = scattered('RGBA', 21, 13, 4) as Raster;
    expectInPlace((src, dst, top, bottom) => rotate(src as Raster, dst as Raster, top, bottom, 180), image, 0, 13);
  });

  test('upside down, a strip that is not its own mirror is refused, and nothing is written', () => {
    const image = scattered('L', 9, 6, 5);
    const before = image.bytes.slice();
    for (const mirror of [flip, mirrors[2]![1], mirrors[5]![1], mirrors[6]![1]]) {
      for (const [top, bottom] of [
        [0, 3],
        [0, 5],
        [3, 6],
        [1, 6],
        [2, 3],
      ] as const) {
        expect(() => mirror(image, image, top, bottom)).toThrow(KernelError);
        expect(() => mirror(image, image, top, bottom)).toThrow(
          `Expected \`bottom\` to be ${6 - top}, height - top, where rows of one image change places, got ${bottom}`,
        );
      }
      mirror(image, image, 2, 2);
    }
    expectSame(image.bytes, before);
  });
});
