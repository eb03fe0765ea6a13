/** Sizes, boxes and thumbnails as Pillow's: every case of `data/record_fits.py`. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  bandCount,
  fill,
  fitBox,
  KernelError,
  type Raster,
  reduce,
  reduction,
  resize,
  thumbnailSize,
} from '../src/index.ts';
import { memories } from './memories.ts';
import { scattered } from './rasters.ts';
import { type Case, expectRecorded, recorded, sources } from './recorded.ts';

type Pair = readonly [number, number];

interface FitCase {
  readonly op: 'fit' | 'contain' | 'pad' | 'thumbnail';
  readonly from: Pair;
  readonly frame: Pair;
  readonly to: Pair;
  readonly centre: Pair;
  readonly box: readonly number[];
}

interface PixelCase extends Case {
  readonly op: 'thumbnailed' | 'padded' | 'cut';
  readonly frame: Pair;
  readonly centre: Pair;
  readonly to: Pair;
}

const cases = recorded<FitCase | PixelCase>('fits.json');
const pixelCases = (op: PixelCase['op']) => cases.filter((c): c is PixelCase => c.op === op);
const sized = ([width, height]: Pair) => ({ width, height });

function casesOf(op: FitCase['op']): readonly FitCase[] {
  const mine = cases.filter((c): c is FitCase => c.op === op);
  expect(mine.length).toBeGreaterThan(40);
  return mine;
}

test('fit is cover: the same part of the image', () => {
  for (const { from, frame, centre, to, box } of casesOf('fit')) {
    const made = fitBox(sized(from), sized(frame), 'cover', centre);
    expect([made.width, made.height]).toEqual(to);
    for (const [i, edge] of made.box.entries()) expect(edge).toBeCloseTo(box[i]!, 9);
  }
});

test('pad, and contain by its rectangle', () => {
  for (const { from, frame, centre, box } of casesOf('pad')) {
    const made = fitBox(sized(from), sized(frame), 'pad', centre);
    expect(made, `${from} in ${frame}`).toMatchObject({ ...sized(frame), dstBox: box });
  }
  for (const { from, frame, to } of casesOf('contain')) {
    expect(fitBox(sized(from), sized(frame), 'pad').dstBox.slice(2)).toEqual(to);
  }
});

test('contain is inside, but for halves, which Pillow rounds to even', () => {
  let halves = 0;
  for (const { from, frame, to } of casesOf('contain')) {
    const { width, height } = fitBox(sized(from), sized(frame), 'inside');
    const exact = [(from[0] * frame[1]) / from[1], (from[1] * frame[0]) / from[0]];
    if (exact.some((side) => side % 1 === 0.5)) halves++;
    else expect([width, height]).toEqual(to);
  }
  expect(halves).toBeLessThan(20);
});

test('sizes of thumbnails', () => {
  for (const { from, frame, to } of casesOf('thumbnail')) {
    expect(thumbnailSize(sized(from), sized(frame)), `${from} in ${frame}`).toEqual(sized(to));
  }
  expect(() => thumbnailSize({ width: 0, height: 1 }, { width: 1, height: 1 })).toThrow(KernelError);
  expect(() => thumbnailSize({ width: 1, height: 1 }, { width: 1, height: 0.5 })).toThrow(KernelError);
});

describe.each(memories())('thumbnails have the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  test(`${pixelCases('thumbnailed').length} cases`, () => {
    expect(pixelCases('thumbnailed').length).toBe(16);
    for (const c of pixelCases('thumbnailed')) {
      for (const src of sources(c.in)) {
        const size = thumbnailSize(src, sized(c.frame));
        const dst = scattered(src.layout, size.width, size.height, 2);
        const made = reduction(src, size, { filter: 'bicubic', gap: 2 });
        if (made) {
          const between = scattered(src.layout, made.width, made.height, 3);
          reduce(src, between, 0, made.height, made.factor, made.area);
          resize(between, dst, 0, dst.height, { filter: 'bicubic', box: made.box });
        } else {
          resize(src, dst, 0, dst.height, { filter: 'bicubic' });
        }
        expectRecorded(dst, c);
      }
    }
  });
});

describe.each(memories())('pad and fit have the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  const colours = { 1: [10], 2: [10, 200], 3: [10, 200, 30], 4: [10, 200, 30, 128] } as const;

  /** The whole frame, padded or cut. */
  function fitted(src: Raster, { op, frame, centre }: PixelCase): Raster {
    const { width, height, box, dstBox } = fitBox(src, sized(frame), op === 'padded' ? 'pad' : 'cover', centre);
    const dst = scattered(src.layout, width, height, 2);
    if (op === 'padded') fill(dst, 0, height, colours[bandCount(src.layout)]);
    resize(src, dst, 0, height, { filter: op === 'padded' ? 'bicubic' : 'lanczos', box, dstBox });
    return dst;
  }

  test.each(['padded', 'cut'] as const)('%s', (op) => {
    expect(pixelCases(op).length).toBe(32);
    for (const c of pixelCases(op)) for (const src of sources(c.in)) expectRecorded(fitted(src, c), c);
  });
});
