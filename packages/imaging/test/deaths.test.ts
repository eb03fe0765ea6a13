/**
 * What becomes of images and of the cache when threads share them, detach and die, through the built package. After every
 * test the invariants hold, and every block is accounted for: allocated = freed + cached + live.
 */
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { type ImageHandle, ImageStore } from '@sharena/imaging';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Hands } from './hands.ts';

let heap: SharedHeap;
let store: ImageStore;
let hands: Hands;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '256MiB' });
  store = ImageStore.over(heap);
  hands = new Hands(heap);
});

afterEach(async () => {
  await hands[Symbol.asyncDispose]();
  expect(live()).toBe(0);
  store.checkInvariants({ atRest: true });
  const { allocatedBlocks, freedBlocks, blocksCached } = store.stats();
  expect(allocatedBlocks).toBe(freedBlocks + blocksCached);
  heap.detach();
});

function live(): number {
  return (heap.stats().images as { live: number }).live;
}

const [A, B] = [
  [3, 'L', 1000, 1000],
  [2, 'RGBA', 300, 300],
] as const;

describe('a thread that dies', () => {
  test('takes its references with it, and nobody else’s', async () => {
    const [ann, bob] = [hands.start(), hands.start()];
    const fromAnn = await ann.call<ImageHandle[]>('make', ...A);
    const fromBob = await bob.call<ImageHandle[]>('make', ...B);
    await bob.call('open', fromAnn.slice(0, 2));
    await ann.call('open', fromBob);
    const mine = store.open(fromAnn[1]);
    expect(live()).toBe(5);
    await ann.kill();
    // Gone: the image that only ann held. Both others of hers are bob's, one is mine too.
    expect(live()).toBe(4);
    expect(() => store.open(fromAnn[2])).toThrow('was released');
    store.checkInvariants({ atRest: true });
    await bob.kill();
    expect(live()).toBe(1);
    expect(mine.row(999).length).toBe(1000);
    mine.release();
    expect(live()).toBe(0);
  });

  test('leaves its blocks to the cache', async () => {
    store.blocksMax = 8;
    const ann = hands.start();
    await ann.call('make', ...A);
    await ann.kill();
    expect(store.stats()).toMatchObject({ allocatedBlocks: 3, freedBlocks: 0, blocksCached: 3 });
    for (let i = 0; i < 3; i++) store.new('L', 1000, 1000).release();
    expect(store.stats()).toMatchObject({ allocatedBlocks: 3, reusedBlocks: 3 });
  });

  test('does not take what it has given away', async () => {
    const ann = hands.start();
    await ann.call('make', ...A);
    const handles = await ann.call<ImageHandle[]>('giveAway');
    await ann.kill();
    expect(live()).toBe(3);
    for (const handle of handles) store.takeOver(handle).release();
  });

  test('before it took over: the sender takes the references back', async () => {
    const ann = hands.start();
    const handle = store.new('L', 10, 10).giveAway();
    await ann.kill();
    expect(live()).toBe(1);
    store.takeOver(handle).release();
    // One that did take over had it.
    const bob = hands.start();
    const second = store.new('L', 10, 10).giveAway();
    await bob.call('takeOver', [second]);
    await bob.kill();
    expect(() => store.takeOver(second)).toThrow('was released');
  });

  test('with references on their way that never arrive: who knows recalls them', async () => {
    const ann = hands.start();
    const id = await ann.call<number>('thread');
    await ann.call('make', ...A);
    await ann.call('giveAway');
    await ann.kill();
    expect(store.recall(id)).toBe(3);
    expect(live()).toBe(0);
  });

  test('and detaches by process.exit() is as dead', async () => {
    const ann = hands.start();
    await ann.call('make', ...A);
    const ended = new Promise((resolve) => ann.worker.once('exit', resolve));
    ann.worker.postMessage({ name: 'exit', args: [] });
    await ended;
    expect(live()).toBe(0);
  });
});

test('a thread that detaches gives its references back, and a handle is stale then', async () => {
  const ann = hands.start();
  const handles = await ann.call<ImageHandle[]>('make', ...A);
  const mine = store.open(handles[0]);
  await ann.call('detach');
  expect(live()).toBe(1);
  expect(() => store.open(handles[1])).toThrow('was released');
  mine.release();
});

test('a thread that dies unwatched by one with images: the next that opens the store gives back', async () => {
  // This heap's first thread has no store; the worker is reaped all the same, but its images stay until somebody can.
  const other = SharedHeap.create({ reserve: '64MiB' });
  const worker = new Worker(new URL('./workers/hand.js', import.meta.url), { workerData: other.handle });
  other.watch(worker);
  worker.postMessage({ name: 'make', args: [...A] });
  await new Promise((resolve) => worker.once('message', resolve));
  await worker.terminate();
  expect(other.stats().abandonedSlots).toBe(1);
  const images = ImageStore.over(other);
  expect(other.stats()).toMatchObject({ images: { live: 0 }, abandonedSlots: 0 });
  images.checkInvariants({ atRest: true });
  other.detach();
});

test('settings are one for all threads, statistics are their sum', async () => {
  const [ann, bob] = [hands.start(), hands.start()];
  store.blockSize = 4096;
  await ann.call('set', 'blocksMax', 5);
  await bob.call('set', 'alignment', 16);
  expect([store.blocksMax, await bob.call('get', 'blocksMax')]).toEqual([5, 5]);
  expect([store.alignment, await ann.call('get', 'blockSize')]).toEqual([16, 4096]);
  for (const hand of [ann, bob]) {
    await hand.call('make', 1, 'L', 4096, 4);
    await hand.call('release');
  }
  // 4 blocks of one line each. Five are kept: those of ann, taken by bob, and no more.
  expect(store.stats()).toMatchObject({
    newCount: 2,
    allocatedBlocks: 4,
    reusedBlocks: 4,
    freedBlocks: 0,
    blocksCached: 4,
  });
  await ann.call('set', 'blocksMax', 1);
  expect(await bob.call('stats')).toMatchObject({ freedBlocks: 3, blocksCached: 1 });
  store.clearCache();
  expect(await ann.call('stats')).toMatchObject({ freedBlocks: 4, blocksCached: 0 });
});

test('threads that use the cache at once never keep more than it may hold, and lose nothing', async () => {
  store.blocksMax = 6;
  store.blockSize = 65536;
  const crew = Array.from({ length: 4 }, () => hands.start());
  // Blocks of two sizes, 5 to an image: not all of them find room in the cache.
  const churning = crew.map((hand) => hand.call('churn', 2000, [72, 16]));
  for (let i = 0; i < 200; i++) {
    const { blocksCached } = store.stats();
    expect(blocksCached).toBeLessThanOrEqual(6);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(churning);
  const { newCount, allocatedBlocks, reusedBlocks } = store.stats();
  expect(newCount).toBe(4 * 2000 * 2);
  expect(allocatedBlocks + reusedBlocks).toBe(4 * 2000 * 6);
  expect(reusedBlocks).toBeGreaterThan(0);
});

test('threads that are killed while they use the cache lose no block, and no count', { timeout: 60_000 }, async () => {
  store.blocksMax = 6;
  store.blockSize = 2 ** 20;
  const before = heap.stats().blocks.bytes;
  for (let round = 0; round < 12; round++) {
    const crew = Array.from({ length: 3 }, () => hands.start());
    await Promise.all(crew.map((hand) => hand.call('churnForEver', [600, 100])));
    await new Promise((resolve) => setTimeout(resolve, 5 + 3 * round));
    await Promise.all(crew.map((hand) => hand.kill()));
    expect(live()).toBe(0);
    store.checkInvariants({ atRest: true });
    heap.checkInvariants({ atRest: true });
  }
  store.clearCache();
  heap.trim();
  // What is left beside what was there: segments of records and cells. No block of a megabyte.
  expect(heap.stats().blocks.bytes - before).toBeLessThanOrEqual(2 * 65536);
});
