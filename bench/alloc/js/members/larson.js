/** larson: see native/larson.c. */
import { attachAllocator } from '../allocators.js';
import { next } from '../xorshift.js';

const SLOTS = 5000;
const HAND_OVER = 500_000;
const BATCH = 1000;

/** Of each lane: whose turn it is, how much was done, in lines of their own; and the slots. */
export function shared(threads) {
  const lanes = threads / 2;
  return {
    turns: new Int32Array(new SharedArrayBuffer(128 * lanes)),
    slots: new Uint32Array(new SharedArrayBuffer(4 * SLOTS * lanes)),
  };
}

export function member({ index, data, waitWhile }) {
  const { heap, memory } = attachAllocator(data.allocator);
  const lane = index >> 1;
  const me = index & 1;
  const turn = 32 * lane;
  const { turns } = data;
  const slots = data.slots.subarray(SLOTS * lane, SLOTS * (lane + 1));
  let x = index + 1;

  function replace() {
    let seed = x;
    for (let i = 0; i < BATCH; i++) {
      seed = next(seed);
      const slot = ((seed >>> 16) * SLOTS) >>> 16;
      const size = 8 + (((seed & 0xffff) * 993) >>> 16);
      heap.free(slots[slot]);
      const block = heap.malloc(size);
      memory.touchEnds(block, size);
      slots[slot] = block;
    }
    x = seed;
  }

  return {
    step() {
      if (!waitWhile(turns, turn, 1 - me)) return 0;
      replace();
      turns[turn + 1] += BATCH;
      if (turns[turn + 1] % HAND_OVER === 0) {
        Atomics.store(turns, turn, 1 - me);
        Atomics.notify(turns, turn);
      }
      return BATCH;
    },
  };
}
