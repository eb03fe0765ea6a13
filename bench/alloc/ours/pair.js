/** pair <bytes> <count> <repetitions> [live]: malloc(bytes), free(), in an empty heap or beside one live block. */
import { SharedHeap } from '@sharena/heap';
import { answer, fastest } from './measure.js';

const [bytes, count, repetitions] = process.argv.slice(2, 5).map(Number);
const heap = SharedHeap.create();
if (process.argv[5] === 'live') heap.malloc(bytes);

function pairs(count) {
  for (let i = 0; i < count; i++) heap.free(heap.malloc(bytes));
}

answer({ ns: fastest(pairs, count, repetitions) });
