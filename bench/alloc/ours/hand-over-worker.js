// A thread of hand-over.js: the producer, which only allocates, or the consumer, which only frees.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { awaitChange, awaitStart, FIRST_FREE, Stopwatch } from './crew.js';
import { next } from './xorshift.js';

const BATCH = 4096;
const BATCHES = 100;
const SIZES = [8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048];

/** Words of the control memory, each in a cache line of its own: batches produced, batches consumed, the end. */
const PRODUCED = FIRST_FREE;
const CONSUMED = FIRST_FREE + 32;
const OVER = FIRST_FREE + 64;

const { handle, control, ring, sizes, produces, warmUp, milliseconds } = workerData;
const heap = SharedHeap.attach(handle);
const { words } = heap;
let seed = 1;

function fill(first) {
  for (let i = first; i < first + BATCH; i++) {
    const block = heap.malloc(64);
    words[block >>> 2] = 1;
    ring[i] = block;
  }
}

function fillMixed(first) {
  let x = seed;
  for (let i = first; i < first + BATCH; i++) {
    x = next(x);
    const block = heap.malloc(SIZES[((x >>> 16) * 17) >>> 16]);
    words[block >>> 2] = 1;
    ring[i] = block;
  }
  seed = x;
}

function drain(first) {
  for (let i = first; i < first + BATCH; i++) heap.free(ring[i]);
}

function produce() {
  const run = sizes === 'mixed' ? fillMixed : fill;
  for (let produced = 0; ; produced++) {
    awaitChange(control, CONSUMED, produced - BATCHES);
    if (Atomics.load(control, OVER) !== 0) return;
    run((produced % BATCHES) * BATCH);
    Atomics.store(control, PRODUCED, produced + 1);
    Atomics.notify(control, PRODUCED);
  }
}

function consume(watch) {
  for (let consumed = 0; ; consumed++) {
    awaitChange(control, PRODUCED, consumed);
    drain((consumed % BATCHES) * BATCH);
    const over = watch.add(BATCH);
    if (over) Atomics.store(control, OVER, 1);
    Atomics.store(control, CONSUMED, consumed + 1);
    Atomics.notify(control, CONSUMED);
    if (over) return;
  }
}

awaitStart(parentPort, control);
const watch = new Stopwatch(warmUp, milliseconds);
if (produces) produce();
else consume(watch);
parentPort.postMessage(watch.result);
