/** The codec: what is decoded is what sharp says, what is encoded decodes to the same, and nothing is copied on the way. */
import { tmpdir } from 'node:os';
import { SharedHeap } from '@sharena/heap';
import { ImageStore, type SharedImage } from '@sharena/imaging';
import { type Format, pipeline, type Runtime } from '@sharena/pipeline';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../src/codec.ts';
import {
  expectSameBytes,
  MODES,
  noise,
  noiseImage,
  oneData,
  oneImage,
  operation,
  PHOTOS,
  type PipelineMode,
  photo,
  succeed,
  useRuntime,
} from './helpers.ts';

let runtime: Runtime;
useRuntime((started) => {
  runtime = started;
});

/** What the runtime decodes, as images and in strips. */
async function expectDecoded(input: Uint8Array, mode: PipelineMode, expected: Uint8Array): Promise<void> {
  for (const parallel of ['images', 'strips'] as const) {
    using image = await oneImage(runtime.run(pipeline(), [input], { parallel }));
    expect(image).toMatchObject({ mode, isBlock: true });
    expectSameBytes(packed(image), expected, `${mode} ${image.width}x${image.height}`);
  }
}

/** The pixels as codecs have them: two bytes for a pixel in LA. In the heap it is L, L, L, alpha. */
function packed(image: SharedImage): Uint8Array {
  const bytes = image.toBytes();
  if (image.mode !== 'LA') return bytes;
  for (let i = 0; i < bytes.length; i += 4) expect([bytes[i + 1], bytes[i + 2]]).toEqual([bytes[i], bytes[i]]);
  return bytes.filter((_, i) => i % 4 === 0 || i % 4 === 3);
}

/** sharp's own pixels, 8 bits a channel. */
async function raw(input: Uint8Array, mode: PipelineMode): Promise<Uint8Array> {
  const space = mode === 'L' ? 'b-w' : 'srgb';
  const pixels = await sharp(input).autoOrient().toColourspace(space).raw({ depth: 'uchar' }).toBuffer();
  // sharp drops alpha from raw grey pixels. Colours that are grey have the same value three times.
  return mode === 'LA' ? pixels.filter((_, i) => i % 4 === 0 || i % 4 === 3) : pixels;
}

/** A picture with smooth parts and edges, made by sharp. */
function picture(width: number, height: number, channels: 1 | 2 | 3 | 4): Sharp {
  const pixels = noise(width * height * channels, 7);
  return sharp(pixels, { raw: { width, height, channels } }).blur(0.6);
}

// The threads of the pool are the parallelism. These are settings of the process, made when the codec loads.
test('sharp works with one thread for each call, and without a cache', () => {
  expect(sharp.concurrency()).toBe(1);
  expect(sharp.cache()).toMatchObject({ memory: { max: 0 }, items: { max: 0 } });
});

describe('decoding', () => {
  const grey = (sharpened: Sharp) => sharpened.toColourspace('b-w');
  const kinds: [string, PipelineMode, () => Sharp][] = [
    ['JPEG', 'RGB;24', () => picture(57, 41, 3).jpeg()],
    [
      'JPEG, progressive, 4:4:4',
      'RGB;24',
      () => picture(57, 41, 3).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
    ],
    ['JPEG, grey', 'L', () => grey(picture(57, 41, 1)).jpeg()],
    ['JPEG, CMYK', 'RGB;24', () => picture(57, 41, 3).toColourspace('cmyk').jpeg()],
    ['PNG, grey', 'L', () => grey(picture(57, 41, 1)).png()],
    ['PNG, grey with alpha', 'LA', () => grey(picture(57, 41, 2)).png()],
    ['PNG, RGB', 'RGB;24', () => picture(57, 41, 3).png()],
    ['PNG, RGBA', 'RGBA', () => picture(57, 41, 4).png()],
    ['PNG, 16 bit grey', 'L', () => picture(57, 41, 1).toColourspace('grey16').png()],
    ['PNG, 16 bit grey with alpha', 'LA', () => picture(57, 41, 2).toColourspace('grey16').png()],
    ['PNG, 16 bit RGB', 'RGB;24', () => picture(57, 41, 3).toColourspace('rgb16').png()],
    ['PNG, 16 bit RGBA', 'RGBA', () => picture(57, 41, 4).toColourspace('rgb16').png()],
    ['PNG, palette', 'RGB;24', () => picture(57, 41, 3).png({ palette: true, colours: 16 })],
    ['PNG, palette with alpha', 'RGBA', () => picture(57, 41, 4).png({ palette: true, colours: 16 })],
    ['PNG, interlaced', 'RGB;24', () => picture(57, 41, 3).png({ progressive: true })],
    ['WebP', 'RGB;24', () => picture(57, 41, 3).webp()],
    ['WebP with alpha', 'RGBA', () => picture(57, 41, 4).webp({ lossless: true })],
    ['AVIF', 'RGB;24', () => picture(57, 41, 3).avif()],
    ['AVIF with alpha', 'RGBA', () => picture(57, 41, 4).avif()],
    ['GIF', 'RGB;24', () => picture(57, 41, 3).gif()],
    ['GIF with alpha', 'RGBA', () => picture(57, 41, 4).gif()],
    ['TIFF', 'RGB;24', () => picture(57, 41, 3).tiff()],
  ];

  test.each(kinds)('%s is %s, with sharp’s own pixels', async (_, mode, make) => {
    const input = await make().toBuffer();
    await expectDecoded(input, mode, await raw(input, mode));
  });

  test.each(['flower', 'cat'] as const)('a real photograph: %s', async (name) => {
    await expectDecoded(photo(name), 'RGB;24', await raw(photo(name), 'RGB;24'));
  });

  test('16 bits become 8 by their upper byte', async () => {
    const values = Uint16Array.from({ length: 256 }, (_, i) => i * 257);
    const input = await sharp(values, { raw: { width: 256, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    await expectDecoded(
      input,
      'L',
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
  });

  test('grey with alpha keeps both, exactly', async () => {
    const pairs = Uint8Array.from({ length: 512 }, (_, i) => (i % 2 ? 255 - (i >> 1) : i >> 1));
    const file = sharp(pairs, { raw: { width: 16, height: 16, channels: 2 } }).toColourspace('b-w');
    await expectDecoded(await file.png().toBuffer(), 'LA', pairs);
  });

  test('CMYK is turned into colours', async () => {
    const red = { create: { width: 16, height: 16, channels: 3, background: '#e02020' } } as const;
    const input = await sharp(red).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(input).metadata()).space).toBe('cmyk');
    using image = await oneImage(runtime.run(pipeline(), [input]));
    const [r, g, b] = image.row(8);
    expect(r).toBeGreaterThan(180);
    expect(Math.max(g, b)).toBeLessThan(80);
  });

  // Upright: red and green above, blue and white below. Each orientation says how the stored pixels have to be turned.
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i is applied', async (orientation) => {
    const [W, H] = [32, 16];
    const colours = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255], white: [255, 255, 255] } as const;
    const corner = (x: number, y: number) =>
      y < H / 2 ? (x < W / 2 ? colours.red : colours.green) : x < W / 2 ? colours.blue : colours.white;
    const turned = orientation > 4;
    const [width, height] = turned ? [H, W] : [W, H];
    const upright: Record<number, (x: number, y: number) => [number, number]> = {
      1: (x, y) => [x, y],
      2: (x, y) => [W - 1 - x, y],
      3: (x, y) => [W - 1 - x, H - 1 - y],
      4: (x, y) => [x, H - 1 - y],
      5: (x, y) => [y, x],
      6: (x, y) => [W - 1 - y, x],
      7: (x, y) => [W - 1 - y, H - 1 - x],
      8: (x, y) => [y, H - 1 - x],
    };
    const stored = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) stored.set(corner(...upright[orientation](x, y)), (y * width + x) * 3);
    }
    const input = await sharp(stored, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .withMetadata({ orientation })
      .toBuffer();
    expect((await sharp(input).metadata()).orientation).toBe(orientation);
    await expectDecoded(input, 'RGB;24', await raw(input, 'RGB;24'));
    using image = await oneImage(runtime.run(pipeline(), [input]));
    expect([image.width, image.height]).toEqual([W, H]);
    for (const [x, y] of [
      [4, 4],
      [28, 4],
      [4, 12],
      [28, 12],
    ]) {
      const seen = image.row(y).subarray(x * 3, x * 3 + 3);
      for (const [i, value] of corner(x, y).entries()) expect(Math.abs(seen[i] - value)).toBeLessThan(12);
    }
    // What is written is upright already, and says nothing else.
    const written = await sharp(await oneData(runtime.run(pipeline().encode('jpeg'), [input]))).metadata();
    expect([written.width, written.height, written.orientation]).toEqual([W, H, undefined]);
  });
});

describe('encoding', () => {
  const CHANNELS = { L: 1, LA: 2, 'RGB;24': 3, RGBA: 4 } as const;

  test.each(MODES)('PNG keeps every byte of %s, and how many channels there are', async (mode) => {
    for (const kind of ['block', 'chain'] as const) {
      runtime.store.blockSize = 4096;
      using image = noiseImage(runtime.store, mode, 123, 57, kind);
      const data = await oneData(runtime.run(pipeline().encode('png'), [image]));
      expect(await sharp(data).metadata()).toMatchObject({
        format: 'png',
        width: 123,
        height: 57,
        channels: CHANNELS[mode],
      });
      await expectDecoded(data, mode, packed(image));
    }
  });

  test.each([
    ['jpeg', 'RGB;24', 3],
    ['webp', 'RGB;24', 4],
    ['avif', 'RGB;24', 4],
  ] as const)('%s of a photograph looks the same', async (format: Format, mode, most) => {
    using original = await oneImage(runtime.run(pipeline().resize(400), [PHOTOS.cat]));
    const data = await oneData(runtime.run(pipeline().encode(format, { quality: 95 }), [original]));
    expect((await sharp(data).metadata()).format).toBe(format === 'avif' ? 'heif' : format);
    using again = await oneImage(runtime.run(pipeline(), [data]));
    expect(again.mode).toBe(mode);
    const [a, b] = [original.toBytes(), again.toBytes()];
    const mean = a.reduce((sum, byte, i) => sum + Math.abs(byte - b[i]), 0) / a.length;
    expect(mean).toBeLessThan(most);
  });

  test('grey stays grey in JPEG; what has alpha keeps it in WebP and AVIF', async () => {
    using grey = await oneImage(runtime.run(pipeline().resize(64, 64).grayscale(), [PHOTOS.cat]));
    const jpeg = await oneData(runtime.run(pipeline().encode('jpeg'), [grey]));
    expect(await sharp(jpeg).metadata()).toMatchObject({ channels: 1, space: 'b-w' });
    using colours = noiseImage(runtime.store, 'RGBA', 64, 64);
    for (const format of ['webp', 'avif'] as const) {
      for (const plan of [pipeline(), pipeline().grayscale()]) {
        const data = await oneData(runtime.run(plan.encode(format), [colours]));
        expect(await sharp(data).metadata()).toMatchObject({ hasAlpha: true, width: 64, height: 64 });
      }
    }
  });

  test('the bytes are memory of their own: not the heap, and all of their buffer', async () => {
    using image = noiseImage(runtime.store, 'RGB;24', 64, 64);
    for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
      for (const parallel of ['images', 'strips'] as const) {
        const data = await oneData(runtime.run(pipeline().encode(format), [image], { parallel }));
        expect(data.buffer).toBeInstanceOf(ArrayBuffer); // what Piscina moves is never shared memory
        expect([data.byteOffset, data.byteLength]).toEqual([0, data.buffer.byteLength]);
        const before = data.slice();
        image.row(0).fill(0);
        expectSameBytes(data, before);
        structuredClone(data, { transfer: [data.buffer as ArrayBuffer] }); // it can go on to another thread
      }
    }
  });
});

/**
 * sharp reads raw pixels when it needs them, so an image must stay alive and unchanged until its promise settles. The
 * first test shows that this is so, by changing it too early; the others show that the pipeline never does.
 */
describe('pixels are read where they lie', () => {
  test('encoding copies no pixel of a packed image', async () => {
    using heap = SharedHeap.create({ reserve: '128MiB' });
    const store = ImageStore.over(heap);
    store.blockSize = 65536;
    for (const kind of ['block', 'chain'] as const) {
      using image = noiseImage(store, 'RGB;24', 1500, 1500, kind);
      const before = image.toBytes();
      const encoding = encode(image, { kind: 'encode', format: 'png', options: {} });
      for (let y = 1499; y >= 750; y--) image.row(y).fill(y);
      const pixels = new Uint8Array(
        await sharp(await encoding)
          .raw()
          .toBuffer(),
      );
      // The lower rows are read later than this thread needs to change them. A chain has to be gathered first.
      const [last, at] = [pixels.subarray(-4500), 1499 * 4500];
      if (kind === 'block') expect(last).toEqual(new Uint8Array(4500).fill(1499));
      else expectSameBytes(last, before.subarray(at, at + 4500));
    }
  });

  test('an image that is being encoded is not given back before the bytes are there', async () => {
    // While one thread encodes, the other takes, paints and gives back images of the same size.
    const seeds = Array.from({ length: 24 }, (_, i) => i);
    const images = seeds.map((seed) => {
      const image = runtime.store.newBlock('RGB;24', 301, 203);
      image.fromBytes(noise(image.lineSize * image.height, seed));
      return image;
    });
    const plan = pipeline().map(operation('mark')).flip().flip().encode('png');
    const expected = await succeed(runtime.run(pipeline().map(operation('mark')), images, { parallel: 'strips' }));
    for (const parallel of ['images', 'strips'] as const) {
      const runs = [runtime.run(plan, images, { parallel }), runtime.run(plan, images.toReversed(), { parallel })];
      const [forth, back] = await Promise.all(runs.map(succeed));
      for (const [results, at] of [
        [forth, (i: number) => i],
        [back, (i: number) => seeds.length - 1 - i],
      ] as const) {
        for (const { index, data } of results) {
          const pixels = await sharp(data).raw().toBuffer();
          expectSameBytes(pixels, (expected[at(index)].image as SharedImage).toBytes(), `image ${index}`);
        }
      }
    }
    for (const { image } of expected) image?.release();
    for (const image of images) image.release();
  });

  test('what was encoded is given back: 300 results take less memory than half of them', async () => {
    using heap = SharedHeap.create({ reserve: '64MiB' });
    using image = noiseImage(ImageStore.over(heap), 'RGB;24', 700, 500);
    const output = { kind: 'encode', format: 'png', options: { compressionLevel: 0 } } as const;
    await encode(image, output);
    const before = process.memoryUsage.rss();
    let bytes = 0;
    for (let i = 0; i < 300; i++) bytes += (await encode(image, output)).length;
    expect(bytes).toBeGreaterThan(300 * 2 ** 20);
    expect(process.memoryUsage.rss() - before).toBeLessThan(bytes / 2);
  });

  test('images of more pixels than sharp takes from a file are encoded', async () => {
    using heap = SharedHeap.create({ reserve: '320MiB' });
    using image = ImageStore.over(heap).newBlock('L', 16384, 16384);
    const jpeg = await encode(image, { kind: 'encode', format: 'jpeg', options: {} });
    const info = await sharp(jpeg, { limitInputPixels: false }).metadata();
    expect(info).toMatchObject({ format: 'jpeg', width: 16384, height: 16384 });
  });

  test('decoding puts the pixels into one packed segment of the heap', async () => {
    using heap = SharedHeap.create({ reserve: '64MiB' });
    const store = ImageStore.over(heap);
    using image = await decode(store, { from: photo('cat'), name: 'cat' }, {}, { reduction: 1 }, tmpdir());
    expect(image).toMatchObject({ width: 1024, height: 510, mode: 'RGB;24', stride: 3072 });
    expect(image.packed()?.buffer).toBe(heap.bytes.buffer);
    expect(heap.stats().images).toMatchObject({ live: 1, blocks: 1 });
  });
});
