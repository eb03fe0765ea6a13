/** map() describes all of a heap, and says the same as stats(). */
import { SharedHeap as BuiltHeap } from '@sharena/heap';
import { expect, test } from 'vitest';
import { type HeapMap, SharedHeap } from '../src/index.ts';
import { Crew } from './crew.ts';
import { GEOMETRY_NAMES, slotOf } from './helpers.ts';

const PAGE = 65536;

function states(map: HeapMap): Record<string, number> {
  const count: Record<string, number> = {};
  for (const pool of map.arenas.flatMap(({ pools }) => pools)) count[pool.state] = (count[pool.state] ?? 0) + 1;
  return count;
}

test.each(GEOMETRY_NAMES)('the runs are all pages without a gap, and the sums are those of stats(): %s', (geometry) => {
  using heap = SharedHeap.create({ reserve: '16MiB', geometry });
  const blocks = [...Array(300).keys()].map((i) => heap.malloc(1 + ((i * 37) % 512)));
  const large = [1, 3, 2].map((pages) => heap.raw.malloc(pages * PAGE));
  heap.raw.free(large[1]);
  for (const block of blocks.splice(100)) heap.free(block);
  const map = structuredClone(heap.map());
  expect(JSON.parse(JSON.stringify(map))).toEqual(map);
  const stats = heap.stats();

  let page = map.tablePages;
  for (const run of map.runs) {
    expect(run.page).toBe(page);
    page += run.pages;
  }
  expect(page).toBe(map.pages - 1);
  const bytes = (state: string) =>
    map.runs.filter((run) => run.state === state).reduce((sum, run) => sum + run.pages * map.pageBytes, 0);
  expect([bytes('free'), bytes('arena'), bytes('block')]).toEqual([
    stats.freeBytes,
    stats.arenas.bytes,
    stats.blocks.bytes,
  ]);
  expect(map.runs.filter(({ state }) => state === 'free').every(({ slot }) => slot === 0)).toBe(true);
  expect(map.runs.filter(({ state }) => state !== 'free').every(({ slot }) => slot === heap.slot)).toBe(true);

  expect(map.arenas).toHaveLength(stats.objects.arenas);
  const pools = map.arenas.flatMap((arena) => arena.pools);
  expect(pools).toHaveLength(64 * stats.objects.arenas);
  expect(pools.reduce((sum, pool) => sum + pool.inUse * pool.blockSize, 0)).toBe(stats.objects.bytesInUse);
  const available = (sum: number, pool: (typeof pools)[number]) => sum + (pool.capacity - pool.inUse) * pool.blockSize;
  expect(pools.reduce(available, 0)).toBe(stats.objects.bytesAvailable);
});

test('a pool is uncarved, empty, used or full', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  expect(heap.map()).toMatchObject({ geometry: 'classic8', arenas: [], slabs: [] });
  const full = Array.from({ length: 7 }, () => heap.malloc(512));
  const used = heap.malloc(100);
  const emptied = heap.malloc(200);
  heap.free(emptied);
  const [arena] = heap.map().arenas;
  expect(arena).toMatchObject({ slot: heap.slot, index: 0, bytes: 262144, custom: false, address: full[0] - 48 });
  expect(arena.pools.slice(0, 4)).toEqual([
    { address: full[0] - 48, state: 'full', blockSize: 512, capacity: 7, inUse: 7, remotePending: 0 },
    { address: used - 48, state: 'used', blockSize: 104, capacity: 38, inUse: 1, remotePending: 0 },
    { address: emptied - 48, state: 'empty', blockSize: 0, capacity: 0, inUse: 0, remotePending: 0 },
    { address: emptied - 48 + 4096, state: 'uncarved', blockSize: 0, capacity: 0, inUse: 0, remotePending: 0 },
  ]);
  expect(states(heap.map())).toEqual({ full: 1, used: 1, empty: 1, uncarved: 61 });
});

test('blocks that other threads freed are pending until their owner takes them back', async () => {
  await using crew = new Crew();
  const heap = BuiltHeap.create({ reserve: '4MiB' });
  const other = crew.start('hand', { heap: heap.handle });
  const blocks = Array.from({ length: 7 }, () => heap.malloc(512));
  await other.call('free', blocks.slice(0, 3));
  const pool = () => heap.map().arenas[0].pools[0];
  expect(pool()).toMatchObject({ state: 'full', inUse: 4, remotePending: 3 });
  expect(heap.stats()).toMatchObject({
    objects: { remotePending: 3, remoteFrees: 3, collected: 0 },
    self: { objects: { remotePending: 3, remoteFrees: 0, collected: 0, blocksInUse: 4 } },
  });
  expect(await other.call('stats')).toMatchObject({
    self: { slot: 2, objects: { arenas: 0, remoteFrees: 3, blocksInUse: 0 } },
  });
  heap.trim();
  expect(pool()).toMatchObject({ state: 'used', inUse: 4, remotePending: 0 });
  expect(heap.stats().self?.objects).toMatchObject({ remotePending: 0, collected: 3 });
  heap.detach();
});

test('another thread’s arenas are in the map, and its vector may lie anywhere', () => {
  const heap = SharedHeap.create({ reserve: '4MiB' });
  heap.malloc(8);
  heap.detach();
  // What a thread sees that reads the vector of another one while it is given back: anything.
  const vector = slotOf(heap) + 32;
  for (const address of [4, heap.bytes.length - 4, -4, 65536]) {
    heap.words[vector] = address;
    expect(heap.map().arenas).toEqual([]);
    expect(heap.stats().objects.arenas).toBe(0);
  }
});
