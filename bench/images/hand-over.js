/**
 * hand-over: 24 megapixels of RGBA to a worker and back: as a handle, by transfer, and by structured clone. A sample of handles is the
 * mean of a hundred: the first ones behind a clone wait for the system to take back the memory of its copies.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { median } from '@sharena/measure';
import { answer } from '../run/program.js';

const BYTES = 6000 * 4000 * 4;
const REPETITIONS = process.env.SHARENA_BENCH_QUICK === '1' ? 1 : 3;

const heap = SharedHeap.create({ reserve: '256MiB' });
const store = ImageStore.over(heap);
const worker = new Worker(new URL('./hand-over-worker.js', import.meta.url), { workerData: heap.handle });
let image = store.new('RGBA', 6000, 4000);
let buffer = new Uint8Array(BYTES);

/** Posts a message and waits for the answer. */
async function there(message, moved = []) {
  worker.postMessage(message, moved);
  const [answered] = await once(worker, 'message');
  return answered;
}

/** By name: how often one sample does it, and what. */
const cases = {
  reference: [
    100,
    async () => {
      image = store.takeOver((await there({ handle: image.giveAway() })).handle);
    },
  ],
  transfer: [
    1,
    async () => {
      buffer = (await there({ buffer, move: true }, [buffer.buffer])).buffer;
    },
  ],
  'structured clone': [
    1,
    async () => {
      buffer = (await there({ buffer })).buffer;
    },
  ],
};
const samples = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = -1; round < REPETITIONS; round++) {
  for (const [name, [times, run]] of Object.entries(cases)) {
    const begun = performance.now();
    for (let i = 0; i < times; i++) await run();
    if (round >= 0) samples[name].push(((performance.now() - begun) * 1e6) / times);
  }
}
image.release();
await worker.terminate();
answer(Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, { ns: median(values) }])));
