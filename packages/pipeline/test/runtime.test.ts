/** Runtimes: their options, their heaps, their threads, and how they end. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { pipeline, Runtime, RuntimeError } from '@sharena/pipeline';
import { describe, expect, test } from 'vitest';
import { after, bytesOf, drain, noiseImage, one, oneData, oneImage, operation, PHOTOS } from './helpers.ts';

describe('options', () => {
  test.each([0, -1, 1.5, 129, Number.NaN, '2', null])('%o is no number of threads', async (threads) => {
    await expect(Runtime.start({ threads: threads as number })).rejects.toMatchObject({
      code: 'ERR_SHARENA_INVALID_ARGUMENT',
      message: expect.stringContaining('Expected `threads` to be a whole number from 1 to 128, got'),
    });
  });

  test.each([2, 'lazy', null, true])('%o are no options', async (options) => {
    await expect(Runtime.start(options as never)).rejects.toMatchObject({
      code: 'ERR_SHARENA_INVALID_ARGUMENT',
      argument: 'options',
    });
  });

  test('a name that no option has', async () => {
    await expect(Runtime.start({ thread: 2 } as never)).rejects.toMatchObject({
      code: 'ERR_SHARENA_INVALID_ARGUMENT',
      message: 'Expected `options.thread` to be left out: there are only threads, heap, reserve, execArgv, lazy, got 2',
    });
  });

  test.each([5, 'heap', {}, []])('%o is no heap', async (heap) => {
    await expect(Runtime.start({ heap: heap as never })).rejects.toMatchObject({
      code: 'ERR_SHARENA_INVALID_ARGUMENT',
      message: expect.stringContaining('Expected `heap` to be a SharedHeap'),
    });
  });

  test('as many threads as the machine runs at once', async () => {
    await using runtime = await Runtime.start({ reserve: '16MiB' });
    expect(runtime.threads).toBe(availableParallelism());
    expect(runtime.stats()).toEqual({ threads: runtime.threads, tasks: 0, bytesShared: 0 });
    expect(runtime.heap.stats()).toMatchObject({ threads: runtime.threads + 1, reserveBytes: 16 * 2 ** 20 });
  });

  test('more threads than the machine runs at once', async () => {
    await using runtime = await Runtime.start({ threads: availableParallelism() + 1, reserve: '16MiB' });
    using image = noiseImage(runtime.store, 'L', 50, 50);
    const strips = bytesOf(await oneImage(runtime.run(pipeline().map(operation('mark')), [image])));
    const whole = await oneImage(runtime.run(pipeline().map(operation('mark')), [image], { parallel: 'images' }));
    expect(strips).toEqual(bytesOf(whole));
  });

  test.each([
    ['a reserve that is no size', { reserve: 'much' }, 'ERR_SHARENA_INVALID_ARGUMENT', '`reserve`'],
    ['a reserve that is too small', { reserve: 5 }, 'ERR_SHARENA_INVALID_ARGUMENT', '`reserve`'],
    [
      'an argument that Node refuses',
      { execArgv: ['--bogus'] },
      'ERR_SHARENA_RUNTIME',
      'invalid execArgv flags: --bogus',
    ],
    [
      'a module that is not there',
      { execArgv: ['--import', 'file:///nowhere.mjs'] },
      'ERR_SHARENA_RUNTIME',
      "a thread does not start: Cannot find module '/nowhere.mjs'",
    ],
    [
      'a module that throws',
      { execArgv: ['--import', 'data:text/javascript,throw new Error("not here")'] },
      'ERR_SHARENA_RUNTIME',
      'a thread does not start: not here',
    ],
  ])('%s', async (_, options, code, message) => {
    await expect(Runtime.start({ threads: 2, ...options })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test('what `execArgv` imports is there before the operations', async () => {
    await using runtime = await Runtime.start({
      threads: 2,
      reserve: '16MiB',
      execArgv: ['--import', 'data:text/javascript,globalThis.leftByImport=42'],
    });
    using image = noiseImage(runtime.store, 'L', 4, 4);
    for (const parallel of ['images', 'strips'] as const) {
      using result = await oneImage(runtime.run(pipeline().map(operation('reads-a-global')), [image], { parallel }));
      expect(result.row(0)[0]).toBe(42);
    }
  });
});

describe('a lazy runtime', () => {
  const thumbnail = pipeline({ scaling: 'codec' }).resize(60).encode('png');

  test('starts its threads with the first task that needs one', async () => {
    await using runtime = await Runtime.start({ threads: 2, reserve: '32MiB', lazy: true });
    const { data } = await one(runtime.run(thumbnail, [PHOTOS.cat]));
    expect(data?.length).toBeGreaterThan(100);
    expect(runtime.heap.stats().threads).toBe(1);
    const results = await drain(runtime.run(pipeline().resize(60).encode('png'), [PHOTOS.cat, PHOTOS.flower]));
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
    expect(runtime.heap.stats().threads).toBe(3);
  });

  test('ends without having had any', async () => {
    const heap = SharedHeap.create({ reserve: '16MiB' });
    const runtime = await Runtime.start({ threads: 2, heap, lazy: true });
    await runtime.close();
    expect(heap.stats()).toMatchObject({ threads: 1, images: { live: 0 } });
    heap.detach();
  });

  test('reports with every input that they do not start, and ends', async () => {
    const execArgv = ['--import', 'data:text/javascript,throw new Error("not here")'];
    await using runtime = await Runtime.start({ threads: 2, reserve: '32MiB', lazy: true, execArgv });
    for (let run = 0; run < 2; run++) {
      const results = await drain(runtime.run(pipeline().flip().encode('png'), [PHOTOS.cat, PHOTOS.flower]));
      const error = expect.objectContaining({
        code: 'ERR_SHARENA_RUNTIME',
        message: 'a thread does not start: not here',
      });
      expect(results).toMatchObject([
        { ok: false, error },
        { ok: false, error },
      ]);
    }
    expect(await one(runtime.run(thumbnail, [PHOTOS.cat]))).toMatchObject({ width: 60, height: 30 });
  });
});

describe('heaps', () => {
  test('two runtimes over one heap see the same images', async () => {
    using heap = SharedHeap.create({ reserve: '64MiB' });
    await using first = await Runtime.start({ threads: 2, heap });
    await using second = await Runtime.start({ threads: 1, heap });
    expect([first.heap, second.heap]).toEqual([heap, heap]);
    expect(first.store).toBe(second.store);
    using image = await oneImage(first.run(pipeline().resize(50, 50), [PHOTOS.cat]));
    const a = await oneData(first.run(pipeline().flip().encode('png'), [image]));
    const b = await oneData(second.run(pipeline().flip().encode('png'), [image]));
    expect(a).toEqual(b);
    expect(heap.stats().threads).toBe(4);
  });

  test('a heap that was given stays attached, and gets its threads’ slots back', async () => {
    using heap = SharedHeap.create({ reserve: '64MiB' });
    const store = ImageStore.over(heap);
    using image = noiseImage(store, 'RGBA', 40, 40);
    const before = image.toBytes();
    for (let i = 0; i < 2; i++) {
      const runtime = await Runtime.start({ threads: 2, heap });
      const kept = await oneImage(runtime.run(pipeline().grayscale(), [image]));
      expect(heap.stats().threads).toBe(3);
      await runtime.close();
      expect(heap.isAttached).toBe(true);
      expect(heap.stats().threads).toBe(1);
      // Images outlive the threads that made them.
      expect(kept).toMatchObject({ isOpen: true, mode: 'LA' });
      kept.release();
    }
    expect(image.toBytes()).toEqual(before);
    expect(heap.stats().images).toMatchObject({ live: 1 });
  });

  test('a heap of its own is given up', async () => {
    const runtime = await Runtime.start({ threads: 1, reserve: '16MiB' });
    const image = noiseImage(runtime.store, 'L', 4, 4);
    await runtime.close();
    expect(runtime.heap.isAttached).toBe(false);
    expect(image.isOpen).toBe(false);
  });
});

describe('the end', () => {
  test('closing twice, at once and later', async () => {
    const runtime = await Runtime.start({ threads: 1, reserve: '16MiB' });
    const closing = runtime.close();
    expect(runtime.close()).toBe(closing);
    await closing;
    await runtime.close();
    await runtime[Symbol.asyncDispose]();
    expect(() => runtime.run(pipeline(), [])).toThrow(RuntimeError);
  });

  test('`await using` closes', async () => {
    let kept: Runtime;
    {
      await using runtime = await Runtime.start({ threads: 1, reserve: '16MiB' });
      kept = runtime;
    }
    expect(kept.heap.isAttached).toBe(false);
  });

  // The close() of Piscina ends as soon as one thread of several has nothing more to do, and terminates the others.
  test('waits for all that is in flight, also when threads differ in what they have to do', async () => {
    using heap = SharedHeap.create({ reserve: '64MiB' });
    const runtime = await Runtime.start({ threads: 2, heap });
    const images = [0, 250, 0, 250].map((ms) => {
      const image = runtime.store.newBlock('L', 4, 4);
      image.row(0)[0] = ms;
      return image;
    });
    const run = drain(runtime.run(pipeline().map(operation('wait')), images, { parallel: 'images' }));
    await after(30);
    await runtime.close();
    expect((await run).map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(heap.stats().images).toMatchObject({ live: 4 });
    for (const image of images) image.release();
  });

  const child = promisify(execFile);
  const script = fileURLToPath(operation('a-process'));

  /** Runs `test/workers/a-process.js` in a process of its own, which has ten seconds. */
  async function processThat(does: string): Promise<string> {
    const { stdout, stderr } = await child(process.execPath, [script, does, PHOTOS.cat], { timeout: 10_000 });
    expect(stderr).toBe('');
    return stdout.trim();
  }

  test.each([
    'closes',
    'does not close',
    'never runs anything',
    'leaves an interval and closes',
    'leaves an interval and does not close',
    'leaves a loop and does not close',
    'has threads that exit',
  ])('a process that %s ends by itself', async (does) => {
    expect(await processThat(does)).toBe('done');
  });
});

describe('threads between two tasks', () => {
  // Piscina’s threads sleep in Atomics.wait by default, and their timers, ports and promises stand still.
  test('timers go on', async () => {
    await using runtime = await Runtime.start({ threads: 1, reserve: '16MiB' });
    using image = noiseImage(runtime.store, 'L', 4, 4);
    const ticks = async () => {
      using result = await oneImage(runtime.run(pipeline().map(operation('between-tasks')), [image]));
      return result.row(0)[0];
    };
    expect(await ticks()).toBe(0);
    await after(200);
    expect(await ticks()).toBeGreaterThan(5);
  });

  test('an idle pool uses no processor time', async () => {
    await using runtime = await Runtime.start({ threads: 2, reserve: '16MiB' });
    await one(runtime.run(pipeline().resize(9).encode('png'), [PHOTOS.cat]));
    const before = process.cpuUsage();
    await after(300);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(150_000);
  });
});
