/**
 * The runtime: a heap, its images, and a pool of threads that work on them.
 *
 * Two kinds of parallelism: many images, each done from end to end by one thread; or one image at a time, every step of it
 * cut into strips that all threads compute in the same shared memory. What crosses between threads is handles and encoded
 * bytes, never pixels.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { scratchIn } from '@sharena/kernels';
import { Admission } from './admission.ts';
import { keepLittle, keepMore, returnFreeMemory, shareArenas } from './c-memory.ts';
import { Crew } from './crew.ts';
import { RuntimeError } from './errors.ts';
import type { Input } from './inputs.ts';
import { Lanes } from './lanes.ts';
import { checkOptions, type Names } from './names.ts';
import { checkPlan, type PipelineBuilder, type Plan, planOf } from './plan.ts';
import { type RunOptions, type RunResult, runAll } from './run.ts';
import { useSharp } from './sharp.ts';
import { type Shop, Work, type WorkOptions } from './work.ts';

/** Arenas of the C library that threads share, unless the pool has more threads. */
const LEAST_ARENAS = 2;

/** Settings of {@link Runtime.start}. */
export interface RuntimeOptions {
  /**
   * Threads in the pool.
   *
   * @defaultValue as many as the machine runs at once
   */
  readonly threads?: number;
  /** A heap to use. Without it the runtime makes one of its own and gives it up at the end. */
  readonly heap?: SharedHeap;
  /**
   * Address space of the heap that the runtime makes: bytes, or a size such as `'1GiB'`.
   *
   * @defaultValue 4 GiB
   */
  readonly reserve?: number | string;
  /**
   * Arguments of Node for the threads: `['--import', new URL('./register.js', import.meta.url).href]` runs a module of yours
   * in each of them first, such as one that registers a loader for TypeScript on Node 20.
   */
  readonly execArgv?: readonly string[];
  /**
   * Whether threads start with the first task that needs one, and not before. Plans that the codec does by itself (see
   * `scaling` of {@link pipeline}) never need one, and each takes some 28 MB. What keeps a thread from starting then fails inputs, not the start.
   *
   * @defaultValue false
   */
  readonly lazy?: boolean;
}

const OPTION_NAMES: Names<RuntimeOptions> = { threads: true, heap: true, reserve: true, execArgv: true, lazy: true };

/** What a runtime has done so far. */
export interface RuntimeStats {
  /** Threads in the pool. */
  readonly threads: number;
  /** Tasks that threads have done. */
  readonly tasks: number;
  /** Bytes of pixels that went from thread to thread as a handle. Structured clone would have copied them. */
  readonly bytesShared: number;
}

/**
 * A heap, its images, and threads that work on them.
 *
 * @example
 * ```ts
 * import { pipeline, Runtime } from '@sharena/pipeline';
 *
 * await using runtime = await Runtime.start({ threads: 2 });
 * const plan = pipeline().resize(320, 240).grayscale().encode('jpeg', { quality: 80 });
 * for await (const result of runtime.run(plan, ['a.jpg', 'b.jpg'])) {
 *   if (result.ok) console.log(result.name, result.data?.length, 'bytes');
 *   else console.error(result.name, result.error.message);
 * }
 * ```
 */
export class Runtime implements AsyncDisposable {
  /** The heap. */
  readonly heap: SharedHeap;
  /** The images in the heap. */
  readonly store: ImageStore;
  /** Threads in the pool. */
  readonly threads: number;
  readonly #crew: Crew;
  readonly #shop: Shop;
  readonly #ownsHeap: boolean;
  /** A folder for files of the codec; there when one of the threads has needed it. */
  readonly #folder: string = join(tmpdir(), `sharena-${randomUUID()}`);
  readonly #inHand: Set<Promise<unknown>> = new Set();
  #tasks = 0;
  #bytesShared = 0;
  #closing: Promise<void> | undefined;

  private constructor(heap: SharedHeap, ownsHeap: boolean, threads: number, execArgv: readonly string[] | undefined) {
    shareArenas(Math.max(LEAST_ARENAS, threads));
    keepMore();
    useSharp(); // its settings count for the user's own calls as well
    this.heap = heap;
    this.store = ImageStore.over(heap);
    // This thread reaps workers, and gives back what they had of it.
    scratchIn(heap);
    this.threads = threads;
    this.#ownsHeap = ownsHeap;
    const workerData = { heap: heap.handle, folder: this.#folder };
    this.#crew = new Crew({ heap, store: this.store, threads, workerData, execArgv });
    const count = (tasks: number, bytesShared: number): void => {
      this.#tasks += tasks;
      this.#bytesShared += bytesShared;
    };
    const [admission, lanes] = [new Admission(heap), new Lanes(threads)];
    this.#shop = { crew: this.#crew, store: this.store, admission, lanes, threads, count };
  }

  /**
   * Starts the threads. Close the runtime at the end, or hold it with `await using`.
   *
   * @throws {InvalidArgumentError} when an option is out of range, or there is none of that name
   * @throws {HeapExhaustedError} when there is no address space for the heap
   * @throws {RuntimeError} when a thread does not start: `execArgv` is wrong, or the heap has no slot left for it
   */
  static async start(options: RuntimeOptions = {}): Promise<Runtime> {
    checkOptions(options, OPTION_NAMES);
    const { threads = availableParallelism(), heap, reserve, execArgv, lazy = false } = options;
    if (!Number.isInteger(threads) || threads < 1 || threads > 128) {
      throw new InvalidArgumentError('threads', 'a whole number from 1 to 128', threads);
    }
    const made = heap ?? SharedHeap.create(reserve === undefined ? {} : { reserve });
    let runtime: Runtime | undefined;
    try {
      runtime = new Runtime(made, heap === undefined, threads, execArgv);
      if (!lazy) await runtime.#crew.ready();
      return runtime;
    } catch (error) {
      await runtime?.close();
      if (heap === undefined) made.detach();
      throw error;
    }
  }

  /**
   * Runs a plan on every input, and answers the results as they are asked for. An input that fails is a result as well;
   * it does not stop the others. Leaving the loop early ends the run; what is in flight is finished and given up.
   *
   * @param plan - from {@link pipeline}, or plain JSON
   * @param inputs - paths, `file:` URLs, encoded bytes or images; also from an async source, which is read as needed
   * @throws {PlanError} when the plan is not one
   * @throws {RuntimeError} when the runtime is closed
   * @throws the reason of `signal` when it is aborted: after what is in flight has ended
   */
  run(
    plan: Plan | PipelineBuilder,
    inputs: Iterable<Input> | AsyncIterable<Input>,
    options: RunOptions = {},
  ): AsyncGenerator<RunResult, void, undefined> {
    this.#expectOpen();
    return runAll(
      {
        store: this.store,
        threads: this.threads,
        newWork: (settings: WorkOptions) => new Work(this.#shop, settings),
        take: (work) => this.#take(work),
      },
      checkPlan(planOf(plan)),
      inputs,
      options,
    );
  }

  /** What the runtime has done so far. */
  stats(): RuntimeStats {
    return { threads: this.threads, tasks: this.#tasks, bytesShared: this.#bytesShared };
  }

  /**
   * Waits for what is in flight, ends the threads, and gives up the heap if it is the runtime's own. Inputs that a run has
   * not begun then fail. A second call answers the same promise.
   */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** The same as {@link Runtime.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #expectOpen(): void {
    if (this.#closing) throw new RuntimeError('the runtime is closed');
  }

  /** Takes work in hand: close() waits for it. */
  async #take<T>(work: () => Promise<T>): Promise<T> {
    this.#expectOpen();
    const output = work();
    this.#inHand.add(output);
    try {
      return await output;
    } finally {
      this.#inHand.delete(output);
    }
  }

  async #end(): Promise<void> {
    await Promise.allSettled(this.#inHand);
    keepLittle();
    await this.#crew.end();
    await rm(this.#folder, { recursive: true, force: true });
    if (this.#ownsHeap) {
      this.heap.trim();
      this.heap.purge(); // the process has its memory back even while somebody still holds this runtime
      this.heap.detach();
    }
    returnFreeMemory();
  }
}
