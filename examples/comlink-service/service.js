// The service. An image that it is sent comes with a reference, which it gives back; one that it answers takes its reference along.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { give, installTransferHandlers } from '@sharena/imaging/comlink';
import { pipeline, Runtime } from '@sharena/pipeline';
import { expose, transferHandlers } from 'comlink';
import nodeEndpoint from 'comlink/dist/umd/node-adapter.js';

const heap = SharedHeap.attach(workerData);
const store = ImageStore.over(heap);
const runtime = await Runtime.start({ threads: 2, heap }); // threads of the service's own, on the images of the heap
installTransferHandlers(transferHandlers, store);

const service = {
  gradient(width, height) {
    const image = store.new('L', width, height);
    for (let y = 0; y < height; y++) {
      const row = image.row(y);
      for (let x = 0; x < width; x++) row[x] = (x * 255) / (width - 1);
    }
    return give(image); // the reference goes with the answer
  },

  invert(image) {
    for (let y = 0; y < image.height; y++) {
      const row = image.row(y);
      for (let x = 0; x < row.length; x++) row[x] = 255 - row[x];
    }
    image.release();
  },

  async smaller(image, width) {
    try {
      for await (const result of runtime.run(pipeline().resize(width), [image])) {
        if (!result.ok) throw result.error;
        return give(result.image);
      }
    } finally {
      image.release();
    }
  },

  close: () => runtime.close(),
};

expose(service, nodeEndpoint(parentPort));
