/** Looking at a heap while other threads use it: nothing is called corrupt that is well, and nobody reads outside the heap. */
import { SharedHeap } from '@sharena/heap';
import { expect, test } from 'vitest';
import { Crew, type Member } from './crew.ts';

/** Looks again and again until all of these threads have sent a message. Answers how often. */
async function lookWhile(heap: SharedHeap, workers: readonly Member[]): Promise<number> {
  let running = workers.length;
  const messages = Promise.all(workers.map((worker) => worker.next().finally(() => running--)));
  let looks = 0;
  while (running > 0) {
    heap.checkInvariants();
    const { objects, usedBytes, freeBytes, claimedBytes, reserveBytes } = heap.stats();
    expect(objects.arenaBytes).toBe(objects.arenas * 262144);
    expect(usedBytes + freeBytes + claimedBytes).toBeLessThan(reserveBytes);
    expect(heap.formatStats({ all: true })).toContain('Total');
    const { runs, pages, tablePages } = heap.map();
    expect(runs.reduce((sum, run) => sum + run.pages, 0)).toBe(pages - 1 - tablePages);
    looks++;
    await new Promise(setImmediate);
  }
  await messages;
  return looks;
}

test('while threads free each other’s blocks, and arenas come and go', async () => {
  await using crew = new Crew();
  const heap = SharedHeap.create({ reserve: '16MiB' });
  const [threads, count, rounds] = [2, 4000, 150_000];
  const gate = heap.raw.calloc(1, 4);
  const places = heap.raw.calloc(count, 4);
  const workers = Array.from({ length: threads }, (_, i) =>
    crew.start('swap', { handle: heap.handle, gate, places, count, threads, number: i + 1, rounds }),
  );
  expect(await lookWhile(heap, workers)).toBeGreaterThan(3);
  heap.checkInvariants({ atRest: true });
}, 60_000);

test('while threads take and free spans', async () => {
  await using crew = new Crew();
  const heap = SharedHeap.create({ reserve: '4MiB' });
  const [threads, rounds] = [2, 40_000];
  const gate = heap.raw.calloc(1, 4);
  const workers = Array.from({ length: threads }, (_, i) =>
    crew.start('spans', { handle: heap.handle, gate, threads, number: i + 1, rounds, mostPages: 6 }),
  );
  expect(await lookWhile(heap, workers)).toBeGreaterThan(3);
  heap.checkInvariants({ atRest: true });
}, 60_000);
