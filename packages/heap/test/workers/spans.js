// Takes and frees spans of pages as fast as it can, and writes its number over all of each: nobody else may.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { passGate, random } from './gate.js';

const { handle, gate, threads, number, rounds, mostPages } = workerData;
const heap = SharedHeap.attach(handle);
const below = random(number * 7919);
const held = [];
let claims = 0;
let refused = 0;
let wrong = 0;

function release(i) {
  const [span] = held.splice(i, 1);
  const words = heap.view(Int32Array, span.address, span.words);
  for (let at = 0; at < words.length; at += 64) if (words[at] !== span.mark) wrong++;
  if (words[words.length - 1] !== span.mark) wrong++;
  heap.raw.free(span.address);
}

passGate(heap.words, gate >> 2, threads);
for (let round = 0; round < rounds; round++) {
  const bytes = (1 + below(mostPages)) * 65536;
  const zeroed = below(4) === 0;
  const address = zeroed ? heap.raw.calloc(bytes, 1) : heap.raw.malloc(bytes);
  if (address === 0) {
    refused++;
    if (held.length > 0) release(below(held.length));
    continue;
  }
  claims++;
  const words = heap.view(Int32Array, address, bytes / 4);
  if (zeroed) for (let at = 0; at < words.length; at += 64) if (words[at] !== 0) wrong++;
  const mark = (number << 24) | round;
  words.fill(mark);
  held.push({ address, words: words.length, mark });
  if (held.length > 2) release(below(held.length));
}
while (held.length > 0) release(0);
heap.detach();
parentPort.postMessage({ claims, refused, wrong });
