/**
 * Rounds of two threads that allocate, exchange and die: nothing grows.
 *
 *   node soak/rounds.mjs [rounds]
 */
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';

/** One round: each thread allocates, frees what the other has allocated, and is terminated. */
async function round(heap) {
  const workers = [0, 1].map(() => new Worker(new URL('./guest.mjs', import.meta.url), { workerData: heap.handle }));
  for (const worker of workers) heap.watch(worker);
  const offers = await Promise.all(workers.map((worker) => once(worker, 'message')));
  const left = workers.map((worker) => once(worker, 'message'));
  for (const [i, worker] of workers.entries()) worker.postMessage(offers[1 - i][0]);
  for (const [kept] of await Promise.all(left)) for (const block of kept) heap.free(block);
  const exits = workers.map((worker) => once(worker, 'exit'));
  for (const worker of workers) void worker.terminate();
  await Promise.all(exits);
}

/** Runs so many rounds; answers the bytes in use after the first one and after the last. */
export async function rounds(count) {
  const heap = SharedHeap.create({ reserve: '256MiB' });
  let first = 0;
  for (let i = 0; i < count; i++) {
    await round(heap);
    heap.trim();
    if (i === 0) first = heap.stats().usedBytes;
  }
  const { usedBytes, peakBytes, threads, abandonedSlots, objects, slabs } = heap.stats();
  // Each thread is in malloc or free now and then when it dies: it may lose the block that it was being handed or giving back.
  const lost = [...objects.classes, ...slabs.classes].reduce((sum, { blocksInUse }) => sum + blocksInUse, 0);
  heap.checkInvariants();
  heap.detach();
  return { rounds: count, first, last: usedBytes, lost, peakBytes, threads, abandonedSlots };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log(await rounds(Number(process.argv[2] ?? 1000)));
