/** One thread reproduces the addresses of CPython's allocator: traces recorded from it, in all three geometries. */
import { expect, test } from 'vitest';
import type { GeometryName } from '../src/geometry.ts';
import { SharedHeap } from '../src/heap.ts';
import { usableFreePools } from './helpers.ts';

/** After i operations: live blocks, hash of all places answered, arenas now, ever and at most, free pools of usable arenas. */
type Checkpoint = readonly [i: number, live: number, hash: string, arenas: string, freePools: number];

const GOLDEN: Record<GeometryName, readonly Checkpoint[]> = {
  classic8: [
    [1000, 334, 'e4bd2442', '2/2/2', 62],
    [10000, 2936, 'ce801824', '4/4/4', 25],
    [20000, 5920, '22f7dd38', '7/7/7', 11],
    [40000, 1, '5c23cdff', '1/7/7', 63],
    [100000, 5921, 'b94f435c', '7/19/7', 19],
    [200000, 2, 'cdd987a2', '1/32/8', 62],
  ],
  classic16: [
    [1000, 334, 'f86ff8ef', '1/1/1', 24],
    [10000, 2936, '05765ad6', '4/4/4', 41],
    [20000, 5920, '725af03e', '7/7/7', 27],
    [40000, 1, '173042f8', '1/7/7', 63],
    [100000, 5921, '51ce30a6', '7/19/7', 27],
    [200000, 2, '8e7c1e63', '1/31/7', 62],
  ],
  modern: [
    [1000, 334, 'ca2aac49', '1/1/1', 32],
    [10000, 2936, 'f61fbae6', '2/2/2', 63],
    [20000, 5920, '77848ee9', '2/2/2', 12],
    [40000, 1, '2ac43e43', '1/2/2', 63],
    [100000, 5921, '9fb390dd', '2/4/2', 12],
    [200000, 2, '4b22a889', '1/6/2', 62],
  ],
};

/** The driver of the recording: a 32-bit linear congruential generator decides what happens to which of the live blocks. */
function trace(heap: SharedHeap, checkpoints: readonly Checkpoint[]): Checkpoint[] {
  const live: number[] = [];
  const reached: Checkpoint[] = [];
  let x = 1;
  let hash = 2166136261;
  const next = () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x;
  };
  const answer = (address: number) => {
    const at = heap.locate(address);
    if (!at) throw new Error(`${address} lies in no pool`);
    for (const word of [at.arena, at.pool, at.offset]) hash = Math.imul(hash ^ word, 16777619);
  };
  for (let i = 0; i <= checkpoints[checkpoints.length - 1][0]; i++) {
    if (checkpoints.some(([at]) => at === i)) {
      const { arenas, arenasTotal, arenasHighwater } = heap.stats().objects;
      const counts = `${arenas}/${arenasTotal}/${arenasHighwater}`;
      const shown = (hash >>> 0).toString(16).padStart(8, '0');
      reached.push([i, live.length, shown, counts, usableFreePools(heap)]);
      heap.checkInvariants();
    }
    const op = (next() >>> 16) % 100;
    const odd = Math.floor(i / 20000) % 2 === 1;
    if (live.length === 0 || op < (odd ? 25 : 60)) {
      live.push(heap.malloc(1 + ((next() >>> 8) % 512)));
      answer(live[live.length - 1]);
    } else if (op < (odd ? 85 : 90)) {
      const k = (next() >>> 4) % live.length;
      heap.free(live[k]);
      live[k] = live[live.length - 1];
      live.pop();
    } else {
      const k = (next() >>> 4) % live.length;
      live[k] = heap.realloc(live[k], 1 + ((next() >>> 8) % 512));
      answer(live[k]);
    }
  }
  for (const address of live) heap.free(address);
  return reached;
}

test.each(Object.keys(GOLDEN) as GeometryName[])('the golden trace of %s', (geometry) => {
  using heap = SharedHeap.create({ reserve: '64MiB', geometry });
  expect(trace(heap, GOLDEN[geometry])).toEqual(GOLDEN[geometry]);
  expect(heap.stats().objects.blocksInUse).toBe(0);
});
