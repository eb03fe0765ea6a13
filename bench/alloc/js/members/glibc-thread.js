/** glibc-thread: see native/glibc-thread.c. */
import { attachAllocator } from '../allocators.js';
import { next } from '../xorshift.js';

const SLOTS = 1024;
const BATCH = 1000;
const SIZES = 8192;

export function member({ index, data }) {
  const { heap, memory } = attachAllocator(data.allocator);
  const slots = memory.newSlots(SLOTS);
  const sizes = Int32Array.from({ length: SIZES }, (_, i) => 1 / (1 / 4 - ((1 / 4 - 1 / 32768) * (i + 0.5)) / SIZES));
  let x = index + 1;
  return {
    step() {
      let seed = x;
      for (let i = 0; i < BATCH; i++) {
        seed = next(seed);
        const slot = seed >>> 22;
        const size = sizes[seed & (SIZES - 1)];
        heap.free(slots[slot]);
        const block = heap.malloc(size);
        memory.fill(block, size);
        slots[slot] = block;
      }
      x = seed;
      return BATCH;
    },
  };
}
