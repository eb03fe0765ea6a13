/** Handing 24 megapixels of RGBA to a worker and hearing back: as a handle, by transfer, and by structured clone. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { printTable } from './report.js';

const ROUNDS = 15;
const BYTES = 6000 * 4000 * 4;

const heap = SharedHeap.create({ reserve: '256MiB' });
const store = ImageStore.over(heap);
const image = store.new('RGBA', 6000, 4000);
const worker = new Worker(new URL('./hand-over-worker.js', import.meta.url), { workerData: heap.handle });

/** Posts a message and waits for the answer; the answer brings a moved buffer back. */
async function there(message, moved = []) {
  const begun = performance.now();
  worker.postMessage(message, moved);
  const [answer] = await once(worker, 'message');
  return { answer, ns: (performance.now() - begun) * 1e6 };
}

let buffer = new Uint8Array(BYTES);
const cases = [
  {
    name: 'a handle of an image in the heap',
    samples: [],
    run: async () => (await there({ handle: image.handle })).ns,
  },
  {
    name: 'transfer of the buffer',
    samples: [],
    run: async () => {
      const { answer, ns } = await there({ buffer, back: true }, [buffer.buffer]);
      buffer = answer.buffer;
      return ns;
    },
  },
  { name: 'structured clone of the buffer', samples: [], run: async () => (await there({ buffer })).ns },
];
await there({ handle: image.handle });
for (let round = 0; round < ROUNDS; round++) for (const each of cases) each.samples.push(await each.run());
printTable('24 megapixels of RGBA to a worker, and an answer', cases);
image.release();
await worker.terminate();
