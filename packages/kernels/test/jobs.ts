/** Random calls of every kernel, and rasters for them. */
import fc from 'fast-check';
import {
  type AnyLayout,
  affine,
  autocontrast,
  type BlendMode,
  bandCount,
  blend,
  blendModes,
  boxBlur,
  clahe,
  colourMatrix,
  combinations,
  combine,
  composite,
  convert,
  convolve,
  copy,
  equalize,
  fill,
  filters,
  flip,
  flop,
  fromLinearLight,
  gaussianBlur,
  grayscale,
  hasAlpha,
  histogram,
  type Layout,
  layouts,
  linear,
  type Orientation,
  orient,
  orientedSize,
  pasteMasked,
  perspective,
  point,
  premultiply,
  type Raster,
  rank,
  reduce,
  resize,
  rotate,
  rotate90,
  rotation,
  threshold,
  tileHistograms,
  toLinearLight,
  transpose,
  transverse,
  unpremultiply,
  unsharp,
  warpFilters,
  wideLayouts,
} from '../src/index.ts';
import { noise } from './inputs.ts';
import { scattered, store } from './rasters.ts';

/** A kernel with its parameters. */
export type Run = (src: Raster, dst: Raster, top: number, bottom: number) => void;

/** One call of a kernel with everything but the strip. */
export interface Job {
  readonly kernel: string;
  readonly src: { readonly layout: Layout; readonly width: number; readonly height: number };
  readonly dst: { readonly layout: Layout; readonly width: number; readonly height: number };
  readonly parameters?: unknown;
  readonly run: Run;
}

/** A width or a height. */
export const side = fc.oneof(
  { weight: 7, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 150 }) },
);
const layout = fc.constantFrom(...layouts);
const needsAlpha: readonly BlendMode[] = ['source', 'in', 'out', 'dest-in', 'dest-out', 'dest-atop', 'xor'];
const withAlpha = fc.constantFrom<Layout>('RGBA', 'LA');
/** Any layout in any small size. */
export const image = fc.record({ layout, width: side, height: side });

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

/** Kernels whose output has the input's size and layout, and that take a number. */
function withNumber(
  kernel: string,
  min: number,
  max: number,
  run: (src: Raster, dst: Raster, top: number, bottom: number, value: number) => void,
): fc.Arbitrary<Job> {
  return fc.tuple(image, fc.double({ min, max, noNaN: true })).map(([src, value]) => ({
    kernel,
    src,
    dst: src,
    parameters: value,
    run: (s, d, top, bottom) => run(s, d, top, bottom, value),
  }));
}

/** Kernels that exchange width and height. */
function turning(kernel: string, run: Run, of: fc.Arbitrary<Job['src']> = image): fc.Arbitrary<Job> {
  return of.map((src) => ({ kernel, src, dst: { ...src, width: src.height, height: src.width }, run }));
}

const precision = fc.constantFrom('exact' as const, 'fast' as const);

/** Transforms by numbers that leave some of the source in sight. */
function warped(kernel: string, count: 6 | 8, run: typeof affine): fc.Arbitrary<Job> {
  const shares = [0, 0, 1, 0, 0, 1, 0.01, 0.01];
  const least = [1, 0, 0, 0, 1, 0, 0, 0];
  return fc
    .tuple(
      image,
      side,
      side,
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: count, maxLength: count }),
      fc.constantFrom(...warpFilters),
      fc.nat(255),
      fc.boolean(),
      precision,
    )
    .map(([src, width, height, numbers, filter, value, straight, precision]) => {
      const matrix = numbers.map((number, i) => {
        if (i === 2 || i === 5) return number * (i === 2 ? src.width : src.height);
        if (straight && (i === 1 || i === 3)) return 0;
        return least[i]! + number * (shares[i]! || 1);
      });
      const fill = new Array<number>(bandCount(src.layout)).fill(value);
      const perform: Run = (s, d, top, bottom) => run(s, d, top, bottom, matrix, { filter, fill, precision });
      return {
        kernel,
        src,
        dst: { layout: src.layout, width, height },
        parameters: [matrix, filter, precision],
        run: perform,
      };
    });
}

/** Resizes of any box to any rectangle. */
function resizing(of: fc.Arbitrary<Job['src']>): fc.Arbitrary<Job> {
  return fc
    .tuple(of, side, side, fc.constantFrom(...filters), precision)
    .chain(([src, width, height, filter, precision]) =>
      fc.tuple(
        fc.constant({ src, width, height, filter, precision }),
        fc.option(box(src.width, src.height), { nil: undefined }),
        fc.option(rectangle(width, height), { nil: undefined }),
      ),
    )
    .map(([{ src, width, height, filter, precision }, box, dstBox]) => {
      const options = { filter, precision, ...(box && { box }), ...(dstBox && { dstBox }) };
      const run: Run = (s, d, top, bottom) => resize(s, d, top, bottom, options);
      return { kernel: 'resize', src, dst: { layout: src.layout, width, height }, parameters: options, run };
    });
}

/** Reductions of any area by such numbers. */
function reducing(of: fc.Arbitrary<Job['src']>, factor = fc.integer({ min: 1, max: 9 })): fc.Arbitrary<Job> {
  return fc.tuple(of, factor, factor, fc.nat(40), fc.nat(40)).map(([src, across, down, x, y]) => {
    const [left, above] = [x % src.width, y % src.height];
    const [width, height] = [Math.ceil((src.width - left) / across), Math.ceil((src.height - above) / down)];
    const run: Run = (s, d, top, bottom) => reduce(s, d, top, bottom, [across, down], [left, above, s.width, s.height]);
    return { kernel: 'reduce', src, dst: { layout: src.layout, width, height }, parameters: [across, down], run };
  });
}

/** The size of an image that has rows of many blocks, or blocks of hundreds of rows and columns. */
const large = { width: fc.integer({ min: 1, max: 800 }), height: fc.integer({ min: 1, max: 300 }) };
const anyFactor = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 280 }));

const basic: Readonly<Record<string, fc.Arbitrary<Job>>> = {
  resize: resizing(image),
  reduce: reducing(image),
  'reduce, large': reducing(fc.record({ layout, ...large }), anyFactor),
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
  orient: fc.tuple(image, fc.constantFrom<Orientation>(1, 2, 3, 4, 5, 6, 7, 8)).map(([src, orientation]) => {
    const run: Run = (s, d, top, bottom) => orient(s, d, top, bottom, orientation);
    const dst = { layout: src.layout, ...orientedSize(src, orientation) };
    return { kernel: 'orient', src, dst, parameters: orientation, run };
  }),
  affine: warped('affine', 6, affine),
  perspective: warped('perspective', 8, perspective),
  rotate: fc
    .tuple(
      image,
      fc.double({ min: -400, max: 400, noNaN: true }),
      fc.boolean(),
      fc.constantFrom(...warpFilters),
      precision,
    )
    .map(([src, angle, expand, filter, precision]) => {
      const { width, height } = rotation(src, angle, { expand });
      const run: Run = (s, d, top, bottom) => rotate(s, d, top, bottom, angle, { expand, filter, precision });
      return { kernel: 'rotate', src, dst: { layout: src.layout, width, height }, parameters: [angle, expand], run };
    }),
  rank: fc
    .tuple(image, fc.constantFrom(1, 3, 3, 5, 5, 7), fc.constantFrom(0, 0.4, 0.5, 0.5, 1))
    .map(([src, size, part]) => {
      const place = Math.floor((size * size - 1) * part);
      const run: Run = (s, d, top, bottom) => rank(s, d, top, bottom, size, place);
      return { kernel: 'rank', src, dst: src, parameters: [size, place], run };
    }),
  premultiply: keeping(
    'premultiply',
    premultiply,
    fc.tuple(image, withAlpha).map(([i, l]) => ({ ...i, layout: l })),
  ),
  gaussianBlur: withNumber('gaussianBlur', 0, 12, gaussianBlur),
  'gaussianBlur, fast': withNumber('gaussianBlur, fast', 0.3, 5, (s, d, top, bottom, sigma) =>
    gaussianBlur(s, d, top, bottom, sigma, { precision: 'fast' }),
  ),
  boxBlur: withNumber('boxBlur', 0, 30, boxBlur),
  unsharp: fc
    .record({
      sigma: fc.double({ min: 0, max: 8, noNaN: true }),
      percent: fc.integer({ min: 0, max: 1000 }),
      threshold: fc.integer({ min: 0, max: 30 }),
    })
    .chain((options) => keeping('unsharp', (s, d, top, bottom) => unsharp(s, d, top, bottom, options))),
  convolve: fc
    .tuple(fc.constantFrom(9, 25), fc.double({ min: -300, max: 300, noNaN: true }))
    .chain(([length, offset]) =>
      fc
        .array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: length, maxLength: length })
        .chain((weights) =>
          keeping('convolve', (s, d, top, bottom) => convolve(s, d, top, bottom, weights, { scale: 3.3, offset })),
        ),
    ),
  linear: fc
    .tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -400, max: 400, noNaN: true }))
    .chain(([scale, offset]) => keeping('linear', (s, d, top, bottom) => linear(s, d, top, bottom, scale, offset))),
  colourMatrix: fc
    .tuple(
      image,
      fc.constantFrom<Layout>('RGB;24', 'RGB', 'RGBA'),
      fc.array(fc.double({ min: -300, max: 300, noNaN: true }), { minLength: 12, maxLength: 12 }),
    )
    .map(([src, to, numbers]) => {
      const matrix = numbers.map((number, i) => (i % 4 === 3 ? number : number / 200));
      const shape = { ...src, layout: to };
      const run: Run = (s, d, top, bottom) => colourMatrix(s, d, top, bottom, matrix);
      return { kernel: 'colourMatrix', src: shape, dst: shape, parameters: matrix, run };
    }),
  threshold: fc
    .nat(255)
    .chain((least) => keeping('threshold', (s, d, top, bottom) => threshold(s, d, top, bottom, least))),
  point: fc.tuple(fc.nat(1000), fc.boolean()).chain(([seed, each]) =>
    keeping('point', (s, d, top, bottom) => {
      const tables = Array.from({ length: each ? bandCount(s.layout) : 1 }, (_, i) => noise(256, seed + i));
      point(s, d, top, bottom, tables);
    }),
  ),
  unpremultiply: keeping(
    'unpremultiply',
    unpremultiply,
    fc.tuple(image, withAlpha).map(([i, l]) => ({ ...i, layout: l })),
  ),
};

const corner = fc.integer({ min: -45, max: 45 });

/** Kernels that draw one image on another, at a place. */
const drawing: Readonly<Record<string, fc.Arbitrary<Job>>> = {
  composite: fc
    .tuple(image, image, fc.constantFrom(...blendModes), corner, corner)
    .filter(([, dst, mode]) => hasAlpha(dst.layout) || !needsAlpha.includes(mode))
    .map(([src, dst, mode, x, y]) => ({
      kernel: 'composite',
      src,
      dst,
      parameters: [mode, x, y],
      run: (s, d, top, bottom) => composite(s, d, top, bottom, { mode, x, y }),
    })),
  pasteMasked: fc
    .tuple(image, image, fc.constantFrom<Layout>('L', 'LA', 'RGBA'), fc.boolean(), corner, corner)
    .map(([src, dst, maskLayout, isColour, x, y]) => ({
      kernel: 'pasteMasked',
      src: { ...src, layout: dst.layout },
      dst,
      parameters: [maskLayout, isColour, x, y],
      run: (s, d, top, bottom) => {
        const mask = raster({ ...src, layout: maskLayout }, 17);
        const colour = [...noise(bandCount(d.layout), 5)];
        pasteMasked(isColour ? colour : s, mask, d, top, bottom, { x, y });
      },
    })),
  blend: fc
    .double({ min: -2, max: 3, noNaN: true })
    .chain((amount) => keeping('blend', (s, d, top, bottom) => blend(s, d, top, bottom, amount))),
  combine: fc
    .constantFrom(...combinations)
    .chain((operation) => keeping('combine', (s, d, top, bottom) => combine(s, d, top, bottom, operation))),
};

/** Kernels that go by figures of the whole image, which strips of one image share. */
function byCounts<O>(
  kernel: string,
  options: fc.Arbitrary<O>,
  count: (src: Raster, options: O) => Uint32Array<ArrayBufferLike>,
  run: (src: Raster, dst: Raster, top: number, bottom: number, options: O & { counts: Uint32Array }) => void,
): fc.Arbitrary<Job> {
  return options.chain((given) => {
    const counted = new WeakMap<Raster, Uint32Array>();
    return keeping(kernel, (s, d, top, bottom) => {
      const counts = counted.get(s) ?? count(s, given);
      counted.set(s, counts);
      run(s, d, top, bottom, { ...given, counts });
    });
  });
}

const contrasts: Readonly<Record<string, fc.Arbitrary<Job>>> = {
  equalize: byCounts('equalize', fc.constant({}), (s) => histogram(s, 0, s.height), equalize),
  autocontrast: byCounts(
    'autocontrast',
    fc.record({
      cutoff: fc.double({ min: 0, max: 60, noNaN: true }),
      ignore: fc.array(fc.nat(255), { maxLength: 4 }),
      preserveTone: fc.boolean(),
    }),
    (s, { preserveTone }) => histogram(s, 0, s.height, { luma: preserveTone }),
    autocontrast,
  ),
  clahe: byCounts(
    'clahe',
    fc.record({
      tiles: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
      limit: fc.double({ min: 0, max: 50, noNaN: true }),
    }),
    (s, options) => tileHistograms(s, 0, s.height, options),
    clahe,
  ),
};

/** Layouts of one number a pixel. Who runs the jobs asks for nothing but rasters of a job's layouts, whatever they are. */
const wideLayout = fc.constantFrom(...wideLayouts) as fc.Arbitrary<AnyLayout> as fc.Arbitrary<Layout>;
const wideImage = fc.record({ layout: wideLayout, width: side, height: side });
const number = fc.double({ min: -70000, max: 70000, noNaN: true });

const lightLayout = fc.constantFrom('I;16', 'F') as fc.Arbitrary<AnyLayout> as fc.Arbitrary<Layout>;
/** A grey image, and one of its light. */
const light = fc.tuple(image, lightLayout).map(([size, layout]) => {
  const grey: Layout = 'L';
  return { grey: { ...size, layout: grey }, lit: { ...size, layout } };
});

function job(kernel: string, src: Job['src'], dst: Job['dst'], run: Run): Job {
  return { kernel, src, dst, run };
}

/** Kernels of the wide layouts. */
const wide: Readonly<Record<string, fc.Arbitrary<Job>>> = {
  'resize, wide': resizing(wideImage),
  'reduce, wide': reducing(wideImage),
  'reduce by 3, wide': reducing(wideImage, fc.constant(3)),
  'reduce, wide, large': reducing(fc.record({ layout: wideLayout, ...large }), anyFactor),
  'flop, wide': keeping('flop', flop, wideImage),
  'transpose, wide': turning('transpose', transpose, wideImage),
  'rotate90 once, wide': turning('rotate90', (s, d, top, bottom) => rotate90(s, d, top, bottom, 1), wideImage),
  'copy, wide': keeping('copy', (s, d, top, bottom) => copy(s, d, top, bottom, -3, 2), wideImage),
  'fill, wide': keeping('fill', (_, d, top, bottom) => fill(d, top, bottom, [4711]), wideImage),
  'convert, wide': fc
    .tuple(wideImage, fc.constantFrom('L', ...wideLayouts) as fc.Arbitrary<Layout>, fc.boolean())
    .map(([src, to, back]) => {
      const [from, into] = back ? [{ ...src, layout: to }, src] : [src, { ...src, layout: to }];
      return { kernel: 'convert', src: from, dst: into, run: convert };
    }),
  toLinearLight: keeping('toLinearLight', toLinearLight),
  fromLinearLight: keeping('fromLinearLight', fromLinearLight),
  'toLinearLight, wide': light.map(({ grey, lit }) => job('toLinearLight', grey, lit, toLinearLight)),
  'fromLinearLight, wide': light.map(({ grey, lit }) => job('fromLinearLight', lit, grey, fromLinearLight)),
  'linear, wide': fc
    .tuple(fc.constantFrom(1, 1, 1e5, 3e8), fc.double({ min: -3, max: 3, noNaN: true }), number)
    .map(([times, scale, offset]) => [times * scale, offset] as const)
    .chain(([scale, offset]) =>
      keeping('linear', (s, d, top, bottom) => linear(s, d, top, bottom, scale, offset), wideImage),
    ),
  'threshold, wide': fc.tuple(wideImage, number).map(([src, least]) => ({
    kernel: 'threshold',
    src,
    dst: { ...src, layout: 'L' },
    parameters: least,
    run: (s, d, top, bottom) => threshold(s, d, top, bottom, least),
  })),
};

/** For every kernel its calls. */
export const jobs: Readonly<Record<string, fc.Arbitrary<Job>>> = { ...basic, ...drawing, ...contrasts, ...wide };

/** A raster of noise; `LA` pixels get three equal grey bytes, since anything else is no `LA` pixel. */
export function raster({ layout, width, height }: Job['src'], seed: number, gapSeed = seed): Raster {
  const made = scattered(layout, width, height, gapSeed);
  store(made, noise(width * height * 4, seed));
  if ((layout as AnyLayout) === 'F') finite(made);
  if (layout === 'RGB') padding(made, (bytes, at) => (bytes[at] = 77));
  return made;
}

/** Makes floats of noise, some of them whole, most of them finite. */
function finite({ bytes, rows, width, height }: Raster): void {
  for (let y = 0; y < height; y++) {
    const at = bytes.byteOffset + (rows[y] as number);
    const integers = new Int32Array(bytes.buffer as ArrayBuffer, at, width);
    const floats = new Float32Array(bytes.buffer as ArrayBuffer, at, width);
    for (let x = 0; x < width; x++) floats[x] = x % 17 === 5 ? integers[x]! >> 24 : integers[x]! / 30000;
  }
}

/** Calls `each` for every padding byte. */
export function padding(raster: Raster, each: (bytes: Uint8Array, at: number) => void): void {
  for (let y = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++) each(raster.bytes, (raster.rows[y] as number) + 4 * x + 3);
  }
}
