/** Decoding by plan: formats, colours, limits, and images that are decoded smaller since the plan makes them smaller anyway. */
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SharedImage } from '@sharena/imaging';
import { type Fit, fitBox, fits } from '@sharena/kernels';
import {
  type DecodeOptions,
  explain,
  type Format,
  type PipelineBuilder,
  pipeline,
  type ResizeStep,
  Runtime,
} from '@sharena/pipeline';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { forecast } from '../src/need.ts';
import { reductionOf } from '../src/reduce.ts';
import {
  BOTH,
  bytesOf,
  collect,
  expectSameBytes,
  one,
  oneData,
  oneFailure,
  oneImage,
  operation,
  PHOTOS,
  photo,
  pngOf,
  temporaryFolder,
  useRuntime,
} from './helpers.ts';

let runtime: Runtime;
useRuntime((started) => {
  runtime = started;
});

/** Decibels of the noise by which two images of bytes differ. */
function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return 10 * Math.log10((255 * 255 * a.length) / Math.max(sum, 1e-9));
}

describe('formats', () => {
  test.each(['gif', 'tiff', 'webp', 'avif', 'png', 'jpeg'] as const)('%s, by path and as bytes', async (format) => {
    const bytes = await sharp(PHOTOS.cat).resize(120, 80).toFormat(format).toBuffer();
    const path = join(await temporaryFolder(), `image.${format}`);
    await writeFile(path, bytes);
    const expected = new Uint8Array(await sharp(bytes).toColourspace('srgb').raw().toBuffer());
    for (const options of BOTH) {
      for (const input of [path, new Uint8Array(bytes)]) {
        expectSameBytes(bytesOf(await oneImage(runtime.run(pipeline(), [input], options))), expected, format);
      }
    }
  });

  test('AVIF, the HEIF that is built in; HEIC is refused by its header, for what it is', async () => {
    const avif = await sharp(PHOTOS.cat).resize(64, 32).avif({ lossless: true, effort: 0 }).toBuffer();
    using image = await oneImage(runtime.run(pipeline(), [avif]));
    expect(image).toMatchObject({ mode: 'RGB;24', width: 64, height: 32 });
    const heic = fileURLToPath(new URL('./data/cat.heic', import.meta.url));
    for (const options of BOTH) {
      const { error } = await oneFailure(runtime.run(pipeline().encode('png'), [heic], options));
      expect(error).toMatchObject({
        code: 'ERR_SHARENA_DECODE',
        message: 'cannot decode cat.heic: it is HEIC, and this libvips has no decoder for its compression, HEVC',
      });
    }
    await expect(explain(pipeline(), heic)).rejects.toMatchObject({ code: 'ERR_SHARENA_DECODE' });
  });

  test('SVG, in the density that the plan says', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="20" height="20" fill="red"/></svg>';
    for (const [density, width] of [
      [72, 40],
      [144, 80],
    ]) {
      using image = await oneImage(runtime.run(pipeline({ density }), [new TextEncoder().encode(svg)]));
      expect(image).toMatchObject({ mode: 'RGBA', width, height: width / 2 });
      expect([...image.row(1).subarray(0, 4), image.row(1)[width * 4 - 1]]).toEqual([255, 0, 0, 255, 0]);
    }
  });

  test('a page of several', async () => {
    const pages = await Promise.all(
      ['#ff0000', '#0000ff'].map((background) =>
        sharp({ create: { width: 9, height: 9, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(pages, { join: { animated: true } })
      .gif()
      .toBuffer();
    for (const [page, colour] of [
      [0, [255, 0, 0]],
      [1, [0, 0, 255]],
    ] as const) {
      using image = await oneImage(runtime.run(pipeline({ page }), [gif]));
      expect([...image.row(4).subarray(0, 3)]).toEqual(colour);
      expect(image.height).toBe(9);
    }
  });
});

test('colours of another profile become sRGB', async () => {
  const wide = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#20c040' } })
    .withIccProfile('p3')
    .png()
    .toBuffer();
  const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer();
  using image = await oneImage(runtime.run(pipeline(), [wide]));
  const [red, green, blue] = image.row(3);
  expect(Math.abs(red - 0x20) + Math.abs(green - 0xc0) + Math.abs(blue - 0x40)).toBeLessThanOrEqual(6);
  expect(Math.abs(stored[0] - red)).toBeGreaterThan(20); // the numbers in the file are others
});

describe('limits', () => {
  test('an input of more pixels than the limit is refused by its header', async () => {
    const png = await pngOf(300, 200, '#123');
    for (const options of BOTH) {
      const { error } = await oneFailure(runtime.run(pipeline({ limitInputPixels: 59_999 }), [png], options));
      expect(error).toMatchObject({
        code: 'ERR_SHARENA_DECODE',
        message: 'cannot decode input 0: 300x200 pixels are more than the limit of 59999',
      });
      using image = await oneImage(runtime.run(pipeline({ limitInputPixels: 60_000 }), [png], options));
      expect(image.width).toBe(300);
    }
  });

  test('a file that is cut off, when the plan does not mind', async () => {
    const cut = photo('flower').subarray(0, 100_000);
    expect((await oneFailure(runtime.run(pipeline(), [cut]))).error.code).toBe('ERR_SHARENA_DECODE');
    using image = await oneImage(runtime.run(pipeline({ failOn: 'none' }), [cut]));
    expect(image.width).toBe(790);
  });

  test.each([
    [{ reducingGap: 0.5 }, 'decode: `reducingGap` should be a number from 1, got 0.5'],
    [{ reducingGap: '2' }, 'decode: `reducingGap` should be a number from 1, got "2"'],
    [{ limitInputPixels: 0 }, 'decode: `limitInputPixels` should be a whole number from 1, got 0'],
    [{ failOn: 'never' }, 'decode: `failOn` should be one of none, truncated, error, warning, got "never"'],
    [{ density: 0 }, 'decode: `density` should be a number from 1 to 100000, got 0'],
    [{ page: -1 }, 'decode: `page` should be a whole number from 0 to 100000, got -1'],
    [7, '`decode` should be an object, got 7'],
  ])('%o is refused when the plan is built', (options, message) => {
    expect(() => pipeline(options as never)).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_PLAN', message }));
  });
});

describe('reduction', () => {
  const header = { width: 4000, height: 3000, mode: 'RGB;24', turned: false, reducible: 'shrink' } as const;
  const half = pipeline().resize(2000, 1500);

  test.each<[string, PipelineBuilder, number]>([
    ['to an eighth', pipeline().resize(500), 8],
    ['to a little more than an eighth', pipeline().resize(501), 4],
    ['to a half', half, 2],
    ['to more than a half', pipeline().resize(2001), 1],
    ['to a square that is cropped: by the height', pipeline().resize(600, 600), 4],
    ['to a square that is padded: by the width', pipeline().resize(500, 500, { fit: 'contain' }), 8],
    ['after turns and grey levels', pipeline().rotate90().flip().flop().grayscale().resize(375, 500), 8],
    ['by picking pixels', pipeline().resize(100, undefined, { filter: 'nearest' }), 1],
    ['after a blur', pipeline().blur(1).resize(100), 1],
    ['not at all', pipeline().encode('webp'), 1],
    ['in branches: by the largest', pipeline().branch({ a: pipeline().resize(100), b: half }), 2],
    ['in branches, one of which is whole', pipeline().branch({ a: pipeline().resize(100), b: pipeline() }), 1],
    ['with a gap of 2', pipeline({ reducingGap: 2 }).resize(500), 4],
    ['with none allowed', pipeline({ reducingGap: null }).resize(500), 1],
    ['with none allowed, by a number', pipeline({ reducingGap: Number.POSITIVE_INFINITY }).resize(500), 1],
  ])('%s', (_, plan, expected) => {
    expect(reductionOf(plan.toJSON(), header)).toBe(expected);
    expect(reductionOf(plan.toJSON(), { ...header, reducible: undefined })).toBe(1);
  });

  test.each(['jpeg', 'webp'] as const)('%s: sizes are those of the whole image, pixels nearly', async (format) => {
    // Odd sizes: an eighth of them is not a whole number.
    const bytes = await sharp(PHOTOS.cat)
      .resize(1237, 731, { fit: 'fill' })
      .toFormat(format, { quality: 95 })
      .toBuffer();
    const path = join(await temporaryFolder(), `photo.${format}`);
    await writeFile(path, bytes);
    const results: Uint8Array[] = [];
    for (const fit of fits) {
      const plan = (decode: DecodeOptions) => pipeline(decode).rotate90(3).resize(150, 150, { fit });
      using whole = await oneImage(runtime.run(plan({ reducingGap: null }), [path]));
      for (const options of BOTH) {
        for (const input of [path, new Uint8Array(bytes)]) {
          using image = await oneImage(runtime.run(plan({}), [input], options));
          expect([image.width, image.height]).toEqual([whole.width, whole.height]);
          expect(psnr(image.toBytes(), whole.toBytes())).toBeGreaterThan(28);
          results.push(image.toBytes());
        }
      }
      // The same whoever computes it, and from where it comes.
      const [first, ...others] = results.splice(0);
      for (const other of others) expectSameBytes(other, first, fit);
    }
  });

  test('any size to any size: as it would be without', async () => {
    const side = fc.integer({ min: 1, max: 400 });
    const cases = fc.record({
      width: side,
      height: side,
      toWidth: fc.integer({ min: 1, max: 60 }),
      toHeight: fc.integer({ min: 1, max: 60 }),
      fit: fc.constantFrom<Fit>(...fits),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ width, height, toWidth, toHeight, fit }) => {
        const jpeg = await sharp({ create: { width, height, channels: 3, background: '#306090' } })
          .jpeg()
          .toBuffer();
        const plan = (decode: DecodeOptions) => pipeline(decode).resize(toWidth, toHeight, { fit });
        using whole = await oneImage(runtime.run(plan({ reducingGap: null }), [jpeg]));
        using image = await oneImage(runtime.run(plan({}), [jpeg]));
        expect([image.width, image.height]).toEqual([whole.width, whole.height]);
        expect(psnr(image.toBytes(), whole.toBytes())).toBeGreaterThan(35);
      }),
      { numRuns: 40 },
    );
  });

  test('an upright image from one that lies: by its orientation', async () => {
    const lying = await sharp(PHOTOS.cat).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    using whole = await oneImage(runtime.run(pipeline({ reducingGap: null }).resize(100), [lying]));
    using image = await oneImage(runtime.run(pipeline().resize(100), [lying]));
    expect([image.width, image.height]).toEqual([whole.width, whole.height]);
    expect(image.height).toBeGreaterThan(150);
    expect(psnr(image.toBytes(), whole.toBytes())).toBeGreaterThan(28);
  });

  test('no file is left behind', async () => {
    const ours = async () => (await readdir(tmpdir())).filter((name) => /^sharena-[0-9a-f-]{36}$/.test(name));
    const before = await ours();
    const own = await Runtime.start({ threads: 1, reserve: '64MiB' });
    const { data } = await one(own.run(pipeline().resize(60).encode('png'), [photo('cat')]));
    expect(data).toBeDefined();
    const made = (await ours()).filter((name) => !before.includes(name));
    for (const name of made) expect(await readdir(join(tmpdir(), name))).toEqual([]);
    await own.close();
    for (const name of made) expect(existsSync(join(tmpdir(), name))).toBe(false);
  });
});

describe('scaling by the codec', () => {
  const codec = { scaling: 'codec' } as const;
  const header = { width: 4000, height: 3000, mode: 'RGB;24', turned: false, reducible: 'shrink' } as const;

  test.each<[string, PipelineBuilder, object | undefined]>([
    ['by the width', pipeline(codec).resize(800), { width: 800, height: 600, fit: 'fill', kernel: 'lanczos3' }],
    ['larger', pipeline(codec).resize(8000), { width: 8000, height: 6000, fit: 'fill', kernel: 'lanczos3' }],
    [
      'cropped',
      pipeline(codec).resize(90, 90, { filter: 'bicubic' }),
      { width: 90, height: 90, fit: 'cover', kernel: 'cubic' },
    ],
    [
      'inside',
      pipeline(codec).resize(90, 90, { fit: 'inside', filter: 'bilinear' }).blur(1),
      { width: 90, height: 68, fit: 'fill', kernel: 'linear' },
    ],
    ['with room at the sides: not', pipeline(codec).resize(90, 90, { fit: 'contain' }), undefined],
    ['by a filter that libvips has not', pipeline(codec).resize(90, 90, { filter: 'hamming' }), undefined],
    ['by picking pixels: not', pipeline(codec).resize(90, 90, { filter: 'nearest' }), undefined],
    ['after another step: not', pipeline(codec).flip().resize(90), undefined],
    ['when nobody asked: not', pipeline().resize(90), undefined],
  ])('%s', (_, plan, scaled) => {
    const seen = forecast(plan.toJSON(), header);
    expect(seen.scaled).toEqual(scaled);
    expect(seen.outputs[0]).toMatchObject(scaledSize(plan, header));
    if (scaled) expect(seen.plan.steps).toEqual(plan.toJSON().steps.slice(1));
  });

  test('a plan that then only encodes needs no room, and gives the bytes of sharp', async () => {
    const plan = pipeline(codec).resize(150).encode('jpeg', { quality: 70 });
    expect((await explain(plan, PHOTOS.cat)).bytes).toBe(0);
    const expected = new Uint8Array(
      await sharp(PHOTOS.cat).resize(150, 75, { fit: 'fill' }).jpeg({ quality: 70 }).toBuffer(),
    );
    for (const options of BOTH) {
      for (const input of [PHOTOS.cat, photo('cat')]) {
        const result = await one(runtime.run(plan, [input], options));
        expect(result).toMatchObject({ width: 150, height: 75, size: expected.length });
        expectSameBytes(result.data ?? new Uint8Array(), expected);
      }
    }
  });

  test.each(['cover', 'fill', 'inside', 'outside'] as const)('%s: sizes of the kernel, pixels nearly', async (fit) => {
    const lying = await sharp(PHOTOS.cat)
      .resize(1237, 731, { fit: 'fill' })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const plan = (decode: DecodeOptions) => pipeline(decode).resize(151, 149, { fit }).flop();
    using whole = await oneImage(runtime.run(plan({ reducingGap: null }), [lying]));
    for (const options of BOTH) {
      using image = await oneImage(runtime.run(plan(codec), [lying], options));
      expect([image.width, image.height]).toEqual([whole.width, whole.height]);
      expect(psnr(image.toBytes(), whole.toBytes())).toBeGreaterThan(28);
    }
  });

  test('grey stays grey, alpha stays alpha', async () => {
    for (const [channels, pixels] of [
      [1, sharp(PHOTOS.cat).greyscale().toColourspace('b-w')],
      [4, sharp(PHOTOS.cat).ensureAlpha(0.5)],
    ] as const) {
      const data = await oneData(
        runtime.run(pipeline(codec).resize(40).encode('png'), [await pixels.png().toBuffer()]),
      );
      expect(await sharp(data).metadata()).toMatchObject({ channels, width: 40, height: 20 });
    }
  });

  test('what cannot be decoded or encoded is told apart', async () => {
    const plan = pipeline(codec).resize(100);
    const cut = photo('flower').subarray(0, 100_000);
    const { error } = await oneFailure(runtime.run(plan.encode('jpeg'), [cut]));
    expect(error).toMatchObject({ code: 'ERR_SHARENA_DECODE' });
    const long = await pngOf(10, 2000, '#456');
    const failure = await oneFailure(
      runtime.run(pipeline(codec).resize(100, 20_000, { fit: 'fill' }).encode('webp'), [long]),
    );
    expect(failure.error).toMatchObject({ code: 'ERR_SHARENA_ENCODE' });
  });

  test('no thread has a part in it, and files are written', async () => {
    const folder = await temporaryFolder();
    const plan = pipeline(codec).resize(50).encode('webp');
    const { tasks } = runtime.stats();
    const inputs = Array.from({ length: 6 }, (_, i) => ({ source: PHOTOS.cat, file: join(folder, `${i}.webp`) }));
    for (const result of await collect(runtime.run(plan, inputs))) {
      expect(result).toMatchObject({ ok: true, width: 50, height: 25, data: undefined });
    }
    expect(runtime.stats().tasks).toBe(tasks);
    expect((await readdir(folder)).toSorted()).toEqual(inputs.map((_, i) => `${i}.webp`));
    expect(await sharp(join(folder, '5.webp')).metadata()).toMatchObject({ format: 'webp', width: 50, height: 25 });
  });

  test('a run of them ends when it is cancelled, and so do those that wait', async () => {
    const controller = new AbortController();
    const plan = pipeline(codec).resize(700).encode('png');
    const run = runtime.run(plan, Array(12).fill(PHOTOS.cat), { signal: controller.signal });
    let seen = 0;
    const all = (async () => {
      for await (const _ of run) if (++seen === 2) controller.abort(new Error('enough'));
    })();
    await expect(all).rejects.toThrow('enough');
    expect(seen).toBe(2);
  });

  test('one that takes too long is reported', async () => {
    const plan = pipeline(codec).resize(1500).encode('png');
    const { error } = await oneFailure(runtime.run(plan, [PHOTOS.flower], { timeout: 1 }));
    expect(error).toMatchObject({ code: 'ERR_SHARENA_TIMEOUT' });
  });

  test('another word is refused', () => {
    expect(() => pipeline({ scaling: 'gpu' as never })).toThrow(
      'decode: `scaling` should be kernel or codec, got "gpu"',
    );
  });
});

/** The size that a plan's first resize asks for. */
function scaledSize(
  plan: PipelineBuilder,
  { width, height }: { readonly width: number; readonly height: number },
): object {
  const step = plan.toJSON().steps.find(({ op }) => op === 'resize') as ResizeStep;
  const box = fitBox({ width, height }, step, step.fit);
  return { width: box.width, height: box.height };
}

describe('encoders', () => {
  test.each<[Format, object, object]>([
    [
      'jpeg',
      { quality: 60, progressive: true, chromaSubsampling: '4:4:4' },
      { format: 'jpeg', isProgressive: true, chromaSubsampling: '4:4:4' },
    ],
    ['png', { palette: true, colours: 16 }, { format: 'png', isPalette: true }],
    ['webp', { lossless: true }, { format: 'webp' }],
    ['avif', { quality: 40, effort: 0 }, { format: 'heif', compression: 'av1' }],
    ['gif', { colours: 8 }, { format: 'gif' }],
    ['tiff', { compression: 'lzw', predictor: 'none' }, { format: 'tiff' }],
  ])('%s %o', async (format, options, expected) => {
    const plan = pipeline().resize(60, 40).encode(format, options);
    for (const each of BOTH) {
      const data = await oneData(runtime.run(plan, [PHOTOS.cat], each));
      expect(await sharp(data).metadata()).toMatchObject({ ...expected, width: 60, height: 40 });
    }
  });

  test.each<[Format, object, string]>([
    [
      'jpeg',
      { chromaSubsampling: '1:1:1' },
      'the options of jpeg: Expected one of: 4:2:0, 4:4:4 for chromaSubsampling',
    ],
    ['png', { compressionLevel: 10 }, 'the options of png: Expected integer between 0 and 9 for compressionLevel'],
    ['webp', { effort: 7 }, 'the options of webp: Expected integer between 0 and 6 for effort'],
    ['avif', { bitdepth: 9 }, 'the options of avif: '],
    ['gif', { colours: 1 }, 'the options of gif: '],
    ['tiff', { compression: 'zip' }, 'the options of tiff: '],
  ])('%s %o is refused when the plan is built', (format, options, message) => {
    expect(() => pipeline().encode(format, options)).toThrow(
      expect.objectContaining({ code: 'ERR_SHARENA_PLAN', message: expect.stringContaining(message) }),
    );
  });
});

test('what a plan says of decoding goes through JSON', async () => {
  const plan = pipeline({ reducingGap: null, limitInputPixels: 1e6 }).resize(20).map(operation('mark'));
  const [a, b] = await Promise.all(
    [plan, JSON.parse(JSON.stringify(plan))].map(async (each) => oneImage(runtime.run(each, [PHOTOS.cat]))),
  );
  expectSameBytes(bytesOf(a as SharedImage), bytesOf(b as SharedImage));
});
