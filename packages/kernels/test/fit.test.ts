/** The five fits, their rounding, and what holds for all sizes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fit, fitBox, KernelError, type Position, rasterOf, resize } from '../src/index.ts';

const photo = { width: 400, height: 300 };

describe('sizes', () => {
  test.each<[Fit, number, number]>([
    ['cover', 100, 100],
    ['contain', 100, 100],
    ['fill', 100, 100],
    ['inside', 100, 75],
    ['outside', 133, 100],
  ])('%s of 400x300 in 100x100 is %dx%d', (fit, width, height) => {
    expect(fitBox(photo, { width: 100, height: 100 }, fit)).toMatchObject({ width, height });
  });

  test.each<Fit>(['cover', 'contain', 'fill', 'inside', 'outside'])(
    '%s with one side takes the other from it',
    (fit) => {
      const whole = { box: [0, 0, 400, 300], dstBox: [0, 0, 100, 75] };
      expect(fitBox(photo, { width: 100 }, fit)).toEqual({ width: 100, height: 75, ...whole });
      expect(fitBox(photo, { height: 75 }, fit)).toEqual({ width: 100, height: 75, ...whole });
    },
  );

  test('halves round up, and nothing is less than a pixel', () => {
    expect(fitBox({ width: 200, height: 101 }, { width: 100 }, 'inside').height).toBe(51);
    expect(fitBox({ width: 10000, height: 1 }, { width: 100, height: 100 }, 'inside')).toMatchObject({
      width: 100,
      height: 1,
    });
    expect(fitBox({ width: 1, height: 10000 }, { height: 3 }).width).toBe(1);
    expect(fitBox({ width: 10000, height: 1 }, { width: 100, height: 100 }, 'contain').dstBox).toEqual([0, 49, 100, 1]);
  });
});

describe('places', () => {
  test('cover cuts where the position says, at fractions of a pixel', () => {
    const box = (position: Position) => fitBox(photo, { width: 100, height: 100 }, 'cover', position).box;
    expect(box('centre')).toEqual([50, 0, 350, 300]);
    expect(box('left')).toEqual([0, 0, 300, 300]);
    expect(box('right bottom')).toEqual([100, 0, 400, 300]);
    expect(box([0.25, 0])).toEqual([25, 0, 325, 300]);
    const [left, top, right, bottom] = fitBox({ width: 10, height: 7 }, { width: 4, height: 3 }, 'cover').box;
    expect([left * 3, top, right * 3, bottom]).toEqual([expect.closeTo(1), 0, expect.closeTo(29), 7]);
  });

  test('contain pads where the position says, on whole pixels, rounded down', () => {
    const place = (position: Position) => fitBox(photo, { width: 100, height: 100 }, 'contain', position).dstBox;
    expect(place('centre')).toEqual([0, 12, 100, 75]);
    expect(place('top')).toEqual([0, 0, 100, 75]);
    expect(place('south')).toEqual([0, 25, 100, 75]);
    expect(fitBox({ width: 300, height: 400 }, { width: 100, height: 100 }, 'contain', 'east').dstBox).toEqual([
      25, 0, 75, 100,
    ]);
  });

  test.each<[Position, Position]>([
    ['centre', 'center'],
    ['top', 'north'],
    ['right top', 'northeast'],
    ['right', 'east'],
    ['right bottom', 'southeast'],
    ['bottom', 'south'],
    ['left bottom', 'southwest'],
    ['left', 'west'],
    ['left top', 'northwest'],
  ])('%s is %s', (direction, compass) => {
    for (const fit of ['cover', 'contain'] as const) {
      for (const frame of [
        { width: 90, height: 20 },
        { width: 20, height: 90 },
      ]) {
        expect(fitBox(photo, frame, fit, direction)).toEqual(fitBox(photo, frame, fit, compass));
      }
    }
  });
});

const side = fc.integer({ min: 1, max: 3000 });
const sizes = fc.record({ width: side, height: side });
const position = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));

describe('for all sizes', () => {
  test('boxes lie inside, sides are integers from 1, and the frame is kept as the fit says', () => {
    fc.assert(
      fc.property(
        sizes,
        sizes,
        fc.constantFrom<Fit>('cover', 'contain', 'fill', 'inside', 'outside'),
        position,
        (s, f, fit, p) => {
          const { width, height, box, dstBox } = fitBox(s, f, fit, p);
          expect(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1).toBe(true);
          expect(box[0] >= 0 && box[1] >= 0 && box[2] <= s.width && box[3] <= s.height).toBe(true);
          expect(Math.fround(box[0]) < Math.fround(box[2]) && Math.fround(box[1]) < Math.fround(box[3])).toBe(true);
          expect(dstBox.every(Number.isInteger) && dstBox[2] >= 1 && dstBox[3] >= 1).toBe(true);
          expect(dstBox[0] >= 0 && dstBox[1] >= 0).toBe(true);
          expect(dstBox[0] + dstBox[2] <= width && dstBox[1] + dstBox[3] <= height).toBe(true);
          if (fit === 'inside') expect(width <= f.width && height <= f.height).toBe(true);
          else if (fit === 'outside') expect(width >= f.width && height >= f.height).toBe(true);
          else expect([width, height]).toEqual([f.width, f.height]);
          if (fit === 'inside' || fit === 'outside') expect(width === f.width || height === f.height).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('the box of cover has the proportions of the frame', () => {
    fc.assert(
      fc.property(sizes, sizes, position, (s, f, p) => {
        const { box } = fitBox(s, f, 'cover', p);
        expect(((box[2] - box[0]) * f.height) / ((box[3] - box[1]) * f.width)).toBeCloseTo(1, 6);
      }),
      { numRuns: 2000 },
    );
  });

  test('a frame of the same proportions takes all of the source and needs no padding', () => {
    const factor = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(factor, factor, factor, factor, (w, h, a, b) => {
        for (const fit of ['cover', 'contain', 'fill', 'inside', 'outside'] as const) {
          expect(fitBox({ width: w * a, height: h * a }, { width: w * b, height: h * b }, fit)).toEqual({
            width: w * b,
            height: h * b,
            box: [0, 0, w * a, h * a],
            dstBox: [0, 0, w * b, h * b],
          });
        }
      }),
    );
  });

  test('resize takes the answer as it is', () => {
    const small = fc.record({ width: fc.integer({ min: 1, max: 60 }), height: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(small, small, fc.constantFrom<Fit>('cover', 'contain', 'fill'), position, (s, f, fit, p) => {
        const { width, height, box, dstBox } = fitBox(s, f, fit, p);
        const src = rasterOf(new Uint8Array(s.width * s.height).fill(200), 'L', s.width, s.height);
        const dst = rasterOf(new Uint8Array(width * height), 'L', width, height);
        resize(src, dst, 0, height, { filter: 'bilinear', box, dstBox });
        const filled = dst.bytes.filter((value) => value === 200).length;
        expect(filled).toBe(dstBox[2] * dstBox[3]);
      }),
    );
  });
});

describe('refused', () => {
  test.each([
    ['source.width', () => fitBox({ width: 0, height: 1 }, { width: 1 })],
    ['source.height', () => fitBox({ width: 1, height: 1.5 }, { width: 1 })],
    ['frame.width', () => fitBox(photo, { width: 0 })],
    ['frame.height', () => fitBox(photo, { width: 1, height: Number.NaN })],
    ['frame', () => fitBox(photo, {})],
    ['fit', () => fitBox(photo, { width: 1 }, 'stretch' as Fit)],
    ['position', () => fitBox(photo, { width: 1 }, 'cover', 'middle' as Position)],
    ['position', () => fitBox(photo, { width: 1 }, 'cover', [0, 2])],
    ['frame.height', () => fitBox({ width: 1, height: 10_000_000 }, { width: 100 })],
  ])('%s', (argument, call) => {
    expect(call).toThrow(expect.objectContaining({ argument, code: 'ERR_SHARENA_KERNEL_ARGUMENT' }));
    expect(call).toThrow(KernelError);
  });
});
