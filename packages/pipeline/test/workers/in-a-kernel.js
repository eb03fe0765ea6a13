// Blurs without end: whenever this thread is ended, it dies in a kernel.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { accelerate, gaussianBlur, rasterOf, scratchIn } from '@sharena/kernels';

const { handle, side, from, to } = workerData;
const heap = SharedHeap.attach(handle);
const acceleration = accelerate(heap.handle.memory, scratchIn(heap));
const src = rasterOf(heap.bytes, 'L', side, side, { offset: from });
const dst = rasterOf(heap.bytes, 'L', side, side, { offset: to });
gaussianBlur(src, dst, 0, side, 20);
parentPort.postMessage(acceleration);
for (;;) gaussianBlur(src, dst, 0, side, 20);
