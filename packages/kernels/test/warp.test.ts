/**
 * Byte identity with Pillow's transforms and rotations: every case that `data/record_warps.py` recorded, in every layout. And how far from
 * these bytes the fast variants are.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  affine,
  bandCount,
  hasAlpha,
  layouts,
  perspective,
  type Raster,
  rotate,
  rotation,
  type WarpFilter,
} from '../src/index.ts';
import { noise } from './inputs.ts';
import { memories } from './memories.ts';
import { expectSame, packed, scattered, store } from './rasters.ts';
import { type Case, expectRecorded, recorded, sources } from './recorded.ts';

interface WarpCase extends Case {
  readonly op: 'affine' | 'perspective' | 'rotate';
  readonly to: readonly [number, number];
  readonly filter: WarpFilter;
  readonly matrix?: readonly number[];
  readonly angle?: number;
  readonly expand?: boolean;
  readonly center?: readonly [number, number];
  readonly translate?: readonly [number, number];
  readonly fill?: readonly number[];
}

const cases = recorded<WarpCase>('warps.json');

/** Pillow turns the other way. */
function clockwise({ angle }: WarpCase): number {
  return 0 - (angle as number);
}

function run(c: WarpCase, src: Raster, dst: Raster): void {
  const { filter, fill, expand, center, translate } = c;
  const options = { filter, ...(fill && { fill }) };
  const turning = {
    ...(expand !== undefined && { expand }),
    ...(center && { centre: center }),
    ...(translate && { translate }),
  };
  if (c.op === 'affine') affine(src, dst, 0, dst.height, c.matrix as number[], options);
  else if (c.op === 'perspective') perspective(src, dst, 0, dst.height, c.matrix as number[], options);
  else rotate(src, dst, 0, dst.height, clockwise(c), { ...options, ...turning });
}

describe.each(memories())('transforms make the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  for (const op of ['affine', 'perspective', 'rotate'] as const) {
    for (const filter of ['nearest', 'bilinear', 'bicubic'] as const) {
      const mine = cases.filter((c) => c.op === op && c.filter === filter);
      test(`${op}, ${filter}: ${mine.length} cases`, () => {
        expect(mine.length).toBeGreaterThan(60);
        for (const c of mine) {
          for (const src of sources(c.in)) {
            const dst = scattered(src.layout, c.to[0], c.to[1], 2);
            run(c, src, dst);
            expectRecorded(dst, c);
          }
        }
      });
    }
  }
});

describe('fast is off by 1 at most', () => {
  const matrix = fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 })
    .map((numbers) =>
      numbers.map((n, i) => [0.7 * n, n, 30 * n, n, 0.7 * n, 30 * n, 0.003 * n, 0.003 * n][i] as number),
    );
  const call = fc.record({
    matrix,
    layout: fc.constantFrom(...layouts),
    isFlat: fc.boolean(),
    seed: fc.nat(10_000),
  });
  const [wide, high] = [64, 48];

  /** Both results of a source of 0 and 255 and a few others, at which sums overshoot most; the alphas are all `alpha`, or as wild. */
  function both({ matrix, layout, isFlat, seed }: Call, value?: number): readonly [Uint8Array, Uint8Array] {
    const src = scattered(layout, wide, high, seed);
    const bands = bandCount(layout);
    const wild = noise(wide * high * bands, seed).map((v) => (v < 120 ? 0 : v > 135 ? 255 : v));
    if (value !== undefined) wild.fill(value);
    const isOpaque = seed % 2 === 0;
    store(src, hasAlpha(layout) && isOpaque ? wild.map((v, i) => (i % bands === bands - 1 ? 255 : v)) : wild);
    return (['exact', 'fast'] as const).map((precision) => {
      const dst = scattered(layout, wide, high, 2);
      const options = { filter: 'bicubic' as const, precision, fill: new Array<number>(bands).fill(255) };
      if (isFlat) affine(src, dst, 0, high, matrix.slice(0, 6), options);
      else perspective(src, dst, 0, high, matrix, options);
      return packed(dst);
    }) as [Uint8Array, Uint8Array];
  }
  type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

  test.each(memories())('$acceleration', ({ use }) => {
    use();
    let worst = 0;
    fc.assert(
      fc.property(call, (c) => {
        const [exact, fast] = both(c);
        const bands = bandCount(c.layout);
        // Small alphas magnify what colours differ by: of those only alpha itself.
        const step = hasAlpha(c.layout) && c.seed % 2 === 1 ? bands : 1;
        for (let i = step - 1; i < exact.length; i += step) worst = Math.max(worst, Math.abs(exact[i]! - fast[i]!));
        expect(worst).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
    expect(worst).toBe(1);
  });

  test('even areas stay as they are', () => {
    fc.assert(
      fc.property(call, fc.integer({ min: 1, max: 254 }), (c, value) => {
        fc.pre(!hasAlpha(c.layout)); // dividing by alpha rounds, also where all is even
        const [exact, fast] = both(c, value);
        expectSame(fast, exact);
      }),
      { numRuns: 60 },
    );
  });
});

describe('even areas are those of Pillow where a place is on the border of two pixels', () => {
  // Multiples of 1/10: many a place would be an integer, but Pillow's lies a little beside it.
  const matrix = [0.7, 0.3, 0.1, 0.3, 0.7, 0.1];
  const [wide, high] = [300, 200];
  const squares = (bands: number): Uint8Array =>
    Uint8Array.from({ length: wide * high * bands }, (_, i) => {
      const [x, y] = [Math.floor(i / bands) % wide, Math.floor(i / bands / wide)];
      return i % bands === 3 ? 255 : 60 + 90 * ((Math.floor(x / 3) + Math.floor(y / 3)) & 1);
    });
  const all = memories();
  for (const layout of ['L', 'RGB', 'RGB;24', 'RGBA'] as const) {
    for (const filter of ['bilinear', 'bicubic'] as const) {
      test(`${filter}, ${layout}`, () => {
        const [scalar, ...others] = all.map(({ use }) => {
          use();
          const src = scattered(layout, wide, high, 4);
          store(src, squares(bandCount(layout)));
          const dst = scattered(layout, wide, high, 2);
          affine(src, dst, 0, high, matrix, { filter });
          return packed(dst);
        });
        for (const other of others) expectSame(other, scalar as Uint8Array);
      });
    }
  }
});

describe('tiles make the bytes of whole rows', () => {
  /** More than one tile in each direction, and parts of some. */
  const [wide, high] = [300, 70];
  const matrices: readonly (readonly [name: string, width: number, height: number, matrix: readonly number[]])[] = [
    ['turned', 280, 90, [0.98, 0.17, -9, -0.17, 0.98, 45, 0, 0]],
    ['moved by pixels', 290, 64, [1, 0, 3, 0, 1, -2, 0, 0]],
    ['a third of the size, in smaller tiles', 900, 215, [3, 0.2, -5, 0.1, 3, -3, 0, 0]],
    ['a 40th of the width, without windows', 12010, 71, [40, 0, 1.3, 0, 1, 0.2, 0, 0]],
    ['tilted, with a horizon', 300, 200, [1, 0.1, 0, 0.1, 1, 0, -0.001, -0.01]],
    ['far outside', 60, 40, [1, 0, 1000, 0, 1, 0, 0, 0]],
  ];
  const all = memories();
  for (const [name, width, height, matrix] of matrices) {
    for (const layout of ['RGB', 'RGB;24', 'RGBA'] as const) {
      test(`${name}, ${layout}`, () => {
        const ways = [
          { filter: 'bilinear', precision: 'exact' },
          { filter: 'bicubic', precision: 'exact' },
          { filter: 'bicubic', precision: 'fast' },
        ] as const;
        for (const way of ways) {
          const [scalar, ...others] = all.map(({ use }) => {
            use();
            const src = scattered(layout, width, height, 4);
            store(src, noise(width * height * bandCount(layout), 5));
            const dst = scattered(layout, wide, high, 2);
            perspective(src, dst, 0, high, matrix, way);
            return packed(dst);
          });
          for (const other of others) expectSame(other, scalar as Uint8Array);
        }
      });
    }
  }
});

test('a rotation says how large its result is', () => {
  for (const c of cases) {
    if (c.op !== 'rotate' || c.center || c.translate) continue;
    const size = { width: c.in[2], height: c.in[3] };
    const { width, height } = rotation(size, clockwise(c), { expand: c.expand ?? false });
    expect([width, height]).toEqual(c.to);
  }
});
