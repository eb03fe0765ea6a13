/**
 * A once at a place in shared memory: one word, see `once-word.ts`. Zeroed memory has not been run.
 * What the function wrote is seen by everybody whose `run` has returned.
 */
import type { AsyncWaitOptions, WaitOptions } from './arguments.ts';
import { CompatibleOnce } from './compatible/once.ts';
import { deadlineOf } from './deadline.ts';
import { TimeoutError } from './errors.ts';
import { finish, isDone, RunWaiting, recoverOnce, runAndFinish } from './once-word.ts';
import { checkOwner } from './owner.ts';
import { ownWords, type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { block } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const WORD = 0;
const BYTES = 4;

/** Runs a function once among all threads. Its static functions `init`, `execute`, … are those of atomics-sync. */
export class Once extends CompatibleOnce implements Recoverable {
  /** Bytes that it takes. */
  static readonly BYTES: number = BYTES;
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;

  /** The once at a place: 4 bytes, which are 0 before the first use. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): Once {
    return new Once(wordsAt(buffer, byteOffset, BYTES), options);
  }

  /** A once in a buffer of its own. */
  static create(options?: PlaceOptions): Once {
    return new Once(ownWords(BYTES), options);
  }

  /** True if a function has been run to its end. */
  get isDone(): boolean {
    return isDone(this.words, WORD);
  }

  /**
   * Runs the function if nobody has; otherwise waits until it has been run. If it throws, the next one runs it again.
   * @returns true if this call ran it
   * @throws {@link TimeoutError} if another thread was not done with it in time
   */
  run(fn: () => void, options?: WaitOptions): boolean {
    if (isDone(this.words, WORD)) return false;
    const waiting = new RunWaiting(this.words, WORD, this.owner, false);
    if (!block(waiting, deadlineOf(options))) throw new TimeoutError('the function was not done in time');
    if (!waiting.isRunner) return false;
    runAndFinish(this.words, WORD, fn);
    return true;
  }

  /** The same with a function that may be asynchronous, and without blocking the thread. */
  async runAsync(fn: () => void | Promise<void>, options?: AsyncWaitOptions): Promise<boolean> {
    if (isDone(this.words, WORD)) return false;
    const waiting = new RunWaiting(this.words, WORD, this.owner, true);
    if (!(await awaitTurn(waiting, options))) throw new TimeoutError('the function was not done in time');
    if (!waiting.isRunner) return false;
    let isRun = false;
    try {
      await fn();
      isRun = true;
    } finally {
      finish(this.words, WORD, isRun);
    }
    return true;
  }

  /** Lets another thread run the function if the dead one was running it. True if it was. */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    return recoverOnce(this.words, WORD, deadOwner);
  }
}
