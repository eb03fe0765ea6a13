/**
 * The runtime: a heap, its images, and a pool of threads that work on them.
 *
 * Two kinds of parallelism: many images, each done from end to end by one thread; or one image at a time, every step of it
 * cut into strips that all threads compute in the same shared memory. What crosses between threads is handles and encoded
 * bytes, never pixels.
 */
import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidArgumentError, reviveError, SharedHeap } from '@sharena/heap';
import { ImageStore, type SharedImage } from '@sharena/imaging';
import { Piscina } from 'piscina';
import { RuntimeError, reasonOf } from './errors.ts';
import type { Input, PreparedInput } from './inputs.ts';
import { checkPlan, type PipelineBuilder, type Plan } from './plan.ts';
import { type RunOptions, type RunResult, runAll } from './run.ts';
import { runSteps } from './steps/all.ts';
import { isEncoded, type StripTask, type Task, type TaskOutput, type TaskResult, type WorkerData } from './tasks.ts';

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
}

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
  readonly #pool: Piscina<Task, TaskResult>;
  readonly #ownsHeap: boolean;
  readonly #inHand: Set<Promise<TaskOutput>> = new Set();
  readonly #posted: Set<Promise<TaskResult>> = new Set();
  readonly #recalls: Set<Promise<void>> = new Set();
  #tasks = 0;
  #bytesShared = 0;
  #closing: Promise<void> | undefined;
  #destroying: Promise<void> | undefined;

  private constructor(heap: SharedHeap, ownsHeap: boolean, threads: number, execArgv: readonly string[] | undefined) {
    this.heap = heap;
    this.store = ImageStore.over(heap);
    this.threads = threads;
    this.#ownsHeap = ownsHeap;
    const workerData: WorkerData = { heap: heap.handle };
    this.#pool = new Piscina<Task, TaskResult>({
      filename: new URL('./worker.js', import.meta.url).href,
      workerData,
      // All threads from the start to the end: a thread that came late would find its share of the work done.
      minThreads: threads,
      maxThreads: threads,
      // With 'sync', the default, an idle worker sleeps in Atomics.wait and its timers, ports and promises stand still.
      atomics: 'disabled',
      ...(execArgv && { execArgv: [...execArgv] }),
    });
    this.#pool.on('error', (error: unknown) => this.#onThreadError(error));
    this.#pool.on('workerCreate', ({ id }: { readonly id: number }) => this.#watch(id));
  }

  /**
   * Starts the threads. Close the runtime at the end, or hold it with `await using`.
   *
   * @throws {InvalidArgumentError} when an option is out of range
   * @throws {HeapExhaustedError} when there is no address space for the heap
   * @throws {RuntimeError} when a thread does not start: `execArgv` is wrong, or the heap has no slot left for it
   */
  static async start(options: RuntimeOptions = {}): Promise<Runtime> {
    const { threads = availableParallelism(), heap, reserve, execArgv } = options;
    if (!Number.isInteger(threads) || threads < 1 || threads > 128) {
      throw new InvalidArgumentError('threads', 'a whole number from 1 to 128', threads);
    }
    const made = heap ?? SharedHeap.create(reserve === undefined ? {} : { reserve });
    let runtime: Runtime | undefined;
    try {
      runtime = new Runtime(made, heap === undefined, threads, execArgv);
      await runtime.#askEveryThread('start');
      return runtime;
    } catch (error) {
      await runtime?.close();
      if (heap === undefined) made.detach();
      throw new RuntimeError(`a thread does not start: ${reasonOf(error)}`, { cause: error });
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
    // By what it can do, not by its class: the builder may come from a second copy of this package.
    const isBuilder = typeof plan === 'object' && plan !== null && 'toJSON' in plan;
    const checked = checkPlan(isBuilder ? plan.toJSON() : plan);
    const runner = {
      store: this.store,
      threads: this.threads,
      whole: (input: PreparedInput) => this.#take(() => this.#whole(checked, input)),
      strips: (input: PreparedInput) => this.#take(() => this.#strips(checked, input)),
    };
    return runAll(runner, inputs, options);
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

  /** Takes an input in hand: close() waits for it. */
  async #take(work: () => Promise<TaskOutput>): Promise<TaskOutput> {
    this.#expectOpen();
    const output = work();
    this.#inHand.add(output);
    try {
      return await output;
    } finally {
      this.#inHand.delete(output);
    }
  }

  /** One task for a whole image. */
  async #whole(plan: Plan, { task, name, file }: PreparedInput): Promise<TaskOutput> {
    if ('image' in task) this.#countShared(task.image);
    const output = await this.#ask({ kind: 'whole', input: task, name, plan, file });
    if (output.image) this.#countShared(output.image);
    return output;
  }

  /** Decode in one thread, every step in strips in all of them, encode in one thread. */
  async #strips({ steps, output }: Plan, { task, name, file }: PreparedInput): Promise<TaskOutput> {
    const owned = !('image' in task);
    const image =
      'image' in task ? this.store.open(task.image) : await this.#decode({ kind: 'decode', input: task, name });
    try {
      using result = await runSteps(this.store, steps, image, owned, (...step) => this.#inStrips(...step));
      const { width, height } = result;
      if (!isEncoded(output)) return { width, height, image: result.giveAway() };
      this.#countShared(result.handle);
      const { format, options } = output;
      return await this.#ask({ kind: 'encode', image: result.handle, format, options, file });
    } finally {
      if (!owned) image.release();
    }
  }

  async #decode(task: Task): Promise<SharedImage> {
    const { image } = await this.#ask(task);
    if (!image) throw new RuntimeError('a decode task answered no image');
    this.#countShared(image);
    return this.store.takeOver(image);
  }

  /** Cuts the target's rows into as many strips as there are threads, and waits for all of them. */
  async #inStrips(step: StripTask['step'], source: SharedImage, target: SharedImage): Promise<void> {
    const strips = Math.min(this.threads, target.height);
    const cuts = Array.from({ length: strips + 1 }, (_, i) => Math.round((i * target.height) / strips));
    const tasks = cuts.slice(1).map((bottom, i) => {
      this.#bytesShared += (bottom - cuts[i]) * target.lineSize;
      return this.#ask({ kind: 'strip', step, source: source.handle, target: target.handle, top: cuts[i], bottom });
    });
    // Every strip ends before the images may be released, also when one of them fails.
    const failed = (await Promise.allSettled(tasks)).find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #ask(task: Task): Promise<TaskOutput> {
    const result = await this.#post(task).catch((error: unknown) => {
      throw new RuntimeError(`a thread of the pool failed: ${(error as Error).message}`, { cause: error });
    });
    this.#tasks++;
    if (result.ok) return result.output;
    throw reviveError(result.error);
  }

  /** One task for each thread. A thread takes one at a time, so of a pool at rest each gets one. */
  async #askEveryThread(kind: 'start' | 'end'): Promise<void> {
    await Promise.all(Array.from({ length: this.threads }, () => this.#post({ kind })));
  }

  /** Without a signal: Piscina would kill the thread that has the task, perhaps in the middle of an edit of the heap. */
  async #post(task: Task): Promise<TaskResult> {
    const answer = this.#pool.run(task);
    this.#posted.add(answer);
    try {
      return await answer;
    } catch (error) {
      this.#clearDeadPool();
      throw error;
    } finally {
      this.#posted.delete(answer);
    }
  }

  async #end(): Promise<void> {
    await Promise.allSettled(this.#inHand);
    // A thread that detaches gives back what it has by itself; one that is terminated leaves that to this one.
    await this.#askEveryThread('end').catch(() => {});
    // Not the pool's close(): with more than one thread that ends while the last tasks are still running.
    await this.#destroyPool();
    await Promise.all(this.#recalls);
    if (this.#ownsHeap) this.heap.detach();
  }

  /** Has what a thread leaves in the heap taken care of, should it die. Piscina tells the thread's id, not its Worker. */
  #watch(id: number): void {
    const worker = this.#pool.threads.find(({ threadId }) => threadId === id);
    if (!worker || !this.heap.isAttached) return;
    this.heap.watch(worker);
    worker.once('exit', () => {
      const recall = this.#recall(id);
      this.#recalls.add(recall);
      void recall.then(() => this.#recalls.delete(recall));
    });
  }

  /** Drops the images that a dead thread was sending when it died. What has arrived is taken over first. */
  async #recall(id: number): Promise<void> {
    await Promise.allSettled(this.#posted);
    await nextTurn();
    if (this.heap.isAttached) this.store.recall(id);
  }

  /** A thread failed while it had no task: when it started, or in something that an operation had left running. */
  #onThreadError(error: unknown): void {
    this.#clearDeadPool();
    if (this.#closing) return;
    const warning = `a thread of the pool failed between two tasks: ${reasonOf(error)}`;
    process.emitWarning(warning, { code: 'ERR_SHARENA_RUNTIME' });
  }

  /** Piscina replaces no thread once one has failed as it started. When none is left, what waits for one waits for ever. */
  #clearDeadPool(): void {
    if (this.#pool.threads.length === 0) this.#destroyPool();
  }

  /** One destroy() at a time: a second one would end the first before its threads are gone. */
  #destroyPool(): Promise<void> {
    this.#destroying ??= this.#pool.destroy().finally(() => {
      this.#destroying = undefined;
    });
    return this.#destroying;
  }

  #countShared(handle: Parameters<ImageStore['open']>[0]): void {
    using image = this.store.open(handle);
    this.#bytesShared += image.lineSize * image.height;
  }
}
