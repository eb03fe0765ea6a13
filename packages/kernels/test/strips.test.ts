/**
 * What every kernel promises, for random sizes, layouts and parameters: the split into strips does not show, no byte beside the pixels of
 * the strip is written, the source is left alone, and bytes beside the source's pixels do not matter.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  convert,
  copy,
  flip,
  flop,
  hasAlpha,
  type Layout,
  layouts,
  linear,
  pixelSize,
  point,
  premultiply,
  type Raster,
  resize,
  threshold,
  unpremultiply,
} from '../src/index.ts';
import { noise } from './inputs.ts';
import { image, jobs, padding, type Run, raster, side } from './jobs.ts';
import { memories } from './memories.ts';
import { expectSame, gaps, inStrips, packed } from './rasters.ts';

describe.each(memories())('$acceleration', ({ use }) => {
  beforeAll(use);

  describe.each(Object.entries(jobs))('%s', (_, job) => {
    test('1, 2, 3 and 7 strips give the bytes of the whole', () => {
      fc.assert(
        fc.property(job, fc.nat(1000), ({ src: s, dst: d, run }, seed) => {
          const src = raster(s, seed);
          const whole = raster(d, seed + 1);
          run(src, whole, 0, whole.height);
          for (const count of [1, 2, 3, 7]) {
            const parts = raster(d, seed + 1);
            inStrips(parts.height, count, (top, bottom) => run(src, parts, top, bottom));
            expectSame(parts.bytes, whole.bytes);
          }
        }),
      );
    });

    test('a strip writes its own rows and nothing between them, and leaves the source alone', () => {
      const strip = fc.tuple(job, fc.nat(1000), fc.nat(40), fc.nat(40));
      fc.assert(
        fc.property(strip, ([{ src: s, dst: d, run }, seed, a, b]) => {
          const top = Math.min(a, b, d.height);
          const bottom = Math.min(Math.max(a, b), d.height);
          const src = raster(s, seed);
          const before = src.bytes.slice();
          const dst = raster(d, seed + 1);
          const untouched = raster(d, seed + 1);
          run(src, dst, top, bottom);
          expectSame(src.bytes, before);
          expectSame(gaps(dst), gaps(untouched));
          const line = d.width * pixelSize(d.layout);
          for (let y = 0; y < d.height; y++) {
            if (y >= top && y < bottom) continue;
            const at = dst.rows[y] as number;
            expectSame(dst.bytes.slice(at, at + line), untouched.bytes.slice(at, at + line));
          }
        }),
      );
    });

    test('bytes beside the pixels and places of rows do not matter', () => {
      fc.assert(
        fc.property(job, fc.nat(1000), ({ src: s, dst: d, run }, seed) => {
          const one = raster(d, seed);
          const other = raster(d, seed, seed + 5);
          run(raster(s, seed), one, 0, d.height);
          run(raster(s, seed, seed + 9), other, 0, d.height);
          expectSame(packed(other), packed(one));
        }),
      );
    });
  });
});

describe('the padding of RGB', () => {
  const rgb = fc.record({ layout: fc.constant<Layout>('RGB'), width: side, height: side });

  test('is 255 where pixels are computed', () => {
    fc.assert(
      fc.property(rgb, side, side, (s, width, height) => {
        fc.pre(width !== s.width || height !== s.height);
        const dst = raster({ layout: 'RGB', width, height }, 2);
        resize(raster(s, 1), dst, 0, height, { filter: 'bilinear' });
        padding(dst, (bytes, at) => expect(bytes[at]).toBe(255));
        const converted = raster({ ...s, layout: 'RGB' }, 3);
        convert(raster({ ...s, layout: 'RGB;24' }, 4), converted, 0, s.height);
        padding(converted, (bytes, at) => expect(bytes[at]).toBe(255));
      }),
      { numRuns: 30 },
    );
  });

  test('goes along where pixels are moved', () => {
    fc.assert(
      fc.property(rgb, (s) => {
        for (const run of [flip, flop, copy]) {
          const dst = raster(s, 2);
          padding(dst, (bytes, at) => (bytes[at] = 3));
          run(raster(s, 1), dst, 0, s.height);
          padding(dst, (bytes, at) => expect(bytes[at]).toBe(77));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe.each(memories())('kernels on one memory, $acceleration', ({ use }) => {
  beforeAll(use);

  test('point kernels may write where they read', () => {
    fc.assert(
      fc.property(image, fc.nat(1000), (s, seed) => {
        const into = (to: Layout, run: Run): void => {
          const src = raster(s, seed);
          const apart = raster({ ...s, layout: to }, seed + 1);
          run(src, apart, 0, s.height);
          const same: Raster = { ...src, layout: to };
          run(src, same, 0, s.height);
          expectSame(packed(same), packed(apart));
        };
        for (const to of layouts) if (pixelSize(to) <= pixelSize(s.layout)) into(to, convert);
        into(s.layout, (from, to, t, b) => linear(from, to, t, b, 1.7, -9));
        into(s.layout, (from, to, t, b) => threshold(from, to, t, b, 99));
        into(s.layout, (from, to, t, b) => point(from, to, t, b, [noise(256, seed)]));
        if (hasAlpha(s.layout)) {
          into(s.layout, premultiply);
          into(s.layout, unpremultiply);
        }
      }),
    );
  });
});
