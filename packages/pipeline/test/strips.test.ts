/**
 * One image in strips is byte for byte what one thread makes of it: for every step, in every mode, whatever the number of
 * threads and however the image lies in the heap. And the image that was given stays as it was.
 */
import { SharedHeap } from '@sharena/heap';
import { ImageStore, type SharedImage } from '@sharena/imaging';
import {
  affine,
  autocontrast,
  blend,
  boxBlur,
  clahe,
  colourMatrix,
  combine,
  convolve,
  copy,
  equalize,
  type Filter,
  type Fit,
  fill,
  fitBox,
  fromLinearLight,
  gaussianBlur,
  histogram,
  linear,
  maximum,
  median,
  minimum,
  orient,
  pasteMasked,
  perspective,
  point,
  type Raster,
  rasterOf,
  reduce,
  resize,
  rotate,
  threshold,
  toLinearLight,
  unsharp,
} from '@sharena/kernels';
import { type PipelineBuilder, pipeline, Runtime } from '@sharena/pipeline';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  balance,
  bytesOf,
  expectSameBytes,
  type Kind,
  MODES,
  noiseImage,
  one,
  oneData,
  oneFailure,
  oneImage,
  operation,
  type PipelineMode,
  succeed,
} from './helpers.ts';

const THREADS = [1, 2, 3] as const;
/** Odd ones, single pixels, single rows and columns, and fewer rows than threads. */
const SIZES = [
  [37, 23],
  [64, 48],
  [1, 1],
  [1, 19],
  [19, 1],
  [50, 2],
] as const;
/** Those of images in chains of blocks: of one block, and of several. */
const CHAINS = SIZES.slice(0, 2);

let heap: SharedHeap;
let store: ImageStore;
let runtimes: Runtime[];
let expectBalance: () => void;

beforeAll(async () => {
  heap = SharedHeap.create({ reserve: '256MiB' });
  store = ImageStore.over(heap);
  store.blockSize = 4096;
  store.new('L', 1, 1).release(); // the first image makes the segment of records
  runtimes = await Promise.all(THREADS.map((threads) => Runtime.start({ threads, heap })));
});

afterAll(async () => {
  await Promise.all(runtimes.map((runtime) => runtime.close()));
  expect(heap.stats()).toMatchObject({ threads: 1, images: { live: 0, blocks: 0, bytes: 0 } });
  heap.detach();
});

beforeEach(() => {
  expectBalance = balance(heap);
});

afterEach(() => {
  expectBalance();
});

/** What one thread alone makes of each of the images. */
async function alone(plan: PipelineBuilder, images: readonly SharedImage[]): Promise<SharedImage[]> {
  const results = await succeed(runtimes[0].run(plan, images, { parallel: 'images' }));
  return results.map(({ image }) => image as SharedImage);
}

/** Runs the plan on the images in strips, by 1, 2 and 3 threads, and expects what one thread alone makes of them. */
async function expectTheSame(plan: PipelineBuilder, images: readonly SharedImage[]): Promise<void> {
  const before = images.map((image) => image.toBytes());
  const expected = await alone(plan, images);
  for (const runtime of runtimes) {
    const results = await succeed(runtime.run(plan, images, { parallel: 'strips' }));
    results.forEach(({ image }, i) => {
      using actual = image as SharedImage;
      const { mode, width, height } = expected[i];
      expect(actual).toMatchObject({ mode, width, height });
      const from = `${images[i].mode} ${images[i].width}x${images[i].height}, ${runtime.threads} threads`;
      expectSameBytes(actual.toBytes(), expected[i].toBytes(), from);
    });
  }
  images.forEach((image, i) => {
    expect(image.isOpen).toBe(true);
    expectSameBytes(image.toBytes(), before[i], 'the image that was given');
  });
  for (const image of expected) image.release();
}

async function withImages(work: (images: readonly SharedImage[]) => Promise<void>): Promise<void> {
  const images = MODES.flatMap((mode) => [
    ...SIZES.map(([width, height]) => noiseImage(store, mode, width, height, 'block')),
    ...CHAINS.map(([width, height]) => noiseImage(store, mode, width, height, 'chain')),
  ]);
  try {
    await work(images);
  } finally {
    for (const image of images) image.release();
  }
}

const fits: Fit[] = ['cover', 'contain', 'fill', 'inside', 'outside'];
const emboss = [-2, -1, 0, -1, 1, 1, 0, 1, 2];
const sepia = [0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 5];
const background = [200, 100, 50, 128] as const;
const shear = [0.9, 0.2, -3, -0.1, 1.1, 2];
const resizes: [string, PipelineBuilder][] = [
  ...fits.flatMap((fit): [string, PipelineBuilder][] => [
    [`smaller, ${fit}`, pipeline().resize(17, 9, { fit, background })],
    [`larger, ${fit}`, pipeline().resize(61, 83, { fit, background })],
  ]),
  ...(['nearest', 'box', 'bilinear', 'hamming', 'bicubic'] satisfies Filter[]).map(
    (filter): [string, PipelineBuilder] => [`with ${filter}`, pipeline().resize(29, 31, { filter })],
  ),
  ['fast', pipeline().resize(29, 31, { precision: 'fast' })],
  ['fast and larger', pipeline().resize(61, 83, { precision: 'fast', fit: 'contain', background })],
  ['by its width', pipeline().resize(13)],
  ['by its height', pipeline().resize(undefined, 70)],
  ['to a row', pipeline().resize(90, 1, { fit: 'fill' })],
  ['to a pixel', pipeline().resize(1, 1)],
];

describe('in strips as by one thread', () => {
  test.each(resizes)('resize %s', (_, plan) => withImages((images) => expectTheSame(plan, images)));

  test.each([
    ['grayscale', pipeline().grayscale()],
    ['flip', pipeline().flip()],
    ['flop', pipeline().flop()],
    ['flop in place', pipeline().resize(45, 33).linear(0.8, 9).flop().negate().flop()],
    ['rotate90 by 1', pipeline().rotate90(1)],
    ['rotate90 by 2', pipeline().rotate90(2)],
    ['rotate90 by 3', pipeline().rotate90(3)],
    ['extend', pipeline().extend({ top: 3, left: 7, bottom: 40 }, background)],
    ['extend, then crop', pipeline().extend(9, background).crop(3, 8, 14, 10)],
    ['flatten', pipeline().flatten(background)],
    ['rotate', pipeline().rotate(33)],
    ['rotate by a quarter', pipeline().rotate(-90, { background })],
    ['rotate around a corner', pipeline().rotate(12, { expand: false, centre: [0, 0], translate: [3, 4], background })],
    ['affine', pipeline().affine(shear, { filter: 'bicubic', background })],
    ['fast affine', pipeline().affine(shear, { filter: 'bicubic', precision: 'fast', background })],
    ['fast rotate', pipeline().rotate(33, { precision: 'fast' })],
    ['affine, nearest, larger', pipeline().affine(shear, { filter: 'nearest', width: 77, height: 99 })],
    ['perspective', pipeline().perspective([...shear, 0.004, -0.002], { background })],
    ['orient 5', pipeline().orient(5)],
    ['orient 8', pipeline().orient(8)],
    ['reduce', pipeline().reduce(3)],
    ['reduce, then resize', pipeline().reduce(2, 3).resize(11, 7)],
    ['median', pipeline().median()],
    ['median of 5', pipeline().median(5)],
    ['minimum', pipeline().minimum(7)],
    ['maximum', pipeline().maximum()],
    ['blur', pipeline().blur(2.5)],
    ['fast blur', pipeline().blur(2.5, { precision: 'fast' })],
    ['boxBlur', pipeline().boxBlur(1.7)],
    ['linear light and back', pipeline().toLinearLight().resize(21, 30).fromLinearLight()],
    ['brightness and contrast', pipeline().brightness(1.3).contrast(0.6)],
    ['sharpen', pipeline().sharpen({ sigma: 1.2, percent: 80, threshold: 2 })],
    ['convolve', pipeline().convolve(emboss, { scale: 1, offset: 128 })],
    ['convolve by 25 weights', pipeline().convolve(new Array(25).fill(1))],
    ['linear', pipeline().linear(1.2, -7)],
    ['negate', pipeline().negate()],
    ['threshold', pipeline().threshold(100)],
    ['gamma', pipeline().gamma(2.2)],
    ['recolour', pipeline().recolour(sepia)],
    ['saturation', pipeline().saturation(1.6)],
    ['equalize', pipeline().equalize()],
    ['autocontrast', pipeline().autocontrast({ cutoff: [2, 5], ignore: [0, 255] })],
    ['autocontrast that cuts nothing off', pipeline().linear(0.5, 30).autocontrast()],
    ['autocontrast of all colours alike', pipeline().autocontrast({ cutoff: 3, preserveTone: true })],
    ['clahe', pipeline().clahe({ tiles: [3, 2], limit: 4 })],
    ['trim', pipeline().trim({ threshold: 90 })],
    ['contrast in the middle', pipeline().flip().linear(0.5, 30).equalize().negate().clahe().trim({ threshold: 200 })],
    ['blend', pipeline().blend(pipeline().blur(2), 0.3)],
    ['combine', pipeline().negate().combine(pipeline().flip(), 'difference')],
    ['paint', pipeline().grayscale().paint(pipeline().flop(), [200, 100, 50, 128], { x: 3, y: -2 })],
    ['map', pipeline().map(operation('mark'))],
    ['map with parameters', pipeline().map(operation('mark'), { add: 77 })],
    ['no step', pipeline()],
    ['all of them', pipeline().flip().resize(33, 21).map(operation('mark')).rotate90(3).grayscale().flop()],
  ])('%s', (_, plan) => withImages((images) => expectTheSame(plan, images)));

  test('an image of a megapixel, as one segment and as a chain of small blocks', async () => {
    const plan = pipeline().resize(500, 300).rotate90(1).map(operation('mark')).grayscale();
    for (const kind of ['block', 'chain'] as const) {
      using image = noiseImage(store, 'RGB;24', 1203, 801, kind);
      expect(image.blocks.length > 100).toBe(kind === 'chain');
      await expectTheSame(plan, [image]);
    }
  });

  test('any plan on any image', async () => {
    const step = fc.oneof(
      fc.record({
        width: fc.integer({ min: 1, max: 70 }),
        height: fc.integer({ min: 1, max: 70 }),
        fit: fc.constantFrom(...fits),
        filter: fc.constantFrom<Filter>('nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'),
      }),
      fc.constantFrom('grayscale' as const, 'flip' as const, 'flop' as const, 'map' as const, 'blur' as const),
      fc.constantFrom<1 | 2 | 3>(1, 2, 3),
    );
    const cases = fc.record({
      mode: fc.constantFrom<PipelineMode>(...MODES),
      kind: fc.constantFrom<Kind>('block', 'chain'),
      width: fc.integer({ min: 1, max: 90 }),
      height: fc.integer({ min: 1, max: 90 }),
      steps: fc.array(step, { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ mode, kind, width, height, steps }) => {
        const plan = steps.reduce<PipelineBuilder>((built, each) => {
          if (typeof each === 'number') return built.rotate90(each);
          if (typeof each === 'object') {
            const { width: wide, height: high, ...options } = each;
            return built.resize(wide, high, { ...options, background });
          }
          if (each === 'blur') return built.blur(1.5);
          return each === 'map' ? built.map(operation('mark')) : built[each]();
        }, pipeline());
        using image = noiseImage(store, mode, width, height, kind);
        await expectTheSame(plan, [image]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what the steps compute', () => {
  /** The pixels of an image as whole numbers, by row and column. */
  function pixels(image: SharedImage): number[][] {
    const { width, height, pixelSize } = image;
    const bytes = image.toBytes();
    const at = (x: number, y: number) => (y * width + x) * pixelSize;
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) =>
        bytes.subarray(at(x, y), at(x, y) + pixelSize).reduce((sum, byte) => sum * 256 + byte, 0),
      ),
    );
  }
  const rotated = (rows: number[][]) => rows[0].map((_, x) => rows.map((row) => row[x]).reverse());

  test.each([
    ['flip', pipeline().flip(), (rows: number[][]) => rows.toReversed()],
    ['flop', pipeline().flop(), (rows: number[][]) => rows.map((row) => row.toReversed())],
    ['rotate90 by 1', pipeline().rotate90(), rotated],
    ['rotate90 by 2', pipeline().rotate90(2), (rows: number[][]) => rotated(rotated(rows))],
    ['rotate90 by 3', pipeline().rotate90(3), (rows: number[][]) => rotated(rotated(rotated(rows)))],
  ] as const)('%s moves pixels', async (_, plan, move) => {
    for (const mode of MODES) {
      using image = noiseImage(store, mode, 13, 7);
      using result = await oneImage(runtimes[1].run(plan, [image]));
      expect(result.mode).toBe(mode);
      expect(pixels(result)).toEqual(move(pixels(image)));
    }
  });

  test('orient does to pixels what sharp does to a file of that orientation', async () => {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
      using image = noiseImage(store, 'RGB;24', 13, 7);
      const raw = { width: 13, height: 7, channels: 3 as const };
      const file = await sharp(image.toBytes(), { raw }).withMetadata({ orientation }).png().toBuffer();
      const upright = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
      using result = await oneImage(runtimes[1].run(pipeline().orient(orientation), [image]));
      expect([result.width, result.height]).toEqual([upright.info.width, upright.info.height]);
      expectSameBytes(result.toBytes(), upright.data, `orientation ${orientation}`);
    }
  });

  test('crop, extend and flatten do what sharp does', async () => {
    const colour = { r: 200, g: 100, b: 50 };
    const behind = [200, 100, 50, 255] as const;
    const cases: [PipelineBuilder, (file: Sharp) => Sharp][] = [
      [pipeline().crop(0, 0, 13, 7), (file) => file.extract({ left: 0, top: 0, width: 13, height: 7 })],
      [pipeline().crop(5, 2, 8, 5), (file) => file.extract({ left: 5, top: 2, width: 8, height: 5 })],
      [pipeline().crop(12, 6, 1, 1), (file) => file.extract({ left: 12, top: 6, width: 1, height: 1 })],
      [
        pipeline().extend(4, behind),
        (file) => file.extend({ top: 4, right: 4, bottom: 4, left: 4, background: colour }),
      ],
      [
        pipeline().extend({ right: 3, bottom: 2 }, behind),
        (file) => file.extend({ right: 3, bottom: 2, background: colour }),
      ],
    ];
    for (const mode of ['RGB;24', 'RGBA'] as const) {
      using image = noiseImage(store, mode, 13, 7);
      const raw = { width: 13, height: 7, channels: image.pixelSize as 3 | 4 };
      for (const [plan, theirs] of cases) {
        const expected = await theirs(sharp(image.toBytes(), { raw })).raw().toBuffer({ resolveWithObject: true });
        using result = await oneImage(runtimes[1].run(plan, [image], { parallel: 'strips' }));
        expect([result.mode, result.width, result.height]).toEqual([mode, expected.info.width, expected.info.height]);
        expectSameBytes(result.toBytes(), expected.data, `${mode} ${JSON.stringify(plan.toJSON().steps)}`);
      }
    }
    using image = noiseImage(store, 'RGBA', 13, 7);
    const raw = { width: 13, height: 7, channels: 4 as const };
    const expected = await sharp(image.toBytes(), { raw }).flatten({ background: colour }).raw().toBuffer();
    using result = await oneImage(runtimes[1].run(pipeline().flatten(behind), [image]));
    expect(result.mode).toBe('RGB;24');
    result.toBytes().forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(1);
    });
  });

  test('flatten leaves images without alpha as they are, and grey ones grey', async () => {
    for (const mode of ['L', 'RGB;24'] as const) {
      using image = noiseImage(store, mode, 13, 7);
      using same = await oneImage(runtimes[1].run(pipeline().flatten(background), [image]));
      expect(same.mode).toBe(mode);
      expectSameBytes(same.toBytes(), image.toBytes(), mode);
    }
    using image = noiseImage(store, 'LA', 13, 7);
    using grey = await oneImage(runtimes[1].run(pipeline().flatten([0, 0, 0, 0]), [image]));
    expect(grey.mode).toBe('L');
    const from = image.toBytes();
    grey.toBytes().forEach((value, i) => {
      expect(Math.abs(value - (from[i * 4] * from[i * 4 + 3]) / 255)).toBeLessThanOrEqual(1);
    });
  });

  test('a crop that reaches beyond the image, and a border that makes it too large, are failures that say so', async () => {
    using image = noiseImage(store, 'RGB;24', 13, 7);
    const run = (plan: PipelineBuilder) => oneFailure(runtimes[1].run(plan, [image]));
    expect(await run(pipeline().crop(6, 0, 8, 7))).toMatchObject({
      error: { code: 'ERR_SHARENA_STEP', message: 'crop: 8x7 pixels at (6, 0) reach beyond an image of 13x7' },
    });
    expect(await run(pipeline().flip().crop(0, 7, 1, 1))).toMatchObject({ error: { code: 'ERR_SHARENA_STEP' } });
    expect(await run(pipeline().extend({ left: 65535 }))).toMatchObject({
      error: { code: 'ERR_SHARENA_STEP', message: 'extend: 65548x7 pixels; a side has at most 65535' },
    });
  });

  test('brightness multiplies, contrast goes away from the middle', async () => {
    using image = noiseImage(store, 'L', 13, 7);
    const from = image.toBytes();
    const bytes = async (plan: PipelineBuilder) => bytesOf(await oneImage(runtimes[1].run(plan, [image])));
    const clamped = (value: number) => Math.min(255, Math.max(0, value));
    for (const factor of [0, 0.4, 1, 2.5]) {
      (await bytes(pipeline().brightness(factor))).forEach((value, i) => {
        expect(Math.abs(value - clamped(from[i] * factor))).toBeLessThan(1);
      });
      (await bytes(pipeline().contrast(factor))).forEach((value, i) => {
        expect(Math.abs(value - clamped((from[i] - 127.5) * factor + 127.5))).toBeLessThan(1);
      });
    }
  });

  test.each(['I;16', 'F'] as const)('every grey level comes back from linear light in %s', async (mode) => {
    using image = noiseImage(store, 'L', 64, 40);
    const plan = pipeline().toLinearLight(mode);
    using light = await oneImage(runtimes[1].run(plan, [image], { parallel: 'strips' }));
    expect(light.mode).toBe(mode);
    using back = await oneImage(runtimes[1].run(pipeline().fromLinearLight(), [light], { parallel: 'strips' }));
    expect(back.mode).toBe('L');
    expectSameBytes(back.toBytes(), image.toBytes());
    using colours = noiseImage(store, 'RGB;24', 4, 4);
    expect(await oneFailure(runtimes[1].run(plan, [colours]))).toMatchObject({
      error: { code: 'ERR_SHARENA_STEP', message: `toLinearLight: RGB;24 to ${mode} goes by way of convert('L')` },
    });
  });

  test('grayscale weighs the colours and keeps alpha', async () => {
    using colours = noiseImage(store, 'RGB;24', 31, 17);
    using grey = await oneImage(runtimes[1].run(pipeline().grayscale(), [colours]));
    expect(grey.mode).toBe('L');
    const [from, to] = [colours.toBytes(), grey.toBytes()];
    to.forEach((value, i) => {
      const [r, g, b] = from.subarray(i * 3);
      expect(Math.abs(value - (0.299 * r + 0.587 * g + 0.114 * b))).toBeLessThanOrEqual(0.51);
    });
    using withAlpha = noiseImage(store, 'RGBA', 31, 17);
    using greyAlpha = await oneImage(runtimes[1].run(pipeline().grayscale(), [withAlpha]));
    expect(greyAlpha.mode).toBe('LA');
    const alpha = (image: SharedImage) => image.toBytes().filter((_, i) => i % 4 === 3);
    expect(alpha(greyAlpha)).toEqual(alpha(withAlpha));
  });

  test('resize is the kernel on the whole image; contain fills what is free with the background', async () => {
    const frame = { width: 40, height: 60 };
    const { box, dstBox } = fitBox({ width: 90, height: 45 }, frame, 'contain');
    for (const [mode, colour] of [
      ['RGB;24', [200, 100, 50]],
      ['RGBA', [200, 100, 50, 128]],
      ['L', [124]],
      ['LA', [124, 128]],
    ] as const) {
      using image = noiseImage(store, mode, 90, 45);
      const expected = new Uint8Array(40 * 60 * image.pixelSize);
      const target = rasterOf(expected, mode, 40, 60);
      fill(target, 0, 60, colour);
      resize(rasterOf(image.toBytes(), mode, 90, 45), target, 0, 60, { filter: 'bicubic', box, dstBox });
      const plan = pipeline().resize(40, 60, { fit: 'contain', filter: 'bicubic', background });
      expectSameBytes(bytesOf(await oneImage(runtimes[2].run(plan, [image]))), expected, mode);
    }
  });

  test('reduce is the kernel on the whole image', async () => {
    for (const mode of MODES) {
      using image = noiseImage(store, mode, 90, 45);
      const expected = new Uint8Array(23 * 15 * image.pixelSize);
      reduce(rasterOf(image.toBytes(), mode, 90, 45), rasterOf(expected, mode, 23, 15), 0, 15, [4, 3]);
      expectSameBytes(bytesOf(await oneImage(runtimes[2].run(pipeline().reduce(4, 3), [image]))), expected, mode);
    }
  });

  test.each<[string, PipelineBuilder, (src: Raster, dst: Raster) => void]>([
    ['blur', pipeline().blur(3), (src, dst) => gaussianBlur(src, dst, 0, dst.height, 3)],
    ['toLinearLight', pipeline().toLinearLight(), (src, dst) => toLinearLight(src, dst, 0, dst.height)],
    ['fromLinearLight', pipeline().fromLinearLight(), (src, dst) => fromLinearLight(src, dst, 0, dst.height)],
    ['boxBlur', pipeline().boxBlur(2.5), (src, dst) => boxBlur(src, dst, 0, dst.height, 2.5)],
    ['linear', pipeline().linear(0.7, 30), (src, dst) => linear(src, dst, 0, dst.height, 0.7, 30)],
    ['threshold', pipeline().threshold(), (src, dst) => threshold(src, dst, 0, dst.height, 128)],
    [
      'gamma',
      pipeline().gamma(0.5),
      (src, dst) =>
        point(src, dst, 0, dst.height, [Uint8Array.from({ length: 256 }, (_, i) => Math.round((i * i) / 255))]),
    ],
    [
      'recolour',
      pipeline().recolour(sepia),
      (src, dst) => (src.layout.startsWith('L') ? copy(src, dst, 0, 45) : colourMatrix(src, dst, 0, 45, sepia)),
    ],
    [
      'rotate',
      pipeline().rotate(20, { expand: false, filter: 'bicubic', background: [0, 0, 0, 0] }),
      (src, dst) => rotate(src, dst, 0, dst.height, 20, { filter: 'bicubic' }),
    ],
    [
      'affine',
      pipeline().affine(shear, { background: [0, 0, 0, 0] }),
      (src, dst) => affine(src, dst, 0, dst.height, shear, { filter: 'bilinear' }),
    ],
    [
      'perspective',
      pipeline().perspective([...shear, 0.01, 0], { filter: 'nearest', background: [0, 0, 0, 0] }),
      (src, dst) => perspective(src, dst, 0, dst.height, [...shear, 0.01, 0]),
    ],
    ['orient', pipeline().orient(3), (src, dst) => orient(src, dst, 0, dst.height, 3)],
    ['median', pipeline().median(5), (src, dst) => median(src, dst, 0, dst.height, 5)],
    ['minimum', pipeline().minimum(), (src, dst) => minimum(src, dst, 0, dst.height)],
    ['maximum', pipeline().maximum(9), (src, dst) => maximum(src, dst, 0, dst.height, 9)],
    ['sharpen', pipeline().sharpen(), (src, dst) => unsharp(src, dst, 0, dst.height)],
    [
      'blend',
      pipeline().blend(pipeline().linear(0), 0.3),
      (src, dst) => {
        copy(src, dst, 0, dst.height);
        const dark = rasterOf(new Uint8Array(src.bytes.length), src.layout, src.width, src.height);
        linear(src, dark, 0, dst.height, 0, 0);
        blend(dark, dst, 0, dst.height, 0.3);
      },
    ],
    [
      'combine',
      pipeline().combine(pipeline(), 'multiply'),
      (src, dst) => {
        copy(src, dst, 0, dst.height);
        combine(src, dst, 0, dst.height, 'multiply');
      },
    ],
    ['equalize', pipeline().equalize(), (src, dst) => equalize(src, dst, 0, dst.height)],
    [
      'autocontrast',
      pipeline().autocontrast({ cutoff: 4, preserveTone: true }),
      (src, dst) => autocontrast(src, dst, 0, dst.height, { cutoff: 4, preserveTone: true }),
    ],
    [
      'autocontrast that cuts nothing off',
      pipeline().linear(0.5, 30).autocontrast(),
      (src, dst) => {
        linear(src, dst, 0, dst.height, 0.5, 30);
        autocontrast(dst, dst, 0, dst.height, { counts: histogram(dst, 0, dst.height) });
      },
    ],
    ['clahe', pipeline().clahe(), (src, dst) => clahe(src, dst, 0, dst.height)],
    [
      'convolve',
      pipeline().convolve(emboss, { offset: 9 }),
      (src, dst) => convolve(src, dst, 0, dst.height, emboss, { offset: 9 }),
    ],
  ])('%s is the kernel on the whole image', async (_, plan, kernel) => {
    for (const mode of MODES) {
      using image = noiseImage(store, mode, 90, 45);
      const expected = new Uint8Array(90 * 45 * image.pixelSize);
      kernel(rasterOf(image.toBytes(), mode, 90, 45), rasterOf(expected, mode, 90, 45));
      expectSameBytes(bytesOf(await oneImage(runtimes[2].run(plan, [image]))), expected, mode);
    }
  });

  test('paint is the kernel, with a mask of its own', async () => {
    using mask = noiseImage(store, 'L', 30, 20);
    for (const mode of MODES) {
      using image = noiseImage(store, mode, 40, 33);
      const expected = image.toBytes();
      const target = rasterOf(expected, mode, 40, 33);
      const colour = { L: [124], LA: [124, 9], 'RGB;24': [200, 100, 50], RGBA: [200, 100, 50, 9] }[mode];
      pasteMasked(colour, rasterOf(mask.toBytes(), 'L', 30, 20), target, 0, 33, { x: -3, y: 20 });
      const plan = pipeline().paint('mask', [200, 100, 50, 9], { x: -3, y: 20 });
      for (const runtime of runtimes) {
        const painted = await oneImage(runtime.run(plan, [image], { inputs: { mask }, parallel: 'strips' }));
        expectSameBytes(bytesOf(painted), expected, mode);
      }
    }
  });

  test('a second image that does not fit is a failure that says so', async () => {
    using image = noiseImage(store, 'RGB;24', 8, 8);
    using other = noiseImage(store, 'RGB;24', 8, 9);
    const run = (plan: PipelineBuilder) => oneFailure(runtimes[1].run(plan, [image], { inputs: { other } }));
    expect(await run(pipeline().blend('other', 0.5))).toMatchObject({
      error: {
        code: 'ERR_SHARENA_STEP',
        message: expect.stringMatching(/RGB;24 of 8x8, as the image, and is RGB;24 of 8x9/),
      },
    });
    expect(await run(pipeline().paint('other', [0, 0, 0, 0]))).toMatchObject({ error: { code: 'ERR_SHARENA_STEP' } });
  });

  test('trim cuts a border off, wherever it ends, and leaves an image of one colour as it is', async () => {
    for (const runtime of runtimes) {
      for (const parallel of ['images', 'strips'] as const) {
        for (const mode of MODES) {
          using image = store.newBlock(mode, 60, 40);
          for (let y = 0; y < 40; y++) image.row(y).fill(y % 2);
          using same = await oneImage(runtime.run(pipeline().trim(), [image], { parallel }));
          expectSameBytes(same.toBytes(), image.toBytes());
          const size = image.pixelSize;
          for (const [x, y] of [
            [7, 3],
            [50, 38],
          ] as const) {
            image.row(y).fill(200, x * size, (x + 1) * size);
          }
          using cut = await oneImage(runtime.run(pipeline().trim(), [image], { parallel }));
          expect([cut.width, cut.height]).toEqual([44, 36]);
          expect(cut.row(0)[0]).toBe(200);
          expect(cut.row(35).at(-1)).toBe(200);
          using kept = await oneImage(runtime.run(pipeline().trim({ threshold: 200 }), [image], { parallel }));
          expect([kept.width, kept.height]).toEqual([60, 40]);
          const grey = { background: [200, 200, 200, 200] as const };
          using other = await oneImage(runtime.run(pipeline().trim(grey), [image], { parallel }));
          expect([other.width, other.height]).toEqual([60, 40]);
        }
      }
    }
  });

  test('an operation is told where its strip lies, and gets no row but its own', async () => {
    const plan = pipeline().map(operation('describe'), { tag: Uint8Array.of(99) });
    using image = noiseImage(store, 'RGB;24', 20, 10);
    for (const [runtime, tops] of [
      [runtimes[0], [0]],
      [runtimes[1], [0, 5]],
      [runtimes[2], [0, 3, 7]],
    ] as const) {
      using result = await oneImage(runtime.run(plan, [image], { parallel: 'strips' }));
      for (let y = 0; y < 10; y++) {
        const top = tops.findLast((each) => each <= y) as number;
        const bottom = tops.find((each) => each > y) ?? 10;
        expect([...result.row(y).subarray(0, 6)]).toEqual([y, bottom - top, 20, 10, 3, 99]);
      }
    }
  });
});

describe('where images lie', () => {
  test('without a step the image itself is answered, with a reference of its own', async () => {
    const image = noiseImage(store, 'L', 5, 5);
    for (const parallel of ['images', 'strips'] as const) {
      using result = await oneImage(runtimes[1].run(pipeline(), [image], { parallel }));
      expect(result.handle).toEqual(image.handle);
    }
    using last = await oneImage(runtimes[1].run(pipeline(), [image]));
    image.release();
    expect(last.row(0)).toHaveLength(5);
  });

  test('a heap in pieces: what does not fit in one becomes a chain, with the same pixels', async () => {
    const own = SharedHeap.create({ reserve: '64MiB' });
    const pieces = ImageStore.over(own);
    await using runtime = await Runtime.start({ threads: 2, heap: own });
    using image = noiseImage(pieces, 'RGB;24', 601, 403);
    const plan = pipeline().rotate90(1).map(operation('mark')).resize(300, 300);
    const whole = await one(runtime.run(plan.encode('png'), [image]));
    // Every second page is taken: no two free ones side by side.
    const pages: number[] = [];
    for (let page = own.raw.malloc(65536); page !== 0; page = own.raw.malloc(65536)) pages.push(page);
    for (let i = 0; i < pages.length; i += 2) own.raw.free(pages[i]);
    expect(() => pieces.newBlock('L', 300, 300)).toThrow('no room');
    for (const parallel of ['images', 'strips'] as const) {
      using result = await oneImage(runtime.run(plan, [image], { parallel }));
      expect(result.blocks.length).toBeGreaterThan(1);
      expectSameBytes(await oneData(runtime.run(pipeline().encode('png'), [result])), whole.data as Uint8Array);
    }
    for (let i = 1; i < pages.length; i += 2) own.raw.free(pages[i]);
  });

  test('an image beyond 2 GiB', async ({ skip }) => {
    await using runtime = await Runtime.start({ threads: 2, reserve: '4GiB' });
    const low = runtime.heap.raw.malloc(2.25 * 2 ** 30); // address space only: nothing touches it
    skip(low === 0, 'this machine reserves less');
    runtime.store.blockSize = 16384; // no slab of such blocks lies below yet
    for (const kind of ['block', 'chain'] as const) {
      using near = noiseImage(store, 'RGB;24', 203, 101, kind);
      using far = noiseImage(runtime.store, 'RGB;24', 203, 101, kind);
      expect(far.rowAddress(0)).toBeGreaterThan(2 ** 31);
      const plan = pipeline().resize(90, 90).map(operation('mark')).rotate90(3).encode('png');
      const expected = await oneData(runtimes[0].run(plan, [near]));
      for (const parallel of ['images', 'strips'] as const) {
        expectSameBytes(await oneData(runtime.run(plan, [far], { parallel })), expected);
      }
    }
    runtime.heap.raw.free(low);
  });
});
