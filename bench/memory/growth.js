/** growth <rounds>: threads that allocate, exchange and die, two a round. Answers the memory in use over the rounds. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { answer } from '../run/program.js';

const THREADS = 2;
const SLOTS = 1000;
const DEADLINE = 20_000;
/** How often the memory is read. */
const MARKS = 20;

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

const used = [];
const resident = [];
for (let round = 1; round <= rounds; round++) {
  await Promise.all(Array.from({ length: THREADS }, (_, thread) => live(round * THREADS + thread)));
  if (round % (rounds / MARKS) !== 0) continue;
  used.push([round, heap.stats().usedBytes]);
  resident.push([round, process.memoryUsage.rss()]);
}
const along = 'rounds';
answer({
  bytes: used.at(-1)[1],
  series: [
    { metric: 'bytes in spans', unit: 'B', along, points: used },
    { metric: 'resident set', unit: 'B', along, points: resident },
  ],
});
