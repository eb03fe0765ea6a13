// A service called by Comlink: it takes images, changes them, makes new ones, and fails with a code.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { installTransferHandlers } from '@sharena/imaging/comlink';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/umd/node-adapter.js';

const store = ImageStore.over(SharedHeap.attach(workerData));
installTransferHandlers(Comlink.transferHandlers, store);

const service = {
  invert(image) {
    for (let y = 0; y < image.height; y++) {
      const row = image.row(y);
      for (let x = 0; x < row.length; x++) row[x] = 255 - row[x];
    }
    image.release();
  },
  make(width, height, value) {
    const image = store.new('L', width, height);
    for (let y = 0; y < height; y++) image.row(y).fill(value);
    // Comlink sends the image after this returns: the reference of the service goes when it has been sent.
    setImmediate(() => image.release());
    return image;
  },
  /** Answers when everything that was to happen after an answer has happened. */
  settled() {
    return new Promise((resolve) => setImmediate(resolve));
  },
  fail() {
    store.new('nonsense', 1, 1);
  },
  failPlainly() {
    throw new TypeError('plain');
  },
};

Comlink.expose(service, nodeEndpoint(parentPort));
