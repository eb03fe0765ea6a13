/** hand-over <64|mixed> <warm-up ms> <ms>: see native/hand-over.c. */
import { SharedHeap } from '@sharena/heap';
import { runTogether } from './crew.js';
import { answer } from './measure.js';

const [sizes, warmUp, milliseconds] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const heap = SharedHeap.create();
const control = new Int32Array(new SharedArrayBuffer(4096));
const ring = new Uint32Array(new SharedArrayBuffer(4 * 4096 * 100));
const shared = { handle: heap.handle, ring, sizes, warmUp, milliseconds };
const [, { done, elapsed, processor }] = await runTogether('./hand-over-worker.js', control, [
  { ...shared, produces: true },
  { ...shared, produces: false },
]);
answer({ perSecond: (done / elapsed) * 1e9, processor: processor / done });
