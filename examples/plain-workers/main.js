// Four threads fill one table of numbers in a shared heap. Nothing but node:worker_threads is needed.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';

const THREADS = 4;
const heap = SharedHeap.create({ reserve: '64MiB' });
const table = heap.newArray(Float64Array, 100_000);

const workers = Array.from({ length: THREADS }, (_, part) => {
  const workerData = { heap: heap.handle, table: heap.addressOf(table), length: table.length, part, parts: THREADS };
  return new Worker(new URL('./worker.js', import.meta.url), { workerData });
});
const notes = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));

console.log('sum of the square roots:', table.reduce((sum, root) => sum + root, 0).toFixed(3));
// Each worker left a note in a block that it allocated. Any thread may read it, and any thread may free it.
for (const { address, length } of notes) {
  console.log(new TextDecoder().decode(heap.view(Uint8Array, address, length)));
  heap.free(address);
}
heap.free(heap.addressOf(table));
console.log('blocks in use:', heap.stats().objects.blocksInUse);
