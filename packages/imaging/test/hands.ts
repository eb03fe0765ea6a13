/** Threads that work with images as they are told. Every wait has a deadline. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SharedHeap } from '@sharena/heap';

/** How long a test waits for a thread, in milliseconds. */
const DEADLINE = 20_000;

/** A thread of `test/workers/hand.js`. The thread of the test watches it. */
export class Hand {
  readonly worker: Worker;

  constructor(heap: SharedHeap) {
    this.worker = new Worker(new URL('./workers/hand.js', import.meta.url), { workerData: heap.handle });
    heap.watch(this.worker);
  }

  /** Makes a call of `hand.js` and answers its result; throws what it threw. */
  async call<T = undefined>(name: string, ...args: readonly unknown[]): Promise<T> {
    this.worker.postMessage({ name, args });
    const [{ result, error }] = await once(this.worker, 'message', { signal: AbortSignal.timeout(DEADLINE) });
    if (error) throw new Error(error);
    return result as T;
  }

  /** Ends the thread where it is, and waits until it was reaped. */
  async kill(): Promise<void> {
    await this.worker.terminate();
  }
}

/** The threads of one test. `await using` ends those that are left. */
export class Hands implements AsyncDisposable {
  readonly #heap: SharedHeap;
  readonly #hands: Hand[] = [];

  constructor(heap: SharedHeap) {
    this.#heap = heap;
  }

  start(): Hand {
    const hand = new Hand(this.#heap);
    this.#hands.push(hand);
    return hand;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.kill()));
  }
}
