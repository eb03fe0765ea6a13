/** rptest: see native/rptest.c. A parcel is a block: the address of the rest of the list, the count, and addresses. */
import { attachAllocator } from '../allocators.js';
import { next } from '../xorshift.js';

const SLOTS = 1000;

/** The head of each thread's list, in a line of its own. */
export function shared(threads) {
  return { heads: new Int32Array(new SharedArrayBuffer(128 * threads)) };
}

export function member({ index, threads, data }) {
  const { heap, memory } = attachAllocator(data.allocator);
  const { heads } = data;
  const { words } = memory;
  const slots = memory.newSlots(SLOTS);
  const head = 32 * index;
  const nextHead = 32 * ((index + 1) % threads);
  let x = index + 1;
  let freed = 0;
  let filled = 0;
  let round = 0;

  function newBlock(seed) {
    const size = 8 + ((Math.min(seed & 0xffff, seed >>> 16) * 15993) >>> 16);
    const block = heap.malloc(size);
    memory.touchPages(block, size);
    return block;
  }

  function freeParcels(parcel) {
    while (parcel !== 0) {
      const first = parcel >>> 2;
      const rest = words[first] >>> 0;
      const end = first + 2 + words[first + 1];
      for (let i = first + 2; i < end; i++) heap.free(words[i] >>> 0);
      heap.free(parcel);
      parcel = rest;
    }
  }

  function sendParcel(seed, count) {
    const parcel = heap.malloc(8 + 4 * count);
    const first = parcel >>> 2;
    words[first + 1] = count;
    for (let i = 0; i < count; i++) {
      seed = next(seed);
      words[first + 2 + i] = newBlock(seed);
    }
    let rest = Atomics.load(heads, nextHead);
    for (;;) {
      words[first] = rest;
      const found = Atomics.compareExchange(heads, nextHead, rest, parcel | 0);
      if (found === rest) return seed;
      rest = found;
    }
  }

  function freeSome(count) {
    for (let i = 0; i < count; i++) {
      freed = (freed + 17) % SLOTS;
      heap.free(slots[freed]);
      slots[freed] = 0;
    }
  }

  return {
    step() {
      let seed = next(x);
      const fills = 30 + (((seed >>> 8) & 0xffffff) % 70);
      freeSome(24 + ((seed >>> 0) % 56));
      freeParcels(Atomics.exchange(heads, head, 0) >>> 0);
      for (let i = 0; i < fills; i++) {
        seed = next(seed);
        filled = (filled + 1) % SLOTS;
        heap.free(slots[filled]);
        slots[filled] = newBlock(seed);
      }
      const sends = ++round % 2 === 0;
      if (sends) seed = sendParcel(seed, fills);
      x = seed;
      return sends ? 2 * fills + 1 : fills;
    },
  };
}
