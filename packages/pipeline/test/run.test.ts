/** Runs: inputs and outputs of every kind, the order of results, progress, and every way in which a run ends. */
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SharedImage } from '@sharena/imaging';
import { type Input, type Progress, pipeline, type RunResult, Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  after,
  bytesOf,
  collect,
  drain,
  expectSameBytes,
  noiseImage,
  one,
  oneData,
  oneFailure,
  oneImage,
  operation,
  PHOTOS,
  photo,
  succeed,
  temporaryFolder,
  useRuntime,
} from './helpers.ts';

const THREADS = 2;
/** Inputs that a run has read and not answered yet: one for each thread, and as many that wait. */
const AHEAD = 2 * THREADS;
const BOTH = ['images', 'strips'] as const;
const WAIT = pipeline().map(operation('wait'));

let runtime: Runtime;
let liveBefore: number;
useRuntime((started) => {
  runtime = started;
});

beforeEach(() => {
  liveBefore = 0;
  liveBefore = live();
});

/** Images that are alive, beside those of a test that failed before. */
function live(): number {
  return (runtime.heap.stats().images as { live: number }).live - liveBefore;
}

/** An image whose first byte is how many milliseconds the operation `wait` takes for it. */
function waiting(ms: number): SharedImage {
  const image = runtime.store.newBlock('L', 2, 4);
  image.row(0)[0] = ms;
  return image;
}

function release(images: Iterable<SharedImage>): void {
  for (const image of images) image.release();
}

describe('inputs', () => {
  const plan = pipeline({ reducingGap: null }).resize(64, 64); // an image in the heap is of the whole size as well
  let expected: Uint8Array;
  beforeAll(async () => {
    expected = bytesOf(await oneImage(runtime.run(plan, [PHOTOS.flower])));
  });

  /** What the input is made into, as images and in strips. Answers its name. */
  async function expectFlower(input: Input): Promise<string> {
    const names = new Set<string>();
    for (const parallel of BOTH) {
      const result = await one(runtime.run(plan, [input], { parallel }));
      expect(result).toMatchObject({ index: 0, width: 64, height: 64, data: undefined, file: undefined });
      expect(result.input).toBe(input);
      expectSameBytes(bytesOf(result.image as SharedImage), expected);
      names.add(result.name);
    }
    expect(names.size).toBe(1);
    return [...names][0];
  }

  test('a path', async () => {
    expect(await expectFlower(PHOTOS.flower)).toBe('image.jpg');
  });

  test('a file: URL, of a path that needs escapes', async () => {
    const path = join(await temporaryFolder(), 'a 100% ünusual #name?.jpg');
    await writeFile(path, photo('flower'));
    expect(await expectFlower(pathToFileURL(path))).toBe(basename(path));
  });

  test('bytes, which stay the caller’s', async () => {
    const bytes = photo('flower');
    expect(await expectFlower(bytes)).toBe('input 0');
    expectSameBytes(bytes, photo('flower'));
    await expectFlower(Buffer.from(bytes));
  });

  test('bytes that are a part of a larger buffer go alone', async () => {
    const bytes = photo('flower');
    const large = new Uint8Array(64 * 2 ** 20); // structured clone would copy all of it
    large.set(bytes, 1000);
    await expectFlower(large.subarray(1000, 1000 + bytes.length));
  });

  test('bytes in shared memory, which are never put in a transfer list', async () => {
    const bytes = photo('flower');
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 10), 7, bytes.length);
    shared.set(bytes);
    await expectFlower(shared);
    expectSameBytes(shared, bytes);
    // They may lie in the heap itself, as a server that reads uploads into it has them.
    const { heap } = runtime;
    const address = heap.malloc(bytes.length);
    const view = heap.view(Uint8Array, address, bytes.length);
    view.set(bytes);
    await expectFlower(view);
    heap.free(address);
  });

  test('an image in the heap', async () => {
    using image = await oneImage(runtime.run(pipeline(), [PHOTOS.flower]));
    const before = image.toBytes();
    expect(await expectFlower(image)).toBe('input 0');
    expectSameBytes(image.toBytes(), before);
  });

  test('named inputs of every kind', async () => {
    using image = await oneImage(runtime.run(pipeline(), [PHOTOS.flower]));
    for (const source of [PHOTOS.flower, pathToFileURL(PHOTOS.flower), photo('flower'), image]) {
      expect(await expectFlower({ source, name: 'acanthus' })).toBe('acanthus');
    }
    expect(await expectFlower({ source: PHOTOS.flower })).toBe('image.jpg');
  });

  test.each([
    ['a number', 5],
    ['null', null],
    ['nothing', undefined],
    ['an object', {}],
    ['an ArrayBuffer', new ArrayBuffer(8)],
    ['a URL of the web', new URL('https://example.com/a.jpg')],
    ['a named number', { source: 5 }],
  ])('%s is no input, which does not stop the others', async (_, input) => {
    for (const parallel of BOTH) {
      const results = await collect(runtime.run(plan, [PHOTOS.cat, input as never, PHOTOS.flower], { parallel }));
      expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
      expect(results[1]).toMatchObject({ name: 'input 1', error: { code: 'ERR_SHARENA_INVALID_ARGUMENT' } });
      const message = 'Expected `inputs[1]` to be a path, a file: URL, a Uint8Array or a SharedImage, got';
      expect(results[1]).toHaveProperty('error.message', expect.stringContaining(message));
      release(results.flatMap((result) => (result.ok && result.image ? [result.image] : [])));
    }
  });

  test('an image of a mode that pipelines do not have', async () => {
    for (const mode of ['RGB', 'CMYK', 'I;16B', 'P'] as const) {
      using image = runtime.store.new(mode, 4, 4);
      const { error } = await oneFailure(runtime.run(pipeline().encode('png'), [image]));
      expect(error.message).toBe(
        `Expected \`inputs[0].mode\` to be one of L, LA, RGB;24, RGBA, I;16, I, F, got "${mode}"`,
      );
    }
  });

  test('an image that was released, and one of another heap', async () => {
    const released = noiseImage(runtime.store, 'L', 4, 4);
    released.release();
    await using other = await Runtime.start({ threads: 1, reserve: '16MiB' });
    using foreign = noiseImage(other.store, 'L', 4, 4);
    for (const parallel of BOTH) {
      for (const image of [released, foreign]) {
        const { error } = await oneFailure(runtime.run(plan, [image], { parallel }));
        expect(error.code).toBe('ERR_SHARENA_STALE_HANDLE');
      }
    }
  });
});

describe('sources', () => {
  test('lists, sets, generators and async generators', async () => {
    const images = [1, 2, 3, 4, 5].map(() => waiting(0));
    function* generator() {
      yield* images;
    }
    async function* asyncGenerator() {
      for (const image of images) {
        await after(1);
        yield image;
      }
    }
    for (const parallel of BOTH) {
      for (const source of [images, new Set(images), generator(), asyncGenerator()]) {
        const results = await succeed(runtime.run(pipeline(), source, { parallel }));
        expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
        expect(results.map(({ input }) => input)).toEqual(images);
        for (const { image } of results) image?.release();
      }
    }
    release(images);
  });

  test('no input at all', async () => {
    expect(await collect(runtime.run(pipeline(), []))).toEqual([]);
    expect(await collect(runtime.run(pipeline(), (async function* () {})()))).toEqual([]);
  });

  test.each([
    ['a path', 'photo.jpg'],
    ['bytes', new Uint8Array(3)],
    ['nothing', undefined],
    ['an object', {}],
  ])('%s alone is no list', async (_, inputs) => {
    await expect(collect(runtime.run(pipeline(), inputs as never))).rejects.toMatchObject({
      code: 'ERR_SHARENA_INVALID_ARGUMENT',
      message: expect.stringMatching(
        /^Expected `inputs` to be a list, an iterable or an async iterable of inputs, got/,
      ),
    });
  });

  test.each([
    ['images', AHEAD],
    ['strips', 1],
  ] as const)('are read as needed: with %s at most %i inputs ahead of the results', async (parallel, most) => {
    const images = Array.from({ length: 20 }, () => waiting(0));
    let read = 0;
    let furthest = 0;
    let results = 0;
    async function* source() {
      for (const image of images) {
        furthest = Math.max(furthest, ++read - results);
        yield image;
      }
    }
    for await (const result of runtime.run(pipeline(), source(), { parallel })) {
      await after(1);
      furthest = Math.max(furthest, read - results);
      results++;
      if (result.ok) result.image?.release();
    }
    expect([read, results]).toEqual([20, 20]);
    expect(furthest).toBe(most);
    release(images);
  });

  test('a source that waits for a result before it gives the next input', async () => {
    const images = [waiting(0), waiting(0), waiting(0)];
    let answered = () => {};
    async function* source() {
      for (const image of images) {
        const answer = new Promise<void>((resolve) => {
          answered = resolve;
        });
        yield image;
        await answer;
      }
    }
    let results = 0;
    for await (const result of runtime.run(pipeline(), source(), { parallel: 'images' })) {
      results++;
      if (result.ok) result.image?.release();
      answered();
    }
    expect(results).toBe(3);
    release(images);
  });

  test('a source that throws ends the run with its error, when what is in flight has ended', async () => {
    const images = [waiting(50), waiting(0)];
    async function* source() {
      yield* images;
      throw new Error('the source failed');
    }
    for (const parallel of BOTH) {
      await expect(drain(runtime.run(WAIT, source(), { parallel }))).rejects.toThrow('the source failed');
      expect(live()).toBe(2);
    }
    release(images);
  });

  test('a source that throws as it is ended does not keep images alive', async () => {
    const images = [waiting(0), waiting(20), waiting(20), waiting(20), waiting(20), waiting(20)];
    const source: Iterable<SharedImage> = {
      [Symbol.iterator]: () => {
        const iterator = images[Symbol.iterator]();
        const end = (): never => {
          throw new Error('cannot end');
        };
        return { next: () => iterator.next(), return: end };
      },
    };
    const ends = async () => {
      for await (const result of runtime.run(WAIT, source, { parallel: 'images' })) {
        if (result.ok) result.image?.release();
        break;
      }
    };
    await expect(ends()).rejects.toThrow('cannot end');
    release(images);
  });
});

describe('outputs', () => {
  const formats = ['jpeg', 'png', 'webp', 'avif'] as const;

  test.each(formats)('bytes in %s', async (format) => {
    for (const parallel of BOTH) {
      const plan = pipeline().resize(60, 40).encode(format);
      const result = await one(runtime.run(plan, [PHOTOS.cat], { parallel }));
      const data = result.data as Uint8Array;
      expect(result).toMatchObject({ width: 60, height: 40, size: data.length, file: undefined, image: undefined });
      expect(await sharp(data).metadata()).toMatchObject({
        format: format === 'avif' ? 'heif' : format,
        width: 60,
        height: 40,
      });
    }
  });

  test('a file for every kind of input: it is whole, and nothing else is left in the folder', async () => {
    using image = await oneImage(runtime.run(pipeline(), [PHOTOS.cat]));
    const plan = pipeline({ reducingGap: null }).resize(60, 40).encode('png');
    const expected = await oneData(runtime.run(plan, [PHOTOS.cat]));
    for (const parallel of BOTH) {
      const folder = await temporaryFolder();
      const sources = [PHOTOS.cat, pathToFileURL(PHOTOS.cat), photo('cat'), image];
      const inputs = sources.map((source, i) => ({ source, file: join(folder, `${i}.png`) }));
      const results = await succeed(runtime.run(plan, inputs, { parallel }));
      for (const [i, { file, data, size }] of results.entries()) {
        expect([file, data, size]).toEqual([inputs[i].file, undefined, expected.length]);
        expectSameBytes(await readFile(inputs[i].file), expected);
      }
      expect((await readdir(folder)).sort()).toEqual(['0.png', '1.png', '2.png', '3.png']);
    }
  });

  test('a file that exists is replaced, never written over', async () => {
    const file = join(await temporaryFolder(), 'out.png');
    await writeFile(file, 'something else, and longer than what comes'.repeat(1000));
    await using reader = await open(file);
    const { size } = await one(runtime.run(pipeline().resize(9, 9).encode('png'), [{ source: PHOTOS.cat, file }]));
    expect((await readFile(file)).length).toBe(size);
    expect(await reader.readFile('utf8')).toBe('something else, and longer than what comes'.repeat(1000));
  });

  test('quality', async () => {
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const [low, high] = await Promise.all(
        [10, 90].map((quality) =>
          oneData(runtime.run(pipeline().resize(200).encode(format, { quality }), [PHOTOS.cat])),
        ),
      );
      expect(low.length).toBeLessThan(high.length / 2);
    }
  });

  test('images: the receiver holds the only reference', async () => {
    for (const parallel of BOTH) {
      const image = await oneImage(runtime.run(pipeline().grayscale(), [PHOTOS.cat], { parallel }));
      expect(image).toMatchObject({ mode: 'L', width: 1024, height: 510, isOpen: true });
      expect(live()).toBe(1);
      image.release();
      expect(live()).toBe(0);
    }
  });

  test('a result is an input of the next run', async () => {
    using small = await oneImage(runtime.run(pipeline().resize(100, 100), [PHOTOS.cat]));
    const twice = await oneData(runtime.run(pipeline().flip().encode('png'), [small]));
    const once = await oneData(runtime.run(pipeline().resize(100, 100).flip().encode('png'), [PHOTOS.cat]));
    expectSameBytes(twice, once);
  });
});

describe('order', () => {
  test('of the inputs, or as they come', async () => {
    const images = [waiting(250), waiting(0), waiting(30), waiting(0), waiting(0), waiting(0)];
    const order = async (option?: 'input' | 'completion') => {
      const results = await drain(runtime.run(WAIT, images, { parallel: 'images', ...(option && { order: option }) }));
      for (const result of results) expect(result.input).toBe(images[result.index]);
      return results.map(({ index }) => index);
    };
    expect(await order()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await order('input')).toEqual([0, 1, 2, 3, 4, 5]);
    const completion = await order('completion');
    expect(completion.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(completion[0]).toBe(1);
    expect(completion.at(-1)).toBe(0);
    release(images);
  });

  test.each([{ order: 'random' }, { parallel: 'rows' }])('%o is refused', async (options) => {
    const [[argument, value]] = Object.entries(options);
    await expect(collect(runtime.run(pipeline(), [], options as never))).rejects.toThrow(
      `Expected \`${argument}\` to be one of`,
    );
    await expect(collect(runtime.run(pipeline(), [], options as never))).rejects.toThrow(`got "${value}"`);
  });

  test.each([
    [{ signal: 5 }, 'Expected `signal` to be an AbortSignal, got 5'],
    [{ onProgress: 'x' }, 'Expected `onProgress` to be a function, got "x"'],
    [5, 'Expected `options` to be an object, got 5'],
    [
      { retry: 3 },
      'Expected `options.retry` to be left out: there are only signal, onProgress, order, parallel, inputs, timeout, retries, grace, got 3',
    ],
  ])('%o is refused before anything is begun', async (options, message) => {
    const tasks = runtime.stats().tasks;
    using image = noiseImage(runtime.store, 'L', 4, 4);
    await expect(collect(runtime.run(pipeline(), [image], options as never))).rejects.toThrow(message);
    expect(runtime.stats().tasks).toBe(tasks);
  });

  test('large images that would leave threads idle are done in strips, all others as images', async () => {
    const plan = pipeline().map(operation('describe'), { tag: Uint8Array.of(1) });
    using image = noiseImage(runtime.store, 'L', 50_000, 10);
    using small = noiseImage(runtime.store, 'L', 49_999, 10);
    const rowsOfStrip = async (inputs: Iterable<Input>) => {
      const results = await succeed(runtime.run(plan, inputs));
      return results.map((result) => {
        using made = result.image as SharedImage;
        return made.row(0)[1];
      });
    };
    expect(await rowsOfStrip([image])).toEqual([5]);
    expect(await rowsOfStrip([image, image])).toEqual([10, 10]);
    expect(await rowsOfStrip(new Set([image]))).toEqual([5]);
    expect(await rowsOfStrip([image, image].values())).toEqual([5, 10]);
    expect(await rowsOfStrip([small])).toEqual([10]);
  });
});

describe('progress', () => {
  test('is told after every result', async () => {
    for (const parallel of BOTH) {
      const seen: Progress[] = [];
      const inputs = [PHOTOS.cat, '/nowhere/missing.jpg', PHOTOS.flower];
      const plan = pipeline().resize(20, 20).encode('png');
      const results: RunResult[] = [];
      for await (const result of runtime.run(plan, inputs, { parallel, onProgress: (each) => seen.push(each) })) {
        results.push(result);
        expect(seen).toHaveLength(results.length);
        expect(seen.at(-1)?.last).toBe(result);
      }
      const sizes = results.map((result) => (result.ok ? (result.size as number) : 0));
      const [first, , third] = sizes;
      expect(seen.map(({ last: _, ...rest }) => rest)).toEqual([
        { done: 1, failed: 0, total: 3, bytesWritten: first },
        { done: 2, failed: 1, total: 3, bytesWritten: first },
        { done: 3, failed: 1, total: 3, bytesWritten: first + third },
      ]);
    }
  });

  test('has no total for a source whose length nobody knows', async () => {
    const seen: (number | undefined)[] = [];
    const inputs = (function* () {
      yield PHOTOS.cat;
    })();
    await drain(runtime.run(pipeline(), inputs, { onProgress: ({ total }) => seen.push(total) }));
    expect(seen).toEqual([undefined]);
  });

  test('a callback that throws ends the run, and its image is released', async () => {
    const images = [waiting(0), waiting(30), waiting(0)];
    const onProgress = () => {
      throw new Error('the callback failed');
    };
    for (const parallel of BOTH) {
      await expect(drain(runtime.run(WAIT, images, { parallel, onProgress }))).rejects.toThrow('the callback failed');
      expect(live()).toBe(3);
    }
    release(images);
  });
});

describe('the end of a run', () => {
  test('leaving the loop early ends the source, waits for what is in flight and releases it', async () => {
    for (const parallel of BOTH) {
      const images = [waiting(0), waiting(80), waiting(80), waiting(80), waiting(80), waiting(80)];
      let ended = false;
      let read = 0;
      function* source() {
        try {
          for (const image of images) {
            read++;
            yield image;
          }
        } finally {
          ended = true;
        }
      }
      const { tasks } = runtime.stats();
      for await (const result of runtime.run(WAIT, source(), { parallel })) {
        if (result.ok) result.image?.release();
        break;
      }
      expect(ended).toBe(true);
      expect(read).toBe(parallel === 'images' ? AHEAD : 1);
      expect(live()).toBe(images.length);
      const after1 = runtime.stats().tasks;
      expect(after1).toBeGreaterThan(tasks);
      await after(150);
      expect(runtime.stats().tasks).toBe(after1); // nothing went on in the background
      release(images);
    }
  });

  test('a run that nobody reads begins nothing', async () => {
    const { tasks } = runtime.stats();
    const run = runtime.run(pipeline(), {
      [Symbol.iterator](): never {
        throw new Error('an input was read');
      },
    });
    await run.return();
    await after(20);
    expect(runtime.stats().tasks).toBe(tasks);
  });

  test('aborted before it begins', async () => {
    const reason = new Error('not now');
    for (const parallel of BOTH) {
      let read = 0;
      const inputs = (function* () {
        read++;
        yield PHOTOS.cat;
      })();
      const run = runtime.run(pipeline(), inputs, { parallel, signal: AbortSignal.abort(reason) });
      await expect(collect(run)).rejects.toBe(reason);
      expect(read).toBe(0);
    }
    await expect(collect(runtime.run(pipeline(), [], { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test('aborted while images are in flight: they end, are released, and the reason is thrown', async () => {
    for (const parallel of BOTH) {
      const images = [waiting(100), waiting(100), waiting(100), waiting(100), waiting(100), waiting(100)];
      const controller = new AbortController();
      const reason = new Error('enough');
      setTimeout(() => controller.abort(reason), 30);
      let read = 0;
      const inputs = (function* () {
        for (const image of images) {
          read++;
          yield image;
        }
      })();
      const { tasks } = runtime.stats();
      const began = performance.now();
      const run = drain(runtime.run(WAIT, inputs, { parallel, signal: controller.signal }));
      await expect(run).rejects.toBe(reason);
      expect(performance.now() - began).toBeGreaterThan(95); // the task that ran was not cut off
      expect(read).toBe(parallel === 'images' ? AHEAD : 1);
      expect(live()).toBe(images.length);
      const done = runtime.stats().tasks;
      expect(done).toBeGreaterThan(tasks);
      await after(150);
      expect(runtime.stats().tasks).toBe(done);
      release(images);
      // The same threads go on with other work.
      expect(await one(runtime.run(pipeline().resize(5, 5).encode('png'), [PHOTOS.cat]))).toMatchObject({ width: 5 });
      expect(runtime.heap.stats().threads).toBe(1 + THREADS); // a thread that was killed would have left its slot behind
    }
  });

  test('aborted between two results', async () => {
    const images = [waiting(0), waiting(0), waiting(0), waiting(0), waiting(0), waiting(0)];
    const controller = new AbortController();
    let results = 0;
    const run = async () => {
      for await (const result of runtime.run(WAIT, images, { parallel: 'images', signal: controller.signal })) {
        results++;
        if (result.ok) result.image?.release();
        await after(20); // everything in flight has ended by now
        controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ name: 'AbortError' });
    expect(results).toBe(1);
    release(images);
  });

  test('aborted, or left, while a source owes an input that never comes', async () => {
    const image = waiting(0);
    async function* source() {
      yield image;
      await new Promise(() => {});
    }
    const signal = AbortSignal.timeout(50);
    await expect(drain(runtime.run(WAIT, source(), { parallel: 'images', signal }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    for await (const result of runtime.run(WAIT, source(), { parallel: 'images' })) {
      if (result.ok) result.image?.release();
      break;
    }
    image.release();
  });

  test('a signal that outlives many runs keeps no listeners', async () => {
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    using image = waiting(0);
    for (let i = 0; i < 30; i++) await drain(runtime.run(pipeline(), [image, image], { signal }));
    await after(10);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });

  test('two runs at once share the pool', async () => {
    const images = Array.from({ length: 10 }, () => waiting(5));
    const runs = await Promise.all([
      drain(runtime.run(WAIT, images, { parallel: 'images' })),
      drain(runtime.run(WAIT, images, { parallel: 'strips' })),
      drain(runtime.run(WAIT, images, { parallel: 'images', order: 'completion' })),
    ]);
    for (const results of runs) {
      expect(results.map(({ ok }) => ok)).toEqual(Array(10).fill(true));
      expect(results.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
    }
    release(images);
  });
});

test('statistics count tasks, and pixels that were handed over without a copy', async () => {
  using image = noiseImage(runtime.store, 'RGBA', 100, 50);
  const before = runtime.stats();
  expect(before.threads).toBe(THREADS);
  await oneData(runtime.run(pipeline().flip().encode('png'), [image], { parallel: 'images' }));
  const whole = runtime.stats();
  expect(whole.tasks - before.tasks).toBe(1);
  expect(whole.bytesShared - before.bytesShared).toBe(100 * 50 * 4);
  await oneData(runtime.run(pipeline().flip().encode('png'), [image], { parallel: 'strips' }));
  const strips = runtime.stats();
  expect(strips.tasks - whole.tasks).toBe(THREADS + 1); // a strip for each thread, and encode
  expect(strips.bytesShared - whole.bytesShared).toBe(2 * 100 * 50 * 4);
});

test('a hundred images leave the heap as it was, and never hold more than those in flight', async () => {
  await using own = await Runtime.start({ threads: 2, reserve: '256MiB' });
  const plan = pipeline().resize(200, 200).grayscale().map(operation('mark')).encode('jpeg');
  const photos = () => Array.from({ length: 50 }, (_, i) => (i % 2 ? PHOTOS.cat : photo('flower')));
  await drain(own.run(plan, photos().slice(0, 4))); // the threads' tables
  /** What is used, but for slabs: each thread may keep some that are empty. */
  const used = () => own.heap.stats().usedBytes - own.heap.stats().slabs.bytes;
  const before = used();
  const { usedBytes } = own.heap.stats();
  for (const order of ['input', 'completion'] as const) {
    const results = await drain(own.run(plan, photos(), { order }));
    expect(results.every(({ ok }) => ok)).toBe(true);
  }
  expect(own.heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  expect(used()).toBe(before);
  // Two threads with a photograph of 2.4 MB and a small one each. What waits has no pixels yet.
  expect(own.heap.stats().peakBytes - usedBytes).toBeLessThan(8 * 2 ** 20);
});
