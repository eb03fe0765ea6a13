/** Rows, strips, views, rectangles, pixels and bands: what the model does not say, and what is refused. */
import { InvalidArgumentError, SharedHeap } from '@sharena/heap';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ImageClosedError, ImageSizeError } from '../src/errors.ts';
import { SharedImage } from '../src/image.ts';
import { MODES, type Mode } from '../src/modes.ts';
import type { Box } from '../src/pixels/box.ts';
import { ImageMismatchError } from '../src/pixels/errors.ts';
import type { PixelValue } from '../src/pixels/pixel.ts';
import type { Samples } from '../src/pixels/samples.ts';
import { ImageStore } from '../src/store/image-store.ts';

let heap: SharedHeap;
let store: ImageStore;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '64MiB' });
  store = ImageStore.over(heap);
  store.blockSize = 4096;
});

afterEach(() => {
  expect(heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  heap.detach();
});

describe('rows and strips', () => {
  test('a range of rows', () => {
    using image = store.new('L', 1000, 10);
    const { bytes, rows } = image.rows(3, 6);
    for (let i = 0; i < 3; i++) bytes[rows[i]] = i + 1;
    expect(Array.from({ length: 10 }, (_, y) => image.row(y)[0])).toEqual([0, 0, 0, 1, 2, 3, 0, 0, 0, 0]);
    expect(image.rows(10, 10).rows.length).toBe(0);
    for (const [top, bottom] of [
      [-1, 3],
      [0, 11],
      [4, 3],
      [11, 11],
      [0.5, 1],
    ]) {
      expect(() => image.rows(top, bottom)).toThrow(InvalidArgumentError);
      expect(() => image.getBand(0, top, bottom)).toThrow(InvalidArgumentError);
    }
  });

  test('strips end where blocks do, and are as even as that allows', () => {
    using image = store.new('L', 400, 24); // 10 rows to a block
    const cut = (lines?: number) => image.strips(lines).map((strip) => [strip.top, strip.lines]);
    expect(cut()).toEqual([
      [0, 10],
      [10, 10],
      [20, 4],
    ]);
    expect(cut(6)).toEqual([
      [0, 5],
      [5, 5],
      [10, 5],
      [15, 5],
      [20, 4],
    ]);
    expect(cut(7).length).toBe(5);
    expect(cut(1).length).toBe(24);
    expect(image.strip(20, 4)).toMatchObject({ top: 20, lines: 4, stride: 400 });
    expect(image.strip(20, 4).bytes.length).toBe(1600);
    expect(() => image.strip(9, 2)).toThrow(
      'Expected `lines` to be 1 to 1, the rows up to the end of the block, got 2',
    );
    for (const [top, lines] of [
      [-1, 1],
      [24, 1],
      [0, 0],
      [0, 1.5],
      [Number.NaN, 1],
    ]) {
      expect(() => image.strip(top, lines)).toThrow(InvalidArgumentError);
    }
    for (const lines of [0, -1, 1.5, Number.NaN]) expect(() => image.strips(lines)).toThrow('`lines`');
  });

  test('the gap after the last row of a strip is not part of it', () => {
    store.alignment = 128;
    using image = store.new('L', 100, 3);
    expect(image.strip(0, 3).bytes.length).toBe(128 * 2 + 100);
  });

  test('an image without pixels has no strips and no band values', () => {
    for (const [width, height] of [
      [0, 4],
      [4, 0],
    ]) {
      using image = store.new('RGB', width, height);
      expect(image.strips()).toEqual([]);
      expect(image.getBand('G').length).toBe(0);
      image.setBand('G', new Uint8Array(0));
      expect(image.getBbox()).toBeUndefined();
      image.fill([1, 2, 3]);
      using copy = image.copy();
      expect([copy.width, copy.height]).toEqual([width, height]);
      copy.paste(image);
      for (const band of image.split()) band.release();
      expect(() => image.strip(0, 1)).toThrow('`top`');
    }
  });
});

describe('views of values', () => {
  test.each([
    ['I', Int32Array, -5],
    ['F', Float32Array, 0.25],
    ['I;16', Uint16Array, 40000],
    ['I;16L', Uint16Array, 40000],
    ['I;16N', Uint16Array, 40000],
    ['L', Uint8Array, 200],
  ] as const)('of mode %s', (mode, type, value) => {
    store.alignment = 64;
    using image = store.new(mode, 7, 3);
    const row = image.rowAs<Samples>(type, 2);
    expect(row.length).toBe(7);
    row[6] = value;
    expect(image.getPixel(6, 2)).toBe(value);
    expect(image.packedAs<Samples>(type)).toBeUndefined();
    using block = store.newBlock(mode, 7, 3);
    const all = block.packedAs<Samples>(type);
    expect(all?.length).toBe(21);
    block.putPixel(1, 1, value);
    expect(all?.[8]).toBe(value);
    expect(all?.buffer).toBe(heap.bytes.buffer);
  });

  test('of another type are refused', () => {
    using image = store.newBlock('F', 2, 2);
    expect(() => image.rowAs(Int32Array, 0)).toThrow('Expected `type` to be Float32Array in mode F');
    expect(() => image.packedAs(Uint8Array)).toThrow(InvalidArgumentError);
    using bytes = store.newBlock('RGB;24', 2, 2);
    expect(bytes.rowAs(Uint8Array, 0).length).toBe(6);
    expect(() => bytes.rowAs(Uint16Array, 0)).toThrow('Uint8Array in mode RGB;24');
  });

  test('I;16B has the high byte first: pixels and bands are turned around, views refused', () => {
    using image = store.new('I;16B', 2, 1);
    image.putPixel(0, 0, 0x1234);
    image.fill(0xabcd, [1, 0, 2, 1]);
    expect([...image.row(0)]).toEqual([0x12, 0x34, 0xab, 0xcd]);
    expect([...image.getBand('I')]).toEqual([0x1234, 0xabcd]);
    const values = Uint16Array.of(1, 0x0203);
    image.setBand('I', values);
    expect([...image.row(0)]).toEqual([0, 1, 2, 3]);
    expect([...values], 'the caller’s array').toEqual([1, 0x0203]);
    expect(image.getPixel(1, 0)).toBe(0x0203);
    expect(() => image.rowAs(Uint16Array, 0)).toThrow('byte order of this machine; take getBand');
  });

  test('rows of modes with wide values are aligned to them, whatever the alignment', () => {
    for (const { mode, type, pixelSize } of MODES) {
      using image = store.new(mode, 3, 5);
      const unit = type === 'uint8' && pixelSize !== 4 ? 1 : pixelSize; // getBbox reads four bytes as a word
      for (let y = 0; y < 5; y++) expect(image.rowAddress(y) % unit).toBe(0);
    }
  });
});

describe('rectangles', () => {
  const wrong: readonly (readonly [unknown, string])[] = [
    [[0, 0, -1, 1], 'Expected `box right` to be at least 0, the left edge, got -1'],
    [[0, 3, 1, 2], 'Expected `box lower` to be at least 3, the upper edge, got 2'],
    [[0, 0, 1.5, 1], '`box right`'],
    [[0, 0, 2 ** 31, 1], '`box right`'],
    [[Number.NaN, 0, 1, 1], '`box left`'],
    [[0, 0, 1], '`box`'],
    ['0011', '`box`'],
  ];

  test.each(wrong)('a box that is none: %j', (box, message) => {
    using image = store.new('L', 4, 4);
    expect(() => image.crop(box as Box)).toThrow(message);
    expect(() => image.fill(1, box as Box)).toThrow(message);
    expect(image.getBbox()).toBeUndefined();
  });

  test('a crop that no image can be is refused like a new image', () => {
    using image = store.new('L', 4, 4);
    expect(() => image.crop([-(2 ** 30), 0, 2 ** 30, 1])).toThrow(ImageSizeError);
  });

  test('what is pasted must have the same mode, and come to a whole place', () => {
    using image = store.new('RGB', 4, 4);
    using other = store.new('RGBA', 1, 1);
    expect(() => image.paste(other)).toThrow(ImageMismatchError);
    expect(() => image.paste(other)).toThrow('images do not match: mode RGBA into RGB');
    expect(() => image.paste(image, 0.5, 0)).toThrow('`x`');
    expect(() => image.paste(image, 0, 2 ** 31)).toThrow('`y`');
    expect(() => image.paste({} as SharedImage)).toThrow('`source`');
    other.retain().release();
    other.release();
    expect(() => other.crop([0, 0, 1, 1])).toThrow(ImageClosedError);
    using open = store.new('RGBA', 1, 1);
    expect(() => open.paste(other)).toThrow(ImageClosedError);
    other[Symbol.dispose]();
  });

  test('from one heap to another', () => {
    const elsewhere = SharedHeap.create({ reserve: '32MiB' });
    using target = store.new('L', 5, 4);
    {
      using source = ImageStore.over(elsewhere).new('L', 3, 3);
      source.fill(9);
      target.paste(source, 3, -1);
    }
    expect(target.getBbox()).toEqual([3, 0, 5, 2]);
    elsewhere.detach();
  });

  test('copies follow the settings of now, and share nothing', () => {
    store.alignment = 32;
    using image = store.new('RGBA', 10, 300);
    image.fill([1, 2, 3, 4]);
    store.alignment = 1;
    store.blockSize = 65536;
    using copy = image.copy();
    expect([image.stride, copy.stride]).toEqual([64, 40]);
    expect([image.blocks.length > 1, copy.blocks.length]).toEqual([true, 1]);
    expect(copy.toBytes()).toEqual(image.toBytes());
    copy.fill([9, 9, 9, 9]);
    expect(image.getPixel(9, 299)).toEqual([1, 2, 3, 4]);
  });

  test('between images of the same size that are cut into blocks differently', () => {
    using chain = store.new('L', 100, 300); // 40 rows to a block
    using block = store.newBlock('L', 100, 300);
    store.blockSize = 8192;
    using longer = store.new('L', 100, 300); // 81 rows to a block
    const pixels = Uint8Array.from({ length: 30_000 }, (_, i) => i % 251);
    block.fromBytes(pixels);
    chain.paste(block);
    longer.paste(chain);
    block.fill(0);
    block.paste(longer, 0, -7);
    expect(Buffer.compare(longer.toBytes(), pixels)).toBe(0);
    expect(Buffer.compare(block.toBytes().subarray(0, 29_300), pixels.subarray(700))).toBe(0);
    expect(block.getBbox()).toEqual([0, 0, 100, 293]);
  });

  test('a fill leaves the gaps between rows of a box, and the pixels beside it', () => {
    using image = store.new('RGB;24', 7, 5);
    image.fill([255, 255, 255]);
    image.fill([1, 2, 3], [2, 1, 5, 4]);
    image.fill([4, 4, 4], [-5, 2, 3, 3]);
    const at = (x: number, y: number) => image.getPixel(x, y);
    expect([at(1, 1), at(2, 1), at(4, 3), at(5, 3)]).toEqual([
      [255, 255, 255],
      [1, 2, 3],
      [1, 2, 3],
      [255, 255, 255],
    ]);
    expect([at(0, 2), at(2, 2), at(3, 2)]).toEqual([
      [4, 4, 4],
      [4, 4, 4],
      [1, 2, 3],
    ]);
  });
});

describe('pixels', () => {
  test.each([
    ['L', 256, 'Expected `pixel band L` to be a whole number from 0 to 255, got 256'],
    ['L', -1, '`pixel band L`'],
    ['L', 1.5, '`pixel band L`'],
    ['L', [1, 2], 'Expected `pixel` to be a number in mode L'],
    ['RGB', 7, 'Expected `pixel` to be an array of 3 numbers in mode RGB, got 7'],
    ['RGB', [1, 2, 3, 4], '`pixel`'],
    ['LA', [1, 300], '`pixel band A`'],
    ['YCbCr', [1, 300, 1], '`pixel band Cb`'],
    ['I', 2 ** 31, '`pixel band I`'],
    ['I;16', 65536, 'Expected `pixel band I` to be a whole number from 0 to 65535'],
    ['F', '1', '`pixel`'],
    ['RGBX', [0, 0, 0, undefined], '`pixel band X`'],
  ])('%s cannot be %j', (mode, pixel, message) => {
    using image = store.new(mode as Mode, 1, 1);
    expect(() => image.fill(pixel as PixelValue)).toThrow(message);
    expect(() => image.putPixel(0, 0, pixel as PixelValue)).toThrow(message);
    expect(image.getBbox()).toBeUndefined();
  });

  test('outside of the image there are none', () => {
    using image = store.new('L', 2, 3);
    for (const [x, y] of [
      [-1, 0],
      [2, 0],
      [0, -1],
      [0, 3],
      [0.5, 0],
    ]) {
      expect(() => image.getPixel(x, y)).toThrow(InvalidArgumentError);
      expect(() => image.putPixel(x, y, 0)).toThrow(InvalidArgumentError);
    }
  });

  test('floats keep what single precision can, and minus zero is a pixel', () => {
    using image = store.new('F', 1, 1);
    for (const value of [Number.NaN, Infinity, -Infinity, 1.5, Math.fround(0.1)]) {
      image.fill(value);
      expect(image.getPixel(0, 0)).toBe(value);
    }
    image.fill(-0);
    expect(image.getBbox(), 'as in Pillow: not all its bits are 0').toEqual([0, 0, 1, 1]);
  });

  test('padding: the first band again in modes of two, 255 in modes of three', () => {
    const stored = (mode: Mode, pixel: PixelValue) => {
      using image = store.new(mode, 1, 1);
      image.fill(pixel);
      return [...image.toBytes()];
    };
    expect(stored('LA', [7, 9])).toEqual([7, 7, 7, 9]);
    expect(stored('RGB', [1, 2, 3])).toEqual([1, 2, 3, 255]);
    expect(stored('RGBX', [1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    using pairs = store.new('La', 1, 1);
    pairs.fromBytes(Uint8Array.of(7, 9), { form: 'raw' });
    expect([...pairs.toBytes()]).toEqual([7, 7, 7, 9]);
    pairs.setBand(0, Uint8Array.of(5));
    expect([...pairs.toBytes()]).toEqual([5, 5, 5, 9]);
    using triples = store.new('HSV', 1, 1);
    triples.fromBytes(Uint8Array.of(1, 2, 3), { form: 'raw' });
    expect([...triples.toBytes()]).toEqual([1, 2, 3, 255]);
  });

  test('padding is no pixel', () => {
    using image = store.new('RGB', 2, 1);
    image.row(0)[3] = 255;
    expect(image.getBbox()).toBeUndefined();
    using grey = store.new('LA', 2, 1);
    grey.row(0)[1] = 255;
    expect(grey.getBbox({ alphaOnly: false })).toBeUndefined();
  });
});

describe('bands', () => {
  test('have names and numbers', () => {
    using image = store.new('YCbCr', 1, 1);
    image.fill([1, 2, 3]);
    expect([...image.getBand('Cr'), ...image.getBand(0)]).toEqual([3, 1]);
    for (const band of ['X', 'R', 'cr', -1, 3, 0.5, Number.NaN]) {
      expect(() => image.getBand(band)).toThrow('to be 0 to 2 or one of Y, Cb, Cr');
      expect(() => image.setBand(band, Uint8Array.of(1))).toThrow('`band`');
    }
    using four = store.new('RGBX', 1, 1);
    four.setBand('X', Uint8Array.of(8));
    expect(four.getPixel(0, 0)).toEqual([0, 0, 0, 8]);
  });

  test('take values of their type, as many as the rows have pixels', () => {
    using image = store.new('I', 3, 2);
    expect(() => image.setBand('I', Float32Array.of(1, 2, 3, 4, 5, 6))).toThrow('Expected `values` to be a Int32Array');
    expect(() => image.setBand('I', Int32Array.of(1))).toThrow(
      'Expected `values.length` to be 6 for these rows, got 1',
    );
    expect(() => image.setBand('I', Int32Array.of(1, 2), 1)).toThrow('3 for these rows');
    image.setBand('I', Int32Array.of(7, 8, 9), 1);
    expect([...image.getBand('I')]).toEqual([0, 0, 0, 7, 8, 9]);
  });

  test('merge only with their like', () => {
    using a = store.new('L', 2, 2);
    using b = store.new('L', 2, 3);
    using c = store.new('P', 2, 2);
    expect(() => SharedImage.merge('LA', [a, b])).toThrow('images do not match: 2x3 and 2x2 pixels');
    expect(() => SharedImage.merge('LA', [a, c])).toThrow('a band is an image of mode L, not P');
    expect(() => SharedImage.merge('RGB', [a, a])).toThrow('2 images for the 3 bands of mode RGB');
    expect(() => SharedImage.merge('RGB', [])).toThrow(ImageMismatchError);
    expect(() => SharedImage.merge('L', [a])).toThrow('mode L has a single band');
    expect(() => SharedImage.merge('BGR' as Mode, [a])).toThrow('unrecognized image mode');
  });

  test.each([undefined, null, 5, [undefined], [{}], ['L']])('merge takes no %o for images', (bands) => {
    expect(() => SharedImage.merge('RGB', bands as never)).toThrow('Expected `bands` to be a list of SharedImage');
  });

  test('when there is no room for all images of a split, none is left', () => {
    using image = store.new('RGB', 2500, 2000);
    const large = Array.from({ length: 3 }, () => store.newBlock('L', 4096, 2900));
    expect(() => image.split()).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_HEAP_EXHAUSTED' }));
    expect(heap.stats().images).toMatchObject({ live: 4 });
    for (const each of large) each.release();
  });
});

describe('bytes', () => {
  test('form, stride and number are checked', () => {
    using image = store.new('RGB', 3, 2);
    expect(image.toBytes().length).toBe(24);
    expect(image.toBytes({ form: 'raw' }).length).toBe(18);
    expect(image.toBytes({ form: 'raw', stride: 12 }).length).toBe(24);
    expect(() => image.toBytes({ form: 'packed' as 'raw' })).toThrow("Expected `form` to be 'stored' or 'raw'");
    for (const stride of [11, 12.5, Number.NaN, 2 ** 31]) {
      expect(() => image.toBytes({ stride })).toThrow('`stride`');
      expect(() => image.fromBytes(new Uint8Array(24), { stride })).toThrow('`stride`');
    }
    expect(() => image.fromBytes(new Uint8Array(24), { form: 'raw' })).toThrow('18 for this image, got 24');
    expect(() => image.fromBytes(new Uint16Array(24) as unknown as Uint8Array)).toThrow('`pixels`');
    expect(image.getBbox()).toBeUndefined();
  });

  test('mode 1 has eight pixels to a byte in raw form, and 0 or 255 in the image', () => {
    using image = store.new('1', 10, 2);
    image.fromBytes(Uint8Array.of(0b10000001, 0b01111111, 0, 0b10000000), { form: 'raw' });
    expect([...image.row(0)]).toEqual([255, 0, 0, 0, 0, 0, 0, 255, 0, 255]);
    image.putPixel(0, 1, 1);
    expect([...image.toBytes({ form: 'raw' })]).toEqual([0b10000001, 0b01000000, 0b10000000, 0b10000000]);
  });
});
