// Adds 1 to the pixel of every image, under its lock, again and again, together with its siblings.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const { heap, images, start, threads, rounds } = workerData;
const store = ImageStore.over(SharedHeap.attach(heap));
const opened = images.map((handle) => store.open(handle));

// All begin together: the first to come to an image makes its lock, and the others must find it.
if (Atomics.add(start, 0, 1) === threads - 1) Atomics.notify(start, 0);
for (let seen = Atomics.load(start, 0); seen < threads; seen = Atomics.load(start, 0)) {
  if (Atomics.wait(start, 0, seen, 10_000) === 'timed-out') throw new Error('the others do not come');
}
for (let round = 0; round < rounds; round++) {
  for (const image of opened) {
    if (image.lock.writeLock({ timeout: 10_000 }) === false) throw new Error('the lock does not come free');
    image.putPixel(0, 0, image.getPixel(0, 0) + 1);
    image.lock.writeUnlock();
  }
}
const places = opened.map((image) => image.lock.byteOffset);
for (const image of opened) image.release();
store.heap.detach();
parentPort.postMessage(places);
