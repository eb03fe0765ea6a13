// A thread of threads.js: replaces blocks in the slots of its lane; with `larson`, by turns with the lane's other thread.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { awaitChange, awaitStart, Stopwatch } from './crew.js';
import { next } from './xorshift.js';

const LARSON_SLOTS = 5000;
const HAND_OVER = 500_000;
const BATCH = 1000;
const SIZES = 8192;

/** Values of a lane's word: the turn of thread 0 or 1, or the end. */
const OVER = 2;

const { handle, control, kind, slots, turn, me, warmUp, milliseconds } = workerData;
const heap = SharedHeap.attach(handle);
const { bytes, words } = heap;
const sizes = Int32Array.from({ length: SIZES }, (_, i) => 1 / (1 / 4 - ((1 / 4 - 1 / 32768) * (i + 0.5)) / SIZES));
let seed = workerData.seed;

function replaceLarson() {
  let x = seed;
  for (let i = 0; i < BATCH; i++) {
    x = next(x);
    const slot = ((x >>> 16) * LARSON_SLOTS) >>> 16;
    const size = 8 + (((x & 0xffff) * 993) >>> 16);
    heap.free(slots[slot]);
    const block = heap.malloc(size);
    bytes[block] = 1;
    bytes[block + size - 1] = 1;
    slots[slot] = block;
  }
  seed = x;
}

function replaceThread() {
  let x = seed;
  for (let i = 0; i < BATCH; i++) {
    x = next(x);
    const slot = x >>> 22;
    const size = sizes[x & (SIZES - 1)];
    heap.free(slots[slot]);
    const block = heap.malloc(size);
    for (let word = block >>> 2; word < (block + size) >>> 2; word++) words[word] = 1;
    slots[slot] = block;
  }
  seed = x;
}

/** One stint; answers whether the time is up. */
function work(watch, replace) {
  for (let did = 0; did < HAND_OVER; did += BATCH) {
    replace();
    if (watch.add(BATCH)) return true;
  }
  return false;
}

awaitStart(parentPort, control);
const watch = new Stopwatch(warmUp, milliseconds);
if (kind === 'larson') {
  for (;;) {
    awaitChange(control, turn, 1 - me);
    if (Atomics.load(control, turn) === OVER) break;
    const over = work(watch, replaceLarson);
    Atomics.store(control, turn, over ? OVER : 1 - me);
    Atomics.notify(control, turn);
    if (over) break;
  }
} else while (!work(watch, replaceThread));
parentPort.postMessage(watch.result);
