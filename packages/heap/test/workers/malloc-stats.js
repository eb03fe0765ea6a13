// A process that needs `arenas` arenas, in the main thread or in a worker, and ends in the way it is told.
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';

function fill(heap, arenas) {
  for (let block = 0; block < arenas * 64 * 7; block++) heap.malloc(512);
}

const [, , where, how] = process.argv;
if (isMainThread) {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  if (where === 'worker') {
    const worker = new Worker(new URL(import.meta.url), { argv: [where, how], workerData: heap.handle });
    worker.once('exit', () => heap.detach());
  } else {
    fill(heap, 2);
    if (how === 'detach') heap.detach();
  }
} else {
  const heap = SharedHeap.attach(workerData);
  fill(heap, 1);
  if (how === 'detach') heap.detach();
}
