/** A thread that looks at one byte of what it is handed and sends it back: an image by reference, or a buffer. */
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const store = ImageStore.over(SharedHeap.attach(workerData));

parentPort!.on('message', ({ image, buffer, moves }) => {
  if (image) {
    const taken = store.takeOver(image);
    parentPort!.postMessage({ first: taken.row(0)[0], image: taken.giveAway() });
  } else parentPort!.postMessage({ first: buffer[0], buffer }, moves ? [buffer.buffer] : []);
});
