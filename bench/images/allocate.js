/**
 * 24 megapixels of RGBA, taken and given back: an image of a warm cache, and a new SharedArrayBuffer of which one byte of every
 * page of 4 KiB is written once, as whoever uses it must. The image's pixels are arbitrary (`dirty`), for who will write them all.
 */
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { printGoal, printTable, ratioOf } from '../report.js';

const [WIDTH, HEIGHT] = [6000, 4000];
const PAGE = 4096;
/** Images for one sample. */
const IMAGES = 200;

/** Measures in alternating rounds, prints the medians, and answers whether the goal is reached. */
export async function allocate(rounds) {
  const heap = SharedHeap.create({ reserve: '256MiB' });
  const store = ImageStore.over(heap);
  store.blocksMax = 16;

  function cycle(dirty) {
    store.new('RGBA', WIDTH, HEIGHT, { dirty }).release();
  }

  const cached = {
    name: 'an image of a warm cache',
    samples: [],
    run() {
      for (let i = 0; i < IMAGES; i++) cycle(true);
      return IMAGES;
    },
  };
  const clean = {
    name: 'the same, all pixels 0',
    samples: [],
    run() {
      cycle(false);
      return 1;
    },
  };
  const buffer = {
    name: 'new SharedArrayBuffer, touched once',
    samples: [],
    run() {
      const bytes = new Uint8Array(new SharedArrayBuffer(WIDTH * HEIGHT * 4));
      for (let at = 0; at < bytes.length; at += PAGE) bytes[at] = 1;
      return 1;
    },
  };
  const cases = [cached, clean, buffer];
  for (const { run } of cases) run();
  for (let round = 0; round < rounds; round++) {
    for (const { run, samples } of cases) {
      const begun = performance.now();
      const times = run();
      samples.push(((performance.now() - begun) * 1e6) / times);
      globalThis.gc?.();
    }
  }
  printTable('24 megapixels of RGBA, allocated and freed', cases);
  heap.detach();
  return printGoal('new SharedArrayBuffer : cached image', ratioOf(buffer, cached), 100);
}
