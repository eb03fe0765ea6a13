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
  /** That it did. */
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
  /** That it failed. */
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
  const source = new InputSource(inputs);
  const flight = new Flight();
  let [index, done, failed, bytesWritten] = [0, 0, 0, 0];
  try {
    for (;;) {
      signal?.throwIfAborted();
      // Whichever comes first: a source may be slow, or wait for a result before it gives another input.
      const waits: Promise<IteratorResult<Input> | RunResult>[] = [];
      if (flight.size < most && !source.isDone) waits.push(source.next());
      if (flight.size > 0) waits.push(flight.next(inOrder));
      if (waits.length === 0) return;
      const first = await untilAborted(Promise.race(waits), signal);
      if (!('ok' in first)) {
        source.taken(first);
        if (!first.done) flight.add(index, runOne(runner, first.value, index++, inStrips));
        continue;
      }
      done++;
      if (!first.ok) failed++;
      else bytesWritten += first.size ?? 0;
      onProgress?.({ done, failed, total, bytesWritten, last: first });
      flight.remove(first.index);
      yield first;
    }
  } finally {
    await flight.giveUp();
    await source.end();
  }
}

/** Inputs, one at a time, from any source. */
class InputSource {
  readonly #inputs: AsyncIterator<Input> | Iterator<Input>;
  #asked: Promise<IteratorResult<Input>> | undefined;
  #isDone = false;

  constructor(inputs: Iterable<Input> | AsyncIterable<Input>) {
    this.#inputs = iterate(inputs);
  }

  /** Whether it has no more inputs. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The next input, for as long as it has not been taken: asking twice is one question. */
  next(): Promise<IteratorResult<Input>> {
    this.#asked ??= (async () => this.#inputs.next())();
    return this.#asked;
  }

  /** The next input has come and was taken. */
  taken({ done }: IteratorResult<Input>): void {
    this.#asked = undefined;
    this.#isDone = done === true;
  }

  /** Ends the source. One that owes an input is not waited for: it may never answer. */
  async end(): Promise<void> {
    if (this.#isDone) return;
    const ended = (async () => this.#inputs.return?.())();
    if (this.#asked) ended.catch(() => {});
    else await ended;
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
      if (result.ok && result.image?.isOpen) result.image.release(); // a runtime that was closed has detached
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
  // A string and bytes can be iterated as well, but each is one input.
  if (typeof inputs === 'object' && inputs !== null && !ArrayBuffer.isView(inputs)) {
    if (Symbol.asyncIterator in inputs) return inputs[Symbol.asyncIterator]();
    if (Symbol.iterator in inputs) return inputs[Symbol.iterator]();
  }
  throw new InvalidArgumentError('inputs', 'a list, an iterable or an async iterable of inputs', inputs);
}

/** The value of `promise`, or a rejection with the signal's reason if that comes first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
