/**
 * Handing 24 megapixels of RGBA to a worker and getting them back: as a handle, by transfer, and by structured clone. A sample of
 * handles is the mean of a hundred: the first ones behind a clone wait for the system to take back the memory of its copies.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { printGoal, printTable, ratioOf } from '../report.js';

const BYTES = 6000 * 4000 * 4;

/** Measures in alternating rounds, prints the medians, and answers whether the goal is reached. */
export async function handOver(rounds) {
  const heap = SharedHeap.create({ reserve: '256MiB' });
  const store = ImageStore.over(heap);
  const worker = new Worker(new URL('./hand-over-worker.js', import.meta.url), { workerData: heap.handle });
  let image = store.new('RGBA', 6000, 4000);
  let buffer = new Uint8Array(BYTES);

  /** Posts a message and waits for the answer. */
  async function there(message, moved = []) {
    worker.postMessage(message, moved);
    const [answer] = await once(worker, 'message');
    return answer;
  }

  const handle = {
    name: 'a reference to an image in the heap',
    samples: [],
    times: 100,
    async run() {
      image = store.takeOver((await there({ handle: image.giveAway() })).handle);
    },
  };
  const transfer = {
    name: 'transfer of a buffer',
    samples: [],
    times: 1,
    async run() {
      buffer = (await there({ buffer, move: true }, [buffer.buffer])).buffer;
    },
  };
  const clone = {
    name: 'structured clone of a buffer',
    samples: [],
    times: 1,
    async run() {
      buffer = (await there({ buffer })).buffer;
    },
  };
  const cases = [handle, transfer, clone];
  for (let i = 0; i < 200; i++) await handle.run();
  for (let round = 0; round < rounds; round++) {
    for (const { run, samples, times } of cases) {
      const begun = performance.now();
      for (let i = 0; i < times; i++) await run();
      samples.push(((performance.now() - begun) * 1e6) / times);
    }
  }
  printTable('24 megapixels of RGBA to a worker and back', cases);
  image.release();
  await worker.terminate();
  return printGoal('structured clone : reference', ratioOf(clone, handle), 1000);
}
