/**
 * Work: one input on its way through a plan, from its header to its results.
 *
 *   header -> forecast -> admission -> attempt -> results
 *                            ^           |-- no room, was not alone: again, alone
 *                            '-----------|-- its thread died: again, from the start, a few times
 *                                        '-- stopped, or too slow: asked to stop; if it does not, its threads are killed
 *
 * Runs in the runtime's thread. An attempt changes no image but its own, so it can be made again.
 */
import { type HeapExhaustedError, reviveError } from '@sharena/heap';
import type { ImageStore } from '@sharena/imaging';
import type { Admission } from './admission.ts';
import { type Header, readHeader } from './codec.ts';
import { Control, handleOf } from './control.ts';
import { type Crew, ThreadDiedError } from './crew.ts';
import { directOutput, runDirect } from './direct.ts';
import { CancelledError, RuntimeError, TimeoutError } from './errors.ts';
import { executePlan } from './execute.ts';
import type { PreparedInput } from './inputs.ts';
import type { Lanes } from './lanes.ts';
import { keepsMetadata } from './metadata.ts';
import { type Forecast, forecast, forecastImage } from './need.ts';
import type { EncodedOutput } from './outputs.ts';
import type { Plan } from './plan.ts';
import { shapeOf } from './steps/run.ts';
import { inStrips } from './strips.ts';
import type { Answers, EncodedInput, ImageAnswer, Task } from './tasks.ts';

/** What works need. */
export interface Shop {
  readonly crew: Crew;
  readonly store: ImageStore;
  readonly admission: Admission;
  readonly threads: number;
  /** How many inputs the codec does by itself at a time. */
  readonly lanes: Lanes;
  /** Counts a task, and bytes of pixels that went to another thread as a handle. */
  count(tasks: number, bytesShared: number): void;
}

/** How an input is worked on. */
export interface WorkOptions {
  /** Whether all threads work on it together. */
  readonly wantsStrips: (forecast: Forecast) => boolean;
  /** Milliseconds from the beginning of an attempt. */
  readonly timeout: number | undefined;
  /** Times that an input whose thread died is begun again. */
  readonly retries: number;
  /** Milliseconds that a thread has to stop. */
  readonly grace: number;
}

/** Times that a task may be lost before a thread began with it: the pool is in trouble then, not the input. */
const MOST_LOST = 8;

/** One input in work. */
export class Work {
  readonly #shop: Shop;
  readonly #options: WorkOptions;
  #control = new Control();
  #killer = new AbortController();
  #isStopped = false;
  #isLate = false;
  #grace: NodeJS.Timeout | undefined;

  constructor(shop: Shop, options: WorkOptions) {
    this.#shop = shop;
    this.#options = options;
  }

  /** Asks the threads to stop. {@link Work.run} then rejects, within a strip's time or after the grace. */
  stop(): void {
    this.#isStopped = true;
    this.#halt();
  }

  /** Does everything. @throws what went wrong; then nothing of the input is left in the heap */
  async run(plan: Plan, input: PreparedInput): Promise<ImageAnswer> {
    const { name } = input;
    const encoded = 'encoded' in input.task ? input.task.encoded : undefined;
    const header = encoded && (await readHeader(encoded, plan.decode ?? {}, keepsMetadata(plan)));
    const seen = header ? forecast(plan, header) : this.#forecastImage(plan, input);
    let [deaths, lost, alone] = [0, 0, false];
    for (;;) {
      const place = await this.#shop.admission.enter(seen.bytes, alone);
      try {
        return await this.#attempt(plan, input, header, seen);
      } catch (error) {
        if (this.#isStopped) throw new CancelledError(`${name}: stopped`);
        if (this.#isLate) throw new TimeoutError(`${name}: took longer than ${this.#options.timeout} ms`);
        if (error instanceof ThreadDiedError) {
          const began = this.#control.age > 0;
          if (began ? ++deaths > this.#options.retries : ++lost > MOST_LOST) throw this.#given(error, deaths);
        } else if (isExhausted(error) && place.wasShared && !alone) alone = true;
        else throw error;
      } finally {
        place.leave();
      }
    }
  }

  async #attempt(plan: Plan, input: PreparedInput, header: Header | undefined, seen: Forecast): Promise<ImageAnswer> {
    if (this.#isStopped) throw new CancelledError('stopped before it began');
    this.#control = new Control();
    this.#killer = new AbortController();
    const late = this.#watchTime();
    try {
      const output = directOutput(seen);
      if (output) return await this.#direct(input, header, seen, output);
      if (this.#options.wantsStrips(seen)) return await this.#together(input, header, seen);
      return await this.#alone(plan, input, header);
    } finally {
      clearInterval(late);
      clearTimeout(this.#grace);
      this.#grace = undefined;
    }
  }

  /** All by the codec, in none of the threads. */
  #direct(
    { task, files }: PreparedInput,
    header: Header | undefined,
    seen: Forecast,
    output: EncodedOutput,
  ): Promise<ImageAnswer> {
    if (!('encoded' in task && header)) throw new RuntimeError('the codec scales what is encoded');
    const { store, lanes } = this.#shop;
    const { check } = this.#control;
    return lanes.through(async () => {
      check();
      this.#control.start();
      return runDirect(store, { ...task.encoded, header }, seen, output, files[''], check);
    });
  }

  /** One task for a whole image. */
  async #alone(plan: Plan, { task, files }: PreparedInput, header: Header | undefined): Promise<ImageAnswer> {
    const input = 'encoded' in task ? { encoded: { ...task.encoded, ...(header && { header }) } } : task;
    if ('image' in task) this.#countShared(task.image);
    const answer = await this.#ask({ kind: 'whole', input, plan, files, control: handleOf(this.#control) });
    for (const { image } of answer.outputs) if (image) this.#countShared(image);
    return answer;
  }

  /** Decode in one thread, every stage in strips in all of them, encode in one thread each. */
  async #together({ task, files }: PreparedInput, header: Header | undefined, seen: Forecast): Promise<ImageAnswer> {
    const { store, threads } = this.#shop;
    const { control, decode } = { control: this.#control, decode: seen.plan.decode ?? {} };
    const ask = <T extends Task>(each: T): Promise<Answers[T['kind']]> => this.#ask(each);
    const count = (bytes: number): void => this.#shop.count(0, bytes);
    const executor = inStrips({ store, threads, control, ask, count });
    if ('image' in task) {
      using image = store.open(task.image);
      return await executePlan(executor, seen.plan, image, false, files);
    }
    const encoded: EncodedInput = { ...task.encoded, ...(header && { header }) };
    const image = await executor.decodeAs(encoded, decode, seen);
    return executePlan(executor, seen.plan, image, true, files);
  }

  async #ask<T extends Task>(task: T): Promise<Answers[T['kind']]> {
    const result = await this.#shop.crew.post(task, this.#killer.signal);
    this.#shop.count(1, 0);
    if (result.ok) return result.answer as Answers[T['kind']];
    throw reviveError(result.error);
  }

  /** Looks from time to time whether the attempt has taken too long. Waiting for a thread does not count. */
  #watchTime(): NodeJS.Timeout | undefined {
    const { timeout } = this.#options;
    if (timeout === undefined) return undefined;
    const look = (): void => {
      if (this.#isLate || this.#control.age < timeout) return;
      this.#isLate = true;
      this.#halt();
    };
    return setInterval(look, Math.min(100, Math.max(1, timeout / 4))).unref();
  }

  #halt(): void {
    this.#control.stop();
    this.#grace ??= setTimeout(() => this.#killer.abort(), this.#options.grace).unref();
  }

  #forecastImage(plan: Plan, { task }: PreparedInput): Forecast {
    if (!('image' in task)) throw new RuntimeError('an input is encoded or an image');
    using image = this.#shop.store.open(task.image);
    return forecastImage(plan, shapeOf(image));
  }

  #countShared(handle: Parameters<ImageStore['open']>[0]): void {
    using image = this.#shop.store.open(handle);
    this.#shop.count(0, image.lineSize * image.height);
  }

  /** It has cost threads enough. */
  #given(error: ThreadDiedError, deaths: number): RuntimeError {
    const times = deaths > 1 ? `, ${deaths} times` : '';
    return Object.assign(new RuntimeError(`${error.message}${times}`, { cause: error.cause }), { deaths });
  }
}

function isExhausted(error: unknown): boolean {
  return (error as Partial<HeapExhaustedError>)?.code === 'ERR_SHARENA_HEAP_EXHAUSTED';
}
