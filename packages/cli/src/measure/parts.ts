/** What `sharena bench` measures: four questions that somebody asks who wonders whether shared memory pays on a machine. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { type Batch, type Case, type LatencySummary, runCrew, timeBatches } from '@sharena/measure';
import { pipeline, Runtime } from '@sharena/pipeline';

/** A question and the cases that answer it, which take turns. */
export interface Part {
  /** The question. */
  readonly title: string;
  /** Of the first metric. */
  readonly unit: 'ns' | '1/s';
  /** Which numbers are the better ones. */
  readonly better: 'lower' | 'higher';
  /** Each answers `value`. */
  readonly cases: readonly Case[];
  /** The threads of each case, by its name; 1 unless given. */
  readonly threads: Readonly<Record<string, number>>;
  /** Latencies of the last round, by the name of the case. */
  readonly latencies: Map<string, LatencySummary>;
  /** Gives back what the cases needed. */
  readonly close: () => Promise<void>;
}

const [WIDTH, HEIGHT] = [6000, 4000];

/** Makes the parts one after the other: what one needs is gone before the next one begins. */
export const PARTS: readonly ((threads: readonly number[], quick: boolean) => Promise<Part>)[] = [
  smallBlocks,
  sharedBlocks,
  handOver,
  strips,
];

async function smallBlocks(_threads: readonly number[], quick: boolean): Promise<Part> {
  const heap = SharedHeap.create({ reserve: '64MiB' });
  const live = heap.malloc(64); // as in a program: a pool of this size is in use
  const batch = (name: string, one: () => unknown): Batch => ({
    name,
    run(times) {
      for (let i = 0; i < times; i++) one();
    },
  });
  const loops = [
    batch('heap.malloc(64), heap.free()', () => heap.free(heap.malloc(64))),
    batch('new Uint8Array(64)', () => new Uint8Array(64)),
    batch('new SharedArrayBuffer(64)', () => new SharedArrayBuffer(64)),
  ];
  const time = quick ? 20 : 100;
  const cases = loops.map((loop) => ({
    name: loop.name,
    run: () => ({ value: timeBatches([loop], { time, warmUp: time })[loop.name]! }),
  }));
  return {
    ...part('64 bytes, allocated and freed', 'ns', cases),
    async close() {
      heap.free(live);
      heap.detach();
    },
  };
}

async function sharedBlocks(threads: readonly number[], quick: boolean): Promise<Part> {
  const latencies = new Map<string, LatencySummary>();
  const cases = threads.map((count) => {
    const name = `${count} thread${count > 1 ? 's' : ''}`;
    const run = async (): Promise<{ value: number }> => {
      const heap = SharedHeap.create({ reserve: '256MiB' });
      const { perSecond, latency } = await runCrew({
        module: new URL('./blocks.js', import.meta.url),
        threads: count,
        data: { heap: heap.handle, slots: new Int32Array(new SharedArrayBuffer(4 * 4096)) },
        warmUp: quick ? 50 : 200,
        time: quick ? 100 : 400,
        latency: quick ? 50 : 200,
      });
      heap.detach();
      if (latency) latencies.set(name, latency);
      return { value: perSecond };
    };
    return { name, run };
  });
  const counts = Object.fromEntries(cases.map(({ name }, i) => [name, threads[i]!]));
  return { ...part('blocks that threads exchange and free for each other', '1/s', cases, counts), latencies };
}

async function handOver(): Promise<Part> {
  const heap = SharedHeap.create({ reserve: '256MiB' });
  const store = ImageStore.over(heap);
  const worker = new Worker(new URL('./echo.js', import.meta.url), { workerData: heap.handle });
  let image = store.new('RGBA', WIDTH, HEIGHT);
  let buffer = new Uint8Array(WIDTH * HEIGHT * 4);
  const there = async (message: object, moved: ArrayBuffer[] = []) => {
    worker.postMessage(message, moved);
    return (await once(worker, 'message'))[0];
  };
  /** Nanoseconds of one of so many times. */
  const timed = async (times: number, work: () => Promise<void>): Promise<{ value: number }> => {
    const begun = performance.now();
    for (let i = 0; i < times; i++) await work();
    return { value: ((performance.now() - begun) * 1e6) / times };
  };
  const byReference = async (): Promise<void> => {
    image = store.takeOver((await there({ image: image.giveAway() })).image);
  };
  const byTransfer = async (): Promise<void> => {
    buffer = (await there({ buffer, moves: true }, [buffer.buffer])).buffer;
  };
  const byClone = async (): Promise<void> => {
    buffer = (await there({ buffer })).buffer;
  };
  return {
    ...part('24 megapixels of RGBA to a thread and back', 'ns', [
      { name: 'image in the heap, by reference', run: () => timed(100, byReference) },
      { name: 'buffer, transferred', run: () => timed(1, byTransfer) },
      { name: 'buffer, by structured clone', run: () => timed(1, byClone) },
    ]),
    async close() {
      image.release();
      await worker.terminate();
      heap.detach();
    },
  };
}

async function strips(threads: readonly number[], quick: boolean): Promise<Part> {
  const plan = pipeline().blur(4);
  const runtimes: Runtime[] = [];
  const cases: Case[] = [];
  for (const count of threads) {
    const runtime = await Runtime.start({ threads: count, reserve: '512MiB' });
    runtimes.push(runtime);
    const image = runtime.store.newBlock('RGB;24', WIDTH, quick ? HEIGHT / 4 : HEIGHT);
    const run = async (): Promise<{ value: number }> => {
      const begun = performance.now();
      for await (const result of runtime.run(plan, [image], { parallel: 'strips' })) {
        if (!result.ok) throw result.error;
        result.image?.release();
      }
      return { value: 1000 / (performance.now() - begun) };
    };
    cases.push({ name: `${count} thread${count > 1 ? 's' : ''}`, run });
  }
  const counts = Object.fromEntries(cases.map(({ name }, i) => [name, threads[i]!]));
  return {
    ...part(`${quick ? 6 : 24} megapixels blurred, one image in strips`, '1/s', cases, counts),
    async close() {
      for (const runtime of runtimes) await runtime.close();
    },
  };
}

function part(title: string, unit: Part['unit'], cases: readonly Case[], threads: Record<string, number> = {}): Part {
  const better = unit === 'ns' ? 'lower' : 'higher';
  return { title, unit, better, cases, threads, latencies: new Map(), close: async () => {} };
}
