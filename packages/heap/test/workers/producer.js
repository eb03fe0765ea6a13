// Allocates blocks, fills them, and sends them; at the end takes back what the consumer has freed.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { Ring, wordAt, wordsOf } from './ring.js';

const heap = SharedHeap.attach(workerData.handle);
const ring = new Ring(heap.words, workerData.ring);
for (let n = 0; n < workerData.blocks; n++) {
  const length = wordsOf(n);
  const address = heap.malloc(4 * length);
  for (let i = 0; i < length; i++) heap.words[(address >>> 2) + i] = wordAt(n, i);
  ring.send(n, address);
}
parentPort.postMessage({ sent: workerData.blocks });

// The consumer has freed everything when this message comes.
parentPort.once('message', () => {
  const before = heap.stats().objects;
  heap.trim();
  heap.checkInvariants();
  parentPort.postMessage({ before, after: heap.stats().objects });
});
