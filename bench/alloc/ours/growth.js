/** growth <rounds>: threads that allocate, exchange and die, two a round. Prints the memory in use ten times. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { answer } from './measure.js';

const THREADS = 2;
const SLOTS = 1000;
const DEADLINE = 20_000;

const rounds = Number(process.argv[2]);
const heap = SharedHeap.create();
const slots = new Int32Array(new SharedArrayBuffer(4 * SLOTS));

/** A thread of a round, from its start to its end. */
async function live(seed) {
  const worker = new Worker(new URL('./growth-worker.js', import.meta.url), {
    workerData: { handle: heap.handle, slots, seed },
  });
  const [code] = await once(worker, 'exit', { signal: AbortSignal.timeout(DEADLINE) });
  if (code !== 0) throw new Error(`a thread ended with code ${code}`);
}

const numbers = {};
for (let round = 1; round <= rounds; round++) {
  await Promise.all(Array.from({ length: THREADS }, (_, thread) => live(round * THREADS + thread)));
  if (round % (rounds / 10) !== 0) continue;
  numbers[`used${round}`] = heap.stats().usedBytes / 2 ** 20;
  numbers[`resident${round}`] = process.memoryUsage().rss / 2 ** 20;
}
answer(numbers);
