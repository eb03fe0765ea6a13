/**
 * A crew: threads that start together on a word in shared memory, do the same or different things for a fixed time or a fixed
 * number of steps, and say how much they did. `crew-worker.ts` is what runs in them.
 *
 * ```
 * word 0   phase: GATHER, WARM_UP, MEASURE, LATENCY, OVER   this thread writes it, the crew sleeps on it
 * word 1   threads that have done their steps, where steps are counted
 * ```
 *
 * 1. Each thread imports the module, makes its member and says that it is ready.
 * 2. `WARM_UP`: all take steps that nobody counts. 3. `MEASURE`: each counts its operations and reads the clock at the first
 *    step and behind the last. There is no clock in the loop. 4. `LATENCY`, where a member has `one`: each operation is timed, a clock
 *    call included ({@link clockCost}). 5. `OVER`: all end.
 *
 * A thread that throws, or does not end in time, ends the run with an error that names it.
 */
import { once, setMaxListeners } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LatencyHistogram, type LatencySummary } from './histogram.ts';

/** Values of the phase word, in their order. */
export const GATHER = 0;
/** Steps that nobody counts. */
export const WARM_UP = 1;
/** Steps that are counted. */
export const MEASURE = 2;
/** Operations that are timed one by one. */
export const LATENCY = 3;
/** The end. */
export const OVER = 4;

/** What a member's module is told. */
export interface CrewContext<Data = unknown> {
  /** Which one of the crew it is, from 0. */
  readonly index: number;
  /** How many there are. */
  readonly threads: number;
  /** As it was given to {@link runCrew}. */
  readonly data: Data;
  /** The crew is to end: a member that waits for another one must look at it, since that one may have ended. */
  readonly isOver: () => boolean;
  /**
   * Sleeps while a word holds a value, and the crew is not over.
   *
   * @returns whether the word has changed
   */
  readonly waitWhile: (words: Int32Array, index: number, value: number) => boolean;
}

/** One thread's part. */
export interface Member {
  /**
   * Does some operations, in 10 to 100 microseconds: between two steps it is looked whether the time is up.
   *
   * @returns how many it did
   */
  readonly step: () => number;
  /** One operation, to be timed alone. */
  readonly one?: () => void;
  /** Behind the last step: checks, gives back. What it answers comes to the caller of {@link runCrew}. */
  readonly end?: () => unknown;
}

/** What a crew does. */
export interface CrewOptions<Data> {
  /** The module whose exported function makes the members: `(context: CrewContext) => Member | Promise<Member>`. */
  readonly module: URL | string;
  /** The function's name; `member` unless given. */
  readonly name?: string;
  /** How many threads. */
  readonly threads: number;
  /** What every member gets; it is cloned, shared memory in it is shared. */
  readonly data?: Data;
  /** Milliseconds of warm-up; 100 unless given. */
  readonly warmUp?: number;
  /** Milliseconds that are measured; 300 unless given. Not with `steps`. */
  readonly time?: number;
  /** Steps of each member that are measured, however long they take. */
  readonly steps?: number;
  /** Milliseconds in which single operations are timed; none unless given. */
  readonly latency?: number;
  /** Milliseconds after which a crew that has not ended is ended; 60 s unless given. */
  readonly deadline?: number;
}

/** What a crew did. */
export interface CrewResult {
  /** Operations a second, of all threads together. */
  readonly perSecond: number;
  /** Nanoseconds of processor time of the whole process for each operation. */
  readonly processor: number;
  /** The least share of the operations that a thread got, divided by the greatest: 1 is fair. */
  readonly fairness: number;
  /** Operations of each thread. */
  readonly operations: readonly number[];
  /** Milliseconds from the first thread's first step to the end of the last one's. */
  readonly elapsed: number;
  /** The process's resident set: its greatest, in bytes, of those read every 20 ms. */
  readonly resident: number;
  /** The resident set over time: milliseconds and bytes. */
  readonly residents: readonly (readonly [number, number])[];
  /** Times of single operations, of all threads; undefined when they were not asked for, or members have no `one`. */
  readonly latency?: LatencySummary;
  /** What the members' `end` answered. */
  readonly answers: readonly unknown[];
}

/** What a thread posts at its end. */
export interface Report {
  /** Operations that were counted. */
  readonly operations: number;
  /** When it began to count them, in milliseconds of a clock that all threads have in common. */
  readonly begun: number;
  /** When it ended. */
  readonly ended: number;
  /** The words of its histogram, when it timed single operations. */
  readonly latency: Uint32Array | undefined;
  /** What `end` answered. */
  readonly answer: unknown;
}

/**
 * Runs a crew. The calling thread sleeps meanwhile, but for a look at the resident set every 20 ms.
 *
 * @throws RangeError when `threads` is not a whole number from 1 to 1024
 * @throws Error when a member throws, or the crew does not end before the deadline
 *
 * @example
 * ```ts
 * import { runCrew } from '@sharena/measure';
 *
 * // counter.js: export const member = ({ data }) => ({
 * //   step() { for (let i = 0; i < 1000; i++) Atomics.add(data, 0, 1); return 1000; },
 * // });
 * const { perSecond, fairness } = await runCrew({
 *   module: new URL('./counter.js', import.meta.url),
 *   threads: 2,
 *   data: new Int32Array(new SharedArrayBuffer(4)),
 * });
 * ```
 */
export async function runCrew<Data>(options: CrewOptions<Data>): Promise<CrewResult> {
  const {
    module,
    name = 'member',
    threads,
    data,
    warmUp = 100,
    time = 300,
    steps,
    latency = 0,
    deadline = 60_000,
  } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024)
    throw new RangeError(`threads: ${threads} is not a whole number from 1 to 1024`);
  const phase = new Int32Array(new SharedArrayBuffer(128));
  const give = { module: String(module), name, threads, data, phase, steps };
  const workers = Array.from({ length: threads }, (_, index) => {
    return new Worker(new URL('./crew-worker.js', import.meta.url), { workerData: { ...give, index } });
  });
  const signal = AbortSignal.timeout(deadline);
  setMaxListeners(0, signal); // each thread listens
  const messages = <Message>() => Promise.all(workers.map((worker) => message<Message>(worker, signal)));
  try {
    await messages();
    const reports = messages<Report>();
    const failed = reports.then(
      () => undefined,
      () => undefined,
    );
    set(phase, WARM_UP);
    await Promise.race([sleep(warmUp), failed]);
    const { user, system } = process.cpuUsage();
    const residents: [number, number][] = [];
    set(phase, MEASURE);
    const begun = performance.now();
    if (steps === undefined) await Promise.race([watch(time, residents, begun), failed]);
    else await Promise.race([watch(deadline, residents, begun, () => Atomics.load(phase, 1) === threads), failed]);
    const used = process.cpuUsage();
    if (latency > 0) {
      set(phase, LATENCY);
      await Promise.race([sleep(latency), failed]);
    }
    set(phase, OVER);
    const processor = (used.user - user + used.system - system) * 1000;
    return resultOf(await reports, processor, residents);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new Error(`deadline: the crew of ${module} did not end within ${deadline} ms`, { cause });
  } finally {
    set(phase, OVER);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function resultOf(reports: readonly Report[], processor: number, residents: readonly [number, number][]): CrewResult {
  const operations = reports.map((report) => report.operations);
  const done = operations.reduce((sum, each) => sum + each, 0);
  // Not the sum of what each did in its own time: where threads keep each other waiting they begin one after the other, and the same
  // milliseconds would be counted for none of them, or several times.
  const elapsed = Math.max(...reports.map(({ ended }) => ended)) - Math.min(...reports.map(({ begun }) => begun));
  const histograms = reports.flatMap(({ latency }) => (latency ? [new LatencyHistogram(latency)] : []));
  const all = new LatencyHistogram();
  for (const histogram of histograms) all.add(histogram);
  return {
    perSecond: (done / elapsed) * 1000,
    processor: processor / done,
    fairness: Math.min(...operations) / Math.max(...operations),
    operations,
    elapsed,
    resident: Math.max(...residents.map(([, bytes]) => bytes)),
    residents,
    ...(histograms.length > 0 ? { latency: all.summary() } : {}),
    answers: reports.map(({ answer }) => answer),
  };
}

/** The next message of a thread; its error or its end, when that comes first. */
async function message<Message>(worker: Worker, signal: AbortSignal): Promise<Message> {
  const exited = once(worker, 'exit', { signal }).then(([code]) => {
    throw new Error(`a thread of the crew ended with code ${code} before it had said anything`);
  });
  exited.catch(() => {}); // it exits in the end
  const [value] = await Promise.race([once(worker, 'message', { signal }), exited]);
  return value;
}

/** Reads the resident set every 20 ms, for a time or until something is so. */
async function watch(
  milliseconds: number,
  residents: [number, number][],
  begun: number,
  isDone: () => boolean = () => false,
): Promise<void> {
  const end = begun + milliseconds;
  for (let now = begun; now < end && !isDone(); now = performance.now()) {
    residents.push([now - begun, process.memoryUsage.rss()]);
    await sleep(Math.min(20, end - now));
  }
  residents.push([performance.now() - begun, process.memoryUsage.rss()]);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function set(phase: Int32Array, value: number): void {
  Atomics.store(phase, 0, value);
  Atomics.notify(phase, 0);
}
