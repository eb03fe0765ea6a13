/** What images promise across threads, through the built package. Every wait has a deadline. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { type ImageHandle, ImageStore, type SharedImage } from '@sharena/imaging';
import { installTransferHandlers } from '@sharena/imaging/comlink';
import * as Comlink from 'comlink';
import nodeAdapter from 'comlink/dist/umd/node-adapter.js';
import { afterEach, expect, test } from 'vitest';

/** The adapter's types describe a module with a default export; what Node imports is the function. */
const nodeEndpoint = nodeAdapter as unknown as (worker: Worker) => Comlink.Endpoint;

const workers: Worker[] = [];

function start(file: string, workerData: unknown): Worker {
  const worker = new Worker(new URL(`./workers/${file}`, import.meta.url), { workerData });
  workers.push(worker);
  return worker;
}

async function answer(worker: Worker): Promise<unknown> {
  const [message] = await once(worker, 'message', { signal: AbortSignal.timeout(20_000) });
  return message;
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

test('handing over 24 megapixels copies no pixel, and both threads write the same memory', async () => {
  const heap = SharedHeap.create({ reserve: '256MiB' });
  const store = ImageStore.over(heap);
  using image = store.new('RGBA', 6000, 4000, { dirty: true });
  image.row(0).fill(1);
  const message = { handle: image.handle, top: 2000, bottom: 4000, value: 7 };
  const { serialize } = await import('node:v8');
  expect(serialize(message).length).toBeLessThan(128);
  const worker = start('paint.js', heap.handle);
  const allocated = store.stats().allocatedBlocks;
  worker.postMessage(message);
  expect(await answer(worker)).toEqual({ live: 1, first: 1 });
  expect([...new Set(image.row(2000))]).toEqual([7]);
  expect([...new Set(image.row(3999))]).toEqual([7]);
  expect(store.stats().allocatedBlocks).toBe(allocated);
});

test('threads that make, open and release images at once never share a pixel, and nothing is left', async () => {
  const heap = SharedHeap.create({ reserve: '256MiB' });
  const store = ImageStore.over(heap);
  const shared = store.new('L', 10, 10);
  const seeds = [11, 22, 33, 44];
  const churning = seeds.map((seed) =>
    start('churn.js', { heap: heap.handle, shared: shared.handle, rounds: 20_000, seed }),
  );
  const handles = (await Promise.all(churning.map(answer))) as ImageHandle[][];
  expect(handles.flat().length).toBeGreaterThan(0);
  handles.forEach((given, i) => {
    for (const handle of given) {
      using image = store.takeOver(handle);
      expect([...new Set(image.row(0))]).toEqual([seeds[i]]);
    }
  });
  shared.release();
  const { allocatedBlocks, freedBlocks } = store.stats();
  expect(freedBlocks).toBe(allocatedBlocks);
  expect(heap.stats()).toMatchObject({ images: { live: 0, blocks: 0 }, threads: 1 });
  heap.detach();
});

test('over Comlink images go as handles and errors keep their code', async () => {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const store = ImageStore.over(heap);
  installTransferHandlers(Comlink.transferHandlers, store);
  interface Service {
    invert(image: SharedImage): void;
    make(width: number, height: number, value: number): SharedImage;
    settled(): Promise<void>;
    fail(): void;
    failPlainly(): void;
  }
  const service = Comlink.wrap<Service>(nodeEndpoint(start('service.js', heap.handle)));
  using image = store.new('L', 64, 64);
  await service.invert(image as never);
  expect([...new Set(image.toBytes())]).toEqual([255]);
  {
    using made = (await service.make(5, 4, 9)) as unknown as SharedImage;
    expect(made).toMatchObject({ mode: 'L', width: 5, height: 4 });
    expect([...new Set(made.toBytes())]).toEqual([9]);
  }
  await expect(service.fail()).rejects.toMatchObject({ code: 'ERR_SHARENA_UNKNOWN_MODE', name: 'UnknownModeError' });
  await expect(service.failPlainly()).rejects.toThrow('plain');
  // The service gives its reference to the image that it made back in a turn of its own.
  await service.settled();
  expect(heap.stats().images).toMatchObject({ live: 1 });
});
