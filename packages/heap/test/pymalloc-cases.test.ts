/**
 * What CPython's allocator does, case by case, on the scale of single blocks: one thread gets the same places from ours.
 *
 * The numbers are those of the catalogue of cases that these expectations were recorded for; places are written as
 * a0/p1+48: arena object 0, its pool 1 by address, byte 48 of that pool.
 */
import { describe, expect, test } from 'vitest';
import { HeapExhaustedError, InvalidArgumentError } from '../src/errors.ts';
import type { GeometryName } from '../src/geometry.ts';
import { SharedHeap } from '../src/heap.ts';
import {
  arenaObjects,
  fingers,
  type Inspectable,
  Level2,
  place,
  poolHeader,
  poolOf,
  ring,
  usableArenas,
  usableFreePools,
} from './helpers.ts';

/** The figures that differ: of blocks in a pool of 512, of the pool's size, of the first block of 1 byte. */
const EXPECTED = {
  classic8: {
    poolBytes: 4096,
    arenaBytes: 262144,
    per512: 7,
    firstOf1: { count: 1, free: 56, virgin: 64, virginMax: 4088 },
    next: ['a0/p0+56', 'a0/p0+64'],
    nine: 'a0/p1+48',
    afterNine: 'a0/p2+48',
    first512: { count: 1, free: 560, virgin: 1072, virginMax: 3584 },
    thirdOf3: 'a0/p0+72',
    lastTwo512: ['a0/p0+2608', 'a0/p0+3120'],
    recycledAs16: { count: 1, free: 64, virgin: 80, virginMax: 4080 },
    inPlace: [
      [8, 7],
      [16, 13],
      [24, 19],
      [32, 25],
      [64, 49],
      [104, 79],
      [112, 85],
      [128, 97],
      [200, 151],
      [208, 157],
      [256, 193],
      [400, 301],
      [512, 385],
    ],
    rows: [
      [8, 1, 10, 496],
      [104, 1, 3, 35],
      [512, 2, 8, 6],
    ],
  },
  modern: {
    poolBytes: 16384,
    arenaBytes: 1048576,
    per512: 31,
    firstOf1: { count: 1, free: 64, virgin: 80, virginMax: 16368 },
    next: ['a0/p0+64', 'a0/p0+80'],
    nine: 'a0/p0+96',
    afterNine: 'a0/p1+48',
    first512: { count: 1, free: 560, virgin: 1072, virginMax: 15872 },
    thirdOf3: 'a0/p0+112',
    lastTwo512: ['a0/p0+14896', 'a0/p0+15408'],
    recycledAs16: { count: 1, free: 64, virgin: 80, virginMax: 16368 },
    inPlace: [
      [16, 13],
      [32, 25],
      [64, 49],
      [112, 85],
      [128, 97],
      [208, 157],
      [256, 193],
      [400, 301],
      [512, 385],
    ],
    rows: [
      [16, 1, 10, 1011],
      [112, 1, 3, 142],
      [512, 2, 32, 30],
    ],
  },
} as const satisfies Partial<Record<GeometryName, unknown>>;

function start(geometry: GeometryName): SharedHeap {
  return SharedHeap.create({ reserve: '64MiB', geometry });
}

/** `count` blocks of `size`, in the order in which they were answered. */
function take(heap: { malloc(size: number): number }, size: number, count: number): number[] {
  return Array.from({ length: count }, () => heap.malloc(size));
}

function places(heap: Inspectable, addresses: readonly number[]): string[] {
  return addresses.map((address) => place(heap, address));
}

/** The address of a place in arena 0, by its pool and offset; `base` is any block of its pool 0. */
function at(heap: Inspectable, base: number, pool: number, offset: number, poolBytes: number): number {
  return poolOf(heap, base) + pool * poolBytes + offset;
}

describe.each(['classic8', 'modern'] as const)('%s', (geometry) => {
  const want = EXPECTED[geometry];

  test('cases 1 to 4: a new class begins a pool at +48, of which two blocks are touched', () => {
    using heap = start(geometry);
    const first = heap.malloc(1);
    expect(place(heap, first), 'case 1').toBe('a0/p0+48');
    expect(poolHeader(heap, first), 'case 1').toEqual(want.firstOf1);
    expect(arenaObjects(heap), 'case 1').toEqual({ vector: 16, unused: 15 });
    expect(usableArenas(heap), 'case 1').toEqual([[0, 63]]);
    expect(places(heap, [heap.malloc(1), heap.malloc(8)]), 'case 2').toEqual(want.next);
    expect(place(heap, heap.malloc(9)), 'case 3').toBe(want.nine);
    const large = heap.malloc(512);
    expect(place(heap, large), 'case 4').toBe(want.afterNine);
    expect(poolHeader(heap, large), 'case 4').toEqual(want.first512);
    heap.checkInvariants();
  });

  test('case 5: 513 bytes and 0 bytes are blocks of RAW, and count as blocks', () => {
    using heap = start(geometry);
    expect(place(heap, heap.malloc(513))).toBe('raw');
    expect(heap.stats().objects.blocksInUse).toBe(1);
    expect(place(heap, heap.malloc(0))).toBe('raw');
    expect(heap.stats().objects.blocksInUse).toBe(2);
    expect(heap.stats().objects.arenas).toBe(0);
  });

  test('case 6: the block freed last is handed out first, then the virgin one that was linked already', () => {
    using heap = start(geometry);
    const [a, b] = take(heap, 1, 3);
    heap.malloc(9);
    heap.free(b);
    heap.free(a);
    expect([heap.malloc(3), heap.malloc(3)]).toEqual([a, b]);
    expect(place(heap, heap.malloc(3))).toBe(want.thirdOf3);
  });

  test('case 7: free(0) changes nothing', () => {
    using heap = start(geometry);
    const address = heap.malloc(1);
    const before = Buffer.from(heap.bytes.slice(0, address + 256));
    heap.free(0);
    expect(before.equals(heap.bytes.subarray(0, before.length))).toBe(true);
  });

  test('case 8: a pool fills upwards, leaves its ring with the last block, and the next pool follows', () => {
    using heap = start(geometry);
    const blocks = take(heap, 512, want.per512);
    expect(places(heap, blocks.slice(-2))).toEqual(want.lastTwo512);
    expect(poolHeader(heap, blocks[0])).toMatchObject({ count: want.per512, free: 0 });
    expect(ring(heap, 512)).toEqual([]);
    expect(place(heap, heap.malloc(512))).toBe('a0/p1+48');
    expect(ring(heap, 512)).toEqual(['a0/p1']);
    heap.checkInvariants();
  });

  test('case 9: a block freed in a full pool brings the pool back to the front of its ring', () => {
    using heap = start(geometry);
    const [third] = take(heap, 512, want.per512 + 1).slice(2);
    expect(place(heap, third)).toBe('a0/p0+1072');
    heap.free(third);
    expect(ring(heap, 512)).toEqual(['a0/p0', 'a0/p1']);
    expect(places(heap, take(heap, 512, 2))).toEqual(['a0/p0+1072', 'a0/p1+560']);
  });

  test('cases 10 and 11: of several pools with room, the one freed into last serves first', () => {
    using heap = start(geometry);
    const [base] = take(heap, 512, 3 * want.per512);
    const block = (pool: number, offset: number) => at(heap, base, pool, offset, want.poolBytes);
    for (const pool of [0, 1, 2]) heap.free(block(pool, 48));
    expect(places(heap, take(heap, 512, 4)), 'case 10').toEqual(['a0/p2+48', 'a0/p1+48', 'a0/p0+48', 'a0/p3+48']);
    for (const [pool, offset] of [
      [0, 560],
      [1, 560],
      [0, 1072],
    ]) {
      heap.free(block(pool, offset));
    }
    expect(places(heap, take(heap, 512, 4)), 'case 11').toEqual(['a0/p1+560', 'a0/p0+1072', 'a0/p0+560', 'a0/p3+560']);
    heap.checkInvariants();
  });

  test('case 12: an emptied pool that serves its class again goes on where it stopped', () => {
    using heap = start(geometry);
    const [first, second] = take(heap, 512, want.per512 + 2).slice(-2);
    heap.free(second);
    heap.free(first);
    const again = heap.malloc(512);
    expect(place(heap, again)).toBe('a0/p1+48');
    expect(poolHeader(heap, again)).toMatchObject({ count: 1, free: 560, virgin: 1584 });
  });

  test('case 13: an emptied pool that serves another class begins anew', () => {
    using heap = start(geometry);
    const [first, second] = take(heap, 512, want.per512 + 2).slice(-2);
    heap.free(second);
    heap.free(first);
    const other = heap.malloc(16);
    expect(place(heap, other)).toBe('a0/p1+48');
    expect(poolHeader(heap, other)).toEqual(want.recycledAs16);
    heap.checkInvariants();
  });

  test('case 14: of several empty pools, the one emptied last is taken first; then the next one is carved', () => {
    using heap = start(geometry);
    const pools = [0, 1, 2].map(() => take(heap, 512, want.per512));
    for (const address of pools.flat()) heap.free(address);
    expect(
      places(
        heap,
        [100, 200, 300, 400].map((size) => heap.malloc(size)),
      ),
    ).toEqual(['a0/p2+48', 'a0/p1+48', 'a0/p0+48', 'a0/p3+48']);
    heap.checkInvariants();
  });

  test('case 15: when all 64 pools of an arena are in use it is in no list, and a second arena serves', () => {
    using heap = start(geometry);
    take(heap, 512, 64 * want.per512);
    expect(usableArenas(heap)).toEqual([]);
    expect(heap.stats().objects.arenas).toBe(1);
    expect(place(heap, heap.malloc(512))).toBe('a1/p0+48');
    expect(usableArenas(heap)).toEqual([[1, 63]]);
    heap.checkInvariants();
  });

  test('case 16: an arena that begins between two pools has 63 of them, from the next boundary on', () => {
    const heap = new Level2(geometry, 256);
    heap.source.answer = (address) => address + 16;
    const first = heap.object.malloc(512);
    expect(place(heap, first)).toBe('a0/p0+48');
    expect(poolOf(heap, first) % want.poolBytes).toBe(0);
    expect(heap.arenas.addressOf(1)).toBe(poolOf(heap, first) - want.poolBytes + 16);
    expect(usableArenas(heap)).toEqual([[0, 62]]);
    const rest = take(heap.object, 512, 63 * want.per512 - 1);
    expect(heap.source.allocs).toBe(1);
    expect(usableArenas(heap)).toEqual([]);
    heap.checkInvariants();
    expect(place(heap, heap.object.malloc(512))).toBe('a1/p0+48');
    for (const address of [first, ...rest]) heap.object.free(address);
    heap.checkInvariants();
    expect(usableArenas(heap), 'the 63 pools were all of it: it was released').toEqual([[1, 62]]);
    expect(arenaObjects(heap).unused).toBe(15);
    expect(heap.source.frees).toBe(1);
  });

  /** Three arenas full of 512-byte blocks; answers the blocks of a pool. */
  function threeFullArenas(): { heap: Level2; blocksOf: (arena: number, pool: number) => number[] } {
    const heap = new Level2(geometry, 256);
    const all = take(heap.object, 512, 3 * 64 * want.per512);
    const from = (arena: number, pool: number) => (arena * 64 + pool) * want.per512;
    return {
      heap,
      blocksOf: (arena, pool) => all.slice(from(arena, pool), from(arena, pool) + want.per512),
    };
  }

  test('cases 17 to 23: the order of the arenas, the fingers, and which arena is released when', () => {
    const { heap, blocksOf } = threeFullArenas();
    const emptied = new Set<number>();
    const empty = (arena: number, pool: number) => {
      for (const address of blocksOf(arena, pool)) heap.object.free(address);
      emptied.add(arena * 64 + pool);
      heap.checkInvariants();
    };
    const emptyRest = (arena: number) => {
      for (let pool = 0; pool < 64; pool++) if (!emptied.has(arena * 64 + pool)) empty(arena, pool);
    };
    expect(usableArenas(heap)).toEqual([]);

    empty(1, 0);
    expect(usableArenas(heap), 'case 17').toEqual([[1, 1]]);
    empty(0, 0);
    expect(usableArenas(heap), 'case 17').toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(fingers(heap), 'case 17').toEqual({ 1: 1 });
    empty(1, 1);
    expect(usableArenas(heap), 'case 17').toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(fingers(heap), 'case 17').toEqual({ 1: 0, 2: 1 });
    empty(2, 1);
    expect(usableArenas(heap), 'case 17').toEqual([
      [2, 1],
      [0, 1],
      [1, 2],
    ]);
    empty(0, 1);
    empty(0, 2);
    expect(usableArenas(heap), 'case 17').toEqual([
      [2, 1],
      [1, 2],
      [0, 3],
    ]);
    expect(fingers(heap), 'case 17').toEqual({ 1: 2, 2: 1, 3: 0 });

    const last = heap.object.malloc(16);
    expect(place(heap, last), 'case 18').toBe('a2/p1+48');
    expect(usableArenas(heap), 'case 18').toEqual([
      [1, 2],
      [0, 3],
    ]);

    emptyRest(2);
    expect(usableArenas(heap), 'case 19').toEqual([
      [1, 2],
      [0, 3],
      [2, 63],
    ]);
    expect(heap.source.frees, 'case 19').toBe(0);

    emptyRest(0);
    expect(heap.stats().objects.arenas, 'case 20').toBe(2);
    expect(heap.source.frees, 'case 20').toBe(1);
    expect(arenaObjects(heap), 'case 20').toEqual({ vector: 16, unused: 14 });

    emptyRest(1);
    expect(heap.stats().objects.arenas, 'case 21').toBe(1);
    expect(heap.source.frees, 'case 21').toBe(2);

    heap.object.free(last);
    expect(usableArenas(heap), 'case 22').toEqual([[2, 64]]);
    expect(heap.stats().objects.arenas, 'case 22').toBe(1);
    expect(heap.source.frees, 'case 22').toBe(2);

    heap.object.malloc(16);
    expect(heap.source.allocs, 'case 23').toBe(3);
    expect(heap.stats().objects).toMatchObject({ arenas: 1, arenasTotal: 3, arenasHighwater: 3, blocksInUse: 1 });
    heap.checkInvariants();
  });

  test('the object of the arena released last is the first to be used again', () => {
    const { heap, blocksOf } = threeFullArenas();
    for (const arena of [2, 0, 1]) {
      for (let pool = 0; pool < 64; pool++) for (const address of blocksOf(arena, pool)) heap.object.free(address);
    }
    expect(usableArenas(heap)).toEqual([[2, 64]]);
    take(heap.object, 512, 64 * want.per512);
    expect(place(heap, heap.object.malloc(512))).toBe('a1/p0+48');
    take(heap.object, 512, 64 * want.per512 - 1);
    expect(place(heap, heap.object.malloc(512))).toBe('a0/p0+48');
  });

  test('case 24: the vector of arena objects doubles: 16, 32, 64', () => {
    const heap = new Level2(geometry, 40 * 2 * (want.arenaBytes / 65536));
    const fillArena = () => take(heap.object, 512, 64 * want.per512);
    const blocks = Array.from({ length: 16 }, fillArena).flat();
    expect(arenaObjects(heap)).toEqual({ vector: 16, unused: 0 });
    blocks.push(heap.object.malloc(512));
    expect(arenaObjects(heap)).toEqual({ vector: 32, unused: 15 });
    expect(place(heap, blocks[blocks.length - 1])).toBe('a16/p0+48');
    blocks.push(...take(heap.object, 512, 16 * 64 * want.per512));
    expect(arenaObjects(heap)).toEqual({ vector: 64, unused: 31 });
    heap.checkInvariants();
    for (const address of blocks) heap.object.free(address);
    heap.checkInvariants();
    expect(heap.stats().objects).toMatchObject({ arenas: 1, arenasTotal: 33, arenasHighwater: 33, blocksInUse: 0 });
  });

  test('case 25: when there is no arena, RAW serves, and the arena objects stay as they are', () => {
    const heap = new Level2(geometry, 256);
    const blocks = take(heap.object, 512, 64 * want.per512);
    const before = { objects: arenaObjects(heap), blocks: heap.stats().objects.blocksInUse };
    heap.source.answer = () => 0;
    const address = heap.object.malloc(512);
    expect(address).not.toBe(0);
    expect(place(heap, address)).toBe('raw');
    expect(arenaObjects(heap)).toEqual(before.objects);
    expect(heap.stats().objects.blocksInUse).toBe(before.blocks + 1);
    heap.checkInvariants();
    heap.object.free(address);
    for (const block of blocks) heap.object.free(block);
    expect(heap.stats().objects.blocksInUse).toBe(0);
  });

  test('case 25: the very first arena may fail too', () => {
    const heap = new Level2(geometry, 256);
    heap.source.answer = () => 0;
    const address = heap.object.malloc(1);
    expect(place(heap, address)).toBe('raw');
    heap.source.answer = (base) => base;
    expect(place(heap, heap.object.malloc(1))).toBe('a0/p0+48');
    heap.object.free(address);
    heap.checkInvariants();
  });

  test.each(want.inPlace)('case 26: a block of %i bytes stays in place for new sizes from %i', (held, least) => {
    using heap = start(geometry);
    for (let size = 1; size <= 600; size++) {
      const address = heap.malloc(held);
      const moved = heap.realloc(address, size);
      expect(moved === address, `realloc to ${size}`).toBe(size >= least && size <= held);
      heap.free(moved);
    }
    expect(heap.stats().objects.blocksInUse).toBe(0);
  });

  test('case 27: realloc to 0 bytes gives a block of RAW', () => {
    using heap = start(geometry);
    const address = heap.realloc(heap.malloc(100), 0);
    expect(address).not.toBe(0);
    expect(place(heap, address)).toBe('raw');
    expect(heap.stats().objects.blocksInUse).toBe(1);
  });

  test('case 28: a block that grew into RAW stays there', () => {
    using heap = start(geometry);
    const address = heap.malloc(64);
    heap.bytes.fill(7, address, address + 64);
    const raw = heap.realloc(address, 600);
    expect(place(heap, raw)).toBe('raw');
    expect([...heap.bytes.subarray(raw, raw + 64)]).toEqual(Array(64).fill(7));
    const small = heap.realloc(raw, 10);
    expect(place(heap, small)).toBe('raw');
    expect([...heap.bytes.subarray(small, small + 10)]).toEqual(Array(10).fill(7));
    expect(heap.stats().objects.blocksInUse).toBe(1);
  });

  test('case 29: realloc of address 0 is malloc', () => {
    using heap = start(geometry);
    const address = heap.realloc(0, 10);
    expect(place(heap, address)).toBe('a0/p0+48');
    expect(heap.stats().objects.blocksInUse).toBe(1);
  });

  test('case 30: calloc clears exactly the bytes that were asked for', () => {
    using heap = start(geometry);
    const dirty = heap.malloc(30);
    heap.malloc(30);
    heap.bytes.fill(0xaa, dirty, dirty + 32);
    heap.free(dirty);
    const address = heap.calloc(3, 10);
    expect(address).toBe(dirty);
    expect([...heap.bytes.subarray(address, address + 32)]).toEqual([...Array(30).fill(0), 0xaa, 0xaa]);
  });

  test('case 31: sizes that no heap has are answered by 0 from the domains, by an error from the heap', () => {
    using heap = start(geometry);
    const most = Number.MAX_SAFE_INTEGER;
    for (const domain of [heap.raw, heap.mem, heap.obj]) {
      expect(domain.malloc(most)).toBe(0);
      expect(domain.calloc(2 ** 52, 2)).toBe(0);
      expect(domain.calloc(most, most)).toBe(0);
      expect(() => domain.malloc(most + 1)).toThrow(InvalidArgumentError);
      expect(() => domain.calloc(2 ** 62, 2)).toThrow(InvalidArgumentError);
    }
    expect(() => heap.malloc(most)).toThrow(HeapExhaustedError);
    expect(() => heap.calloc(2 ** 52, 2)).toThrow(HeapExhaustedError);
    expect(heap.stats()).toMatchObject({ usedBytes: 0, objects: { blocksInUse: 0 } });
    const address = heap.malloc(100);
    heap.bytes.fill(7, address, address + 100);
    expect(heap.obj.realloc(address, most)).toBe(0);
    expect([...heap.bytes.subarray(address, address + 100)], 'the old block stays').toEqual(Array(100).fill(7));
    expect(heap.stats().objects.blocksInUse).toBe(1);
  });

  test('case 32: 0 bytes give a block of their own in every domain', () => {
    using heap = start(geometry);
    for (const domain of [heap.raw, heap.mem, heap.obj]) {
      const addresses = [
        domain.malloc(0),
        domain.malloc(0),
        domain.calloc(0, 0),
        domain.calloc(0, 8),
        domain.calloc(8, 0),
      ];
      expect(addresses).not.toContain(0);
      expect(new Set(addresses).size).toBe(5);
      for (const address of addresses) domain.free(address);
    }
    heap.trim(); // an emptied slab waits for its next block
    expect(heap.stats()).toMatchObject({ usedBytes: 0, objects: { blocksInUse: 0 } });
  });

  test('cases 39 and 40: the figures of the statistics', () => {
    using heap = start(geometry);
    take(heap, 1, 10);
    take(heap, 100, 3);
    take(heap, 512, want.per512 + 1);
    heap.malloc(1000);
    const { objects } = heap.stats();
    expect(objects.classes.map((row) => [row.size, row.pools, row.blocksInUse, row.blocksAvailable])).toEqual(
      want.rows,
    );
    expect(objects.bytesInUse).toBe(geometry === 'classic8' ? 4488 : 16880);
    const available = objects.classes.reduce((sum, row) => sum + row.blocksAvailable * row.size, 0);
    expect(available).toBe(geometry === 'classic8' ? 10680 : 47440);
    expect(usableFreePools(heap)).toBe(60);
    expect(objects).toMatchObject({ arenas: 1, arenasTotal: 1, arenasHighwater: 1 });
    expect(objects.blocksInUse).toBe(10 + 3 + want.per512 + 1 + 1);
  });
});

test('arenas of 63 and of 64 pools in one heap keep their order and their fingers when the empty one is given back', () => {
  const heap = new Level2('classic8', 256);
  heap.source.answer = (address) => (heap.source.allocs === 2 ? address + 16 : address);
  const whole = take(heap.object, 512, 64 * 7);
  const short = take(heap.object, 512, 63 * 7);
  for (const address of short) heap.object.free(address);
  for (const address of whole.slice(7)) heap.object.free(address);
  expect(usableArenas(heap)).toEqual([
    [0, 63],
    [1, 63],
  ]);
  heap.arenas.releaseEmpty();
  heap.checkInvariants();
  expect(usableArenas(heap)).toEqual([[0, 63]]);
  for (const address of whole.slice(0, 7)) heap.object.free(address);
  heap.checkInvariants();
});

test.each(['classic8', 'modern'] as const)('frees by others come back from arenas at any place: %s', (geometry) => {
  const { poolBytes, arenaBytes, per512 } = EXPECTED[geometry];
  for (const shift of [16, poolBytes, 65536, 65536 - poolBytes + 16]) {
    const owner = new Level2(geometry, 256);
    const other = new Level2(geometry, 256, owner);
    owner.source.answer = (address) => address + shift;
    const blocks = take(owner.object, 512, 63 * per512);
    expect(owner.source.allocs).toBe(1);
    expect(blocks[0] % arenaBytes).not.toBe(48);
    for (const address of blocks) other.object.free(address);
    expect(owner.stats().objects).toMatchObject({ remotePending: blocks.length, blocksInUse: 0 });
    owner.object.collect();
    owner.checkInvariants();
    expect(owner.stats().objects).toMatchObject({ remotePending: 0, collected: blocks.length, classes: [] });
    expect(owner.arenas.releaseEmpty()).toBe(false);
  }
});
