/** What the store promises in one thread: chains of whole scan lines, the arithmetic of blocks, counters, handles. */

import { threadId } from 'node:worker_threads';
import { HeapExhaustedError, SharedHeap, SharenaError } from '@sharena/heap';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ImageClosedError,
  ImageSettingError,
  ImageSizeError,
  StaleHandleError,
  UnknownModeError,
} from '../src/errors.ts';
import { MODES, type Mode } from '../src/modes.ts';
import { ImageStore } from '../src/store/image-store.ts';

let heap: SharedHeap;
let store: ImageStore;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '96MiB' });
  store = ImageStore.over(heap);
});

afterEach(() => {
  store.checkInvariants({ atRest: true });
  expect(heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  heap.detach();
});

function chain(mode: Mode, width: number, height: number): { lines: number[]; stride: number } {
  using image = store.new(mode, width, height);
  return { lines: image.blocks.map((block) => block.lines), stride: image.stride };
}

describe('chains of blocks', () => {
  test('as many whole lines to a block as fit it', () => {
    store.blockSize = 4096;
    const { lines } = chain('RGB', 256, 256);
    expect(lines).toEqual(Array(64).fill(4));
    expect(store.stats()).toMatchObject({ newCount: 1, allocatedBlocks: 64, freedBlocks: 64 });
  });

  test('alignment takes its room from every block', () => {
    store.blockSize = 4096;
    store.alignment = 16;
    expect(chain('RGB', 256, 256).lines).toEqual([...Array(85).fill(3), 1]);
    store.alignment = 128;
    expect(chain('L', 100, 100)).toEqual({ lines: [31, 31, 31, 7], stride: 128 });
  });

  test('a line longer than a block gets a block of its own', () => {
    store.blockSize = 4096;
    expect(chain('RGB', 2048, 16).lines).toEqual(Array(16).fill(1));
  });

  test('no memory for an image without pixels', () => {
    for (const [width, height] of [
      [0, 5],
      [5, 0],
      [0, 0],
    ]) {
      using image = store.new('L', width, height);
      expect(image.blocks).toEqual([]);
      expect(image.toBytes()).toEqual(new Uint8Array(0));
      expect(() => image.row(0)).toThrow('`y`');
    }
    expect(store.stats()).toMatchObject({ newCount: 3, allocatedBlocks: 0 });
  });

  test('newBlock is one packed segment, whatever the settings, and not counted as blocks', () => {
    store.blockSize = 4096;
    store.alignment = 64;
    using image = store.newBlock('RGB;24', 101, 77);
    expect(image).toMatchObject({ isBlock: true, stride: 303, lineSize: 303 });
    expect(image.packed()?.length).toBe(101 * 3 * 77);
    expect(store.stats()).toMatchObject({ newCount: 1, allocatedBlocks: 0, freedBlocks: 0 });
  });

  test('pixels of memory that was used before are 0', () => {
    const size = [700, 500] as const;
    {
      using first = store.new('RGBA', ...size, { dirty: true });
      for (let y = 0; y < first.height; y++) first.row(y).fill(255);
    }
    using again = store.new('RGBA', ...size);
    expect(again.toBytes().every((byte) => byte === 0)).toBe(true);
    using block = store.newBlock('RGBA', ...size);
    expect(block.toBytes().every((byte) => byte === 0)).toBe(true);
  });

  test('rows are aligned, spaced by the stride inside a block, and never overlap', () => {
    const shapes = fc.record({
      mode: fc.constantFrom(...MODES.map((info) => info.mode)),
      width: fc.integer({ min: 1, max: 300 }),
      height: fc.integer({ min: 1, max: 60 }),
      alignment: fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128),
      blockSize: fc.constantFrom(4096, 8192, 65536),
    });
    fc.assert(
      fc.property(shapes, ({ mode, width, height, alignment, blockSize }) => {
        store.alignment = alignment;
        store.blockSize = blockSize;
        using image = store.new(mode, width, height);
        const { bytes, rows } = image.rows();
        expect(rows.length).toBe(height);
        for (let y = 0; y < height; y++) {
          const address = image.rowAddress(y);
          expect(address % alignment).toBe(0);
          bytes.fill(y + 1, rows[y], rows[y] + image.lineSize);
        }
        for (const block of image.blocks) {
          for (let y = 0; y < block.lines; y++) {
            expect(image.rowAddress(block.top + y)).toBe(block.address + y * image.stride);
          }
        }
        for (let y = 0; y < height; y++) expect(image.row(y).every((byte) => byte === y + 1)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('toBytes and fromBytes are packed, whatever the blocks are', () => {
    store.blockSize = 4096;
    store.alignment = 32;
    const pixels = Uint8Array.from({ length: 333 * 3 * 41 }, (_, i) => (i * 7) & 255);
    using image = store.new('RGB;24', 333, 41);
    expect(image.blocks.length).toBeGreaterThan(1);
    expect(image.packed()).toBeUndefined();
    image.fromBytes(pixels);
    expect(image.toBytes()).toEqual(pixels);
    expect(() => image.fromBytes(pixels.subarray(1))).toThrow(`Expected \`pixels.length\` to be ${pixels.length}`);
  });
});

describe('what is refused', () => {
  test('unknown modes and sizes, before anything is counted', () => {
    expect(() => store.new('foo' as Mode, 1, 1)).toThrow(UnknownModeError);
    expect(() => store.new('BGR;15' as Mode, 1, 1)).toThrow('unrecognized image mode "BGR;15"');
    for (const width of [-1, 1.5, Number.NaN, 536870912]) {
      expect(() => store.new('L', width, 1)).toThrow(ImageSizeError);
    }
    expect(() => store.new('L', 1, -1)).toThrow('bad image size: height should be a whole number from 0');
    expect(store.stats().newCount).toBe(0);
  });

  test.each([undefined, null, 5, {}])('%o is no heap', (none) => {
    expect(() => ImageStore.over(none as never)).toThrow('Expected `heap` to be a SharedHeap');
  });

  test('an image larger than the heap: all is given back, and the error says what was asked and what is free', () => {
    const before = heap.stats().freeBytes;
    store.blockSize = 2 ** 20;
    let error: unknown;
    try {
      store.new('RGBA', 8192, 8192);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(HeapExhaustedError);
    expect(error).toMatchObject({ requested: 8192 * 8192 * 4 });
    const { available } = error as HeapExhaustedError;
    expect(available).toBeGreaterThan(90 * 2 ** 20);
    expect(available).toBeLessThanOrEqual(before);
    expect(() => store.newBlock('RGBA', 8192, 8192)).toThrow(HeapExhaustedError);
  });

  test.each([
    ['alignment', [1, 2, 4, 8, 16, 32, 64, 128], [0, -1, 3, 129, 256, 1.5, Number.NaN]],
    ['blockSize', [4096, 8192, 12288, 2 ** 24], [0, -1, 4000, 2 ** 31, Number.NaN]],
  ] as const)('%s outside its bounds', (setting, good, bad) => {
    for (const value of good) {
      store[setting] = value;
      expect(store[setting]).toBe(value);
    }
    for (const value of bad) {
      const last = store[setting];
      const set = () => {
        store[setting] = value;
      };
      expect(set).toThrow(RangeError);
      expect(set).toThrow(SharenaError);
      expect(set).toThrow(ImageSettingError);
      expect(store[setting]).toBe(last);
    }
  });

  test('defaults: alignment 1, blocks of 16 MiB', () => {
    expect(store.alignment).toBe(1);
    expect(store.blockSize).toBe(16 * 2 ** 20);
  });
});

describe('handles and references', () => {
  test('a handle is three numbers, and opens the same pixels', () => {
    using image = store.new('L', 10, 10);
    expect(Object.values(image.handle).every((value) => typeof value === 'number')).toBe(true);
    using other = store.open(structuredClone(image.handle));
    other.row(9)[9] = 42;
    expect(image.row(9)[9]).toBe(42);
    expect(other).toMatchObject({ mode: 'L', width: 10, height: 10, bands: 1, pixelSize: 1 });
  });

  test('the last reference gives the blocks back; the handle is refused from then on', () => {
    const used = () => heap.stats().blocks.bytes;
    store.new('L', 1, 1).release(); // the first image makes the segment of records
    const before = used();
    const image = store.new('L', 1000, 1000);
    const other = store.open(image.handle);
    image.release();
    expect(heap.stats().images).toMatchObject({ live: 1 });
    other.release();
    expect(used()).toBe(before);
    expect(() => store.open(image.handle)).toThrow(StaleHandleError);
    expect(() => image.row(0)).toThrow(ImageClosedError);
    expect(() => image.release()).toThrow(ImageClosedError);
  });

  test('a record that is used again does not revive an old handle', () => {
    const old = store.new('L', 1, 1);
    old.release();
    const images = Array.from({ length: 1030 }, () => store.new('L', 0, 0));
    expect(images.some((image) => image.handle.image === old.handle.image)).toBe(true);
    expect(() => store.open(old.handle)).toThrow('the image of this handle was released');
    for (const image of images) image.release();
  });

  test('forged handles', () => {
    using image = store.new('L', 1, 1);
    const { handle } = image;
    for (const forged of [
      { ...handle, image: 70000 },
      { ...handle, image: -1 },
      { ...handle, image: 5000 },
      { ...handle, image: 1.5 },
      { ...handle, generation: handle.generation + 1 },
      { ...handle, heap: 1 },
      undefined,
    ]) {
      expect(() => store.open(forged as never)).toThrow(StaleHandleError);
      expect(() => store.takeOver(forged as never)).toThrow(StaleHandleError);
    }
  });

  test('giving away and taking over moves a reference', () => {
    const image = store.new('L', 3, 3);
    const handle = image.giveAway();
    expect(image.isOpen).toBe(false);
    expect(heap.stats().images).toMatchObject({ live: 1 });
    const taken = store.takeOver(handle);
    taken.release();
    expect(() => store.takeOver(handle)).toThrow(StaleHandleError);
  });

  test('retain counts, dispose gives back all that an object holds', () => {
    const image = store.new('L', 3, 3).retain().retain();
    image.release();
    expect(image.isOpen).toBe(true);
    image[Symbol.dispose]();
    expect(image.isOpen).toBe(false);
    image[Symbol.dispose]();
  });

  test('a reference that is on its way is there once, for whoever comes first', () => {
    using image = store.new('L', 3, 3);
    const sent = image.retain().giveAway();
    const { parcel: _, ...plain } = sent;
    expect(() => store.takeOver(plain)).toThrow('never given away');
    store.takeOver(sent).release();
    expect(() => store.takeOver(sent)).toThrow('taken over already');
    // Another one in its place is not for the old handle.
    const again = image.retain().giveAway();
    expect(again.parcel).not.toBe(sent.parcel);
    expect(() => store.takeOver(sent)).toThrow(StaleHandleError);
    store.takeOver(again).release();
  });

  test('16 references to an image can be on their way', () => {
    using image = store.new('L', 1, 1);
    const sent = Array.from({ length: 16 }, () => image.retain().giveAway());
    expect(() => image.giveAway()).toThrow('16 references on their way at most');
    expect(image.isOpen).toBe(true);
    for (const handle of sent) store.takeOver(handle).release();
  });

  test('recall() drops what a thread has given away and nobody has taken over', () => {
    const images = Array.from({ length: 3 }, () => store.new('L', 5, 5));
    const sent = images.map((image) => image.retain().giveAway());
    for (const image of images) image.release();
    const taken = store.takeOver(sent[0]);
    expect(store.recall(threadId + 1)).toBe(0);
    expect(store.recall(threadId)).toBe(2);
    expect(store.recall(threadId)).toBe(0);
    expect(() => store.takeOver(sent[1])).toThrow(StaleHandleError);
    expect(heap.stats().images).toMatchObject({ live: 1 });
    taken.release();
    expect(() => store.recall(-1)).toThrow('`sender`');
  });

  test('objects of one thread hold their references apart', () => {
    const image = store.new('L', 1, 1);
    const others = Array.from({ length: 5000 }, () => store.open(image.handle));
    image.release();
    for (const other of others) {
      expect(other.isOpen).toBe(true);
      other.release();
    }
    expect(() => store.open(image.handle)).toThrow(StaleHandleError);
  });
});
