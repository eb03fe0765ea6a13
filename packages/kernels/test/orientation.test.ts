/** Flips and turns are the eight symmetries of a rectangle: they undo and compose as these do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  flip,
  flop,
  type Layout,
  layouts,
  type Orientation,
  orient,
  orientedSize,
  type Raster,
  rotate90,
  transpose,
  transverse,
} from '../src/index.ts';
import { noise } from './inputs.ts';
import { expectSame, packed, scattered, stored } from './rasters.ts';
import { type Case, expectRecorded, recorded, sources } from './recorded.ts';

type Turn = (src: Raster) => Raster;
type Kernel = (src: Raster, dst: Raster, top: number, bottom: number) => void;

const keep =
  (kernel: Kernel): Turn =>
  (src) => {
    const dst = scattered(src.layout, src.width, src.height, 3);
    kernel(src, dst, 0, dst.height);
    return dst;
  };
const exchange =
  (kernel: Kernel): Turn =>
  (src) => {
    const dst = scattered(src.layout, src.height, src.width, 3);
    kernel(src, dst, 0, dst.height);
    return dst;
  };

const once = exchange((s, d, t, b) => rotate90(s, d, t, b));
const twice = keep((s, d, t, b) => rotate90(s, d, t, b, 2));
const thrice = exchange((s, d, t, b) => rotate90(s, d, t, b, 3));
const flipped = keep(flip);
const flopped = keep(flop);
const transposed = exchange(transpose);
const transversed = exchange(transverse);

const image: fc.Arbitrary<Raster> = fc
  .tuple(fc.constantFrom<Layout>(...layouts), fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 150 }))
  .map(([layout, width, height]) => stored(noise(width * height * 4, width + height), layout, width, height));

const identities: Readonly<Record<string, readonly (readonly Turn[])[]>> = {
  'nothing is left of': [
    [flipped, flipped],
    [flopped, flopped],
    [transposed, transposed],
    [transversed, transversed],
    [twice, twice],
    [once, thrice],
    [thrice, once],
    [once, once, once, once],
  ],
  'half a turn is': [
    [twice],
    [once, once],
    [thrice, thrice],
    [flipped, flopped],
    [flopped, flipped],
    [transposed, transversed],
  ],
  'a quarter turn clockwise is': [[once], [thrice, twice], [transposed, flopped], [flipped, transposed]],
  'three quarter turns clockwise are': [[thrice], [once, twice], [transposed, flipped], [flopped, transposed]],
  'a transverse is': [[transversed], [transposed, twice], [once, flipped], [thrice, flopped]],
};

describe.each(Object.entries(identities))('%s', (_, ways) => {
  test(`each of ${ways.length} ways`, () => {
    fc.assert(
      fc.property(image, (src) => {
        const results = ways.map((steps) => steps.reduce((raster, step) => step(raster), src));
        const expected = results[0]!;
        for (const result of results) {
          expect([result.width, result.height]).toEqual([expected.width, expected.height]);
          expectSame(packed(result), packed(expected));
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('what undoes itself gives the image back', () => {
  fc.assert(
    fc.property(image, (src) => {
      for (const steps of identities['nothing is left of']!) {
        expectSame(packed(steps.reduce((raster, step) => step(raster), src)), packed(src));
      }
    }),
    { numRuns: 40 },
  );
});

test('one turn is clockwise', () => {
  // 1 2 3      4 1
  // 4 5 6  ->  5 2
  //            6 3
  expect([...packed(once(stored(Uint8Array.of(1, 2, 3, 4, 5, 6), 'L', 3, 2)))]).toEqual([4, 1, 5, 2, 6, 3]);
});

interface OrientCase extends Case {
  readonly orientation: Orientation;
  readonly to: readonly [number, number];
}

test('EXIF orientations are made upright as Pillow does it', () => {
  const cases = recorded<OrientCase>('orients.json');
  expect(new Set(cases.map(({ orientation }) => orientation)).size).toBe(8);
  for (const c of cases) {
    for (const src of sources(c.in)) {
      const { width, height } = orientedSize(src, c.orientation);
      expect([width, height]).toEqual(c.to);
      const dst = scattered(src.layout, width, height, 2);
      orient(src, dst, 0, height, c.orientation);
      expectRecorded(dst, c);
    }
  }
});
