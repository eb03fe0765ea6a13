/** Lending pixels as one buffer: to sharp and back, byte for byte, alive until the promise settles, refused with reasons. */
import { SharedHeap } from '@sharena/heap';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StaleHandleError } from '../src/errors.ts';
import type { SharedImage } from '../src/image.ts';
import type { Mode } from '../src/modes.ts';
import type { BufferShape } from '../src/pixels/buffer.ts';
import { NotContiguousError } from '../src/pixels/errors.ts';
import { ImageStore } from '../src/store/image-store.ts';
import { noise } from './recorded/recorded.ts';

let heap: SharedHeap;
let store: ImageStore;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '96MiB' });
  store = ImageStore.over(heap);
});

afterEach(() => {
  expect(heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  heap.detach();
});

function noisy(image: SharedImage): SharedImage {
  image.fromBytes(noise(image.lineSize * image.height, image.width, image.height));
  return image;
}

function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  expect(Buffer.compare(actual, expected), 'the order of the two').toBe(0);
}

const lend = (image: SharedImage, options?: { padding: boolean }) => image.asBuffer((buffer) => buffer.length, options);

describe('sharp', () => {
  // Without operations sharp gives raw pixels back as they came; grey needs to be told to stay grey.
  const through = (pixels: Buffer | Uint16Array, raw: BufferShape, depth: 'uchar' | 'ushort' = 'uchar'): Sharp => {
    const image = sharp(pixels, { raw });
    return (raw.channels < 3 ? image.toColourspace(depth === 'ushort' ? 'grey16' : 'b-w') : image).raw({ depth });
  };
  const sizes = [
    [1, 1],
    [1, 9],
    [9, 1],
    [33, 17],
    [640, 481],
  ] as const;

  test.each(
    (['L', '1', 'P', 'RGB;24', 'RGBA', 'RGBa', 'RGBX', 'CMYK'] as const).flatMap((mode) =>
      sizes.map(([width, height]) => [mode, width, height] as const),
    ),
  )('lends and takes back %s, %i x %i', async (mode, width, height) => {
    using image = noisy(store.newBlock(mode, width, height));
    const before = image.toBytes();
    const { data, info } = await image.asBuffer((buffer, raw) =>
      through(buffer, raw).toBuffer({ resolveWithObject: true }),
    );
    expect(info).toMatchObject({ width, height, channels: image.pixelSize });
    using back = store.new(mode, width, height, { dirty: true });
    back.fromBytes(data);
    expectSame(back.toBytes(), before);
  });

  test.each(['RGB', 'YCbCr', 'HSV'] as const)('takes and gives the raw form of %s', async (mode) => {
    store.blockSize = 4096;
    store.alignment = 64;
    using image = store.new(mode, 67, 41);
    image.fromBytes(noise(67 * 41 * 3, 67, 41), { form: 'raw' });
    const raw = { width: 67, height: 41, channels: 3 } as const;
    const back = await through(Buffer.from(image.toBytes({ form: 'raw' })), raw).toBuffer();
    using again = store.new(mode, 67, 41, { dirty: true });
    again.fromBytes(back, { form: 'raw' });
    expectSame(again.toBytes({ form: 'raw' }), image.toBytes({ form: 'raw' }));
  });

  test.each(['LA', 'La'] as const)('takes the raw form of %s, and gives it as it is stored', async (mode) => {
    store.blockSize = 4096;
    using image = store.new(mode, 67, 41);
    image.fromBytes(noise(67 * 41 * 2, 67, 41), { form: 'raw' });
    const raw = { width: 67, height: 41, channels: 2 } as const;
    const { data, info } = await sharp(Buffer.from(image.toBytes({ form: 'raw' })), { raw })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.channels, 'grey three times, and alpha').toBe(4);
    using again = store.new(mode, 67, 41, { dirty: true });
    again.fromBytes(data);
    expectSame(again.toBytes(), image.toBytes());
  });

  test('16 bits', async () => {
    using image = noisy(store.newBlock('I;16', 101, 33));
    const data = await image.asBuffer((buffer, raw) => {
      const values = new Uint16Array(buffer.buffer, buffer.byteOffset, buffer.length / 2);
      return through(values, raw, 'ushort').toBuffer();
    });
    expectSame(data, image.toBytes());
  });

  test('a PNG of it has the same pixels', async () => {
    using image = noisy(store.newBlock('RGB;24', 300, 200));
    const png = await image.asBuffer((buffer, raw) => sharp(buffer, { raw }).png().toBuffer());
    expectSame(await sharp(png).raw().toBuffer(), image.toBytes());
  });
});

describe('the image stays', () => {
  test('until the promise settles, though everybody has released it', async () => {
    const image = noisy(store.newBlock('L', 1000, 1000));
    const pixels = image.toBytes();
    let finish = () => {};
    const lent = image.asBuffer(async (buffer) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return new Uint8Array(buffer);
    });
    image[Symbol.dispose]();
    expect(image.isOpen).toBe(false);
    expect(heap.stats().images).toMatchObject({ live: 1 });
    // Whoever asks for memory of that size now must get another.
    const others = Array.from({ length: 5 }, () => store.newBlock('L', 1000, 1000));
    for (const other of others) other.fill(0);
    finish();
    expectSame(await lent, pixels);
    for (const other of others) other.release();
    expect(() => store.open(image.handle)).toThrow(StaleHandleError);
  });

  test('no longer than a rejection', async () => {
    const image = store.newBlock('L', 10, 10);
    const lent = image.asBuffer(() => Promise.reject(new TypeError('no')));
    image.release();
    await expect(lent).rejects.toThrow('no');
    const thrown = store.newBlock('L', 10, 10);
    const throwing = thrown.asBuffer(() => {
      throw new TypeError('at once');
    });
    thrown.release();
    await expect(throwing).rejects.toThrow('at once');
  });

  test('and may be lent twice', async () => {
    const image = store.newBlock('L', 10, 10);
    const both = Promise.all([image.asBuffer(async (a) => a.byteOffset), image.asBuffer(async (b) => b.byteOffset)]);
    image.release();
    const [a, b] = await both;
    expect(a).toBe(b);
  });

  test('a thread that detached meanwhile has nothing to give back', async () => {
    const other = SharedHeap.create({ reserve: '32MiB' });
    const image = ImageStore.over(other).newBlock('L', 3, 3);
    const lent = image.asBuffer(async (buffer) => buffer.length);
    other.detach();
    expect(await lent).toBe(9);
  });
});

describe('refused', () => {
  // What Pillow exports to others as one buffer, of the same sizes.
  test.each([
    ['L', 4096, 2],
    ['RGBA', 4096, 0.5],
  ] as const)('71: %s of two blocks; a single block is not', async (mode, width, share) => {
    store.blockSize = 2 ** 20;
    const height = (share * store.blockSize) / 4096;
    {
      using image = store.new(mode, width, height);
      expect([image.blocks.length, image.isBlock]).toEqual([2, false]);
      await expect(lend(image)).rejects.toThrow('the rows lie in 2 blocks; make the image with store.newBlock');
      await expect(lend(image)).rejects.toMatchObject({ code: 'ERR_SHARENA_NOT_CONTIGUOUS', reason: 'blocks' });
    }
    using block = store.newBlock(mode, width, height);
    expect(block.isBlock).toBe(true);
    expect(await lend(block)).toBe(2 ** 21);
    using small = store.new(mode, 10, 10);
    expect(await lend(small), 'a chain of one block').toBe(100 * small.pixelSize);
    store.useBlockAllocator = true;
    using switched = store.new(mode, width, height);
    expect(switched.isBlock).toBe(true);
    expect(await lend(switched)).toBe(2 ** 21);
  });

  test('rows with gaps: what is exported must be what is imported', async () => {
    store.alignment = 16;
    using image = store.new('L', 10, 4);
    await expect(lend(image)).rejects.toThrow('rows of 10 bytes lie 16 bytes apart');
    await expect(lend(image)).rejects.toMatchObject({ reason: 'stride' });
    using even = store.new('L', 32, 4);
    expect(await lend(even)).toBe(128);
  });

  test.each([
    ['RGB', 'mode RGB has 3 bands in 4 bytes a pixel; make the image in mode RGB;24'],
    ['LA', "mode LA has 2 bands in 4 bytes a pixel; take toBytes({ form: 'raw' })"],
    ['YCbCr', 'padding: true'],
  ] as const)('padding of %s, unless it is wanted', async (mode: Mode, message) => {
    using image = store.newBlock(mode, 5, 4);
    await expect(lend(image)).rejects.toThrow(message);
    await expect(lend(image)).rejects.toBeInstanceOf(NotContiguousError);
    expect(await image.asBuffer((buffer, shape) => [buffer.length, shape], { padding: true })).toEqual([
      80,
      { width: 5, height: 4, channels: 4 },
    ]);
  });

  test('a closed image', async () => {
    const image = store.newBlock('L', 1, 1);
    image.release();
    await expect(lend(image)).rejects.toMatchObject({ code: 'ERR_SHARENA_IMAGE_CLOSED' });
  });

  test.each([undefined, null, 'raw', {}])('%o in the place of the function', async (use) => {
    using image = store.newBlock('L', 1, 1);
    await expect(image.asBuffer(use as never)).rejects.toMatchObject({ argument: 'use', value: use });
  });

  test('no pixels are an empty buffer', async () => {
    using image = store.new('L', 0, 9);
    expect(await lend(image)).toBe(0);
    expect(await image.asBuffer((buffer) => buffer.buffer === heap.bytes.buffer)).toBe(false);
  });
});
