// An image service in a worker, called as if it were here. Images go back and forth as handles, errors keep their code.
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { installTransferHandlers } from '@sharena/imaging/comlink';
import { releaseProxy, transferHandlers, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/umd/node-adapter.js';

const heap = SharedHeap.create({ reserve: '64MiB' });
const store = ImageStore.over(heap);
installTransferHandlers(transferHandlers, store);

const worker = new Worker(new URL('./service.js', import.meta.url), { workerData: heap.handle });
const service = wrap(nodeEndpoint(worker));

/** A call into a worker that has died never settles by itself: this one fails when the worker ends. */
const died = new Promise((_, reject) =>
  worker.once('exit', (code) => reject(new Error(`the service ended with ${code}`))),
);
const call = (promise) => Promise.race([promise, died]);
died.catch(() => {});

const image = await call(service.gradient(256, 64));
console.log(
  `the service made ${image.mode} ${image.width}x${image.height}:`,
  image.row(0).subarray(0, 4).join(' '),
  '…',
);
await call(service.invert(image));
console.log('and inverted it in place:', image.row(0).subarray(0, 4).join(' '), '…');
const small = await call(service.smaller(image, 64));
console.log(
  `a pipeline made ${small.mode} ${small.width}x${small.height} of it:`,
  small.row(0).subarray(0, 4).join(' '),
  '…',
);
small.release();
await call(service.gradient(-1, 1)).catch((error) => console.log(`${error.code}: ${error.message}`));

image.release();
await call(service.close());
service[releaseProxy]();
await worker.terminate();
console.log('images alive:', heap.stats().images.live);
