// Does with images what it is told, and keeps them by number.
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const heap = SharedHeap.attach(workerData);
const store = ImageStore.over(heap);
const images = [];

const calls = {
  slot: () => heap.slot,
  thread: () => threadId,
  /** Makes images and answers their handles. */
  make(count, mode, width, height) {
    const made = Array.from({ length: count }, () => store.new(mode, width, height));
    images.push(...made);
    return made.map(({ handle }) => handle);
  },
  /** Opens images. */
  open(handles) {
    images.push(...handles.map((handle) => store.open(handle)));
  },
  takeOver(handles) {
    images.push(...handles.map((handle) => store.takeOver(handle)));
  },
  /** Gives every image away that it has. */
  giveAway: () => images.splice(0).map((image) => image.giveAway()),
  /** Releases what it has, in order. */
  release() {
    for (const image of images.splice(0)) image.release();
  },
  /** Makes and releases images of these heights, again and again. */
  churn(rounds, heights) {
    for (let round = 0; round < rounds; round++) {
      const made = heights.map((height) => store.new('L', 4096, height, { dirty: true }));
      for (const image of made) image.release();
    }
  },
  /** Does so for ever. It tells when it begins. */
  churnForEver(heights) {
    parentPort.postMessage({ begun: true });
    for (;;) calls.churn(1, heights);
  },
  set(setting, value) {
    store[setting] = value;
  },
  get: (setting) => store[setting],
  stats: () => store.stats(),
  detach: () => heap.detach(),
  exit: () => process.exit(0),
};

parentPort.on('message', ({ name, args }) => {
  try {
    parentPort.postMessage({ result: calls[name](...args) });
  } catch (error) {
    parentPort.postMessage({ error: String(error) });
  }
});
