// One of several workers: runs the kernel on its rows of an image that all of them have open.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const { heap: handle, image: imageHandle, kernel, pattern, top, bottom } = workerData;
const heap = SharedHeap.attach(handle);
const image = ImageStore.over(heap).open(imageHandle);

// The module was compiled once, by the main thread; an instance is nothing but code on this memory.
const { dither } = new WebAssembly.Instance(kernel, { env: { memory: handle.memory } }).exports;
for (let y = top; y < bottom; y++) dither(image.rowAddress(y), image.width, y, pattern);
const note = `rows ${top} to ${bottom - 1} of ${image.width} pixels, in ${image.blocks.length} blocks`;
image.release();
heap.detach();
parentPort.postMessage(note);
