/** slots <allocator> <count> <repetitions>: see native/slots.c. */
import { attachAllocator, createAllocator } from './allocators.js';
import { answer, fastest } from './measure.js';
import { next } from './xorshift.js';

const SLOTS = 1000;
const [count, repetitions] = process.argv.slice(3, 5).map(Number);
const { heap, memory } = attachAllocator(createAllocator(process.argv[2]));
const slots = memory.newSlots(SLOTS);
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
