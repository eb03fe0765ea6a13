/**
 * What fails, fails for itself: a clear message with a code, the rest is processed, nothing hangs, no image stays.
 * Everything in both kinds of parallelism.
 */
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HeapExhaustedError, SharedHeap } from '@sharena/heap';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import {
  DecodeError,
  EncodeError,
  type Input,
  type PipelineBuilder,
  pipeline,
  type RunFailure,
  type RunOptions,
  Runtime,
  RuntimeError,
  StepError,
} from '@sharena/pipeline';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  after,
  BOTH,
  drain,
  noise,
  noiseImage,
  one,
  oneData,
  oneFailure,
  oneImage,
  operation,
  PHOTOS,
  photo,
  pngOf,
  temporaryFolder,
  useRuntime,
} from './helpers.ts';

const THREADS = 2;
const MISBEHAVE = operation('misbehave');

let runtime: Runtime;
useRuntime((started) => {
  runtime = started;
});

/** Threads of this one die. */
let mortal: Runtime;

beforeAll(async () => {
  mortal = await Runtime.start({ threads: THREADS, reserve: '64MiB' });
});

afterAll(() => mortal.close());

afterEach(() => {
  expect(mortal.heap.stats().images).toMatchObject({ live: 0 });
});

/** Runs the input between two good ones, which succeed. Answers its failure. */
async function failing(plan: PipelineBuilder, input: Input, options: RunOptions): Promise<RunFailure> {
  const results = await drain(runtime.run(plan, [PHOTOS.cat, input, PHOTOS.flower], options));
  expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
  return results[1] as RunFailure;
}

/** A file with these bytes in a folder of its own. */
async function file(name: string, contents: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, contents);
  return path;
}

describe.each(BOTH)('inputs that are no images: %o', (options) => {
  const plan = pipeline().resize(32, 32).encode('png');
  const expectDecodeError = async (input: Input, message: RegExp) => {
    const { error } = await failing(plan, input, options);
    expect(error).toMatchObject({ code: 'ERR_SHARENA_DECODE', name: 'DecodeError' });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  };

  test('a photograph that is cut off', async () => {
    const path = await file('cut-off.jpg', photo('flower').subarray(0, 100_000));
    // What follows the colon is libvips' own text, which its threads share: when another decodes, it may be the shorter half of it.
    await expectDecodeError(path, /^cannot decode cut-off\.jpg: ./);
    // In any place, in memory as well.
    for (const length of [3, 20, 700, 217_000]) {
      await expectDecodeError(photo('flower').subarray(0, length), /^cannot decode input 1: ./);
    }
  });

  test('a photograph with noise in its middle', async () => {
    const bytes = photo('flower');
    bytes.set(noise(10_000, 1), 50_000);
    await expectDecodeError(await file('noisy.jpg', bytes), /^cannot decode noisy\.jpg: ./);
  });

  test('a PNG, a WebP and an AVIF that are cut off', async () => {
    for (const format of ['png', 'webp', 'avif'] as const) {
      const whole = await oneData(runtime.run(pipeline().resize(200).encode(format), [PHOTOS.cat]));
      await expectDecodeError(whole.subarray(0, whole.length / 2), /^cannot decode input 1: ./);
    }
  });

  test('an empty file', async () => {
    await expectDecodeError(await file('empty.jpg', ''), /^cannot decode empty\.jpg: it is empty$/);
    await expectDecodeError(new Uint8Array(0), /^cannot decode input 1: it is empty$/);
  });

  test('a text that is called .jpg', async () => {
    const path = await file('letter.jpg', 'Dear reader, this is not a photograph.\n'.repeat(50));
    await expectDecodeError(path, /^cannot decode letter\.jpg: Input file contains unsupported image format$/);
  });

  test('noise', async () => {
    await expectDecodeError(crypto.getRandomValues(new Uint8Array(5000)), /^cannot decode input 1: ./);
  });

  test('a path where nothing is', async () => {
    await expectDecodeError(
      '/nowhere/missing.jpg',
      /^cannot decode missing\.jpg: ENOENT: .*'\/nowhere\/missing\.jpg'$/,
    );
  });

  test('a folder', async () => {
    await expectDecodeError(await temporaryFolder(), /^cannot decode sharena-pipeline-\w+: EISDIR/);
  });

  test('the name that an input was given is in the message', async () => {
    await expectDecodeError({ source: new Uint8Array(9), name: 'upload 17' }, /^cannot decode upload 17: ./);
  });
});

describe.each(BOTH)('images of unusual sizes: %o', (options) => {
  const steps = pipeline().resize(40, 30).rotate90().grayscale().flip().map(operation('mark'));

  test('1x1', async () => {
    const pixel = await pngOf(1, 1, '#804020');
    expect(await one(runtime.run(steps.encode('jpeg'), [pixel], options))).toMatchObject({ width: 30, height: 40 });
    const same = await oneData(runtime.run(pipeline().encode('png'), [pixel], options));
    expect([...(await sharp(same).raw().toBuffer())]).toEqual([0x80, 0x40, 0x20]);
  });

  test('30000x2 and 2x30000', async () => {
    for (const [width, height] of [
      [30_000, 2],
      [2, 30_000],
    ]) {
      const wide = await sharp({ create: { width, height, channels: 3, background: '#804020' } })
        .jpeg()
        .toBuffer();
      expect(await one(runtime.run(steps.encode('jpeg'), [wide], options))).toMatchObject({ width: 30, height: 40 });
      const turned = await one(runtime.run(pipeline().rotate90().encode('jpeg'), [wide], options));
      expect(turned).toMatchObject({ width: height, height: width });
      const row = await one(runtime.run(pipeline().resize(width, height).encode('png'), [wide], options));
      expect(row).toMatchObject({ width, height });
      // By its width alone a side would be less than a pixel.
      const thin = await one(
        runtime.run(pipeline().resize(100, 100, { fit: 'inside' }).encode('png'), [wide], options),
      );
      expect([thin.width, thin.height].toSorted((a, b) => a - b)).toEqual([1, 100]);
    }
  });
});

describe.each(BOTH)('outputs that cannot be made: %o', (options) => {
  const plan = pipeline().resize(32, 32).encode('png');
  const expectEncodeError = async (path: string, message: RegExp) => {
    const { error } = await failing(plan, { source: PHOTOS.cat, file: path }, options);
    expect(error).toMatchObject({ code: 'ERR_SHARENA_ENCODE', name: 'EncodeError' });
    expect(error.message).toMatch(message);
  };

  test('a folder that is missing', async () => {
    const path = join(await temporaryFolder(), 'missing', 'out.png');
    await expectEncodeError(path, /^cannot write .*missing\/out\.png: ENOENT/);
  });

  test('a folder without permission to write', async ({ skip }) => {
    // For root every folder can be written, but for those of the system’s own file system.
    const isRoot = process.getuid?.() === 0;
    skip(isRoot && process.platform !== 'linux', 'root may write everywhere');
    const folder = isRoot ? '/sys' : await temporaryFolder();
    if (!isRoot) await chmod(folder, 0o500);
    await expectEncodeError(join(folder, 'out.png'), /^cannot write .*out\.png: (EACCES|EPERM|EROFS)/);
  });

  test('a file where the folder should be', async () => {
    const path = join(await file('out', 'a file'), 'out.png');
    await expectEncodeError(path, /^cannot write .*out\.png: ENOTDIR/);
  });

  test('a folder where the file should be: nothing is left beside it', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'out.png'));
    await expectEncodeError(join(folder, 'out.png'), /^cannot write .*out\.png: (EISDIR|EPERM|ENOTEMPTY)/);
    expect(await readdir(folder)).toEqual(['out.png']);
  });

  test('an image that is too large for the format', async () => {
    using image = runtime.store.newBlock('L', 17_000, 2);
    const { error } = await oneFailure(runtime.run(pipeline().encode('webp'), [image], options));
    expect(error).toMatchObject({ code: 'ERR_SHARENA_ENCODE' });
    expect(error.message).toMatch(/^cannot encode 17000x2 pixels as webp: ./);
    using row = runtime.store.newBlock('L', 66_000, 1);
    expect((await oneFailure(runtime.run(pipeline().encode('jpeg'), [row], options))).error.message).toMatch(
      /^cannot encode 66000x1 pixels as jpeg: ./,
    );
  });

  test('a failure leaves the file that is there as it was', async () => {
    const path = await file('out.webp', 'what was there');
    using image = runtime.store.newBlock('L', 17_000, 2);
    await oneFailure(runtime.run(pipeline().encode('webp'), [{ source: image, file: path }], options));
    await oneFailure(runtime.run(pipeline().encode('webp'), [{ source: new Uint8Array(5), file: path }], options));
    expect(await readFile(path, 'utf8')).toBe('what was there');
  });
});

describe.each(BOTH)('operations that fail: %o', (options) => {
  const failingWith = async (plan: PipelineBuilder, message: string) => {
    using image = noiseImage(runtime.store, 'RGB;24', 20, 20);
    const before = image.toBytes();
    for (const input of [PHOTOS.flower, image]) {
      const { error } = await oneFailure(runtime.run(plan, [input], options));
      expect(error).toMatchObject({ code: 'ERR_SHARENA_STEP', name: 'StepError', message });
    }
    expect(image.toBytes()).toEqual(before);
  };

  test.each([
    ['throw', 'cannot do this'],
    ['throw a string', 'just a string'],
    ['throw what cannot be cloned', 'with a function'],
  ])('%s, at once and later', async (how, reason) => {
    for (const ms of [0, 5]) {
      const plan = pipeline().flip().map(MISBEHAVE, { how, ms }).resize(10, 10);
      await failingWith(plan, `map ${MISBEHAVE.href}: ${reason}`);
      await failingWith(plan.encode('png'), `map ${MISBEHAVE.href}: ${reason}`);
    }
  });

  test('for some images only: the others are done, by the same threads', async () => {
    const images = Array.from({ length: 12 }, (_, i) => {
      const image = noiseImage(runtime.store, 'L', 30, 30);
      image.row(0)[0] = i % 3;
      return image;
    });
    const plan = pipeline().map(MISBEHAVE, { how: 'throw', when: 1 });
    const results = await drain(runtime.run(plan, images, options));
    expect(results.map(({ ok }) => ok)).toEqual(images.map((_, i) => i % 3 !== 1));
    for (const image of images) image.release();
  });

  test('a module that is not there, one that throws as it is loaded, one without a function', async () => {
    for (const [name, reason] of [
      ['nowhere', `map: cannot load ${operation('nowhere').href}: Cannot find module`],
      ['cannot-be-loaded', `map: cannot load ${operation('cannot-be-loaded').href}: this module is broken`],
      ['not-a-function', `map: the default export of ${operation('not-a-function').href} is not a function`],
    ]) {
      // Twice: a thread remembers what it has loaded.
      for (let i = 0; i < 2; i++) {
        const { error } = await oneFailure(runtime.run(pipeline().map(operation(name)), [PHOTOS.cat], options));
        expect(error).toMatchObject({ code: 'ERR_SHARENA_STEP', name: 'StepError' });
        expect(error.message).toContain(reason);
      }
    }
  });

  test('one that leaves a timer behind that throws: a warning, and the thread is replaced', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    using image = noiseImage(mortal.store, 'L', 8, 8);
    const plan = pipeline().map(MISBEHAVE, { how: 'leave a timer that throws' });
    expect(await drain(mortal.run(plan, [image], options))).toMatchObject([{ ok: true }]);
    await expect
      .poll(() => warnings, { timeout: 5000 })
      .toMatchObject([
        { code: 'ERR_SHARENA_RUNTIME', message: 'a thread of the pool failed between two tasks: too late' },
      ]);
    const images = [image, image, image, image];
    const results = await drain(mortal.run(pipeline().map(operation('mark')), images, options));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });
});

describe.each(BOTH)('a heap that is too small: %o', (options) => {
  let own: Runtime;
  beforeAll(async () => {
    own = await Runtime.start({ threads: THREADS, reserve: '16MiB' });
  });
  afterAll(() => own.close());

  test('for what is decoded: requested and available are told, and the run goes on', async () => {
    own.store.new('L', 1, 1).release();
    const before = own.heap.stats();
    const { freeBytes } = before;
    const large = await pngOf(3000, 2500, '#123');
    const small = await pngOf(300, 250, '#123');
    const plan = pipeline().resize(50, 50).encode('png');
    // One after the other: while a large one fails, it takes what is free from the others.
    for (const [input, ok] of [
      [small, true],
      [large, false],
      [small, true],
      [large, false],
      [small, true],
    ] as const) {
      const [result] = await drain(own.run(plan, [input], options));
      expect(result.ok).toBe(ok);
      if (result.ok) continue;
      expect(result.error).toMatchObject({
        code: 'ERR_SHARENA_HEAP_EXHAUSTED',
        name: 'HeapExhaustedError',
        requested: 3000 * 2500 * 3,
      });
      const { available } = result.error as HeapExhaustedError;
      expect(available).toBeGreaterThan(freeBytes / 2);
      expect(available).toBeLessThanOrEqual(freeBytes);
      expect(result.error.message).toContain(`no room for ${3000 * 2500 * 3} bytes: ${available} bytes are free`);
      expect(result.error.message).toContain('create the heap with a larger `reserve`');
    }
    const after = own.heap.stats();
    expect(after).toMatchObject({ images: { live: 0, blocks: 0, bytes: 0 } });
    // Beyond that, each thread may keep slabs that are empty; what is not is the table of the kernels' scratch, as before.
    expect(after.usedBytes - after.slabs.bytes).toBe(before.usedBytes - before.slabs.bytes);
    expect(after.slabs.count - after.slabs.empty).toBe(before.slabs.count - before.slabs.empty);
  });

  test('for a step: what was decoded is released', async () => {
    const plan = pipeline().flip().resize(65_535, 65_535).flop();
    const { error } = await oneFailure(own.run(plan, [PHOTOS.cat], options));
    expect(error).toMatchObject({ code: 'ERR_SHARENA_HEAP_EXHAUSTED', requested: 65_535 * 65_535 * 3 });
    expect(own.heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
    expect(await drain(own.run(pipeline().resize(50), [PHOTOS.cat], options))).toMatchObject([{ ok: true, width: 50 }]);
  });
});

describe.each(BOTH)('a runtime that is closed: %o', (options) => {
  test('in the middle of a run: what is in flight is finished, the rest fails', async () => {
    const heap = SharedHeap.create({ reserve: '64MiB' });
    const own = await Runtime.start({ threads: THREADS, heap });
    const images = Array.from({ length: 8 }, () => {
      const image = noiseImage(own.store, 'L', 8, 8);
      image.row(0)[0] = 150;
      return image;
    });
    const results = drain(own.run(pipeline().map(operation('wait')), images, options));
    await after(20);
    await own.close();
    expect(heap.stats()).toMatchObject({ threads: 1 });
    const begun = options.parallel === 'images' ? 2 * THREADS : 1;
    const seen = await results;
    expect(seen.map(({ ok }) => ok)).toEqual(images.map((_, i) => i < begun));
    for (const result of seen.slice(begun)) {
      expect(result).toMatchObject({ error: { code: 'ERR_SHARENA_RUNTIME', message: 'the runtime is closed' } });
    }
    expect(heap.stats().images).toMatchObject({ live: images.length });
    for (const image of images) image.release();
    heap.detach();
  });

  test('with its own heap, while results wait to be fetched', async () => {
    const own = await Runtime.start({ threads: THREADS, reserve: '64MiB' });
    const run = own.run(pipeline().resize(20), [PHOTOS.cat, PHOTOS.cat, PHOTOS.cat], options);
    expect((await run.next()).value).toMatchObject({ ok: true });
    await own.close();
    await run.return();
    // It takes no run any more.
    expect(() => own.run(pipeline(), [PHOTOS.cat], options)).toThrow(RuntimeError);
    expect(() => own.run(pipeline(), [PHOTOS.cat], options)).toThrow('the runtime is closed');
  });
});

/**
 * An operation that ends its thread. Its slot in the heap comes back, and so do the images that only it was holding.
 */
describe.each(BOTH)('an operation that calls process.exit(): %o', (options) => {
  const plan = pipeline().map(MISBEHAVE, { how: 'exit', when: 1 });
  const died = 'a thread of the pool failed: worker exited with code: 3, 3 times';

  function marked(store: ImageStore, values: readonly number[]): SharedImage[] {
    return values.map((value) => {
      const image = noiseImage(store, 'L', 16, 16);
      image.row(0)[0] = value;
      return image;
    });
  }

  test('fails its input; the others are done', async () => {
    const { heap } = mortal;
    const images = marked(mortal.store, [0, 1, 0, 0, 0]);
    const results = await drain(mortal.run(plan, images, options));
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true, true, true]);
    for (const result of results) {
      if (!result.ok) expect(result.error).toMatchObject({ code: 'ERR_SHARENA_RUNTIME', message: died, deaths: 3 });
    }
    // The pool is whole again.
    const again = await drain(mortal.run(pipeline().map(operation('mark')), images, options));
    expect(again.every(({ ok }) => ok)).toBe(true);
    for (const image of images) image.release();
    expect(heap.stats().threads).toBe(1 + THREADS);
    expect(heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  });

  test('of a file: the image that was decoded goes with the thread', async () => {
    const black = await pngOf(9, 9, '#010101');
    const results = await drain(mortal.run(plan, [black, PHOTOS.cat, PHOTOS.flower], { ...options, retries: 0 }));
    expect(results.map(({ ok }) => ok)).toEqual([false, true, true]);
    expect(mortal.heap.stats().images).toMatchObject({ live: 0 });
  });

  test('while its result is on its way: nobody will take it over, so it goes', async () => {
    const own = await Runtime.start({ threads: THREADS, heap: mortal.heap });
    const images = marked(own.store, [1, 0, 0]);
    const giving = pipeline().map(MISBEHAVE, { how: 'give an image away and exit', when: 1 });
    const results = await drain(own.run(giving, images, { ...options, retries: 0 }));
    expect(results.map(({ ok }) => ok)).toEqual([false, true, true]);
    for (const image of images) image.release();
    await own.close();
    expect(mortal.heap.stats().images).toEqual({ live: 0, blocks: 0, bytes: 0 });
  });

  test('again and again, in a pool of one', async () => {
    using heap = SharedHeap.create({ reserve: '64MiB' });
    await using own = await Runtime.start({ threads: 1, heap });
    const images = marked(own.store, [1, 0, 1, 0]);
    const results = await drain(own.run(plan, images, { ...options, retries: 0 }));
    expect(results.map(({ ok }) => ok)).toEqual([false, true, false, true]);
    expect(heap.stats().threads).toBeLessThanOrEqual(2);
  });

  test('between two tasks, from a timer', async () => {
    const [image] = marked(mortal.store, [0]);
    const leave = pipeline().map(MISBEHAVE, { how: 'leave a timer that exits' });
    const replaced = once(process, 'worker');
    expect(await drain(mortal.run(leave, [image], options))).toMatchObject([{ ok: true }]);
    await replaced;
    const results = await drain(mortal.run(pipeline().map(operation('mark')), [image, image, image], options));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
    image.release();
  });

  test('when no thread can take its place, every input is answered', async () => {
    const flag = join(await temporaryFolder(), 'no-more');
    const code = `import { existsSync } from 'node:fs';
      if (existsSync(${JSON.stringify(flag)})) throw new Error('no more threads');`;
    await using own = await Runtime.start({
      threads: 1,
      reserve: '64MiB',
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(code)}`],
    });
    const images = marked(own.store, [1, 0, 0, 0]);
    await writeFile(flag, '');
    const results = await drain(own.run(plan, images, options));
    expect(results.map(({ ok }) => ok)).toEqual([false, false, false, false]);
    for (const result of results) expect(result).toMatchObject({ error: { code: 'ERR_SHARENA_RUNTIME' } });
  });
});

test('the errors are classes of their own, with their codes', () => {
  for (const [type, code] of [
    [DecodeError, 'ERR_SHARENA_DECODE'],
    [EncodeError, 'ERR_SHARENA_ENCODE'],
    [StepError, 'ERR_SHARENA_STEP'],
    [RuntimeError, 'ERR_SHARENA_RUNTIME'],
  ] as const) {
    const cause = new Error('why');
    const error = new type('what', { cause });
    expect(error).toMatchObject({ code, name: type.name, message: 'what', cause });
  }
});

test('an input that fails among two hundred fails alone', async () => {
  const good = await oneData(runtime.run(pipeline().resize(24, 16).encode('jpeg'), [PHOTOS.cat]));
  const inputs: Uint8Array[] = Array.from({ length: 200 }, (_, i) => (i % 7 === 3 ? good.subarray(0, 300) : good));
  for (const order of ['input', 'completion'] as const) {
    const results = await drain(runtime.run(pipeline().rotate90().encode('png'), inputs, { order }));
    expect(results).toHaveLength(200);
    for (const { ok, index } of results) expect(ok).toBe(index % 7 !== 3);
  }
});

test('an image that the run makes is released when a later step fails', async () => {
  const plan = pipeline().resize(400).rotate90().map(MISBEHAVE, { how: 'throw' }).encode('png');
  for (const options of BOTH) {
    using image = await oneImage(runtime.run(pipeline(), [PHOTOS.cat]));
    await oneFailure(runtime.run(plan, [image], options));
    expect(image.isOpen).toBe(true);
  }
});
