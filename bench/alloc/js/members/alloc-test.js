/** alloc-test: see native/alloc-test.c. */
import { attachAllocator } from '../allocators.js';
import { next } from '../xorshift.js';

const SLOTS = 1 << 16;
const BATCH = 1000;

export function member({ index, data }) {
  const { heap, memory } = attachAllocator(data.allocator);
  const blocks = memory.newSlots(SLOTS);
  const sizes = new Int32Array(SLOTS);
  let x = index + 1;
  let sum = 0;
  return {
    step() {
      let seed = x;
      for (let i = 0; i < BATCH; i++) {
        seed = next(seed);
        const other = next(seed);
        const slot = hot(seed, other);
        seed = next(other);
        if (sizes[slot] !== 0) {
          sum = (sum + memory.sum(blocks[slot], sizes[slot])) | 0;
          heap.free(blocks[slot]);
          blocks[slot] = 0;
          sizes[slot] = 0;
          continue;
        }
        const base = 1 << (31 - Math.clz32((seed | 512) & -(seed | 512)));
        const size = base + ((seed >>> 16) & (base - 1));
        const block = heap.malloc(size);
        memory.fill(block, size);
        blocks[slot] = block;
        sizes[slot] = size;
      }
      x = seed;
      return BATCH;
    },
    end: () => sum,
  };
}

/** A slot that lies in the first fifth 13 of 16 times, there again, and so on six times. */
function hot(x, y) {
  let low = 0;
  let count = SLOTS;
  for (let k = 0; k < 6; k++) {
    const fifth = Math.floor(count / 5);
    if (((x >>> (5 * k)) & 31) < 26) count = fifth;
    else {
      low += fifth;
      count -= fifth;
      break;
    }
  }
  return low + Math.floor(((y >>> 0) * count) / 2 ** 32);
}
