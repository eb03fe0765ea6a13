/** Where arenas come from, through the public API: sources that a thread sets, and the limit. */
import { describe, expect, test } from 'vitest';
import { BadAddressError, InvalidArgumentError } from '../src/errors.ts';
import { geometryNamed } from '../src/geometry.ts';
import { type ArenaSource, SharedHeap } from '../src/index.ts';
import * as L from '../src/layout.ts';
import { arenaObjects, GEOMETRY_NAMES, place, poolOf, slotOf, usableArenas } from './helpers.ts';

const PAGE = 65536;

function create(geometry: (typeof GEOMETRY_NAMES)[number], arenas?: number): SharedHeap {
  const limit = arenas === undefined ? {} : { arenaLimit: arenas * geometryNamed(geometry).arenaBytes };
  return SharedHeap.create({ reserve: '64MiB', geometry, ...limit });
}

/** Blocks that fill an arena of `pools` pools. */
function fill(heap: SharedHeap, pools: number): number[] {
  const perPool = Math.floor(((1 << geometryNamed(heap.geometry).poolBits) - 48) / 512);
  return Array.from({ length: pools * perPool }, () => heap.malloc(512));
}

/** A source of arenas in blocks of RAW, `shift` bytes behind their beginning. */
function source(heap: SharedHeap, shift: number): ArenaSource & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    alloc(size) {
      calls.push(`alloc ${size}`);
      return heap.raw.malloc(size + PAGE) + shift;
    },
    free(address, size) {
      calls.push(`free ${size}`);
      heap.raw.free(address - shift);
    },
  };
}

describe.each(GEOMETRY_NAMES)('%s', (geometry) => {
  const { arenaBytes, poolBits } = geometryNamed(geometry);

  test('case 16: an arena that a source begins between two pools has 63 of them', () => {
    using heap = create(geometry);
    const custom = source(heap, 16);
    heap.setArenaSource(custom);
    expect(heap.getArenaSource()).toBe(custom);
    const first = heap.malloc(512);
    expect(place(heap, first)).toBe('a0/p0+48');
    expect(poolOf(heap, first) % (1 << poolBits)).toBe(0);
    expect(usableArenas(heap)).toEqual([[0, 62]]);
    const { alignmentBytes, unusedPools, arenaBytes: bytes } = heap.stats().objects;
    expect({ alignmentBytes, unusedPools, bytes }).toEqual({
      alignmentBytes: 1 << poolBits,
      unusedPools: 62,
      bytes: arenaBytes,
    });
    const text = heap.formatStats();
    expect(text).toContain(`62 unused pools * ${1 << poolBits} bytes`);
    expect(text).toContain(`# bytes lost to arena alignment    =${(1 << poolBits).toLocaleString('en').padStart(21)}`);
    expect(text).toContain(`Total                              =${arenaBytes.toLocaleString('en').padStart(21)}`);
    expect(heap.map().arenas).toMatchObject([{ custom: true, address: poolOf(heap, first) - (1 << poolBits) + 16 }]);
    heap.checkInvariants({ atRest: true });
    heap.free(first);
    heap.trim();
    expect(custom.calls).toEqual([`alloc ${arenaBytes}`, `free ${arenaBytes}`]);
  });

  test('case 25: when the source has no arena, RAW serves, and the arena objects stay as they are', () => {
    using heap = create(geometry);
    const custom = source(heap, 0);
    heap.setArenaSource(custom);
    const blocks = fill(heap, 64);
    const before = { objects: arenaObjects(heap), blocks: heap.stats().objects.blocksInUse };
    custom.alloc = () => 0;
    const address = heap.malloc(512);
    expect(place(heap, address)).toBe('raw');
    expect(arenaObjects(heap)).toEqual(before.objects);
    expect(heap.stats().objects.blocksInUse).toBe(before.blocks + 1);
    heap.checkInvariants({ atRest: true });
    for (const block of [address, ...blocks]) heap.free(block);
    heap.trim();
    expect(heap.stats().objects).toMatchObject({ blocksInUse: 0, arenas: 0 });
    expect(custom.calls.filter((call) => call.startsWith('free'))).toHaveLength(1);
  });

  test('case 25, by the limit: beyond it RAW serves, and an arena that goes back makes room for one', () => {
    using heap = create(geometry, 2);
    expect(heap.stats().arenaLimitBytes).toBe(2 * arenaBytes);
    const blocks = fill(heap, 128);
    expect(heap.stats().objects.arenas).toBe(2);
    const over = heap.malloc(512);
    expect(place(heap, over)).toBe('raw');
    expect(heap.words[L.H_ARENAS]).toBe(2);
    for (const block of blocks) heap.free(block);
    heap.trim();
    expect(heap.words[L.H_ARENAS]).toBe(0);
    expect(place(heap, heap.malloc(512))).toMatch(/^a\d\/p0\+48$/);
    heap.checkInvariants({ atRest: true });
  });
});

test('the limit counts whole arenas, and a source that has none does not use it up', () => {
  using heap = SharedHeap.create({ reserve: '64MiB', arenaLimit: '300KiB' });
  expect(heap.stats().arenaLimitBytes).toBe(262144);
  const spans = heap.getArenaSource();
  heap.setArenaSource({ alloc: () => 0, free: () => undefined });
  expect(place(heap, heap.malloc(8))).toBe('raw');
  expect(heap.words[L.H_ARENAS]).toBe(0);
  heap.setArenaSource({
    alloc: () => {
      throw new Error('no');
    },
    free: () => undefined,
  });
  expect(() => heap.malloc(8)).toThrow('no');
  expect(heap.words[L.H_ARENAS]).toBe(0);
  heap.setArenaSource(spans);
  expect(place(heap, heap.malloc(8))).toBe('a0/p0+48');
  expect(heap.words[L.H_ARENAS]).toBe(1);
});

test.each([0, 262143, -1, Number.NaN, '1 arena', null])('an arenaLimit of %s is refused', (arenaLimit) => {
  expect(() => SharedHeap.create({ reserve: '4MiB', arenaLimit: arenaLimit as number })).toThrow(InvalidArgumentError);
});

test('a heap without a limit counts no arenas and says so', () => {
  using heap = create('classic8');
  heap.malloc(8);
  expect(heap.words[L.H_ARENAS]).toBe(0);
  expect(heap.stats().arenaLimitBytes).toBeUndefined();
});

test('every arena goes back to the source that it came from', () => {
  using heap = create('classic8');
  const spans = heap.getArenaSource();
  const [one, two] = [source(heap, 0), source(heap, 4096)];
  const blocks: number[] = [];
  for (const each of [one, spans, two, one]) {
    heap.setArenaSource(each);
    blocks.push(...fill(heap, 64));
  }
  expect(heap.stats().objects.arenas).toBe(4);
  heap.setArenaSource(spans);
  heap.checkInvariants({ atRest: true });
  for (const block of blocks) heap.free(block);
  heap.trim();
  const freed = (each: { calls: string[] }) => each.calls.filter((call) => call === 'free 262144').length;
  expect([freed(one), freed(two)]).toEqual([2, 1]);
  expect(heap.stats()).toMatchObject({ objects: { arenas: 0 }, arenas: { count: 0 } });
});

test('a source that wraps the one before may hand on what that answers', () => {
  using heap = create('classic8');
  const inner = heap.getArenaSource();
  let asked = 0;
  heap.setArenaSource({
    alloc: (size) => {
      asked += size;
      return inner.alloc(size);
    },
    free: (address, size) => {
      asked -= size;
      inner.free(address, size);
    },
  });
  const address = heap.malloc(8);
  expect(asked).toBe(262144);
  heap.checkInvariants({ atRest: true });
  heap.free(address);
  heap.trim();
  expect(asked).toBe(0);
});

test('a source may use the heap while it is asked: small blocks are RAW’s meanwhile', () => {
  using heap = create('classic8');
  let inside = 0;
  heap.setArenaSource({
    alloc: (size) => {
      inside = heap.malloc(100);
      return heap.raw.malloc(size);
    },
    free: (address) => heap.raw.free(address),
  });
  expect(place(heap, heap.malloc(8))).toBe('a0/p0+48');
  expect(place(heap, inside)).toBe('raw');
  heap.checkInvariants({ atRest: true });
});

test('what is no memory for an arena is refused before anything changes', () => {
  using heap = create('classic8');
  const block = heap.raw.malloc(262144 + PAGE);
  const small = heap.raw.malloc(262144 - PAGE);
  const freed = heap.raw.malloc(262144);
  heap.raw.free(freed);
  let answer: unknown;
  heap.setArenaSource({ alloc: () => answer as number, free: () => undefined });
  const { words } = heap;
  const before = () => [heap.stats().objects.arenas, arenaObjects(heap), words[slotOf(heap) + L.S_ARENAS_TOTAL]];
  answer = 0;
  heap.free(heap.malloc(8));
  const unchanged = before();
  const wrong: [unknown, string][] = [
    [-16, 'does not have 262144 bytes of the heap behind it'],
    [Number.NaN, 'does not have'],
    [undefined, 'does not have'],
    ['65536', 'does not have'],
    [2 ** 32, 'does not have'],
    [heap.bytes.length - 262144, 'does not have'],
    [block + 8, 'is not a multiple of 16'],
    [block + 0.5, 'does not have'],
    [4096, 'is not 262144 bytes of one live block'],
    [freed, 'is not 262144 bytes of one live block'],
    [small, 'is not 262144 bytes of one live block'],
    [block + PAGE + 16, 'is not 262144 bytes of one live block'],
  ];
  for (const [value, reason] of wrong) {
    answer = value;
    expect(() => heap.malloc(8), `${value}`).toThrow(BadAddressError);
    expect(() => heap.malloc(8), `${value}`).toThrow(reason);
    expect(before()).toEqual(unchanged);
  }
  answer = block;
  const taken = fill(heap, 64);
  answer = block + PAGE;
  expect(() => heap.malloc(8)).toThrow('has been given for an arena already');
  heap.checkInvariants({ atRest: true });
  for (const each of taken) heap.free(each);
});

test.each([undefined, null, 5, {}, { alloc: () => 0 }, { free: () => undefined }])(
  'a source must have both methods',
  (bad) => {
    using heap = create('classic8');
    const before = heap.getArenaSource();
    expect(() => heap.setArenaSource(bad as unknown as ArenaSource)).toThrow(InvalidArgumentError);
    expect(heap.getArenaSource()).toBe(before);
  },
);

test('a thread that has detached cannot set a source', () => {
  const heap = create('classic8');
  heap.detach();
  expect(() => heap.setArenaSource({ alloc: () => 0, free: () => undefined })).toThrow(
    expect.objectContaining({ code: 'ERR_SHARENA_DETACHED' }),
  );
});

test('who takes over an arena of another one’s source keeps it, uses it, and never calls a source for it', () => {
  const heap = create('classic8');
  const calls: string[] = [];
  heap.setArenaSource({
    alloc: (size) => heap.raw.malloc(size),
    free: () => calls.push('first'),
  });
  const left = fill(heap, 65);
  heap.detach();
  const next = SharedHeap.attach(heap.handle);
  expect(next.slot).toBe(heap.slot);
  next.setArenaSource({
    alloc: (size) => next.raw.malloc(size),
    free: (base) => {
      calls.push('second');
      next.raw.free(base);
    },
  });
  const blocks = fill(next, 64);
  expect(next.stats().objects.arenas).toBe(3);
  for (const each of [...left, ...blocks]) next.free(each);
  next.checkInvariants({ atRest: true });
  next.trim();
  next.checkInvariants({ atRest: true });
  expect(calls).toEqual(['second']);
  expect(next.stats().objects).toMatchObject({ arenas: 2, unusedPools: 128, blocksInUse: 0 });
  expect(place(next, next.malloc(512))).toMatch(/^a[01]\//);
});
