/** cache-scratch and cache-thrash: see native/cache.c. */
import { attachAllocator } from '../allocators.js';

const ADDITIONS = 2000;

/** The first thread to come allocates a block for each; they are given back by those for whom they are. */
export function shared(threads) {
  return { row: new Int32Array(new SharedArrayBuffer(4 * (threads + 1))) };
}

export function member({ index, threads, data }) {
  const { heap, memory } = attachAllocator(data.allocator);
  if (data.kind === 'scratch') freeOneOfRow();

  function freeOneOfRow() {
    const { row } = data;
    if (Atomics.compareExchange(row, threads, 0, 1) === 0) {
      for (let i = 0; i < threads; i++) row[i] = heap.malloc(8);
      Atomics.store(row, threads, 2);
      Atomics.notify(row, threads);
    }
    Atomics.wait(row, threads, 1, 10_000);
    heap.free(row[index]);
  }

  return {
    step() {
      const block = heap.malloc(8);
      memory.addToWord(block, ADDITIONS);
      heap.free(block);
      return ADDITIONS;
    },
  };
}
