// Reads one byte of what it is handed, and sends it back.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const store = ImageStore.over(SharedHeap.attach(workerData));

parentPort.on('message', ({ handle, buffer, move }) => {
  if (handle) {
    const image = store.takeOver(handle);
    const first = image.row(0)[0];
    parentPort.postMessage({ first, handle: image.giveAway() });
  } else parentPort.postMessage({ first: buffer[0], buffer }, move ? [buffer.buffer] : []);
});
