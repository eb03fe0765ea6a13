/** Free lists of level 3: order, limit, statistics, what they refuse, and what they hold back from level 2. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { releaseFreeLists } from '../src/freelist/free-list-record.ts';
import {
  BadAddressError,
  FREE_LIST_LIMITS,
  type FreeListOptions,
  InvalidArgumentError,
  SharedHeap,
} from '../src/index.ts';
import { S_FREE_LISTS } from '../src/layout.ts';
import { GEOMETRY_NAMES, slotOf } from './helpers.ts';

function create(): SharedHeap {
  return SharedHeap.create({ reserve: '4MiB' });
}

test('the block kept last is handed out first', () => {
  using heap = create();
  const list = heap.freeList({ size: 24 });
  const blocks = Array.from({ length: 10 }, () => list.malloc());
  for (const block of blocks) list.free(block);
  expect(Array.from({ length: 10 }, () => list.malloc())).toEqual(blocks.toReversed());
  expect(list.stats()).toEqual({ hits: 10, misses: 10, kept: 10, dropped: 0, length: 0, limit: 80 });
});

test.each(Object.entries({ ...FREE_LIST_LIMITS, none: 0, one: 1 }))(
  'the limit of %s is %i, for free and malloc alike',
  (_, limit) => {
    using heap = create();
    const list = heap.freeList({ size: 16, limit });
    const blocks = Array.from({ length: limit + 5 }, () => list.malloc());
    for (const block of blocks) list.free(block);
    expect(list.stats()).toMatchObject({ kept: limit, dropped: 5, length: limit, limit });
    expect(Array.from({ length: limit }, () => list.malloc())).toEqual(blocks.slice(0, limit).toReversed());
    expect(list.stats()).toMatchObject({ hits: limit, misses: limit + 5, length: 0 });
  },
);

test('the presets are those of CPython, and cannot be changed', () => {
  expect(FREE_LIST_LIMITS).toEqual({ object: 80, float: 100, frame: 200, tuple: 2000 });
  expect(Object.isFrozen(FREE_LIST_LIMITS)).toBe(true);
});

test('kept blocks count as in use, until the list is cleared', () => {
  using heap = create();
  const list = heap.freeList({ size: 100 });
  const { blocksInUse } = heap.stats().objects;
  const blocks = Array.from({ length: 50 }, () => list.malloc());
  for (const block of blocks) list.free(block);
  expect(heap.stats().objects.blocksInUse).toBe(blocksInUse + 50);
  list.clear();
  expect(heap.stats().objects.blocksInUse).toBe(blocksInUse);
  expect(list.stats().length).toBe(0);
  list.free(list.malloc());
  expect(list.stats()).toMatchObject({ length: 1, misses: 51 });
});

test('trim() clears every list', () => {
  using heap = create();
  const lists = [8, 16, 512].map((size) => heap.freeList({ size }));
  for (const list of lists) list.free(list.malloc());
  heap.trim();
  expect(lists.map((list) => list.stats().length)).toEqual([0, 0, 0]);
  heap.checkInvariants();
});

test('a disabled list passes everything on, for good', () => {
  using heap = create();
  const empty = heap.stats().objects.blocksInUse;
  const list = heap.freeList({ size: 32 });
  const [one, two] = [list.malloc(), list.malloc()];
  list.free(one);
  list.disable();
  list.disable();
  expect(list.isDisabled).toBe(true);
  expect(list.stats()).toMatchObject({ length: 0, limit: 0 });
  list.free(two);
  expect(heap.stats().objects.blocksInUse, 'the record of the list, too').toBe(empty);
  const late = list.malloc();
  list.free(late);
  list.clear();
  expect(list.stats()).toMatchObject({ kept: 1, dropped: 2, misses: 3, hits: 0 });
  expect(() => list.free(late)).toThrow(BadAddressError);
  expect(heap.stats().objects.blocksInUse).toBe(empty);
});

test('detach() gives everything back and disables the lists', () => {
  const heap = create();
  const list = heap.freeList({ size: 64 });
  const kept = heap.freeList({ size: 2048, domain: 'mem' });
  kept.free(kept.malloc());
  list.free(list.malloc());
  const block = list.malloc();
  list.free(block);
  heap.detach();
  expect(heap.stats()).toMatchObject({ usedBytes: 0, abandonedSlots: 0 });
  const detached = expect.objectContaining({ code: 'ERR_SHARENA_DETACHED' });
  expect(() => list.malloc()).toThrow(detached);
  expect(() => list.free(block)).toThrow(detached);
  expect(() => heap.freeList({ size: 8 })).toThrow(detached);
  expect(list.stats()).toMatchObject({ length: 0, dropped: 0 });
});

test('lists that are disabled in any order leave the others linked', () => {
  using heap = create();
  const word = slotOf(heap) + S_FREE_LISTS;
  const lists = [8, 16, 24].map((size) => heap.freeList({ size }));
  lists[1].disable();
  lists[2].disable();
  expect(heap.words[word]).not.toBe(0);
  lists[0].disable();
  expect(heap.words[word]).toBe(0);
});

test('what is no option is refused', () => {
  using heap = create();
  const { blocksInUse } = heap.stats().objects;
  for (const options of [
    { size: 3 },
    { size: 0 },
    { size: -8 },
    { size: 32769 },
    { size: 8.5 },
    { size: Number.NaN },
    { size: '8' },
    {},
    undefined,
    { size: 8, limit: -1 },
    { size: 8, limit: 2 ** 31 },
    { size: 8, limit: 1.5 },
    { size: 8, limit: null },
    { size: 8, domain: 'raw' },
    { size: 8, domain: 1 },
  ]) {
    expect(() => heap.freeList(options as FreeListOptions)).toThrow(InvalidArgumentError);
  }
  expect(heap.stats().objects.blocksInUse).toBe(blocksInUse);
});

describe('free() refuses', () => {
  const reserve = '4MiB';

  test('the block that it was given last, and leaves the list as it is', () => {
    using heap = SharedHeap.create({ reserve });
    const list = heap.freeList({ size: 40 });
    const [one, two] = [list.malloc(), list.malloc()];
    list.free(one);
    list.free(two);
    expect(() => list.free(two)).toThrow('was freed already');
    expect(list.stats()).toMatchObject({ length: 2, kept: 2, dropped: 0 });
    expect([list.malloc(), list.malloc()]).toEqual([two, one]);
  });

  test('the block that level 2 was given last', () => {
    using heap = SharedHeap.create({ reserve });
    const list = heap.freeList({ size: 40 });
    list.malloc();
    const block = heap.malloc(40);
    heap.free(block);
    expect(() => list.free(block)).toThrow('was freed already');
  });

  test.each(GEOMETRY_NAMES)('blocks of another class, and what is no block: %s', (geometry) => {
    using heap = SharedHeap.create({ reserve, geometry });
    const list = heap.freeList({ size: 64 });
    const block = list.malloc();
    const others = [8, 48, 65, 512].map((size) => heap.malloc(size));
    const { length } = heap.bytes;
    const none = [4, 48, 4096, block + 8, block + 1, block + 64 * 3000, block + 0.5, -block, block + 2 ** 32];
    for (const address of [...others, ...none, Number.NaN, Number.POSITIVE_INFINITY, length, length - 8, 2 ** 32 - 8]) {
      expect(() => list.free(address), `${address}`).toThrow(BadAddressError);
    }
    expect(() => list.free('8' as never)).toThrow(BadAddressError);
    expect(list.stats()).toMatchObject({ length: 0, kept: 0, dropped: 0 });
    for (const other of others) heap.free(other);
    list.free(0);
    list.free(block);
    expect(list.stats()).toMatchObject({ length: 1, kept: 1, dropped: 0 });
    heap.checkInvariants();
  });

  test('blocks that are too small for a list of larger ones', () => {
    using heap = SharedHeap.create({ reserve });
    const list = heap.freeList({ size: 5000 });
    expect(() => list.free(heap.malloc(512))).toThrow('holds 512 bytes');
    const block = list.malloc();
    list.free(block);
    expect(list.malloc()).toBe(block);
  });
});

test('a larger block that level 1 gave for want of a pool goes back to it', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  const list = heap.freeList({ size: 40 });
  const blocks: number[] = [];
  while (heap.locate(blocks.at(-1) ?? list.malloc())) blocks.push(list.malloc());
  const large = blocks.pop() as number;
  const { dropped } = list.stats();
  list.free(large);
  expect(list.stats()).toMatchObject({ dropped: dropped + 1, length: 0 });
  expect(() => heap.free(large)).toThrow(BadAddressError);
});

test('malloc() tells when there is no room, and making a list too', () => {
  using heap = create();
  const list = heap.freeList({ size: 30000 });
  const exhausted = expect.objectContaining({ code: 'ERR_SHARENA_HEAP_EXHAUSTED' });
  expect(() => {
    for (;;) list.malloc();
  }).toThrow(exhausted);
  const { misses } = list.stats();
  expect(() => list.malloc()).toThrow(exhausted);
  expect(list.stats().misses).toBe(misses);
  expect(() => heap.freeList({ size: 30000 })).toThrow(exhausted);
});

describe('releaseFreeLists()', () => {
  function filled(): { heap: SharedHeap; slot: number; empty: number } {
    const heap = create();
    const empty = heap.stats().objects.blocksInUse;
    for (const [size, count, domain] of [
      [32, 5, 'obj'],
      [48, 3, 'mem'],
      [64, 0, 'obj'],
    ] as const) {
      const list = heap.freeList({ size, domain });
      const blocks = Array.from({ length: count }, () => list.malloc());
      for (const block of blocks) list.free(block);
    }
    return { heap, slot: slotOf(heap), empty };
  }

  test('gives back every block and every record, each to its domain; a second call finds nothing', () => {
    const { heap, slot, empty } = filled();
    const domains: string[] = [];
    const free = (address: number, domain: 'mem' | 'obj') => {
      domains.push(domain);
      heap[domain].free(address);
    };
    releaseFreeLists(heap.words, slot, free);
    expect(domains.filter((domain) => domain === 'obj')).toHaveLength(5);
    expect(domains.filter((domain) => domain === 'mem')).toHaveLength(3 + 3);
    expect(heap.stats().objects.blocksInUse).toBe(empty);
    releaseFreeLists(heap.words, slot, free);
    expect(domains).toHaveLength(11);
    heap.checkInvariants();
  });

  test.each([0, 1, 4, 5, 7, 10])('whoever ends after %i blocks costs one, and the next goes on', (after) => {
    const { heap, slot, empty } = filled();
    let left = after;
    const dies = () =>
      releaseFreeLists(heap.words, slot, (address) => {
        if (left-- === 0) throw new Error('died');
        heap.free(address);
      });
    expect(dies).toThrow('died');
    releaseFreeLists(heap.words, slot, (address) => heap.free(address));
    expect(heap.stats().objects.blocksInUse).toBe(empty + 1);
    heap.checkInvariants();
  });
});

test('any sequence of calls does what a stack with a limit does', () => {
  type Call = { do: 'malloc' | 'free' | 'again' | 'clear'; pick: number };
  const calls = fc.array(
    fc.record({
      do: fc.oneof(
        { weight: 10, arbitrary: fc.constantFrom<Call['do'][]>('malloc', 'free') },
        { weight: 2, arbitrary: fc.constantFrom<Call['do'][]>('again', 'clear') },
      ),
      pick: fc.nat(1000),
    }),
    { maxLength: 200 },
  );
  using heap = create();
  const bottom = heap.stats().objects.blocksInUse;
  fc.assert(
    fc.property(calls, fc.nat(12), fc.constantFrom(4, 24, 100, 512), (sequence, limit, size) => {
      const list = heap.freeList({ size, limit });
      const live: number[] = [];
      const stack: number[] = [];
      const counts = { hits: 0, misses: 0, kept: 0, dropped: 0 };
      for (const call of sequence) {
        if (call.do === 'malloc') {
          const expected = stack.pop();
          const address = list.malloc();
          counts[expected === undefined ? 'misses' : 'hits']++;
          if (expected !== undefined) expect(address).toBe(expected);
          expect(live).not.toContain(address);
          heap.bytes.fill(live.length, address, address + size);
          live.push(address);
        } else if (call.do === 'free' && live.length > 0) {
          const [address] = live.splice(call.pick % live.length, 1);
          list.free(address);
          counts[stack.length < limit ? 'kept' : 'dropped']++;
          if (stack.length < limit) stack.push(address);
        } else if (call.do === 'again' && stack.length > 0) {
          expect(() => list.free(stack.at(-1) as number)).toThrow(BadAddressError);
        } else if (call.do === 'clear') {
          list.clear();
          stack.length = 0;
        }
        expect(list.stats()).toEqual({ ...counts, length: stack.length, limit });
      }
      for (const address of live) list.free(address);
      list.disable();
      heap.checkInvariants();
      expect(heap.stats().objects.blocksInUse).toBe(bottom);
    }),
    { numRuns: 100 },
  );
});
