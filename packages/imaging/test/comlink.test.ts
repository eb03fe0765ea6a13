/** Images over Comlink: pixels worked on where they lie, references that go along. Every call has a deadline. */
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { type Box, type ImageHandle, ImageStore, type SharedImage } from '@sharena/imaging';
import { give, installTransferHandlers } from '@sharena/imaging/comlink';
import * as Comlink from 'comlink';
import nodeAdapter from 'comlink/dist/umd/node-adapter.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { within } from './within.ts';

/** The adapter's types describe a module with a default export; what Node imports is the function. */
const nodeEndpoint = nodeAdapter as unknown as (worker: Worker) => Comlink.Endpoint;

interface Darkroom {
  cut(image: SharedImage, box: Box): Promise<SharedImage>;
  paint(image: ImageHandle, top: number, lines: number, value: number): Promise<void>;
  keep(image: SharedImage): Promise<number>;
  drop(): Promise<void>;
}

let heap: SharedHeap;
let store: ImageStore;
let worker: Worker;
let darkroom: Darkroom;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '64MiB' });
  store = ImageStore.over(heap);
  store.blockSize = 4096;
  worker = new Worker(new URL('./workers/darkroom.js', import.meta.url), { workerData: heap.handle });
  installTransferHandlers(Comlink.transferHandlers, store);
  darkroom = Comlink.wrap(nodeEndpoint(worker)) as unknown as Darkroom;
});

afterEach(async () => {
  await worker.terminate();
  heap.detach();
});

test('an image that is answered comes with the reference of who made it', async () => {
  {
    using image = store.new('RGBA', 60, 50);
    image.fill([1, 2, 3, 4], [10, 10, 20, 20]);
    using cropped = await within(darkroom.cut(image, [8, 9, 30, 70]));
    expect([cropped.width, cropped.height]).toEqual([22, 61]);
    expect(cropped.getBbox()).toEqual([2, 1, 12, 11]);
    expect(heap.stats().images).toMatchObject({ live: 2 });
  }
  expect(heap.stats().images, 'the service has kept nothing').toMatchObject({ live: 0 });
});

test('calls that are under way together write their strips of one image, by its handle', async () => {
  using image = store.new('L', 1000, 37);
  const strips = image.strips(3);
  const calls = strips.map(({ top, lines }, i) => darkroom.paint(image.handle, top, lines, i + 1));
  await within(Promise.all(calls));
  for (const [i, { top, lines }] of strips.entries()) {
    for (let y = top; y < top + lines; y++) expect(new Set(image.row(y))).toEqual(new Set([i + 1]));
  }
});

test('what is given away is closed here, and lives there', async () => {
  const image = store.new('L', 3, 3);
  image.fill(5);
  expect(await within(darkroom.keep(give(image)))).toBe(5);
  expect(image.isOpen).toBe(false);
  expect(heap.stats().images).toMatchObject({ live: 1 });
  await within(darkroom.drop());
  expect(heap.stats().images).toMatchObject({ live: 0 });
});

test('only the next message takes the reference', async () => {
  using image = store.new('L', 3, 3);
  image.retain();
  await within(darkroom.keep(give(image)));
  await within(darkroom.keep(image));
  await within(darkroom.drop());
  image.fill(9); // one of the two is still here
  image.release();
  expect(image.isOpen).toBe(false);
  expect(heap.stats().images).toMatchObject({ live: 0 });
});

test('more messages under way than an image can have references in: refused, and nothing is lost', async () => {
  const image = store.new('L', 3, 3);
  const call = async () => await within(darkroom.keep(image)); // what is thrown at once is a rejection, too
  const calls = Array.from({ length: 40 }, () => call().catch((error) => error.code));
  const answers = await Promise.all(calls);
  expect(new Set(answers)).toEqual(new Set([0, 'ERR_SHARENA_TOO_MANY_REFERENCES']));
  await within(darkroom.drop());
  image.release();
  expect(heap.stats().images).toMatchObject({ live: 0 });
});
