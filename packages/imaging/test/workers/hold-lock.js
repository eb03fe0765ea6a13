// Takes the lock of an image and keeps it until it is terminated.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const image = ImageStore.over(SharedHeap.attach(workerData.heap)).open(workerData.image);
if (image.lock.writeLock({ timeout: 10_000 }) === false) throw new Error('the lock is not free');
parentPort.postMessage('locked');
setInterval(() => image.handle, 1000);
