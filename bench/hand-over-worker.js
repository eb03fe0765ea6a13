// Reads one byte of what it is handed, and answers; a moved buffer goes back.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const store = ImageStore.over(SharedHeap.attach(workerData));

parentPort.on('message', ({ handle, buffer, back }) => {
  if (handle) {
    const image = store.open(handle);
    const first = image.row(0)[0];
    image.release();
    parentPort.postMessage({ first });
  } else if (back) parentPort.postMessage({ first: buffer[0], buffer }, [buffer.buffer]);
  else parentPort.postMessage({ first: buffer[0] });
});
