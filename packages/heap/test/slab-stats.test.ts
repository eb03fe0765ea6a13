/** Slabs as statistics, text, map and checks see them. */
import { SharedHeap as BuiltHeap } from '@sharena/heap';
import { expect, test } from 'vitest';
import { geometryNamed } from '../src/geometry.ts';
import { SharedHeap } from '../src/index.ts';
import * as L from '../src/layout.ts';
import { Crew } from './crew.ts';

/** 100 blocks of 1000 bytes, of which 64 fit a slab of one page, and 3 of 28000, of which 9 fit one of four. */
function withSlabs(): { heap: SharedHeap; small: number[]; large: number[] } {
  const heap = SharedHeap.create({ reserve: '8MiB' });
  const small = Array.from({ length: 100 }, () => heap.malloc(1000));
  const large = Array.from({ length: 3 }, () => heap.malloc(28_000));
  return { heap, small, large };
}

test('slabs are counted by their classes, for all and for this thread', () => {
  const { heap, small } = withSlabs();
  const { slabs, self, usedBytes, arenas, blocks, vectors } = heap.stats();
  expect(slabs).toEqual({
    count: 3,
    bytes: 6 * 65536,
    empty: 0,
    remotePending: 0,
    classes: [
      { size: 1024, pools: 2, blocksInUse: 100, blocksAvailable: 28 },
      { size: 28672, pools: 1, blocksInUse: 3, blocksAvailable: 6 },
    ],
  });
  expect(self?.slabs).toEqual(slabs);
  expect(arenas.bytes + slabs.bytes + blocks.bytes + vectors.bytes).toBe(usedBytes);
  expect(heap.formatStats()).toContain(
    ' 1024           2             100            28\n28672           1               3             6\n',
  );
  for (const block of small) heap.free(block);
  heap.checkInvariants({ atRest: true });
  expect(heap.stats().slabs.classes).toMatchObject([{ size: 28672 }]);
});

test('the map shows every slab', () => {
  const { heap, small, large } = withSlabs();
  const { slabs, runs } = heap.map();
  const about = { slot: heap.slot, remotePending: 0 };
  expect(slabs.map(({ address }) => address)).toEqual([small[0], small[64], large[0]].sort((a, b) => a - b));
  expect(slabs.find(({ address }) => address === small[0])).toEqual({
    ...about,
    address: small[0],
    bytes: 65536,
    state: 'full',
    blockSize: 1024,
    capacity: 64,
    inUse: 64,
  });
  expect(slabs.find(({ address }) => address === large[0])).toMatchObject({ bytes: 262144, state: 'used', inUse: 3 });
  expect(
    runs
      .filter(({ state }) => state === 'slab')
      .map(({ pages }) => pages)
      .sort(),
  ).toEqual([1, 1, 4]);
});

test('blocks of slabs that other threads freed are pending', async () => {
  await using crew = new Crew();
  const heap = BuiltHeap.create({ reserve: '8MiB' });
  const other = crew.start('hand', { heap: heap.handle });
  const blocks = Array.from({ length: 10 }, () => heap.malloc(2000));
  await other.call('free', blocks.slice(0, 4));
  expect(heap.stats().slabs).toMatchObject({ remotePending: 4, classes: [{ size: 2048, blocksInUse: 6 }] });
  expect(heap.map().slabs).toMatchObject([{ inUse: 6, remotePending: 4 }]);
  heap.checkInvariants({ atRest: true });
  heap.trim();
  expect(heap.stats().slabs).toMatchObject({ remotePending: 0, classes: [{ size: 2048, blocksInUse: 6 }] });
  heap.detach();
});

test.each([
  ['I1', (words: Int32Array, slab: number) => words[slab + L.P_PREV]--],
  ['I2', (words: Int32Array, slab: number) => words[slab + L.P_COUNT]++],
  ['I3', (words: Int32Array, slab: number) => words[slab + L.P_FREE]++],
  ['I13', (words: Int32Array, slab: number) => words[slab + L.P_VIRGIN]++],
] as const)('damage in a slab is named: %s', (invariant, plant) => {
  const { heap, large } = withSlabs();
  heap.checkInvariants({ atRest: true });
  const layout = L.layoutOf(heap.words[L.H_PAGES], geometryNamed(heap.geometry));
  plant(heap.words, L.headerOf(layout, large[0] >>> layout.poolBits));
  expect(() => heap.checkInvariants()).toThrow(`breaks ${invariant}: `);
});
