/** The compatible once: an Int32Array of one word, see `once-word.ts`. Owners are threads of this process: no ids are passed here. */

import { checkShared } from '../arguments.ts';
import { isDone, RunWaiting, recoverOnce, runAndFinish } from '../once-word.ts';
import { checkOwner, threadOwner } from '../owner.ts';
import { Placed } from '../place.ts';
import { block } from '../waiting.ts';

const WORD = 0;

/** The static functions of atomics-sync's `Once`. */
export abstract class CompatibleOnce extends Placed {
  /** A new one: one word, 0. */
  static init(): Int32Array<SharedArrayBuffer> {
    return new Int32Array(new SharedArrayBuffer(4));
  }

  /**
   * Runs the function if nobody has, and otherwise waits until it has been run. If it throws, it counts as not run.
   * @throws {@link DeadlockError} if the function itself executes the same once
   */
  static execute(once: Int32Array<SharedArrayBuffer>, fn: () => void): void {
    checkShared('once', once, 1);
    if (isDone(once, WORD)) return;
    const waiting = new RunWaiting(once, WORD, threadOwner, false);
    block(waiting, Infinity);
    if (!waiting.isRunner) return;
    runAndFinish(once, WORD, fn);
  }

  /** True if the function has been run to its end. */
  static isExecuted(once: Int32Array<SharedArrayBuffer>): boolean {
    return isDone(once, WORD);
  }

  /** Lets another thread run the function if the dead one was running it: `ownerOf(worker.threadId)`. True if it was. */
  static recover(once: Int32Array<SharedArrayBuffer>, deadOwner: number): boolean {
    checkShared('once', once, 1);
    checkOwner(deadOwner);
    return recoverOnce(once, WORD, deadOwner);
  }
}
