/** The lock of an image: one for all threads, made once, gone with the image, and taken from the dead. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { RWLock } from '@sharena/atomics-sync';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { afterEach, expect, test } from 'vitest';
import { R_LOCK, RECORD_WORDS } from '../src/layout.ts';
import { lockOf, recoverLock } from '../src/pixels/lock.ts';

const workers: Worker[] = [];

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

const soon = { timeout: 10_000 };

test('threads that ask for the lock at once get the same, and writers exclude each other', async () => {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const store = ImageStore.over(heap);
  const images = Array.from({ length: 50 }, () => store.newBlock('I', 1, 1));
  const start = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { heap: heap.handle, images: images.map((image) => image.handle), start, threads: 3, rounds: 200 };
  const adding = [1, 2, 3].map(() => {
    const worker = new Worker(new URL('./workers/add.js', import.meta.url), { workerData });
    workers.push(worker);
    return once(worker, 'message', { signal: AbortSignal.timeout(20_000) });
  });
  const places = (await Promise.all(adding)).map(([offsets]) => offsets);
  expect(places[1]).toEqual(places[0]);
  expect(places[2]).toEqual(places[0]);
  expect(new Set(places[0]).size).toBe(images.length);
  expect(images[0].lock.byteOffset).toBe(places[0][0]);
  expect(images.map((image) => image.getPixel(0, 0))).toEqual(images.map(() => 600));
  for (const image of images) image.release();
  expect(heap.stats().images).toMatchObject({ live: 0 });
  heap.detach();
});

test('goes with its image: the next one in its record has another, and nothing is left', () => {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const store = ImageStore.over(heap);
  const used = () => heap.stats().objects.bytesInUse;
  {
    using image = store.new('L', 1, 1);
    image.lock.writeLock(soon);
  }
  const before = used();
  for (let i = 0; i < 3000; i++) {
    using image = store.new('L', 1, 1);
    expect(image.lock).toBe(image.lock);
    expect(image.lock.tryWriteLock()).not.toBe(false);
  }
  expect(used()).toBe(before);
  heap.detach();
});

test('many readers, one writer; an image that is closed has none', () => {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const store = ImageStore.over(heap);
  const image = store.new('L', 4, 4);
  using other = store.open(image.handle);
  image.lock.readLock(soon);
  expect(other.lock.tryReadLock()).not.toBe(false);
  expect(other.lock.tryWriteLock()).toBe(false);
  image.lock.readUnlock();
  other.lock.readUnlock();
  using _guard = other.lock.writeGuard(soon);
  image.release();
  expect(() => image.lock).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_IMAGE_CLOSED' }));
});

test('is taken from a thread that died with it, once', () => {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const record = heap.raw.calloc(1, RECORD_WORDS * 4) >>> 2;
  expect(recoverLock(heap, record, 5)).toBe(false); // nobody has asked for it yet
  expect(heap.words[record + R_LOCK]).toBe(0);
  const lock = lockOf(heap, record);
  expect(lock.owner).toBe(heap.slot + 1);
  const theirs = RWLock.at(heap.words.buffer, lock.byteOffset, { owner: 6 });
  theirs.writeLock(soon);
  expect(lock.tryWriteLock()).toBe(false);
  expect(recoverLock(heap, record, 4)).toBe(false);
  expect(recoverLock(heap, record, 5)).toBe(true);
  expect(lock.writeLock(soon)).toBe('owner-died');
  lock.writeUnlock();
  expect(recoverLock(heap, record, 5)).toBe(false);
  heap.detach();
});

test('a worker that is terminated with the lock leaves it to the others, who are told', async () => {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const store = ImageStore.over(heap);
  using image = store.new('L', 4, 4);
  const worker = new Worker(new URL('./workers/hold-lock.js', import.meta.url), {
    workerData: { heap: heap.handle, image: image.handle },
  });
  workers.push(worker);
  heap.watch(worker);
  await once(worker, 'message', { signal: AbortSignal.timeout(20_000) });
  expect(image.lock.tryWriteLock()).toBe(false);
  const waiting = image.lock.writeLockAsync(soon);
  await worker.terminate();
  expect(await waiting).toBe('owner-died');
  image.lock.markConsistent();
  image.lock.writeUnlock();
  expect(image.lock.readLock(soon)).toBe('acquired');
  image.lock.readUnlock();
});
