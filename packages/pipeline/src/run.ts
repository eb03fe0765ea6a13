/**
 * A run: feeds inputs to the runtime, holds a bounded number of them in flight, and answers the results in order.
 *
 * Whatever ends the run (the last input, an early `break`, an aborted signal, a source that throws), the tasks in flight are
 * awaited first, and the images that nobody will receive are released.
 */

import { InvalidArgumentError, SharenaError } from '@sharena/heap';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { RuntimeError } from './errors.ts';
import { type Input, type PreparedInput, prepareInput } from './inputs.ts';
import type { TaskOutput } from './tasks.ts';

/** Settings of {@link Runtime.run}. */
export interface RunOptions {
  /** Ends the run when it is aborted: no new input is begun, what is in flight is finished and given up. */
  readonly signal?: AbortSignal;
  /** Called after every result. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * `'input'` answers the results in the order of the inputs, `'completion'` as they come.
   *
   * @defaultValue `'input'`
   */
  readonly order?: 'input' | 'completion';
  /**
   * `'images'`: every image is done by one thread, many at a time. `'strips'`: one image at a time, each step of it by all
   * threads. `'auto'`: strips for a list of fewer images than there are threads, else images.
   *
   * @defaultValue `'auto'`
   */
  readonly parallel?: 'auto' | 'images' | 'strips';
}

/** How far a run has come. */
export interface Progress {
  /** Inputs that have ended, the failed ones included. */
  readonly done: number;
  /** Inputs that failed. */
  readonly failed: number;
  /** Inputs in all, when they were given as a list. */
  readonly total: number | undefined;
  /** Bytes that were encoded. */
  readonly bytesWritten: number;
  /** The result that came last. */
  readonly last: RunResult;
}

/** An input that became what the plan says. */
export interface RunSuccess {
  readonly ok: true;
  /** The input's place in the order, from 0. */
  readonly index: number;
  /** The input as it was given. */
  readonly input: Input;
  /** What messages call it. */
  readonly name: string;
  /** Width of the result in pixels. */
  readonly width: number;
  /** Height of the result in pixels. */
  readonly height: number;
  /** Bytes that were encoded; undefined for plans that do not encode. */
  readonly size: number | undefined;
  /** The encoded bytes, when the plan encodes and the input has no file. */
  readonly data: Uint8Array | undefined;
  /** The file that was written. */
  readonly file: string | undefined;
  /** The image, when the plan does not encode. The receiver releases it. */
  readonly image: SharedImage | undefined;
}

/** An input that failed. */
export interface RunFailure {
  readonly ok: false;
  /** The input's place in the order, from 0. */
  readonly index: number;
  /** The input as it was given. */
  readonly input: Input;
  /** What messages call it. */
  readonly name: string;
  /** Why. */
  readonly error: SharenaError;
}

/** What became of one input. */
export type RunResult = RunSuccess | RunFailure;

/** What a run needs of a runtime. */
export interface Runner {
  readonly store: ImageStore;
  readonly threads: number;
  whole(input: PreparedInput): Promise<TaskOutput>;
  strips(input: PreparedInput): Promise<TaskOutput>;
}

/** Runs every input; see {@link Runtime.run}. */
export async function* runAll(
  runner: Runner,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  options: RunOptions,
): AsyncGenerator<RunResult, void, undefined> {
  const { signal, onProgress } = options;
  const inOrder = checkChoice('order', options.order ?? 'input', ['input', 'completion']) === 'input';
  const total = Array.isArray(inputs) ? inputs.length : undefined;
  const inStrips = chooseStrips(options, total, runner.threads);
  // Images: one for each thread and as many waiting, so that no thread waits for this one. Strips use all threads at once.
  const most = inStrips ? 1 : 2 * runner.threads;
  const source = iterate(inputs);
  const flight = new Flight();
  let [index, done, failed, bytesWritten, exhausted] = [0, 0, 0, 0, false];
  try {
    for (;;) {
      signal?.throwIfAborted();
      while (!exhausted && flight.size < most) {
        const next = await source.next();
        if (next.done) exhausted = true;
        else flight.add(index, runOne(runner, next.value, index++, inStrips));
      }
      if (flight.size === 0) return;
      const result = await untilAborted(flight.next(inOrder), signal);
      flight.remove(result.index);
      done++;
      if (!result.ok) failed++;
      else bytesWritten += result.size ?? 0;
      onProgress?.({ done, failed, total, bytesWritten, last: result });
      yield result;
    }
  } finally {
    await source.return?.();
    await flight.giveUp();
  }
}

/** The inputs whose results have not been answered yet. */
class Flight {
  readonly #tasks: Map<number, Promise<RunResult>> = new Map();

  get size(): number {
    return this.#tasks.size;
  }

  add(index: number, task: Promise<RunResult>): void {
    this.#tasks.set(index, task);
  }

  remove(index: number): void {
    this.#tasks.delete(index);
  }

  /** The result of the oldest one, or of whichever ends first. */
  next(inOrder: boolean): Promise<RunResult> {
    const [oldest] = this.#tasks.values();
    return inOrder ? oldest : Promise.race(this.#tasks.values());
  }

  /** Waits for all of them, and releases the images that nobody will receive. */
  async giveUp(): Promise<void> {
    for (const task of this.#tasks.values()) {
      const result = await task;
      if (result.ok) result.image?.release();
    }
    this.#tasks.clear();
  }
}

/** Runs one input. Never rejects. */
async function runOne(runner: Runner, input: Input, index: number, inStrips: boolean): Promise<RunResult> {
  let name = `input ${index}`;
  try {
    const prepared = prepareInput(input, index);
    name = prepared.name;
    const output = await (inStrips ? runner.strips(prepared) : runner.whole(prepared));
    const { width, height, size, data, file, image } = output;
    const received = image && runner.store.takeOver(image);
    return { ok: true, index, input, name, width, height, size, data, file, image: received };
  } catch (error) {
    return { ok: false, index, input, name, error: asSharenaError(error) };
  }
}

function asSharenaError(error: unknown): SharenaError {
  if (error instanceof SharenaError) return error;
  return new RuntimeError(error instanceof Error ? error.message : String(error), { cause: error });
}

function chooseStrips({ parallel = 'auto' }: RunOptions, total: number | undefined, threads: number): boolean {
  checkChoice('parallel', parallel, ['auto', 'images', 'strips']);
  return parallel === 'strips' || (parallel === 'auto' && total !== undefined && total < threads);
}

function checkChoice<T extends string>(argument: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw new InvalidArgumentError(argument, `one of ${choices.join(', ')}`, value);
}

function iterate(inputs: Iterable<Input> | AsyncIterable<Input>): AsyncIterator<Input> | Iterator<Input> {
  return Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
}

/** The value of `promise`, or a rejection with the signal's reason if that comes first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
