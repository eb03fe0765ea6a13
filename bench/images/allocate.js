/**
 * allocate: 24 megapixels of RGBA, taken and given back: an image of a warm cache, and a new SharedArrayBuffer of which one byte of every
 * page of 4 KiB is written once, as whoever uses it must. The image's pixels are arbitrary (`dirty`), for who will write them all.
 */

import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { median } from '@sharena/measure';
import { answer } from '../run/program.js';

const [WIDTH, HEIGHT] = [6000, 4000];
const PAGE = 4096;
/** Images for one sample of the cache. */
const IMAGES = 200;
const REPETITIONS = process.env.SHARENA_BENCH_QUICK === '1' ? 1 : 3;

const heap = SharedHeap.create({ reserve: '256MiB' });
const store = ImageStore.over(heap);
store.blocksMax = 16;

function cycle(dirty) {
  store.new('RGBA', WIDTH, HEIGHT, { dirty }).release();
}

const cases = {
  'image of a warm cache'() {
    for (let i = 0; i < IMAGES; i++) cycle(true);
    return IMAGES;
  },
  'the same, all pixels 0'() {
    cycle(false);
    return 1;
  },
  'SharedArrayBuffer, touched once'() {
    const bytes = new Uint8Array(new SharedArrayBuffer(WIDTH * HEIGHT * 4));
    for (let at = 0; at < bytes.length; at += PAGE) bytes[at] = 1;
    return 1;
  },
};
const samples = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = -1; round < REPETITIONS; round++) {
  for (const [name, run] of Object.entries(cases)) {
    const begun = performance.now();
    const times = run();
    if (round >= 0) samples[name].push(((performance.now() - begun) * 1e6) / times);
    globalThis.gc();
  }
}
heap.detach();
answer(Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, { ns: median(values) }])));
