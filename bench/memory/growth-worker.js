// A thread of growth.js: puts blocks of its own into the slots that all threads share, and frees what it finds there.
import { workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { next } from '../alloc/js/xorshift.js';

const EXCHANGES = 2000;

const { handle, slots, seed } = workerData;
const heap = SharedHeap.attach(handle);
let x = seed;
for (let i = 0; i < EXCHANGES; i++) {
  x = next(x);
  const block = heap.calloc(1 + (x & 511), 1);
  heap.free(Atomics.exchange(slots, ((x >>> 16) * slots.length) >>> 16, block) >>> 0);
}
heap.detach();
