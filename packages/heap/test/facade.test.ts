/** What the object in a thread's hands offers beside malloc and free: views, places, roots, sections, errors to send on. */
import { expect, test } from 'vitest';
import {
  BadAddressError,
  InvalidArgumentError,
  reviveError,
  SharedHeap,
  SharenaError,
  wireError,
} from '../src/index.ts';

function create(): SharedHeap {
  return SharedHeap.create({ reserve: '4MiB' });
}

test('views share the memory, at the address that they were asked for', () => {
  using heap = create();
  const address = heap.malloc(64);
  const doubles = heap.view(Float64Array, address, 8);
  const bytes = heap.view(Uint8Array, address + 8, 8);
  doubles[1] = -0;
  expect([...bytes]).toEqual([0, 0, 0, 0, 0, 0, 0, 0x80]);
  expect(doubles.buffer).toBe(heap.handle.memory.buffer);
  expect(heap.addressOf(bytes)).toBe(address + 8);
  expect(heap.addressOf(new DataView(doubles.buffer, address + 3, 1))).toBe(address + 3);
});

test('a block does not lose its contents to the blocks around it', () => {
  using heap = create();
  const addresses = Array.from({ length: 100 }, () => heap.malloc(24));
  for (const [i, address] of addresses.entries()) heap.view(Uint8Array, address, 24).fill(i);
  for (let i = 1; i < 100; i += 2) heap.free(addresses[i]);
  for (const [i, address] of addresses.entries()) {
    if (i % 2 === 0) expect([...heap.view(Uint8Array, address, 24)]).toEqual(Array(24).fill(i));
  }
});

test('newArray() is zero, even on recycled memory, and is freed by its address', () => {
  using heap = create();
  const dirty = heap.malloc(80);
  heap.malloc(80);
  heap.bytes.fill(0xff, dirty, dirty + 80);
  heap.free(dirty);
  const array = heap.newArray(Float64Array, 10);
  expect(heap.addressOf(array)).toBe(dirty);
  expect([...array]).toEqual(Array(10).fill(0));
  expect([...heap.newArray(BigUint64Array, 2000)]).toEqual(Array(2000).fill(0n));
  expect(heap.newArray(Int16Array, 0)).toHaveLength(0);
  const { blocksInUse } = heap.stats().objects;
  heap.free(heap.addressOf(array));
  expect(heap.stats().objects.blocksInUse).toBe(blocksInUse - 1);
});

test('usableSize() is the class of a small or medium block, whole pages of a large one', () => {
  using heap = create();
  expect([1, 8, 9, 100, 512].map((size) => heap.usableSize(heap.malloc(size)))).toEqual([8, 8, 16, 104, 512]);
  expect([0, 513, 32768, 32769, 65536, 65537].map((size) => heap.usableSize(heap.malloc(size)))).toEqual([
    64, 640, 32768, 65536, 65536, 131072,
  ]);
});

test('locate() answers in slots, arenas and pools; nothing outside of pools', () => {
  using heap = create();
  const address = heap.malloc(100);
  const at = { slot: heap.slot, arena: 0, pool: 0, blockSize: 104 };
  expect(heap.locate(address)).toEqual({ ...at, offset: 48 });
  expect(heap.locate(address + 50), 'inside of a block, too').toEqual({ ...at, offset: 98 });
  for (const elsewhere of [0, 4096, heap.malloc(1000), heap.bytes.length, -1, 0.5, Number.NaN, 2 ** 32 + address]) {
    expect(heap.locate(elsewhere)).toBeUndefined();
  }
});

test('a root is made once, and found by its name from then on', () => {
  using heap = create();
  const discarded: number[] = [];
  const discard = (address: number) => discarded.push(address);
  const first = heap.root('ABCD', () => heap.malloc(16), discard);
  const other = heap.root('ABCE', () => heap.malloc(16), discard);
  const again = heap.root(
    'ABCD',
    () => {
      throw new Error('there is one already');
    },
    discard,
  );
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(discarded).toEqual([]);
});

test('when a root is made twice at once, the second maker gets its own back and uses the first', () => {
  using heap = create();
  const discarded: number[] = [];
  let winner = 0;
  const kept = heap.root(
    'RACE',
    () => {
      winner = heap.root('RACE', () => 65536, discarded.push.bind(discarded));
      return 131072;
    },
    (address) => discarded.push(address),
  );
  expect([winner, kept]).toEqual([65536, 65536]);
  expect(discarded).toEqual([131072]);
  expect(heap.root('RACE', () => 196608, discarded.push.bind(discarded))).toBe(65536);
});

test('sections that packages report stand in the statistics under their names', () => {
  using heap = create();
  let images = 3;
  heap.report('images', () => ({ images }));
  expect(heap.stats().images).toEqual({ images: 3 });
  images = 4;
  expect(heap.stats().images).toEqual({ images: 4 });
});

test('attach() in the thread that made the heap answers the same object', () => {
  using heap = create();
  expect(SharedHeap.attach(heap.handle) === heap).toBe(true);
  expect(SharedHeap.attach({ ...heap.handle }) === heap).toBe(true);
  expect(Object.isFrozen(heap.handle)).toBe(true);
  expect(Number.isSafeInteger(heap.handle.id)).toBe(true);
});

test('two heaps have nothing in common', () => {
  using one = create();
  using two = create();
  expect(one.handle.id).not.toBe(two.handle.id);
  const address = one.malloc(10);
  expect(() => two.free(address)).toThrow(BadAddressError);
  expect(two.malloc(10)).toBe(address);
  two.bytes[address] = 2;
  one.bytes[address] = 1;
  expect(two.bytes[address]).toBe(2);
});

test('a heap is detached at the end of the block that uses it', () => {
  let kept: SharedHeap;
  {
    using heap = create();
    kept = heap;
    expect(heap.isAttached).toBe(true);
    expect(heap.stats().threads).toBe(1);
  }
  expect(kept.isAttached).toBe(false);
  expect(kept.stats()).toMatchObject({ threads: 0, abandonedSlots: 0, usedBytes: 0 });
});

test('used, free and table bytes add up to the reserve, but for the page that is kept back', () => {
  using heap = create();
  const blocks = [1, 100, 1000, 100_000, 512].map((size) => heap.malloc(size));
  const add = () => {
    const { reserveBytes, tableBytes, usedBytes, freeBytes, arenas, slabs, blocks: large, vectors } = heap.stats();
    expect(arenas.bytes + slabs.bytes + large.bytes + vectors.bytes).toBe(usedBytes);
    expect(tableBytes + usedBytes + freeBytes).toBe(reserveBytes - 65536);
    expect(heap.freeBytes).toBe(freeBytes);
  };
  add();
  for (const block of blocks) heap.free(block);
  add();
  expect(heap.stats().peakBytes).toBeGreaterThan(heap.stats().usedBytes);
});

test('an error keeps its code, name and message on its way through a message', () => {
  const thrown = new InvalidArgumentError('size', 'small', 5);
  const sent = structuredClone(wireError(thrown));
  const revived = reviveError(sent);
  expect(revived).toBeInstanceOf(SharenaError);
  expect(revived).toMatchObject({
    name: 'InvalidArgumentError',
    code: 'ERR_SHARENA_INVALID_ARGUMENT',
    message: 'Expected `size` to be small, got 5',
    stack: thrown.stack,
  });
  expect(wireError(new TypeError('foreign'))).toMatchObject({
    name: 'TypeError',
    code: 'ERR_SHARENA_INTERNAL',
    message: 'foreign',
  });
  expect(wireError(Object.assign(new Error('gone'), { code: 'ENOENT' }))).toMatchObject({ code: 'ENOENT' });
  expect(wireError('thrown by hand')).toMatchObject({ name: 'Error', message: 'thrown by hand' });
});

test('a domain that was kept over detach() refuses every call', () => {
  const heap = SharedHeap.create({ reserve: '4MiB' });
  const { raw, mem, obj } = heap;
  const address = mem.malloc(8);
  heap.detach();
  for (const domain of [raw, mem, obj]) {
    for (const call of [
      () => domain.malloc(8),
      () => domain.calloc(1, 8),
      () => domain.realloc(address, 16),
      () => domain.free(address),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_DETACHED' }));
    }
  }
});

test('a block of a pool in which nothing is in use is refused, wherever it stands in the free list', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  const [first, second] = [heap.malloc(8), heap.malloc(8)];
  heap.free(first);
  heap.free(second);
  expect(() => heap.free(first)).toThrow('was freed already');
  heap.checkInvariants();
});
