/** Images of a megabyte, taken from the cache and given back by 1, 2, 4 and 8 threads at once: how many there are a second, of all. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { median, printGoal } from '../report.js';

const MILLISECONDS = 300;
const THREADS = [1, 2, 4, 8];

/** Measures in alternating rounds, prints the medians, and answers whether the goal is reached. */
export async function contention(rounds) {
  const samples = new Map(THREADS.map((threads) => [threads, []]));
  for (let round = 0; round < rounds; round++) {
    for (const threads of THREADS) samples.get(threads).push(await measure(threads));
  }
  const one = median(samples.get(1));
  console.log(`\nimages of 1 MB a second, all threads together (${availableParallelism()} cores)`);
  for (const [threads, each] of samples) {
    const [low, high] = [Math.min(...each), Math.max(...each)].map((value) => value.toFixed(0));
    const middle = median(each);
    console.log(
      `  ${`${threads} threads`.padEnd(14)}${middle.toFixed(0)}  (${low} to ${high})  x ${(middle / one).toFixed(2)}`,
    );
  }
  const worst = Math.min(...THREADS.slice(1).map((threads) => median(samples.get(threads)) / one));
  return printGoal('any number of threads : one, at worst', worst, 1);
}

/** Images a second of that many threads. */
async function measure(threads) {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const store = ImageStore.over(heap);
  store.blocksMax = 32;
  const board = new Int32Array(new SharedArrayBuffer(64 * (threads + 1)));
  const url = new URL('./contention-worker.js', import.meta.url);
  const workers = Array.from(
    { length: threads },
    (_, index) => new Worker(url, { workerData: { heap: heap.handle, board, index } }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const count = () => workers.reduce((sum, _, index) => sum + Atomics.load(board, 16 * (index + 1)), 0);
  Atomics.store(board, 0, 1);
  Atomics.notify(board, 0);
  await new Promise((resolve) => setTimeout(resolve, MILLISECONDS / 3));
  const [before, begun] = [count(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, MILLISECONDS));
  const rate = (count() - before) / ((performance.now() - begun) / 1000);
  Atomics.store(board, 0, 2);
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  store.checkInvariants({ atRest: true });
  heap.detach();
  return rate;
}
