/**
 * The word of a Once, of the compatible array and of the placed class alike.
 *
 *   0        nobody has run it
 *   1        it has run
 *   -owner   that thread runs it now
 *
 * One swap from 0 to -owner makes the runner; the runner stores 1, or 0 if the function threw, and wakes all. Who comes meanwhile
 * sleeps while the word is what it saw; if it finds 0 afterwards, it tries to become the runner itself.
 * ABA: a word that went from -owner to 0 and to the same -owner has been notified in between, and each sleeper looks again.
 * If the runner dies, the word says who it was: recovery makes it 0 and wakes all, and the next one runs the function again.
 */
import { DeadlockError } from './errors.ts';
import type { Waiting } from './waiting.ts';

const IDLE = 0;
const DONE = 1;

/** True if it has run. */
export function isDone(words: Int32Array<SharedArrayBuffer>, at: number): boolean {
  return Atomics.load(words, at) === DONE;
}

/** The runner says how it ended. */
export function finish(words: Int32Array<SharedArrayBuffer>, at: number, isRun: boolean): void {
  Atomics.store(words, at, isRun ? DONE : IDLE);
  Atomics.notify(words, at);
}

/** Runs the function as the runner, and says how it ended. */
export function runAndFinish(words: Int32Array<SharedArrayBuffer>, at: number, fn: () => void): void {
  let isRun = false;
  try {
    call(fn);
    isRun = true;
  } finally {
    finish(words, at, isRun);
  }
}

function call(fn: () => void): void {
  return fn();
}

/** Undoes what a dead runner began, and wakes all. True if it was running. */
export function recoverOnce(words: Int32Array<SharedArrayBuffer>, at: number, dead: number): boolean {
  const wasRunning = Atomics.compareExchange(words, at, -dead, IDLE) === -dead;
  Atomics.notify(words, at);
  return wasRunning;
}

/** Waits until it has run, or until the caller is the one to run it. */
export class RunWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number;
  expected: number = 0;
  /** Set when the turn has come: true if the caller must run it, and then `finish`. */
  isRunner: boolean = false;
  private readonly owner: number;
  private readonly isAsync: boolean;

  constructor(words: Int32Array<SharedArrayBuffer>, at: number, owner: number, isAsync: boolean) {
    this.words = words;
    this.at = at;
    this.owner = owner;
    this.isAsync = isAsync;
  }

  attempt(): boolean {
    const word = Atomics.compareExchange(this.words, this.at, IDLE, -this.owner);
    this.isRunner = word === IDLE;
    this.expected = word;
    // In an async form another task of this thread may be running it.
    if (word === -this.owner && !this.isAsync)
      throw new DeadlockError(`owner ${this.owner} waits for a function that it is running itself`);
    return word === IDLE || word === DONE;
  }

  prepare(): boolean {
    return this.attempt();
  }

  giveUp(): boolean {
    return false;
  }
}
