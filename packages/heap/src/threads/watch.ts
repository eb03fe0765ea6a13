/**
 * Proof of death: the 'exit' event of a Worker. It comes when the thread has ended, however it ended, and never before.
 *
 * The listeners belong to one heap in one thread. They do not keep the process alive, are gone when the worker or the heap's use
 * in this thread has ended, and until then keep nothing alive that a running worker of the same heap does not keep anyway.
 */
import { Worker } from 'node:worker_threads';
import { InvalidArgumentError } from '../errors.ts';

/** The workers whose end one thread waits for. */
export class Watch {
  readonly #onDeath: (threadId: number) => void;
  readonly #listeners: Map<Worker, () => void> = new Map();

  /** @param onDeath - called with the id of each thread that has ended */
  constructor(onDeath: (threadId: number) => void) {
    this.#onDeath = onDeath;
  }

  /**
   * Waits for the end of a worker. A second call for the same one does nothing.
   *
   * @throws {InvalidArgumentError} when `worker` is not a Worker, or has ended already: then it no longer tells its thread id
   */
  add(worker: Worker): void {
    if (!(worker instanceof Worker))
      throw new InvalidArgumentError('worker', 'a Worker of node:worker_threads', worker);
    if (this.#listeners.has(worker)) return;
    const { threadId } = worker; // -1 when it has ended
    if (threadId < 0) throw new InvalidArgumentError('worker', 'a Worker that has not ended yet', worker);
    const listener = () => {
      this.#listeners.delete(worker);
      this.#onDeath(threadId);
    };
    this.#listeners.set(worker, listener);
    worker.once('exit', listener);
  }

  /** Waits no longer. */
  clear(): void {
    for (const [worker, listener] of this.#listeners) worker.off('exit', listener);
    this.#listeners.clear();
  }
}
