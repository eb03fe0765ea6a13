// Takes an image of a megabyte and gives it back, again and again. Counts in a line of cache of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const { heap, board, index } = workerData;
const shared = SharedHeap.attach(heap);
const store = ImageStore.over(shared);
function some(times) {
  for (let i = 0; i < times; i++) store.new('L', 1024, 1024, { dirty: true }).release();
}

some(30_000); // every thread compiles for itself: long before the first of many has done so, the time would be over
parentPort.postMessage('ready');
Atomics.wait(board, 0, 0);
while (Atomics.load(board, 0) === 1) {
  some(16);
  Atomics.add(board, 16 * (index + 1), 16);
}
shared.detach();
