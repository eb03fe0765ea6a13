/**
 * What every kernel promises, for random sizes, layouts and parameters: the split into strips does not show, no byte beside the pixels of
 * the strip is written, the source is left alone, and bytes beside the source's pixels do not matter.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bandCount,
  convert,
  copy,
  fill,
  filters,
  flip,
  flop,
  grayscale,
  hasAlpha,
  type Layout,
  layouts,
  pixelSize,
  premultiply,
  type Raster,
  resize,
  rotate90,
  transpose,
  transverse,
  unpremultiply,
} from '../src/index.ts';
import { noise } from './inputs.ts';
import { expectSame, gaps, inStrips, packed, scattered, store } from './rasters.ts';

type Run = (src: Raster, dst: Raster, top: number, bottom: number) => void;

/** One call of a kernel with everything but the strip. */
interface Job {
  readonly kernel: string;
  readonly src: { readonly layout: Layout; readonly width: number; readonly height: number };
  readonly dst: { readonly layout: Layout; readonly width: number; readonly height: number };
  readonly parameters?: unknown;
  readonly run: Run;
}

const side = fc.integer({ min: 1, max: 40 });
const layout = fc.constantFrom(...layouts);
const withAlpha = fc.constantFrom<Layout>('RGBA', 'LA');
const image = fc.record({ layout, width: side, height: side });

function box(width: number, height: number): fc.Arbitrary<readonly [number, number, number, number]> {
  const edges = (most: number) =>
    fc
      .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([a, b]) => [Math.min(a, b) * most, Math.max(a, b) * most] as const)
      .filter(([a, b]) => Math.fround(a) < Math.fround(b));
  return fc.tuple(edges(width), edges(height)).map(([[l, r], [t, b]]) => [l, t, r, b] as const);
}

function rectangle(width: number, height: number): fc.Arbitrary<readonly [number, number, number, number]> {
  return fc
    .tuple(fc.integer({ min: 0, max: width - 1 }), fc.integer({ min: 0, max: height - 1 }))
    .chain(([x, y]) =>
      fc.tuple(
        fc.constant(x),
        fc.constant(y),
        fc.integer({ min: 1, max: width - x }),
        fc.integer({ min: 1, max: height - y }),
      ),
    );
}

/** Kernels whose output has the input's size and layout. */
function keeping(kernel: string, run: Run, of: fc.Arbitrary<Job['src']> = image): fc.Arbitrary<Job> {
  return of.map((src) => ({ kernel, src, dst: src, run }));
}

/** Kernels that exchange width and height. */
function turning(kernel: string, run: Run): fc.Arbitrary<Job> {
  return image.map((src) => ({ kernel, src, dst: { ...src, width: src.height, height: src.width }, run }));
}

const jobs: Readonly<Record<string, fc.Arbitrary<Job>>> = {
  resize: fc
    .tuple(image, side, side, fc.constantFrom(...filters))
    .chain(([src, width, height, filter]) =>
      fc.tuple(
        fc.constant({ src, width, height, filter }),
        fc.option(box(src.width, src.height), { nil: undefined }),
        fc.option(rectangle(width, height), { nil: undefined }),
      ),
    )
    .map(([{ src, width, height, filter }, box, dstBox]) => {
      const options = { filter, ...(box && { box }), ...(dstBox && { dstBox }) };
      const run: Run = (s, d, top, bottom) => resize(s, d, top, bottom, options);
      return { kernel: 'resize', src, dst: { layout: src.layout, width, height }, parameters: options, run };
    }),
  convert: fc.tuple(image, layout).map(([src, to]) => ({
    kernel: 'convert',
    src,
    dst: { ...src, layout: to },
    run: convert,
  })),
  grayscale: fc
    .tuple(image, fc.constantFrom<Layout>('RGB;24', 'RGB', 'RGBA'), fc.constantFrom<Layout>('L', 'LA'))
    .map(([src, from, to]) => ({
      kernel: 'grayscale',
      src: { ...src, layout: from },
      dst: { ...src, layout: to },
      run: grayscale,
    })),
  copy: fc
    .tuple(image, side, side, fc.integer({ min: -45, max: 45 }), fc.integer({ min: -45, max: 45 }))
    .map(([src, width, height, x, y]) => ({
      kernel: 'copy',
      src,
      dst: { layout: src.layout, width, height },
      parameters: [x, y],
      run: (s, d, top, bottom) => copy(s, d, top, bottom, x, y),
    })),
  fill: image
    .chain((src) => {
      const bands = bandCount(src.layout);
      return fc.tuple(
        fc.constant(src),
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: bands, maxLength: bands }),
        rectangle(src.width, src.height),
      );
    })
    .map(([src, colour, rect]) => ({
      kernel: 'fill',
      src,
      dst: src,
      parameters: [colour, rect],
      run: (_, d, top, bottom) => fill(d, top, bottom, colour, rect),
    })),
  flip: keeping('flip', flip),
  flop: keeping('flop', flop),
  'rotate90 once': turning('rotate90 once', (s, d, top, bottom) => rotate90(s, d, top, bottom, 1)),
  'rotate90 twice': keeping('rotate90 twice', (s, d, top, bottom) => rotate90(s, d, top, bottom, 2)),
  'rotate90 three times': turning('rotate90 three times', (s, d, top, bottom) => rotate90(s, d, top, bottom, 3)),
  transpose: turning('transpose', transpose),
  transverse: turning('transverse', transverse),
  premultiply: keeping(
    'premultiply',
    premultiply,
    fc.tuple(image, withAlpha).map(([i, l]) => ({ ...i, layout: l })),
  ),
  unpremultiply: keeping(
    'unpremultiply',
    unpremultiply,
    fc.tuple(image, withAlpha).map(([i, l]) => ({ ...i, layout: l })),
  ),
};

/** A raster of noise; `LA` pixels get three equal grey bytes, since anything else is no `LA` pixel. */
function raster({ layout, width, height }: Job['src'], seed: number, gapSeed = seed): Raster {
  const made = scattered(layout, width, height, gapSeed);
  store(made, noise(width * height * 4, seed));
  if (layout === 'RGB') padding(made, (bytes, at) => (bytes[at] = 77));
  return made;
}

function padding(raster: Raster, each: (bytes: Uint8Array, at: number) => void): void {
  for (let y = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++) each(raster.bytes, (raster.rows[y] as number) + 4 * x + 3);
  }
}

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

describe('kernels on one memory', () => {
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
        if (hasAlpha(s.layout)) {
          into(s.layout, premultiply);
          into(s.layout, unpremultiply);
        }
      }),
    );
  });
});
