/** Images and Piscina: handles in tasks and results, strips written by all threads of a pool. Every wait has a deadline. */
import { SharedHeap } from '@sharena/heap';
import { type ImageHandle, ImageStore } from '@sharena/imaging';
import { Piscina } from 'piscina';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { within } from './within.ts';

let heap: SharedHeap;
let store: ImageStore;
let pool: Piscina;

beforeAll(() => {
  heap = SharedHeap.create({ reserve: '128MiB' });
  store = ImageStore.over(heap);
  pool = new Piscina({
    filename: new URL('./workers/strip-task.js', import.meta.url).href,
    workerData: heap.handle,
    minThreads: 3,
    maxThreads: 3,
    atomics: 'disabled',
  });
});

afterAll(async () => {
  await within(pool.destroy());
  expect(heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  heap.detach();
});

test('all threads write one image, each its strips, without a lock', async () => {
  store.blockSize = 65536;
  store.alignment = 64;
  using image = store.new('RGB;24', 701, 503);
  const strips = image.strips(Math.ceil(image.height / 12));
  expect(image.blocks.length).toBeGreaterThan(3);
  const tasks = strips.map(({ top, lines }, i) => pool.run({ image: image.handle, top, lines, value: i + 1 }));
  await within(Promise.all(tasks));
  strips.forEach(({ top, lines }, i) => {
    for (let y = top; y < top + lines; y++) expect(new Set(image.row(y))).toEqual(new Set([i + 1]));
  });
});

test('an image that a task makes comes back as its result', async () => {
  using image = store.new('RGBA', 31, 7);
  image.fill([1, 2, 3, 4], [3, 2, 9, 5]);
  const handle: ImageHandle = await within(pool.run({ image: image.handle }, { name: 'turn' }));
  using turned = store.takeOver(handle);
  expect([turned.width, turned.height]).toEqual([7, 31]);
  expect(turned.getBbox()).toEqual([2, 3, 5, 9]);
  expect(turned.getPixel(2, 3)).toEqual([1, 2, 3, 4]);
});

test('a stale handle is refused there, with the name of the error', async () => {
  const image = store.new('L', 1, 1);
  image.release();
  const refused = within(pool.run({ image: image.handle }, { name: 'stale' }));
  await expect(refused).rejects.toMatchObject({ message: 'the image of this handle was released' });
});
