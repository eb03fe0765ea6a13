/** Allocates 300 blocks, offers 200 of them, frees what it is sent, and keeps the rest until its death. */
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';

const heap = SharedHeap.attach(workerData);
const blocks = Array.from({ length: 300 }, (_, i) => heap.malloc(1 + ((i * 7919) % 32768)));
parentPort.once('message', (theirs) => {
  for (const block of theirs) heap.free(block);
  parentPort.postMessage(blocks);
  setInterval(() => heap.free(heap.malloc(100)), 1);
});
parentPort.postMessage(blocks.splice(0, 200));
