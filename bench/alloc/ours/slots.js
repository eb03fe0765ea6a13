/** slots <count> <repetitions> <geometry>: see native/slots.c. */
import { SharedHeap } from '@sharena/heap';
import { answer, fastest } from './measure.js';
import { next } from './xorshift.js';

const SLOTS = 1000;
const [count, repetitions] = process.argv.slice(2, 4).map(Number);
const heap = SharedHeap.create({ geometry: process.argv[4] });
const slots = new Uint32Array(SLOTS);
const sizes = new Uint32Array(SLOTS);
let x = 1;

function replace(count) {
  let seed = x;
  for (let i = 0; i < count; i++) {
    seed = next(seed);
    const slot = ((seed >>> 16) * SLOTS) >>> 16;
    heap.free(slots[slot]);
    slots[slot] = heap.malloc(1 + (seed & 511));
  }
  x = seed;
}

function bare(count) {
  let seed = x;
  for (let i = 0; i < count; i++) {
    seed = next(seed);
    const slot = ((seed >>> 16) * SLOTS) >>> 16;
    sizes[slot] = 1 + (seed & 511);
  }
  x = seed;
}

const ns = fastest(replace, count, repetitions);
answer({ ns, bare: fastest(bare, count, repetitions) });
