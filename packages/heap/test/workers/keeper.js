// Keeps something in the name of its slot, tells which that is and for which it was called, and waits.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';

const heap = SharedHeap.attach(workerData);
const slots = [];
heap.keep('TEST', (slot) => slots.push(slot));
parentPort.postMessage(heap.slot);
parentPort.postMessage(slots);
setInterval(() => undefined, 1000);
