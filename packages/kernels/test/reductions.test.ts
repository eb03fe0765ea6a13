/** Byte identity with Pillow's `Image.reduce`, and with its `resize` with a reducing gap: every case of `data/record_reductions.py`. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Filter, KernelError, pixelSize, type Raster, reduce, reduction, resize } from '../src/index.ts';
import { meanFactor } from '../src/scalar/reduce.ts';
import { memories } from './memories.ts';
import { scattered } from './rasters.ts';
import { type Case, expectRecorded, recorded, sources } from './recorded.ts';

type Box = readonly [number, number, number, number];

interface ReduceCase extends Case {
  readonly op: 'reduce';
  readonly to: readonly [number, number];
  readonly factor: readonly [number, number];
  readonly area?: Box;
}

interface ResizeCase extends Case {
  readonly op: 'resize';
  readonly to: readonly [number, number];
  readonly filter: Filter;
  readonly gap: number;
  readonly box?: Box;
}

const cases = recorded<ReduceCase | ResizeCase>('reductions.json');
const reduced = cases.filter((c): c is ReduceCase => c.op === 'reduce');
const resized = cases.filter((c): c is ResizeCase => c.op === 'resize');

/** A resize with a reduction before it, where there is one. Answers whether there was. */
function resizeReduced(src: Raster, dst: Raster, { filter, gap, box }: ResizeCase): boolean {
  const made = reduction(src, dst, { filter, gap, ...(box && { box }) });
  if (!made) {
    resize(src, dst, 0, dst.height, { filter, ...(box && { box }) });
    return false;
  }
  const between = scattered(src.layout, made.width, made.height, 3);
  reduce(src, between, 0, made.height, made.factor, made.area);
  resize(between, dst, 0, dst.height, { filter, box: made.box });
  return true;
}

describe.each(memories())('the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);

  test(`reduce: ${reduced.length} cases`, () => {
    expect(reduced.length).toBeGreaterThan(500);
    for (const c of reduced) {
      for (const src of sources(c.in)) {
        const dst = scattered(src.layout, c.to[0], c.to[1], 2);
        reduce(src, dst, 0, dst.height, c.factor, c.area);
        expectRecorded(dst, c);
      }
    }
  });

  test.each([['L'], ['RGB;24'], ['RGB']] as const)(
    'blocks of 3 columns and up to 3 rows of %s, every sum there is',
    (layout) => {
      for (const rows of [1, 2, 3]) {
        const most = 255 * 3 * rows;
        const src = scattered(layout, 3 * (most + 1), rows, 1);
        for (let sum = 0; sum <= most; sum++) {
          for (let i = 0; i < 3 * rows; i++) {
            const value = Math.min(255, Math.max(0, sum - 255 * i));
            const at = src.rows[Math.floor(i / 3)]! + (3 * sum + (i % 3)) * pixelSize(layout);
            src.bytes.fill(value, at, at + pixelSize(layout));
          }
        }
        const dst = scattered(layout, most + 1, 1, 2);
        reduce(src, dst, 0, 1, [3, rows]);
        const factor = meanFactor(3 * rows);
        for (let sum = 0; sum <= most; sum++) {
          const mean = Math.floor(((sum + ((3 * rows) >> 1)) * factor) / 2 ** 24);
          expect(dst.bytes[dst.rows[0]! + sum * pixelSize(layout)], `${sum} by ${3 * rows}`).toBe(mean);
        }
      }
    },
  );

  test(`resize with a gap: ${resized.length} cases`, () => {
    let reductions = 0;
    for (const c of resized) {
      for (const src of sources(c.in)) {
        const dst = scattered(src.layout, c.to[0], c.to[1], 2);
        if (resizeReduced(src, dst, c)) reductions++;
        expectRecorded(dst, c);
      }
    }
    expect(reductions).toBeGreaterThan(200);
  });

  test('blocks of more rows than 16-bit sums can hold', () => {
    const src = scattered('L', 3, 600, 4);
    for (const down of [256, 257, 258, 600]) {
      for (let y = 0; y < src.height; y++) src.bytes.fill(255, src.rows[y], src.rows[y]! + 3);
      const dst = scattered('L', 1, Math.ceil(600 / down), 5);
      reduce(src, dst, 0, dst.height, [3, down]);
      for (let y = 0; y < dst.height; y++) expect(dst.bytes[dst.rows[y]!]).toBe(255);
    }
  });
});

test('what cannot be reduced is refused', () => {
  const [photo, small] = [scattered('L', 40, 30), scattered('L', 10, 10)];
  const bad: readonly (() => unknown)[] = [
    () => reduce(photo, small, 0, 10, [4, 0]),
    () => reduce(photo, small, 0, 10, [4096, 3]),
    () => reduce(photo, small, 0, 10, [4, 3, 2] as never),
    () => reduce(photo, small, 0, 10, [4, 4]),
    () => reduce(photo, small, 0, 10, [4, 3], [0, 0, 41, 30]),
    () => reduce(photo, small, 0, 10, [4, 3], [5, 5, 5, 30]),
    () => reduction(photo, small, { filter: 'cubic' as never, gap: 2 }),
    () => reduction(photo, small, { filter: 'box', gap: 0.9 }),
    () => reduction(photo, small, { filter: 'box', gap: 2, box: [0, 0, 40, 31] }),
    () => reduction(photo, { width: 0, height: 1 }, { filter: 'box', gap: 2 }),
  ];
  for (const call of bad) expect(call).toThrow(KernelError);
});
