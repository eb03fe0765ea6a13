/** 68: the largest images, and those that are too large. */
import { HeapExhaustedError, SharedHeap } from '@sharena/heap';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImageSizeError } from '../src/errors.ts';
import { ImageStore } from '../src/store/image-store.ts';

let heap: SharedHeap;
let store: ImageStore;

beforeAll(() => {
  heap = SharedHeap.create({ reserve: '4GiB' }); // committed where it is touched, which here is hardly anywhere
  store = ImageStore.over(heap);
});

afterAll(() => {
  expect(heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  heap.detach();
});

const WIDEST = 536_870_910;

describe('68', () => {
  test('the widest row that there can be, and one pixel more', () => {
    using image = store.new('L', WIDEST, 1, { dirty: true });
    image.putPixel(WIDEST - 1, 0, 77);
    expect(image.getPixel(WIDEST - 1, 0)).toBe(77);
    using end = image.crop([WIDEST - 2, 0, WIDEST + 1, 1]);
    expect([...end.row(0)]).toEqual([0, 77, 0]);
    for (const width of [WIDEST + 1, WIDEST + 2]) {
      expect(() => store.new('L', width, 1)).toThrow(ImageSizeError);
      expect(() => store.newBlock('L', width, 1)).toThrow('width should be a whole number from 0 to 536870910');
    }
  });

  test('pixels beyond the first 2 GiB', () => {
    const images = Array.from({ length: 10 }, () => store.newBlock('RGBA', 8192, 8191, { dirty: true }));
    const [high] = images.sort((a, b) => b.rowAddress(0) - a.rowAddress(0));
    expect(high.rowAddress(0)).toBeGreaterThan(2 ** 31);
    high.fill([1, 2, 3, 4], [8000, 8000, 8192, 8191]);
    high.fill([9, 9, 9, 9], [8190, 8189, 8192, 8191]);
    using crop = high.crop([8189, 8188, 8193, 8192]);
    expect(crop.getBand('R').join()).toBe('1,1,1,0,1,9,9,0,1,9,9,0,0,0,0,0');
    expect(crop.getBbox()).toEqual([0, 0, 3, 3]);
    for (const image of images) image.release();
  });

  test('negative sizes', () => {
    for (const [width, height] of [
      [-1, 1],
      [1, -1],
      [-1, -1],
    ]) {
      expect(() => store.new('L', width, height)).toThrow('bad image size');
      expect(() => store.newBlock('L', width, height)).toThrow('bad image size');
    }
  });

  test('more bytes than any heap has', () => {
    expect(() => store.newBlock('RGB', 65536, 65536)).toThrow(HeapExhaustedError);
    expect(() => store.newBlock('RGB', 65536, 65536)).toThrow(`no room for ${65536 * 65536 * 4} bytes`);
    expect(() => store.newBlock('RGBA', WIDEST, 2 ** 31 - 1)).toThrow(HeapExhaustedError);
    expect(() => store.new('RGBA', WIDEST, 2 ** 31 - 1)).toThrow(HeapExhaustedError);
    expect(store.stats()).toMatchObject({ allocatedBlocks: store.stats().freedBlocks });
  });
});
