// Threads that throw blocks at each other: each puts a block of its own into a shared place and frees the one that was there.
// A block: [its words, a number, that number over and over].
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { passGate, random } from './gate.js';

const { handle, gate, places, count, threads, number, rounds } = workerData;
const heap = SharedHeap.attach(handle);
const { words } = heap;
const below = random(number * 104729);
let wrong = 0;
let foreign = 0;

function make(round) {
  const length = 2 + below(127);
  const address = below(5) === 0 ? grow(length) : heap.malloc(4 * length);
  const mark = (number << 24) | round;
  words[address >>> 2] = length;
  words.fill(mark, (address >>> 2) + 1, (address >>> 2) + length);
  return address;
}

/** A block that was made by realloc, of half of its words. */
function grow(length) {
  const half = Math.ceil(length / 2);
  const address = heap.calloc(half, 4);
  for (let i = 0; i < half; i++) if (words[(address >>> 2) + i] !== 0) wrong++;
  words.fill(number, address >>> 2, (address >>> 2) + half);
  const grown = heap.realloc(address, 4 * length);
  for (let i = 0; i < half; i++) if (words[(grown >>> 2) + i] !== number) wrong++;
  return grown;
}

function take(address) {
  const at = address >>> 2;
  const length = words[at];
  const mark = words[at + 1];
  if (length < 2 || length > 128) wrong++;
  for (let i = 2; i < length; i++) if (words[at + i] !== mark) wrong++;
  if (mark >>> 24 !== number) foreign++;
  heap.free(address);
}

passGate(words, gate >> 2, threads);
for (let round = 0; round < rounds; round++) {
  const found = Atomics.exchange(words, (places >> 2) + below(count), make(round)) >>> 0;
  if (found !== 0) take(found);
}
parentPort.postMessage({ wrong, foreign });

// All threads are done when this message comes.
parentPort.once('message', () => {
  heap.trim();
  heap.checkInvariants();
  parentPort.postMessage({ stats: heap.stats() });
});
