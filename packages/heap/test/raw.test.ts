/** The RAW domain: blocks of whole pages. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SharedHeap } from '../src/heap.ts';
import { PAGE_BYTES } from '../src/layout.ts';

let heap: SharedHeap;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '4MiB' });
});
afterEach(() => {
  heap.detach();
});

/** The bytes of a block, to compare and to fill. */
function slice(address: number, bytes: number): Buffer {
  return Buffer.from(heap.handle.memory.buffer, address, bytes) as Buffer;
}

test('blocks are aligned to 64 KiB and take whole pages', () => {
  for (const [size, pages] of [
    [0, 1],
    [1, 1],
    [PAGE_BYTES, 1],
    [PAGE_BYTES + 1, 2],
    [10 * PAGE_BYTES, 10],
  ]) {
    const before = heap.stats();
    const address = heap.raw.malloc(size);
    expect(address % PAGE_BYTES).toBe(0);
    expect(heap.usableSize(address)).toBe(pages * PAGE_BYTES);
    expect(heap.stats().usedBytes - before.usedBytes).toBe(pages * PAGE_BYTES);
    expect(heap.stats().blocks.count - before.blocks.count).toBe(1);
  }
});

test('realloc stays in place as long as the number of pages stays the same', () => {
  const address = heap.raw.malloc(2 * PAGE_BYTES);
  slice(address, 2 * PAGE_BYTES).fill('contents');
  for (const size of [PAGE_BYTES + 1, 2 * PAGE_BYTES, 100_000]) expect(heap.raw.realloc(address, size)).toBe(address);
  expect(slice(address, 2 * PAGE_BYTES).equals(Buffer.alloc(2 * PAGE_BYTES, 'contents'))).toBe(true);
});

test('realloc to fewer pages keeps what fits, and gives the rest back', () => {
  const address = heap.raw.malloc(5 * PAGE_BYTES);
  slice(address, 5 * PAGE_BYTES).fill('contents');
  const smaller = heap.raw.realloc(address, PAGE_BYTES);
  expect(slice(smaller, PAGE_BYTES).equals(Buffer.alloc(PAGE_BYTES, 'contents'))).toBe(true);
  expect(heap.stats().usedBytes).toBe(PAGE_BYTES);
});

test('realloc to more pages copies the block, and nothing of what lies behind it', () => {
  const address = heap.raw.malloc(PAGE_BYTES);
  const neighbour = heap.raw.malloc(PAGE_BYTES);
  slice(address, PAGE_BYTES).fill('contents');
  slice(neighbour, PAGE_BYTES).fill('neighbour');
  const larger = heap.raw.realloc(address, 3 * PAGE_BYTES);
  expect(slice(larger, PAGE_BYTES).equals(Buffer.alloc(PAGE_BYTES, 'contents'))).toBe(true);
  expect(slice(larger + PAGE_BYTES, 2 * PAGE_BYTES).equals(Buffer.alloc(2 * PAGE_BYTES))).toBe(true);
  expect(slice(neighbour, PAGE_BYTES).equals(Buffer.alloc(PAGE_BYTES, 'neighbour'))).toBe(true);
  expect(heap.stats().usedBytes).toBe(4 * PAGE_BYTES);
});

test('realloc for which there is no room answers 0, and the block and all other memory stay as they were', () => {
  const address = heap.raw.malloc(2 * PAGE_BYTES);
  slice(address, 2 * PAGE_BYTES).fill('contents');
  const before = Buffer.from(heap.bytes);
  for (const size of [heap.stats().freeBytes + 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    expect(heap.raw.realloc(address, size)).toBe(0);
    expect(before.equals(heap.bytes)).toBe(true);
  }
  heap.raw.free(address);
  expect(heap.stats().usedBytes).toBe(0);
});

test('a small block that moves takes its own bytes with it, and none of its neighbour', () => {
  const [address, neighbour] = [heap.malloc(16), heap.malloc(16)];
  slice(address, 16).fill(1);
  slice(neighbour, 16).fill(2);
  const larger = heap.realloc(address, 48);
  expect([...slice(larger, 16)]).toEqual(Array(16).fill(1));
  expect([...slice(larger + 16, 32)]).toEqual(Array(32).fill(0));
});

test('calloc is zero where memory was used before, for blocks of one page and of many', () => {
  const size = 20 * PAGE_BYTES;
  const address = heap.raw.malloc(size);
  slice(address, size).fill(0xff);
  heap.raw.free(address);
  for (const bytes of [3 * PAGE_BYTES, PAGE_BYTES, 30 * PAGE_BYTES]) {
    const zeroed = heap.raw.calloc(bytes, 1);
    expect(slice(zeroed, bytes).equals(Buffer.alloc(bytes))).toBe(true);
  }
});
