// Allocates and frees without end, beginning with a message.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';

const heap = SharedHeap.attach(workerData.heap);
const blocks = [];
parentPort.postMessage('working');
for (let i = 0; ; i = (i + 1) & 0xffff) {
  const at = (i * 7919) % 300;
  if (blocks[at]) heap.free(blocks[at]);
  blocks[at] = blocks[at] ? 0 : heap.malloc(((i * 31) & 511) + 1);
}
