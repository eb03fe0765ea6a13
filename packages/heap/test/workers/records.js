// Threads that hold references to the same records: `shared` of them, released by all at the same moment; and records of
// their own, which they leave in one place for whoever comes next to release.
import { parentPort, workerData } from 'node:worker_threads';
import { BadAddressError, SharedHeap } from '@sharena/heap';
import { meet, random } from './gate.js';

const { handle, gate, place, shared, threads, number, rounds } = workerData;
const heap = SharedHeap.attach(handle);
const below = random(number + 1);
let destroyed = 0;
let wrong = 0;
const Node = heap.struct(
  { maker: 'u32', uses: ['u32', 8], next: 'ptr' },
  {
    limit: 16,
    destroy(node) {
      destroyed++;
      // Every holder wrote its own element before its release.
      if (node.maker === 0 && node.uses.some((uses, i) => uses !== (i < threads ? 1 : 0))) wrong++;
      if (node.next !== 0) Node.at(node.next).release();
    },
  },
);

for (let round = 0; round < rounds; round++) {
  // The last release of a record falls to one thread.
  meet(heap.words, gate >> 2, round + 1, threads, below(64));
  const node = Node.at(shared[round]);
  node.retain().release();
  node.uses[number]++;
  node.release();

  // What another thread made, with what it points to, is released here, and its blocks serve this thread.
  const next = Node.new({ maker: number + 1 });
  const made = Node.new({ maker: number + 1, next: next.address });
  const found = Atomics.exchange(heap.words, place >> 2, made.address) >>> 0;
  if (found !== 0) Node.at(found).release();
}

meet(heap.words, gate >> 2, rounds + 1, threads, 0);
for (const address of shared) {
  try {
    // A dead record, or one that serves again by now: then this thread may not hold a reference, but is not lied to.
    if (Node.at(address).maker === 0) wrong++;
  } catch (error) {
    if (!(error instanceof BadAddressError)) throw error;
  }
}
meet(heap.words, gate >> 2, rounds + 2, threads, 0);
const stats = Node.stats();
heap.checkInvariants();
heap.detach();
parentPort.postMessage({ destroyed, wrong, stats });
