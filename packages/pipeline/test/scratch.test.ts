/** What kernels take while they run is given back, also when their thread dies in one. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { accelerate, gaussianBlur, rasterOf, scratchIn } from '@sharena/kernels';
import { expect, test } from 'vitest';

const side = 1500;

/** A heap with two images in it, as long as the test runs. */
function images() {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const acceleration = accelerate(heap.handle.memory, scratchIn(heap));
  const [from, to] = [heap.malloc(side * side), heap.malloc(side * side)];
  return { heap, acceleration, from, to };
}

test('a kernel gives back its scratch', () => {
  const { heap, acceleration, from, to } = images();
  expect(acceleration).not.toBe('scalar');
  const before = heap.stats().usedBytes;
  const src = rasterOf(heap.bytes, 'L', side, side, { offset: from });
  const dst = rasterOf(heap.bytes, 'L', side, side, { offset: to });
  gaussianBlur(src, dst, 0, side, 20);
  expect(heap.stats().usedBytes).toBe(before);
  heap.checkInvariants({ atRest: true });
  heap.detach();
});

test('the scratch of a thread that dies in a kernel is given back by who reaps it', async () => {
  const { heap, acceleration, from, to } = images();
  const before = heap.stats().usedBytes;
  // On a busy machine a thread may die before it has begun again: then another one shall.
  let held = 0;
  for (let i = 0; i < 50 && held < 2; i++) {
    const url = new URL('./workers/in-a-kernel.js', import.meta.url);
    const worker = new Worker(url, { workerData: { handle: heap.handle, side, from, to } });
    let atDeath = 0;
    worker.once('exit', () => {
      atDeath = heap.stats().usedBytes; // not reaped yet: this listener is the first
    });
    heap.watch(worker);
    const [ready] = await once(worker, 'message', { signal: AbortSignal.timeout(20_000) });
    expect(ready).toBe(acceleration);
    await worker.terminate();
    if (atDeath > before) held++;
    expect(heap.stats().usedBytes).toBe(before);
    heap.checkInvariants({ atRest: true });
  }
  expect(held).toBe(2);
  heap.detach();
});
