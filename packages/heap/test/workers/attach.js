// Attaches and detaches as fast as it can; leaves a block behind now and then, for the next owner of the slot to free.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { meet, random } from './gate.js';

const { handle, holders, left, gate, threads, number, rounds } = workerData;
const words = new Int32Array(handle.memory.buffer);
const below = random(number + 1);
let shared = 0;
let wrong = 0;

for (let round = 1; round <= rounds; round++) {
  meet(words, gate >> 2, round, threads, below(64));
  const heap = SharedHeap.attach(handle);
  // One word a slot: how many threads hold it.
  if (Atomics.add(words, (holders >> 2) + heap.slot, 1) !== 0) shared++;
  const address = heap.malloc(200);
  const mark = (number << 24) | round;
  words.fill(mark, address >> 2, (address >> 2) + 50);
  // One place for all: whose block is found there is compared and freed.
  const found = Atomics.exchange(words, left >> 2, address);
  if (found !== 0) {
    const mine = words[found >> 2];
    for (let i = 1; i < 50; i++) if (words[(found >> 2) + i] !== mine) wrong++;
    heap.free(found);
  }
  heap.checkInvariants();
  Atomics.sub(words, (holders >> 2) + heap.slot, 1);
  heap.detach();
}
parentPort.postMessage({ shared, wrong });
