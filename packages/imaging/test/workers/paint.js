// Opens the image of a handle, paints its share of the rows, and answers what it saw.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const store = ImageStore.over(SharedHeap.attach(workerData));

parentPort.on('message', ({ handle, top, bottom, value }) => {
  using(store.open(handle), (image) => {
    for (let y = top; y < bottom; y++) image.row(y).fill(value);
    parentPort.postMessage({ live: store.heap.stats().images.live, first: image.row(0)[0] });
  });
});

function using(image, work) {
  try {
    work(image);
  } finally {
    image.release();
  }
}
