// Receives blocks, compares every word of them, and frees them.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { Ring, wordAt, wordsOf } from './ring.js';

const heap = SharedHeap.attach(workerData.handle);
const ring = new Ring(heap.words, workerData.ring);
let wrong = 0;
for (let n = 0; n < workerData.blocks; n++) {
  const address = ring.receive(n);
  const length = wordsOf(n);
  for (let i = 0; i < length; i++) if (heap.words[(address >>> 2) + i] !== wordAt(n, i)) wrong++;
  heap.free(address);
}
parentPort.postMessage({ wrong });
