/**
 * One image in strips: two workers against one, on 24 megapixels.
 *
 *     node kernels/workers.js [--rounds 9]
 *
 * Each worker takes the next strip of 64 rows until there are none left; the main thread waits. The strips of one worker and of two are the
 * same ones, and so are the threads: with one at work the other sleeps.
 */
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import {
  accelerate,
  affine,
  colourMatrix,
  convolve,
  gaussianBlur,
  median,
  rasterOf,
  resize,
  rotate90,
  scratchIn,
  unsharp,
} from '@sharena/kernels';
import { median as middle } from '../report.js';
import { machine, makePhoto } from './photo.js';

const edge = [-1, -1, -1, -1, 9, -1, -1, -1, -1];
const sepia = [0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0];
/** What is measured: the size of the result, and the kernel. */
const steps = {
  'resize to a half, lanczos, exact': [[3000, 2000], (s, d, t, b) => resize(s, d, t, b, { filter: 'lanczos' })],
  'gaussian blur, sigma 2, exact': [[6000, 4000], (s, d, t, b) => gaussianBlur(s, d, t, b, 2)],
  'gaussian blur, sigma 2, fast': [[6000, 4000], (s, d, t, b) => gaussianBlur(s, d, t, b, 2, { precision: 'fast' })],
  'sharpen (unsharp mask)': [[6000, 4000], (s, d, t, b) => unsharp(s, d, t, b, { sigma: 1 })],
  'convolve, 3x3': [[6000, 4000], (s, d, t, b) => convolve(s, d, t, b, edge)],
  'median, 3x3': [[6000, 4000], (s, d, t, b) => median(s, d, t, b, 3)],
  'median, 5x5': [[6000, 4000], (s, d, t, b) => median(s, d, t, b, 5)],
  'affine, bicubic': [
    [6000, 4000],
    (s, d, t, b) => affine(s, d, t, b, [1, 0.1, -9, 0.1, 1, -9], { filter: 'bicubic' }),
  ],
  'colour matrix': [[6000, 4000], (s, d, t, b) => colourMatrix(s, d, t, b, sepia)],
  rotate90: [[4000, 6000], (s, d, t, b) => rotate90(s, d, t, b, 1)],
};
const [rows, layout] = [64, 'RGB;24'];

/** Words of the signal: which round it is, the next strip, workers that may work, workers that have ended. */
const [ROUND, NEXT, ALLOWED, ENDED] = [0, 1, 2, 3];

if (isMainThread) await measure();
else work();

async function measure() {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
  const { acceleration, photo } = await makePhoto(false, '6000x4000');
  const { rgb, image, heap } = photo;
  const target = image(layout, 6000, 4000);
  const signal = new Int32Array(new SharedArrayBuffer(16));
  const places = { source: rgb.rows[0], target: target.rows[0] };
  const workers = [0, 1].map(
    (id) => new Worker(new URL(import.meta.url), { workerData: { id, places, signal, heap: heap.handle } }),
  );
  await Promise.all(workers.map((worker) => new Promise((ready) => worker.once('message', ready))));
  console.log(`${machine()}, ${acceleration}\n6000x4000 RGB, milliseconds, medians of alternating rounds\n`);
  console.log(`${''.padEnd(40)}${'1 worker'.padStart(10)}${'2 workers'.padStart(11)}${'times'.padStart(8)}`);
  for (const name of Object.keys(steps)) {
    const times = { 1: [], 2: [] };
    for (let round = -2; round < Number(values.rounds); round++) {
      for (const count of [1, 2]) {
        const begun = performance.now();
        runRound(signal, Object.keys(steps).indexOf(name), count);
        if (round >= 0) times[count].push(performance.now() - begun);
      }
    }
    const [one, two] = [middle(times[1]), middle(times[2])];
    console.log(
      `${name.padEnd(40)}${one.toFixed(1).padStart(10)}${two.toFixed(1).padStart(11)}${(one / two).toFixed(2).padStart(8)}`,
    );
  }
  for (const worker of workers) await worker.terminate();
  heap.detach();
}

/** The round's number has the step in its lowest byte. */
function runRound(signal, step, count) {
  signal[NEXT] = 0;
  signal[ALLOWED] = count;
  signal[ENDED] = 0;
  Atomics.store(signal, ROUND, (Atomics.load(signal, ROUND) & ~255) + 256 + step);
  Atomics.notify(signal, ROUND);
  for (let ended = 0; ended < count; ended = Atomics.load(signal, ENDED)) Atomics.wait(signal, ENDED, ended);
}

function work() {
  const { id, places, signal, heap: handle } = workerData;
  const heap = SharedHeap.attach(handle);
  accelerate(heap.handle.memory, scratchIn(heap));
  const source = rasterOf(heap.bytes, layout, 6000, 4000, { offset: places.source });
  let seen = Atomics.load(signal, ROUND);
  parentPort.postMessage('ready');
  for (;;) {
    Atomics.wait(signal, ROUND, seen);
    seen = Atomics.load(signal, ROUND);
    if (id >= signal[ALLOWED]) continue;
    const [[width, height], run] = Object.values(steps)[seen & 255];
    const target = rasterOf(heap.bytes, layout, width, height, { offset: places.target });
    for (let top = takeStrip(signal); top < height; top = takeStrip(signal))
      run(source, target, top, Math.min(top + rows, height));
    Atomics.add(signal, ENDED, 1);
    Atomics.notify(signal, ENDED);
  }
}

function takeStrip(signal) {
  return Atomics.add(signal, NEXT, 1) * rows;
}
