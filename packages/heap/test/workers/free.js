// Threads that free the same block of whole pages at the same moment, one after the other: one of them gives it back, the
// others are refused. `domain` is the one that is asked, RAW unless told; with debug hooks the refusal has another code.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { meet, random } from './gate.js';

const { handle, gate, place, threads, number, rounds, domain = 'raw' } = workerData;
const heap = SharedHeap.attach(handle);
const below = random(number + 1);
let freed = 0;
let refused = 0;

for (let round = 1; round <= 2 * rounds; round += 2) {
  if (number === 0) heap.words[place >> 2] = heap[domain].malloc(40_000 + (round % 3) * 65536);
  meet(heap.words, gate >> 2, round, threads, below(64));
  const address = heap.words[place >> 2] >>> 0;
  try {
    heap[domain].free(address);
    freed++;
  } catch (error) {
    if (error.code !== 'ERR_SHARENA_BAD_ADDRESS' && error.reason !== 'already freed') throw error;
    refused++;
  }
  meet(heap.words, gate >> 2, round + 1, threads, 0);
}
parentPort.postMessage({ freed, refused });
