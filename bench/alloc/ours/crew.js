/** The threads of a program: they start together on a word in shared memory, and every wait has a deadline. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Milliseconds after which a wait is a fault. */
const DEADLINE = 20_000;
/** Words of the shared memory that a program gives its threads: the start, and what the program keeps for itself. */
export const START = 0;
export const FIRST_FREE = 16;

/** Nanoseconds on a clock that all threads of the process share. */
export function now() {
  return Number(process.hrtime.bigint());
}

/**
 * Runs threads of one file, and answers what each of them posted at its end.
 *
 * @param {string} file beside this one
 * @param {Int32Array} control shared; the first words are this module's
 * @param {object[]} data of each thread, besides `control`
 */
export async function runTogether(file, control, data) {
  const workers = data.map((workerData) => {
    return new Worker(new URL(file, import.meta.url), { workerData: { ...workerData, control } });
  });
  const signal = () => AbortSignal.timeout(DEADLINE);
  await Promise.all(workers.map((worker) => once(worker, 'message', { signal: signal() })));
  const answers = workers.map((worker) => once(worker, 'message', { signal: signal() }));
  Atomics.store(control, START, 1);
  Atomics.notify(control, START);
  const posted = (await Promise.all(answers)).map(([message]) => message);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return posted;
}

/** In a thread: says that it is ready, and waits for the others. */
export function awaitStart(port, control) {
  port.postMessage('ready');
  awaitChange(control, START, 0);
}

/** Sleeps while a word holds `value`. */
export function awaitChange(control, word, value) {
  while (Atomics.load(control, word) === value) {
    if (Atomics.wait(control, word, value, DEADLINE) === 'timed-out') throw new Error(`word ${word} stayed ${value}`);
  }
}

/** Counts operations from the end of a warm-up to the end of the time. */
export class Stopwatch {
  /** Operations behind the warm-up. */
  done = 0;
  /** Nanoseconds behind the warm-up; 0 while the time is not up. */
  elapsed = 0;
  /** Nanoseconds of processor time behind the warm-up, of all threads of the process. */
  processor = 0;
  #warm;
  #end;
  #isWarm = false;

  /** @param {number} warmUp @param {number} milliseconds */
  constructor(warmUp, milliseconds) {
    this.#warm = now() + warmUp * 1e6;
    this.#end = this.#warm + milliseconds * 1e6;
  }

  /** What a thread posts at its end. */
  get result() {
    return { done: this.done, elapsed: this.elapsed, processor: this.processor };
  }

  /** Adds operations; answers whether the time is up. */
  add(operations) {
    const time = now();
    if (this.#isWarm) this.done += operations;
    if (!this.#isWarm && time >= this.#warm) {
      this.#isWarm = true;
      this.processor = -processorTime();
    }
    if (time >= this.#end && this.done > 0) {
      this.elapsed = time - this.#warm;
      this.processor += processorTime();
    }
    return this.elapsed !== 0;
  }
}

function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}
