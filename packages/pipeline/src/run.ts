/**
 * A run: feeds inputs to the runtime, holds a bounded number of them in flight, and answers the results in order.
 *
 * Whatever ends the run (the last input, an early `break`, an aborted signal, a source that throws), the tasks in flight are
 * awaited first, and the images that nobody will receive are released.
 */
import { InvalidArgumentError, SharenaError } from '@sharena/heap';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { RuntimeError } from './errors.ts';
import { type Input, type PreparedInput, prepareInput, type Source } from './inputs.ts';
import { checkOptions, type Names } from './names.ts';
import type { Forecast } from './need.ts';
import { outputsOf } from './outputs.ts';
import type { Plan } from './plan.ts';
import { RunOperands } from './run-operands.ts';
import type { ImageAnswer } from './tasks.ts';
import { numbersOf, type Tensor } from './tensor.ts';
import type { Work, WorkOptions } from './work.ts';

/** Settings of {@link Runtime.run}. */
export interface RunOptions {
  /**
   * Ends the run when it is aborted: no new input is begun, and what is in flight stops within the time of a few rows; a decoder or an encoder
   * is waited for. No thread is killed, unless it does not stop within `grace`.
   */
  readonly signal?: AbortSignal;
  /** Called after every result. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * `'input'` answers the results in the order of the inputs, `'completion'` as they come. In the order of the inputs at most two for each thread
   * are begun and not yet answered: behind one that takes much longer than the others threads may have nothing to do.
   *
   * @defaultValue `'input'`
   */
  readonly order?: 'input' | 'completion';
  /**
   * `'images'`, for throughput: every image is done by one thread, many at a time. `'strips'`, for latency: one image at a time, each
   * step of it by all threads. `'auto'` takes strips for images of half a megapixel or more that would leave threads idle: when fewer
   * inputs than threads are left of a list, or when a source that is no list gives one while nothing else is in flight.
   *
   * @defaultValue `'auto'`
   */
  readonly parallel?: 'auto' | 'images' | 'strips';
  /** Second inputs of steps that join two images, by their names: decoded once, shared by all images of the run. */
  readonly inputs?: Readonly<Record<string, Source>>;
  /**
   * Milliseconds that an input may take, from when a thread begins with it: 1 to 2^31 - 1. It then fails with `ERR_SHARENA_TIMEOUT`.
   *
   * @defaultValue no limit
   */
  readonly timeout?: number;
  /**
   * How often an input is begun again whose thread died, 0 to 100. One that costs more threads is given up, and reported.
   *
   * @defaultValue 2
   */
  readonly retries?: number;
  /**
   * Milliseconds that a thread has to stop when it is asked to, 0 to 2^31 - 1. One that does not is killed and replaced; what it held is
   * released. Such as an operation that never returns.
   *
   * @defaultValue 5000
   */
  readonly grace?: number;
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

/** What became of one output of a plan. */
export interface RunOutput {
  /** The names of its branches with `/` between them; empty for a plan without branches. */
  readonly name: string;
  /** Width of the result in pixels. */
  readonly width: number;
  /** Height of the result in pixels. */
  readonly height: number;
  /** Bytes that were encoded; undefined for outputs that are not. */
  readonly size: number | undefined;
  /** The encoded bytes, when the output is encoded and has no file. */
  readonly data: Uint8Array | undefined;
  /** The file that was written. */
  readonly file: string | undefined;
  /** The image, when the output is not encoded. The receiver releases it. */
  readonly image: SharedImage | undefined;
  /** The numbers, when the output is a tensor. They lie in `image`, and are gone when it is released. */
  readonly tensor: Tensor | undefined;
}

/** An input that became what the plan says. Of a plan with branches the properties of an output are those of its first. */
export interface RunSuccess extends RunOutput {
  /** That it did. */
  readonly ok: true;
  /** The input's place in the order, from 0. */
  readonly index: number;
  /** The input as it was given. */
  readonly input: Input;
  /** What messages call it. */
  readonly name: string;
  /** All outputs, in the order of the plan. */
  readonly outputs: readonly RunOutput[];
  /** What the plan's taps answered, by their names. */
  readonly taps: Readonly<Record<string, unknown>>;
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
  newWork(options: WorkOptions): Work;
  /** Has the runtime wait for the work when it is closed. @throws {RuntimeError} when it is closed already */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** From how many pixels on threads that help gain more than they cost. */
const WORTH_STRIPS = 500_000;
const MOST_MS = 2 ** 31 - 1;

/** Runs every input; see {@link Runtime.run}. */
export async function* runAll(
  runner: Runner,
  plan: Plan,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  options: RunOptions,
): AsyncGenerator<RunResult, void, undefined> {
  const settings = checkSettings(options);
  const { signal, onProgress } = options;
  const inOrder = settings.order === 'input';
  const total = Array.isArray(inputs) ? inputs.length : undefined;
  // Images: one for each thread and as many waiting, so that no thread waits for this one. Strips use all threads at once.
  const most = settings.parallel === 'strips' ? 1 : 2 * runner.threads;
  const source = new InputSource(inputs);
  const flight = new Flight();
  const operands = new RunOperands(runner.store, plan, options.inputs ?? {});
  const leavesIdle = (index: number, before: number): boolean =>
    total === undefined ? before === 0 : total - index + before < runner.threads;
  const begin = (input: Input, index: number): Running => {
    const isLone = leavesIdle(index, flight.size);
    const isLarge = ({ decoded }: Forecast): boolean => decoded.width * decoded.height >= WORTH_STRIPS;
    const { parallel } = settings;
    const wantsStrips = (seen: Forecast): boolean =>
      parallel === 'strips' || (parallel === 'auto' && isLone && isLarge(seen));
    const work = runner.newWork({ ...settings, wantsStrips });
    return { work, result: runOne(runner, plan, operands, work, input, index) };
  };
  let [index, done, failed, bytesWritten] = [0, 0, 0, 0];
  try {
    signal?.throwIfAborted();
    await operands.prepare((only, input) => runner.take(() => runner.newWork(ALONE).run(only, input)));
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
        if (!first.done) flight.add(index, begin(first.value, index++));
        continue;
      }
      done++;
      if (!first.ok) failed++;
      else for (const { size = 0 } of first.outputs) bytesWritten += size;
      onProgress?.({ done, failed, total, bytesWritten, last: first });
      flight.remove(first.index);
      yield first;
    }
  } finally {
    await flight.giveUp();
    operands.release();
    await source.end();
  }
}

/** How second inputs are worked on. */
const ALONE: WorkOptions = { wantsStrips: () => false, timeout: undefined, retries: 2, grace: 5000 };

/** An input in work, and its result to come. */
interface Running {
  readonly work: Work;
  readonly result: Promise<RunResult>;
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
  readonly #running: Map<number, Running> = new Map();

  get size(): number {
    return this.#running.size;
  }

  add(index: number, running: Running): void {
    this.#running.set(index, running);
  }

  remove(index: number): void {
    this.#running.delete(index);
  }

  /** The result of the oldest one, or of whichever ends first. */
  next(inOrder: boolean): Promise<RunResult> {
    const [oldest] = this.#running.values();
    return inOrder ? oldest.result : Promise.race(Array.from(this.#running.values(), ({ result }) => result));
  }

  /** Stops all of them, waits for them, and releases the images that nobody will receive. */
  async giveUp(): Promise<void> {
    for (const { work } of this.#running.values()) work.stop();
    for (const { result } of this.#running.values()) {
      const answer = await result;
      if (!answer.ok) continue;
      for (const { image } of answer.outputs) if (image?.isOpen) image.release(); // a runtime that was closed has detached
    }
    this.#running.clear();
  }
}

/** Runs one input. Never rejects. */
async function runOne(
  runner: Runner,
  plan: Plan,
  operands: RunOperands,
  work: Work,
  input: Input,
  index: number,
): Promise<RunResult> {
  let name = `input ${index}`;
  try {
    const names = outputsOf(plan).map((output) => output.name);
    const prepared: PreparedInput = prepareInput(input, index, names);
    name = prepared.name;
    const { outputs, taps } = await runner.take(() => work.run(operands.bind(plan, prepared), prepared));
    const received = outputs.map((output) => receive(runner.store, output));
    return { ...received[0], ok: true, index, input, name, outputs: received, taps };
  } catch (error) {
    return { ok: false, index, input, name, error: asSharenaError(error) };
  }
}

function receive(store: ImageStore, output: ImageAnswer['outputs'][number]): RunOutput {
  const { name, width, height, size, data, file } = output;
  const image = output.image && store.takeOver(output.image);
  const tensor = image && output.tensor && { data: numbersOf(image), shape: output.tensor };
  return { name, width, height, size, data, file, image, tensor };
}

function asSharenaError(error: unknown): SharenaError {
  if (error instanceof SharenaError) return error;
  return new RuntimeError(error instanceof Error ? error.message : String(error), { cause: error });
}

interface Settings extends Omit<WorkOptions, 'wantsStrips'> {
  readonly order: 'input' | 'completion';
  readonly parallel: 'auto' | 'images' | 'strips';
}

const OPTION_NAMES: Names<RunOptions> = {
  signal: true,
  onProgress: true,
  order: true,
  parallel: true,
  inputs: true,
  timeout: true,
  retries: true,
  grace: true,
};

function checkSettings(options: RunOptions): Settings {
  checkOptions(options, OPTION_NAMES);
  const { order = 'input', parallel = 'auto', timeout, retries = 2, grace = 5000, signal, onProgress } = options;
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw new InvalidArgumentError('signal', 'an AbortSignal', signal);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new InvalidArgumentError('onProgress', 'a function', onProgress);
  }
  return {
    order: checkChoice('order', order, ['input', 'completion']),
    parallel: checkChoice('parallel', parallel, ['auto', 'images', 'strips']),
    timeout: timeout === undefined ? undefined : checkWhole('timeout', timeout, 1, MOST_MS),
    retries: checkWhole('retries', retries, 0, 100),
    grace: checkWhole('grace', grace, 0, MOST_MS),
  };
}

function checkWhole(argument: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(argument, `a whole number from ${least} to ${most}`, value);
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
