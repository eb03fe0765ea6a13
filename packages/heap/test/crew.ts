/**
 * Real worker threads for tests. Every wait has a deadline; whoever misses it is terminated, and the test fails with the
 * name of what it was waiting for. A thread that throws or ends too early fails the wait at once.
 */
import { Worker } from 'node:worker_threads';
import { reviveError, type WireError } from '@sharena/heap';

/** How long a test waits for a thread, in milliseconds. */
const DEADLINE = 15_000;

/** A thread of the file `test/workers/<name>.js`. */
export class Member {
  readonly worker: Worker;
  readonly #name: string;
  readonly #messages: unknown[] = [];
  readonly #gone: Promise<never>;
  #wake: () => void = () => undefined;
  #calls = 0;

  constructor(name: string, workerData?: unknown) {
    this.#name = name;
    this.worker = new Worker(new URL(`./workers/${name}.js`, import.meta.url), { workerData });
    this.worker.on('message', (message: unknown) => {
      this.#messages.push(message);
      this.#wake();
    });
    this.#gone = new Promise<never>((_, reject) => {
      this.worker.once('error', reject);
      this.worker.once('exit', (code) => reject(new Error(`${name} ended with code ${code}`)));
    });
    this.#gone.catch(() => undefined);
  }

  /** The next message of the thread. */
  async next<T>(): Promise<T> {
    while (this.#messages.length === 0) {
      const arrived = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await this.#within('a message', Promise.race([arrived, this.#gone]));
    }
    return this.#messages.shift() as T;
  }

  /** Makes a call of `hand.js` and answers its result; throws what it threw. */
  async call<T = unknown>(name: string, ...args: unknown[]): Promise<T> {
    const id = ++this.#calls;
    this.worker.postMessage({ id, name, args });
    const answer = await this.next<{ id: number; result: T; error?: WireError }>();
    if (answer.id !== id) throw new Error(`${this.#name} answered call ${answer.id} instead of ${id}`);
    if (answer.error) throw reviveError(answer.error);
    return answer.result;
  }

  /** Waits until the thread has ended by itself. */
  async ended(): Promise<void> {
    await this.#within(
      'its end',
      this.#gone.catch((error: Error) => {
        if (!error.message.endsWith('ended with code 0')) throw error;
      }),
    );
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  async #within<T>(what: string, promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        void this.worker.terminate();
        reject(new Error(`waited ${DEADLINE} ms for ${what} of ${this.#name}`));
      }, DEADLINE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }
}

/** The threads of one test. `await using` ends those that are left. */
export class Crew implements AsyncDisposable {
  readonly #members: Member[] = [];

  start(name: string, workerData?: unknown): Member {
    const member = new Member(name, workerData);
    this.#members.push(member);
    return member;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map((member) => member.terminate()));
  }
}
