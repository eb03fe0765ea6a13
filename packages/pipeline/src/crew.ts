/**
 * The crew: the threads that do the work, in a pool of Piscina, and what becomes of them.
 *
 * A thread can die at any time: by an operation, by a stranger, by us when it does not answer. What it left in the heap is taken care of when it
 * has ended, and only then is its task answered, so that nobody gives memory away into which a dying thread still writes.
 *
 *   posted --------> answered            by the thread
 *      |--> died --> thread has ended    rejected with ThreadDiedError, its images released
 *
 * Piscina replaces a thread that dies, but none any more once one has died as it started. Then another pool takes the place of the first,
 * whose last tasks are waited for.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SharedHeap } from '@sharena/heap';
import type { ImageStore } from '@sharena/imaging';
import { Piscina } from 'piscina';
import { RuntimeError, reasonOf } from './errors.ts';
import type { Task, TaskResult, WorkerData } from './tasks.ts';

/** The thread that had a task is no more, or none could take it. */
export class ThreadDiedError extends RuntimeError {}

/** What a crew is made of. */
export interface CrewOptions {
  readonly heap: SharedHeap;
  readonly store: ImageStore;
  readonly threads: number;
  readonly workerData: WorkerData;
  readonly execArgv: readonly string[] | undefined;
}

/** A pool and what it is doing. */
interface Shift {
  readonly pool: Piscina<Task, TaskResult>;
  readonly posted: Set<Promise<TaskResult>>;
  /** Whether one of its threads has ever answered. */
  hasWorked: boolean;
  ending: Promise<void> | undefined;
}

/** The threads of a runtime. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #shifts: Set<Shift> = new Set();
  /** Threads that are ending, and what is done about what they left. */
  readonly #leaving: Set<Promise<unknown>> = new Set();
  readonly #recalls: Set<Promise<void>> = new Set();
  readonly #exits: Map<number, Promise<unknown>> = new Map();
  /** The pool that gets the tasks; none until the first one. */
  #shift: Shift | undefined;
  #ready: Promise<void> | undefined;
  #end: Promise<void> | undefined;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /**
   * Starts the threads if nobody has, and waits until each has answered.
   *
   * @throws {RuntimeError} when one does not: the crew is ended then, and every later task fails for the same reason
   */
  ready(): Promise<void> {
    this.#ready ??= this.#askEveryThread('start').catch(async (error) => {
      await this.end();
      throw new RuntimeError(`a thread does not start: ${reasonOf(error?.cause ?? error)}`, { cause: error });
    });
    return this.#ready;
  }

  /**
   * Has a thread do a task. The first one starts the threads.
   *
   * @param signal - kills the thread that has the task: only for one that does not answer
   * @throws {ThreadDiedError} when the thread is gone
   * @throws {RuntimeError} when the threads do not start
   */
  async post(task: Task, signal?: AbortSignal): Promise<TaskResult> {
    await this.ready();
    return this.#post(task, signal);
  }

  async #post(task: Task, signal?: AbortSignal): Promise<TaskResult> {
    this.#shift ??= this.#newShift();
    const shift = this.#shift;
    const answer = shift.pool.run(task, signal && { signal });
    shift.posted.add(answer);
    try {
      const result = await answer;
      shift.hasWorked = true;
      return result;
    } catch (error) {
      this.#inspect(shift);
      await Promise.allSettled(this.#leaving);
      throw new ThreadDiedError(`a thread of the pool failed: ${(error as Error).message}`, { cause: error });
    } finally {
      shift.posted.delete(answer);
      if (shift !== this.#shift && shift.posted.size === 0) void this.#endShift(shift);
    }
  }

  /** One task for each thread. A thread takes one at a time, so of a pool at rest each gets one. */
  async #askEveryThread(kind: 'start' | 'end'): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.threads }, () => this.#post({ kind })));
  }

  /** Ends the threads, and waits until what they left is taken care of. */
  end(): Promise<void> {
    this.#end ??= this.#endAll();
    return this.#end;
  }

  async #endAll(): Promise<void> {
    // A thread that detaches gives back what it has by itself; one that is terminated leaves that to this one.
    if (this.#shift) await this.#askEveryThread('end').catch(() => {});
    // Not the pool's close(): with more than one thread that ends while the last tasks are still running.
    await Promise.all([...this.#shifts].map((shift) => this.#endShift(shift)));
    await Promise.allSettled(this.#leaving);
    await Promise.all(this.#recalls);
  }

  #newShift(): Shift {
    const { threads, workerData, execArgv } = this.#options;
    const pool = new Piscina<Task, TaskResult>({
      filename: new URL('./worker.js', import.meta.url).href,
      workerData,
      // All threads from the start to the end: a thread that came late would find its share of the work done.
      minThreads: threads,
      maxThreads: threads,
      // With 'sync', the default, an idle worker sleeps in Atomics.wait and its timers, ports and promises stand still.
      atomics: 'disabled',
      ...(execArgv && { execArgv: [...execArgv] }),
    });
    const shift: Shift = { pool, posted: new Set(), hasWorked: false, ending: undefined };
    this.#shifts.add(shift);
    pool.on('error', (error: unknown) => this.#onThreadError(shift, error));
    pool.on('workerCreate', ({ id }: { readonly id: number }) => this.#watch(shift, id));
    pool.on('workerDestroy', ({ id }: { readonly id: number }) => {
      this.#leave(id);
      setImmediate(() => this.#inspect(shift));
    });
    return shift;
  }

  /** Has what a thread leaves in the heap taken care of, should it die. Piscina tells the thread's id, not its Worker. */
  #watch({ pool }: Shift, id: number): void {
    const { heap } = this.#options;
    const worker = pool.threads.find(({ threadId }) => threadId === id);
    if (!worker || !heap.isAttached) return;
    heap.watch(worker);
    const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#exits.set(id, exit);
    void exit.then(() => {
      this.#exits.delete(id);
      const recall = this.#recall(id);
      this.#recalls.add(recall);
      void recall.then(() => this.#recalls.delete(recall));
    });
  }

  /** A thread is on its way out: it may still be writing until it has ended. */
  #leave(id: number): void {
    const exit = this.#exits.get(id);
    if (!exit) return;
    this.#leaving.add(exit);
    void exit.then(() => this.#leaving.delete(exit));
  }

  /** Drops the images that a dead thread was sending when it died. What has arrived is taken over first. */
  async #recall(id: number): Promise<void> {
    await Promise.allSettled([...this.#shifts].flatMap(({ posted }) => [...posted]));
    await nextTurn();
    if (this.#options.heap.isAttached) this.#options.store.recall(id);
  }

  /** A thread failed while it had no task: when it started, or in something that an operation had left running. */
  #onThreadError(shift: Shift, error: unknown): void {
    this.#inspect(shift);
    if (this.#end) return;
    const warning = `a thread of the pool failed between two tasks: ${reasonOf(error)}`;
    process.emitWarning(warning, { code: 'ERR_SHARENA_RUNTIME' });
  }

  /** Replaces a pool that replaces its threads no more, and ends one that has none: what waits for one would wait for ever. */
  #inspect(shift: Shift): void {
    const threads = shift.pool.threads.length;
    if (threads === this.#options.threads) return;
    if (shift === this.#shift && shift.hasWorked && !this.#end) this.#shift = this.#newShift();
    const isIdle = shift !== this.#shift && shift.posted.size === 0;
    if (threads === 0 || isIdle) void this.#endShift(shift);
  }

  /** One destroy() at a time: a second one would end the first before its threads are gone. */
  #endShift(shift: Shift): Promise<void> {
    shift.ending ??= shift.pool.destroy().finally(() => {
      shift.ending = undefined;
      if (shift !== this.#shift) this.#shifts.delete(shift);
    });
    return shift.ending;
  }
}
