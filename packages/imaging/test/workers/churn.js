// Makes, opens, hands on and releases images as fast as it can, together with its siblings.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const { heap, shared, rounds, seed } = workerData;
const store = ImageStore.over(SharedHeap.attach(heap));
let x = seed;
const next = (n) => {
  x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
  return (x >>> 8) % n;
};
const mine = [];
for (let round = 0; round < rounds; round++) {
  store.open(shared).release();
  if (mine.length < 8 && next(2) === 0) {
    const image = store.new('RGBA', 1 + next(200), 1 + next(200), { dirty: true });
    image.row(0).fill(seed);
    mine.push(image);
  } else if (mine.length > 0) {
    const [image] = mine.splice(next(mine.length), 1);
    if (!image.row(0).every((byte) => byte === seed)) throw new Error('another thread wrote into this image');
    image.release();
  }
}
const handles = mine.map((image) => image.giveAway());
SharedHeap.attach(heap).detach();
parentPort.postMessage(handles);
