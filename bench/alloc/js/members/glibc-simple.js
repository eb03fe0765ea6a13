/** glibc-simple: see native/glibc-simple.c. */
import { attachAllocator } from '../allocators.js';

const SIZES = [16, 32, 64];
const COUNTS = [25, 100, 400, 1600];

export function member({ index, data }) {
  const { heap, memory } = attachAllocator(data.allocator);
  const blocks = memory.newSlots(1600);
  let turn = index + 1;

  function allocateAndFree(size, count) {
    for (let i = 0; i < count; i++) {
      const block = heap.malloc(size);
      memory.fill(block, size);
      blocks[i] = block;
    }
    for (let i = 0; i < count >> 1; i++) heap.free(blocks[i]);
    for (let i = count - 1; i >= count >> 1; i--) heap.free(blocks[i]);
  }

  return {
    step() {
      const count = COUNTS[Math.floor(turn / 3) % 4];
      allocateAndFree(SIZES[turn % 3], count);
      turn++;
      return count;
    },
  };
}
