// A Comlink service that works on images where they lie. Whatever it is sent is its own to release.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { give, installTransferHandlers } from '@sharena/imaging/comlink';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/umd/node-adapter.js';

const store = ImageStore.over(SharedHeap.attach(workerData));
installTransferHandlers(Comlink.transferHandlers, store);
const kept = [];

const darkroom = {
  cut(image, box) {
    try {
      return give(image.crop(box));
    } finally {
      image.release();
    }
  },
  /** Of a handle there can be any number on the way: the caller keeps the image. */
  async paint(handle, top, lines, value) {
    const image = store.open(handle);
    const strip = image.strip(top, lines);
    await new Promise((resolve) => setImmediate(resolve)); // others begin meanwhile
    for (let y = 0; y < lines; y++) strip.bytes.fill(value, y * strip.stride, y * strip.stride + image.lineSize);
    image.release();
  },
  keep(image) {
    kept.push(image);
    return image.getPixel(0, 0);
  },
  drop() {
    for (const image of kept.splice(0)) image.release();
  },
};

Comlink.expose(darkroom, nodeEndpoint(parentPort));
