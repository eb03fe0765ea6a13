/** A thread that replaces blocks in slots that all threads share: half of what it frees another one allocated. */

import { type HeapHandle, SharedHeap } from '@sharena/heap';
import type { CrewContext, Member } from '@sharena/measure';

/** What the threads work on. */
export interface Blocks {
  /** The heap. */
  readonly heap: HeapHandle;
  /** Addresses. */
  readonly slots: Int32Array;
}

const BATCH = 500;

/** Makes a thread's part. */
export function member({ index, data }: CrewContext<Blocks>): Member {
  const heap = SharedHeap.attach(data.heap);
  const { slots } = data;
  let x = index + 1;
  const one = (): void => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    const block = heap.malloc(1 + (x & 511));
    heap.free(Atomics.exchange(slots, ((x >>> 16) * slots.length) >>> 16, block) >>> 0);
  };
  return {
    step() {
      for (let i = 0; i < BATCH; i++) one();
      return BATCH;
    },
    one,
    end: () => heap.detach(),
  };
}
