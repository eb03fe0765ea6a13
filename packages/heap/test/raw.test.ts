/** The RAW domain: blocks of slabs up to 32 KiB, of whole pages above. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BadAddressError, InvalidArgumentError } from '../src/errors.ts';
import { SharedHeap } from '../src/heap.ts';
import { PAGE_BYTES } from '../src/layout.ts';
import { SLAB_THRESHOLD } from '../src/raw/slabs.ts';

let heap: SharedHeap;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '8MiB' });
});
afterEach(() => {
  heap.checkInvariants({ atRest: true });
  heap.detach();
});

/** The block sizes of slabs: 64 apart up to 512, then four to each doubling. */
const CLASSES = [
  ...[64, 128, 192, 256, 320, 384, 448, 512],
  ...[640, 768, 896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 5120, 6144, 7168, 8192],
  ...[10240, 12288, 14336, 16384, 20480, 24576, 28672, 32768],
];

/** The largest power of two that divides a number. */
function alignmentOf(size: number): number {
  return size & -size;
}

/** The bytes of a block, to compare and to fill. */
function slice(address: number, bytes: number): Buffer {
  return Buffer.from(heap.handle.memory.buffer, address, bytes) as Buffer;
}

function expectContents(address: number, bytes: number, text: string): void {
  expect(slice(address, bytes).equals(Buffer.alloc(bytes, text)), `${text} at ${address}`).toBe(true);
}

describe('sizes', () => {
  test.each(CLASSES)('%i bytes are a class, aligned to the largest power of two in it', (size) => {
    const below = CLASSES[CLASSES.indexOf(size) - 1] ?? -1;
    const blocks = [below + 1, size - 1, size].map((asked) => heap.raw.malloc(asked));
    expect(blocks.map((block) => heap.usableSize(block))).toEqual([size, size, size]);
    expect(blocks.map((block) => block % alignmentOf(size))).toEqual([0, 0, 0]);
    expect(heap.stats().slabs.classes).toMatchObject([{ size, pools: 1, blocksInUse: 3 }]);
    const sorted = [...blocks].sort((a, b) => a - b);
    expect(sorted.map((block) => block - sorted[0])).toEqual([0, size, 2 * size]);
  });

  test('a block takes a slab of one page up to 8 KiB, of four up to 32 KiB, whole pages above', () => {
    for (const [size, pages] of [
      [0, 1],
      [8192, 1],
      [8193, 4],
      [SLAB_THRESHOLD, 4],
      [SLAB_THRESHOLD + 1, 1],
      [PAGE_BYTES, 1],
      [PAGE_BYTES + 1, 2],
      [10 * PAGE_BYTES, 10],
    ]) {
      const before = heap.stats();
      const address = heap.raw.malloc(size);
      if (size > SLAB_THRESHOLD)
        expect([address % PAGE_BYTES, heap.usableSize(address)]).toEqual([0, pages * PAGE_BYTES]);
      const count = size > SLAB_THRESHOLD ? 1 : 0;
      expect(heap.stats().usedBytes - before.usedBytes, `${size} bytes`).toBe(pages * PAGE_BYTES);
      expect(heap.stats().blocks.count - before.blocks.count).toBe(count);
    }
  });

  test('blocks of 0 bytes are blocks, each its own', () => {
    const blocks = Array.from({ length: 2000 }, () => heap.raw.malloc(0));
    expect(new Set(blocks).size).toBe(2000);
    expect(blocks).not.toContain(0);
    for (const block of blocks) heap.raw.free(block);
  });

  test('the product of calloc is checked before anything is allocated', () => {
    const full = heap.stats();
    for (const [nelem, elsize] of [
      [2 ** 32, 2 ** 32],
      [2 ** 31, 2],
      [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ]) {
      expect(heap.raw.calloc(nelem, elsize)).toBe(0);
    }
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => heap.raw.calloc(bad, 1)).toThrow(InvalidArgumentError);
      expect(() => heap.raw.calloc(1, bad)).toThrow(InvalidArgumentError);
      expect(() => heap.raw.malloc(bad)).toThrow(InvalidArgumentError);
      expect(() => heap.raw.realloc(0, bad)).toThrow(InvalidArgumentError);
    }
    expect(heap.stats().usedBytes).toBe(full.usedBytes);
  });
});

describe('alignedAlloc', () => {
  test.each(Array.from({ length: 17 }, (_, bits) => 2 ** bits))('to %i bytes', (alignment) => {
    for (const size of [0, 1, alignment - 1, alignment, alignment + 1, 3 * alignment, 600, 40_000]) {
      const block = heap.alignedAlloc(alignment, size);
      expect(block % alignment, `${size} bytes`).toBe(0);
      expect(heap.usableSize(block), `${size} bytes`).toBeGreaterThanOrEqual(size);
      slice(block, size).fill(alignment);
      heap.free(block);
    }
  });

  test('a block of a slab when a class fits, whole pages otherwise', () => {
    expect(heap.usableSize(heap.alignedAlloc(64, 100))).toBe(128);
    expect(heap.usableSize(heap.alignedAlloc(512, 600))).toBe(1024);
    expect(heap.usableSize(heap.alignedAlloc(32768, 1))).toBe(32768);
    expect(heap.usableSize(heap.alignedAlloc(65536, 1))).toBe(PAGE_BYTES);
  });

  test('what is no power of two up to 65536 is refused', () => {
    for (const bad of [0, -1, -64, 3, 48, 65535, 131072, 0.5, Number.NaN, 2 ** 32]) {
      expect(() => heap.alignedAlloc(bad, 10)).toThrow(InvalidArgumentError);
    }
    for (const bad of [-1, 0.5, Number.NaN]) expect(() => heap.alignedAlloc(64, bad)).toThrow(InvalidArgumentError);
  });
});

describe('realloc', () => {
  test('a block of a slab stays while more than three quarters of it are needed', () => {
    const block = heap.raw.malloc(1024);
    slice(block, 1024).fill('contents');
    for (const size of [1000, 769, 1024]) expect(heap.raw.realloc(block, size)).toBe(block);
    expectContents(block, 1024, 'contents');
    const smaller = heap.raw.realloc(block, 768);
    expect(heap.usableSize(smaller)).toBe(768);
    expectContents(smaller, 768, 'contents');
  });

  test('a block that leaves its class, its slab and the slabs keeps what fits, and its neighbours theirs', () => {
    let block = heap.raw.malloc(100);
    slice(block, 100).fill('contents');
    let kept = 100;
    for (const size of [500, 9000, 32768, 32769, 200_000, 20_000, 70, 3]) {
      const neighbours = [heap.raw.malloc(size), heap.raw.malloc(size)];
      for (const each of neighbours) slice(each, size).fill('neighbour');
      block = heap.raw.realloc(block, size);
      kept = Math.min(kept, size);
      expectContents(block, kept, 'contents');
      for (const each of neighbours) expectContents(each, size, 'neighbour');
      for (const each of neighbours) heap.raw.free(each);
    }
  });

  test('whole pages stay in place as long as their number stays the same', () => {
    const address = heap.raw.malloc(2 * PAGE_BYTES);
    slice(address, 2 * PAGE_BYTES).fill('contents');
    for (const size of [PAGE_BYTES + 1, 2 * PAGE_BYTES, 100_000]) expect(heap.raw.realloc(address, size)).toBe(address);
    expectContents(address, 2 * PAGE_BYTES, 'contents');
  });

  test('whole pages shrink in place, and give the rest back', () => {
    const address = heap.raw.malloc(5 * PAGE_BYTES);
    slice(address, 5 * PAGE_BYTES).fill('contents');
    expect(heap.raw.realloc(address, PAGE_BYTES)).toBe(address);
    expectContents(address, PAGE_BYTES, 'contents');
    expect(heap.stats().usedBytes).toBe(PAGE_BYTES);
    expect(heap.raw.malloc(4 * PAGE_BYTES), 'the pages serve again').toBe(address + PAGE_BYTES);
  });

  test('whole pages grow in place when those behind are free', () => {
    const address = heap.raw.malloc(PAGE_BYTES);
    slice(address, PAGE_BYTES).fill('contents');
    expect(heap.raw.realloc(address, 10 * PAGE_BYTES)).toBe(address);
    expect(heap.usableSize(address)).toBe(10 * PAGE_BYTES);
    expectContents(address, PAGE_BYTES, 'contents');
    expect(heap.stats().usedBytes).toBe(10 * PAGE_BYTES);
  });

  test('whole pages move when those behind are taken: all is copied, and nothing of what lies behind', () => {
    const address = heap.raw.malloc(PAGE_BYTES);
    const neighbour = heap.raw.malloc(PAGE_BYTES);
    slice(address, PAGE_BYTES).fill('contents');
    slice(neighbour, PAGE_BYTES).fill('neighbour');
    const larger = heap.raw.realloc(address, 3 * PAGE_BYTES);
    expect(larger).not.toBe(address);
    expectContents(larger, PAGE_BYTES, 'contents');
    expect(slice(larger + PAGE_BYTES, 2 * PAGE_BYTES).equals(Buffer.alloc(2 * PAGE_BYTES))).toBe(true);
    expectContents(neighbour, PAGE_BYTES, 'neighbour');
    expect(heap.stats().usedBytes).toBe(4 * PAGE_BYTES);
  });

  test('without room it answers 0, and the block and all other memory stay as they were', () => {
    const address = heap.raw.malloc(2 * PAGE_BYTES);
    heap.raw.malloc(PAGE_BYTES); // or the block grows in place
    slice(address, 2 * PAGE_BYTES).fill('contents');
    const before = Buffer.from(heap.bytes);
    for (const size of [heap.stats().freeBytes + 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      expect(heap.raw.realloc(address, size)).toBe(0);
      expect(before.equals(heap.bytes)).toBe(true);
    }
  });

  test('a block of a pool that moves takes its own bytes with it, and none of its neighbour', () => {
    const [address, neighbour] = [heap.malloc(16), heap.malloc(16)];
    slice(address, 16).fill(1);
    slice(neighbour, 16).fill(2);
    const larger = heap.realloc(address, 48);
    expect([...slice(larger, 16)]).toEqual(Array(16).fill(1));
    expect([...slice(larger + 16, 32)]).toEqual(Array(32).fill(0));
  });
});

test.each([
  [640, [1, 640]],
  [20_000, [20_000, 16_500]],
  [20 * PAGE_BYTES, [3 * PAGE_BYTES, PAGE_BYTES, 30 * PAGE_BYTES]],
])('calloc is zero where %i bytes were used before', (size, sizes) => {
  const used = Array.from({ length: 3 }, () => heap.raw.malloc(size));
  for (const each of used) slice(each, size).fill(0xff);
  for (const each of used) heap.raw.free(each);
  for (const bytes of sizes) {
    const zeroed = heap.raw.calloc(bytes, 1);
    expect(slice(zeroed, bytes).equals(Buffer.alloc(bytes))).toBe(true);
  }
});

describe('memory that comes back', () => {
  test('one emptied slab of a class waits for the next block, others are released, trim() releases all', () => {
    const { usedBytes } = heap.stats();
    const blocks = Array.from({ length: 3 * 8 }, () => heap.raw.malloc(8192));
    expect(heap.stats().slabs.count).toBe(3);
    for (const block of blocks) heap.raw.free(block);
    expect(heap.stats().slabs).toMatchObject({ count: 1, empty: 1 });
    expect(blocks).toContain(heap.raw.malloc(8192));
    expect(heap.stats().slabs).toMatchObject({ count: 1, empty: 0 });
    heap.raw.free(heap.raw.malloc(100));
    expect(heap.trim()).toBe(PAGE_BYTES);
    expect(heap.stats().slabs.count).toBe(1);
    expect(heap.stats().usedBytes - usedBytes).toBe(PAGE_BYTES);
  });

  test('a full heap gives its emptied slabs to whom they fit, and slabs before whole pages', () => {
    const first = heap.raw.malloc(64);
    const blocks: number[] = [];
    for (let block = heap.raw.malloc(PAGE_BYTES); block !== 0; block = heap.raw.malloc(PAGE_BYTES)) blocks.push(block);
    expect(heap.stats().freeBytes).toBe(0);
    expect(heap.raw.malloc(1024)).toBe(0);
    heap.raw.free(first);
    const again = Array.from({ length: 64 }, () => heap.raw.calloc(1, 1024));
    expect(again).not.toContain(0);
    expect(new Set(again).size).toBe(64);
    expect(heap.raw.malloc(1024)).toBe(0);
    heap.raw.free(blocks[0]);
    expect(heap.usableSize(heap.raw.malloc(32768)), 'no four pages are left, but one is').toBe(PAGE_BYTES);
  });
});

describe('addresses that are no live block of a slab', () => {
  /** Refused by all three calls, and nothing has changed. */
  function expectRefused(address: number, why: string): void {
    const before = heap.stats();
    for (const call of [
      () => heap.raw.free(address),
      () => heap.raw.realloc(address, 10),
      () => heap.usableSize(address),
    ]) {
      expect(call, why).toThrow(BadAddressError);
    }
    expect(heap.stats()).toEqual({ ...before, memory: expect.anything() });
  }

  test.each([192, 1280, 8192, 20480])('of %i bytes', (size) => {
    const [first, second, last] = [heap.raw.malloc(size), heap.raw.malloc(size), heap.raw.malloc(size)];
    for (const inside of [1, 4, 8, 63, 64, 128, size - 1, size / 2]) {
      expectRefused(first + inside, `${inside} bytes into a block`);
    }
    expectRefused(second + 0.5, 'no whole number');
    expectRefused(-first, 'below 0');
    expectRefused(first + 2 ** 32, 'above the heap');
    expectRefused(last + 2 * size, 'never handed out');
    heap.raw.free(second);
    expectRefused(second, 'freed last');
    heap.raw.free(first);
    heap.raw.free(last);
    heap.trim();
    expectRefused(first, 'of a slab that was released');
  });

  test('inside the pages behind the first of a slab of four, and of whole pages', () => {
    const blocks = Array.from({ length: 8 }, () => heap.raw.malloc(32768));
    const behind = blocks.filter((block) => block % PAGE_BYTES === 0 && block % (4 * PAGE_BYTES) !== 0);
    expect(behind.length, 'blocks that begin a page which is not the first').toBe(3);
    for (const block of behind) {
      expectRefused(block + 64, 'inside');
      expect(heap.usableSize(block)).toBe(32768);
      heap.raw.free(block);
      expectRefused(block, 'freed last');
    }
    const pages = heap.raw.malloc(3 * PAGE_BYTES);
    expectRefused(pages + PAGE_BYTES, 'the second page of a block');
    expectRefused(pages + 64, 'inside its first');
    heap.raw.free(pages);
    expectRefused(pages, 'a free page');
  });
});
