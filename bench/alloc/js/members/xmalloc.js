/** xmalloc: see native/xmalloc.c. */
import { attachAllocator } from '../allocators.js';
import { next } from '../xorshift.js';

const BATCH = 4096;
const BATCHES = 100;
const SIZES = [8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048];

/** Of each lane: batches produced and consumed, in lines of their own; and the ring. */
export function shared(threads) {
  const lanes = threads / 2;
  return {
    counts: new Int32Array(new SharedArrayBuffer(256 * lanes)),
    ring: new Uint32Array(new SharedArrayBuffer(4 * BATCH * BATCHES * lanes)),
  };
}

export function member({ index, data, waitWhile }) {
  const { heap, memory } = attachAllocator(data.allocator);
  const { counts, kind } = data;
  const { words } = memory;
  const lane = index >> 1;
  const produced = 64 * lane;
  const consumed = produced + 32;
  const ring = data.ring.subarray(BATCH * BATCHES * lane, BATCH * BATCHES * (lane + 1));
  let x = index + 1;

  function fill(first) {
    for (let i = first; i < first + BATCH; i++) {
      const block = heap.malloc(64);
      words[block >>> 2] = 1;
      ring[i] = block;
    }
  }

  function fillMixed(first) {
    let seed = x;
    for (let i = first; i < first + BATCH; i++) {
      seed = next(seed);
      const block = heap.malloc(SIZES[((seed >>> 16) * 17) >>> 16]);
      words[block >>> 2] = 1;
      ring[i] = block;
    }
    x = seed;
  }

  function drain(first) {
    for (let i = first; i < first + BATCH; i++) heap.free(ring[i]);
  }

  function produce() {
    const batch = Atomics.load(counts, produced);
    if (!waitWhile(counts, consumed, batch - BATCHES)) return 0;
    const first = (batch % BATCHES) * BATCH;
    if (kind === 'mixed') fillMixed(first);
    else fill(first);
    Atomics.store(counts, produced, batch + 1);
    Atomics.notify(counts, produced);
    return 0;
  }

  function consume() {
    const batch = Atomics.load(counts, consumed);
    if (!waitWhile(counts, produced, batch)) return 0;
    drain((batch % BATCHES) * BATCH);
    Atomics.store(counts, consumed, batch + 1);
    Atomics.notify(counts, consumed);
    return BATCH;
  }

  return { step: index & 1 ? consume : produce };
}
