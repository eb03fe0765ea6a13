// Two threads use a heap, and the picture shows what each of them holds.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { draw } from './draw.js';

if (isMainThread) {
  const heap = SharedHeap.create({ reserve: '8MiB' });
  const blocks = Array.from({ length: 300 }, (_, i) => heap.malloc(8 + ((i * 40) % 500)));
  const large = heap.malloc(500_000);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { handle: heap.handle, freed: blocks.slice(0, 5) },
  });
  await once(worker, 'message');
  console.log(draw(heap.map()));
  worker.postMessage('done');
  for (const block of [...blocks.slice(5), large]) heap.free(block);
} else {
  const heap = SharedHeap.attach(workerData.handle);
  const own = Array.from({ length: 100 }, () => heap.malloc(200));
  for (const block of workerData.freed) heap.free(block);
  parentPort.postMessage('ready');
  parentPort.once('message', () => {
    for (const block of own) heap.free(block);
    heap.detach();
  });
}
