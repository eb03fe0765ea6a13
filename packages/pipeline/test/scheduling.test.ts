/** What a run does with time, memory and threads: it admits what there is room for, stops when it is told, and begins again. */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { type Input, pipeline, Runtime } from '@sharena/pipeline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Admission } from '../src/admission.ts';
import {
  after,
  BOTH,
  bytesOf,
  collect,
  drain,
  noiseImage,
  oneFailure,
  oneImage,
  operation,
  PHOTOS,
  pngOf,
  succeed,
} from './helpers.ts';

const MISBEHAVE = operation('misbehave');
const NOTHING = { live: 0, blocks: 0, bytes: 0 };

/** No thread of this one dies. */
let calm: Runtime;
let calmDeaths = 0;
/** Threads of this one are killed, and replaced. */
let stricken: Runtime;

beforeAll(async () => {
  const watch = (worker: Worker): void => void worker.once('exit', () => calmDeaths++);
  process.on('worker', watch);
  calm = await start('128MiB');
  process.off('worker', watch);
  stricken = await start('128MiB');
});

let expectBalance: () => void;

beforeEach(() => {
  const live = () => [calm, stricken].map(({ heap }) => (heap.stats().images as { live: number }).live);
  const before = live();
  expectBalance = () => expect(live()).toEqual(before);
});

afterEach(() => expectBalance());

afterAll(async () => {
  expect(calmDeaths).toBe(0);
  await Promise.all([calm.close(), stricken.close()]);
});

function start(reserve: string, threads = 2): Promise<Runtime> {
  return Runtime.start({ threads, reserve });
}

/** An image whose first byte is `first`. */
function marked(store: ImageStore, first: number, width = 16, height = 16): SharedImage {
  const image = noiseImage(store, 'L', width, height);
  image.row(0)[0] = first;
  return image;
}

/** The threads that start from now on, in their order. */
function workersFromNow(): Worker[] {
  const workers: Worker[] = [];
  const listen = (worker: Worker): void => void workers.push(worker);
  process.on('worker', listen);
  onTestFinished(() => void process.off('worker', listen));
  return workers;
}

describe('admission', () => {
  const free = 1000;
  const heap = { isAttached: true, freeBytes: free } as unknown as SharedHeap;
  const entered = async (entering: Promise<unknown>): Promise<boolean> =>
    Promise.race([entering.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))]);

  test('one is always let in, a second one if there is room beside it', async () => {
    const admission = new Admission(heap);
    const large = await admission.enter(5000);
    const second = admission.enter(10);
    expect(await entered(second)).toBe(false);
    large.leave();
    expect(await entered(second)).toBe(true);
    expect(large.wasShared).toBe(false);
    expect(await entered(admission.enter(980))).toBe(true);
    expect((await second).wasShared).toBe(true);
  });

  test('nobody overtakes, and leaving twice is leaving once', async () => {
    const admission = new Admission(heap);
    const first = await admission.enter(600);
    const large = admission.enter(900);
    const small = admission.enter(1);
    expect(await entered(small)).toBe(false);
    first.leave();
    first.leave();
    expect(await entered(large)).toBe(true);
    expect(await entered(small)).toBe(true);
  });

  test('who wants to be alone waits for all others, and all others for it', async () => {
    const admission = new Admission(heap);
    const first = await admission.enter(1);
    const alone = admission.enter(1, true);
    const last = admission.enter(1);
    expect(await entered(alone)).toBe(false);
    first.leave();
    const place = await alone;
    expect(await entered(last)).toBe(false);
    expect(place.wasShared).toBe(false);
    place.leave();
    expect(await entered(last)).toBe(true);
  });
});

describe('memory', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await start('48MiB');
  });
  afterAll(() => runtime.close());

  test('images that fill most of the heap are done one after the other, those that do not fit are reported', async () => {
    const png = (width: number, height: number) => pngOf(width, height, '#123');
    const [large, small, huge] = await Promise.all([png(3500, 3000), png(300, 200), png(5000, 4000)]);
    const inputs = [large, small, large, huge, small, large, large];
    const plan = pipeline().resize(40, 30).encode('png');
    const results = await drain(runtime.run(plan, inputs, { parallel: 'images' }));
    expect(results.map(({ ok }) => ok)).toEqual(inputs.map((input) => input !== huge));
    expect(results[3]).toMatchObject({ error: { code: 'ERR_SHARENA_HEAP_EXHAUSTED' } });
    expect(runtime.heap.stats().images).toEqual(NOTHING);
  });

  test('an image whose need was not foreseen is done again alone', async () => {
    const mark = await pngOf(3500, 3000, '#456');
    using image = noiseImage(runtime.store, 'L', 30, 30);
    // The second input, of 31 MB, is not known before: two at a time cannot be.
    const plan = pipeline().composite('mark', {}, pipeline().resize(10, 10));
    const inputs: Input[] = Array.from({ length: 6 }, () => ({ source: image, inputs: { mark } }));
    const results = await drain(runtime.run(plan, inputs, { parallel: 'images' }));
    expect(results.map(({ ok }) => ok)).toEqual(inputs.map(() => true));
  });

  test('an async source is not read further than there are images in work', async () => {
    using image = marked(calm.store, 0);
    let given = 0;
    async function* source(): AsyncGenerator<Input> {
      for (let i = 0; i < 40; i++) {
        given++;
        yield image;
      }
    }
    let taken = 0;
    for await (const result of calm.run(pipeline().flip(), source(), { parallel: 'images' })) {
      if (result.ok) result.image?.release();
      taken++;
      expect(given - taken).toBeLessThanOrEqual(2 * 2 + 1);
      await after(1);
    }
    expect(taken).toBe(40);
  });
});

describe.each(BOTH)('time: %o', (options) => {
  test('an operation that does never return or never settle is given up, the others are done', async () => {
    const images = [0, 1, 0, 2, 0].map((first) => marked(stricken.store, first));
    const plan = pipeline()
      .flip()
      .flip()
      .map(MISBEHAVE, { how: 'never return', when: 1 })
      .map(MISBEHAVE, { how: 'never settle', when: 2 });
    const results = await drain(stricken.run(plan, images, { ...options, timeout: 2000, grace: 50 }));
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true, false, true]);
    for (const i of [1, 3]) {
      const message = `input ${i}: took longer than 2000 ms`;
      expect(results[i]).toMatchObject({ error: { code: 'ERR_SHARENA_TIMEOUT', name: 'TimeoutError', message } });
    }
    for (const image of images) image.release();
    expect(stricken.heap.stats().images).toEqual(NOTHING);
  });

  test('an image that is slow, not stuck, stops by itself: no thread is killed', async () => {
    using image = noiseImage(calm.store, 'L', 4096, 4096);
    const plan = pipeline().map(operation('slow'), { ms: 20 });
    const { error } = await oneFailure(calm.run(plan, [image], { ...options, timeout: 60 }));
    expect(error).toMatchObject({ code: 'ERR_SHARENA_TIMEOUT' });
    expect(calmDeaths).toBe(0);
    expect(calm.heap.stats().images).toMatchObject({ live: 1 });
  });

  test('waiting for a thread does not count', async () => {
    await using runtime = await start('128MiB', 1);
    const images = [0, 0, 0, 0].map((first) => marked(runtime.store, first));
    const plan = pipeline().map(operation('slow'), { ms: 150 });
    const results = await drain(runtime.run(plan, images, { ...options, timeout: 400 }));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    for (const image of images) image.release();
  });

  test('aborted in the middle of an image: no more strips are begun, and no thread is killed', async () => {
    using image = noiseImage(calm.store, 'L', 4096, 4096);
    const controller = new AbortController();
    const words = new Int32Array(new SharedArrayBuffer(8));
    const plan = pipeline().map(operation('gate'), { words }); // 32 bands of each image
    const run = drain(calm.run(plan, [image, image], { ...options, signal: controller.signal }));
    while (Atomics.load(words, 0) < 2) await after(1); // both threads are in a strip
    controller.abort(new Error('enough'));
    await after(0);
    Atomics.store(words, 1, 1);
    Atomics.notify(words, 1);
    await expect(run).rejects.toThrow('enough');
    expect(words[0]).toBe(2);
    expect(calmDeaths).toBe(0);
    expect(calm.heap.stats().images).toMatchObject({ live: 1 });
  });

  test('aborted while an operation never returns: its thread is killed after the grace', async () => {
    using image = marked(stricken.store, 1);
    const controller = new AbortController();
    const plan = pipeline().flip().flip().map(MISBEHAVE, { how: 'never return', when: 1 });
    const run = drain(stricken.run(plan, [image], { ...options, signal: controller.signal, grace: 50 }));
    await after(150);
    controller.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    const again = await oneImage(stricken.run(pipeline().negate(), [image], options));
    expect(bytesOf(again)).toHaveLength(256);
    expect(stricken.heap.stats().images).toMatchObject({ live: 1 });
  });
});

describe.each(BOTH)('threads that are terminated: %o', (options) => {
  test('their images are begun again, and become what they would have become', async () => {
    const workers = workersFromNow();
    await using runtime = await start('128MiB');
    const images = Array.from({ length: 6 }, (_, i) => marked(runtime.store, i, 600, 1024));
    const plan = pipeline().flip().map(operation('slow'), { ms: 60 }).resize(50, 50);
    const expected = (await succeed(runtime.run(plan, images))).map(({ image }) => bytesOf(image as SharedImage));
    let strikes = 3;
    const strike = setInterval(() => strikes-- > 0 && void workers.shift()?.terminate(), 200);
    onTestFinished(() => clearInterval(strike));
    const results = await collect(runtime.run(plan, images, { ...options, retries: 100 }));
    clearInterval(strike);
    for (const result of results) {
      if (!result.ok) throw result.error;
      expect(bytesOf(result.image as SharedImage)).toEqual(expected[result.index]);
    }
    for (const image of images) image.release();
  });

  test('as they start, so that the pool starts none any more: another pool takes its place', async () => {
    await using runtime = await start('128MiB', 1);
    using image = marked(runtime.store, 1);
    using good = marked(runtime.store, 0);
    const workers = workersFromNow();
    const plan = pipeline().flip().flip().map(MISBEHAVE, { how: 'exit', when: 1 });
    const run = collect(runtime.run(plan, [image, good], { ...options, retries: 1 }));
    while (workers.length === 0) await after(1);
    await workers[0].terminate();
    const results = await run;
    expect(results.map(({ ok }) => ok)).toEqual([false, true]);
    if (results[1].ok) results[1].image?.release();
  });

  test('retries: 0 begins nothing again', async () => {
    using image = marked(stricken.store, 1);
    const plan = pipeline().map(MISBEHAVE, { how: 'exit', when: 1 });
    const { error } = await oneFailure(stricken.run(plan, [image], { ...options, retries: 0 }));
    expect(error).toMatchObject({
      code: 'ERR_SHARENA_RUNTIME',
      message: 'a thread of the pool failed: worker exited with code: 3',
      deaths: 1,
    });
  });
});

test('closing waits for threads that were killed', async () => {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const workers = workersFromNow();
  const runtime = await Runtime.start({ threads: 2, heap });
  using image = marked(runtime.store, 1);
  const exits = workers.map((worker) => once(worker, 'exit'));
  const plan = pipeline().map(MISBEHAVE, { how: 'never return', when: 1 });
  await oneFailure(runtime.run(plan, [image], { parallel: 'images', timeout: 50, grace: 0 }));
  await runtime.close();
  await Promise.all(exits);
  expect(heap.stats()).toMatchObject({ threads: 1, images: { live: 1 } });
});

test.each([
  [{ timeout: 0 }, '`timeout` to be a whole number from 1 to'],
  [{ timeout: '5' }, '`timeout` to be a whole number from 1 to'],
  [{ retries: -1 }, '`retries` to be a whole number from 0 to 100'],
  [{ grace: 1.5 }, '`grace` to be a whole number from 0 to'],
  [{ inputs: { mark: 7 } }, '`inputs.mark` to be a path'],
])('%o is refused', async (options, message) => {
  await expect(collect(calm.run(pipeline(), [PHOTOS.cat], options as never))).rejects.toMatchObject({
    code: 'ERR_SHARENA_INVALID_ARGUMENT',
    message: expect.stringContaining(message),
  });
});
