/**
 * A condition at a place in shared memory: one word, the number of signals so far. The argument is in `compatible/condition.ts`.
 *
 * A wait may return without a signal: look at the predicate again, in a loop. A signal without the mutex is allowed, if the predicate
 * was changed under the mutex.
 * If a signalled waiter dies before it can act, its signal is gone with it: `recover` wakes all.
 */
import type { AsyncWaitOptions, WaitOptions } from './arguments.ts';
import { CompatibleCondition, SignalWaiting } from './compatible/condition.ts';
import { deadlineOf } from './deadline.ts';
import type { Mutex } from './mutex.ts';
import { checkOwner } from './owner.ts';
import { ownWords, type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { block } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const SIGNALS = 0;
const BYTES = 4;

/** How a wait ended. In each case the mutex is locked again. */
export interface Waited {
  /** False if the time was up. */
  readonly signalled: boolean;
  /** True if a thread has died in the mutex, as `lock()` would say: look at what it guards. */
  readonly ownerDied: boolean;
}

/** A condition: one word in shared memory. Its static functions `init`, `wait`, `signal`, … are those of atomics-sync. */
export class Condition extends CompatibleCondition implements Recoverable {
  /** Bytes that a condition takes. */
  static readonly BYTES: number = BYTES;
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;

  /** The condition at a place: 4 bytes, which are 0 before the first use. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): Condition {
    return new Condition(wordsAt(buffer, byteOffset, BYTES), options);
  }

  /** A condition in a buffer of its own. */
  static create(options?: PlaceOptions): Condition {
    return new Condition(ownWords(BYTES), options);
  }

  /**
   * Unlocks the mutex, sleeps until a signal or until the time is up, and locks the mutex again, however long that takes.
   * @throws {@link PermissionError} if this thread does not hold the mutex: nothing is changed
   */
  wait(mutex: Mutex, options?: WaitOptions): Waited {
    const deadline = deadlineOf(options);
    const waiting = new SignalWaiting(this.words, SIGNALS);
    mutex.unlock();
    let signalled = false;
    let held: string = '';
    try {
      signalled = block(waiting, deadline);
    } finally {
      held = mutex.lock();
    }
    return { signalled, ownerDied: held === 'owner-died' };
  }

  /** The same without blocking the thread. If it rejects, because of the signal, the mutex is locked again as well. */
  async waitAsync(mutex: Mutex, options?: AsyncWaitOptions): Promise<Waited> {
    deadlineOf(options);
    options?.signal?.throwIfAborted();
    const waiting = new SignalWaiting(this.words, SIGNALS);
    mutex.unlock();
    let signalled = false;
    let held: unknown = false;
    try {
      signalled = await awaitTurn(waiting, options);
    } finally {
      held = await mutex.lockAsync();
    }
    return { signalled, ownerDied: held === 'owner-died' };
  }

  /** Wakes one waiter. */
  signal(): void {
    Atomics.add(this.words, SIGNALS, 1);
    Atomics.notify(this.words, SIGNALS, 1);
  }

  /** Wakes all waiters. */
  broadcast(): void {
    Atomics.add(this.words, SIGNALS, 1);
    Atomics.notify(this.words, SIGNALS);
  }

  /** Wakes all waiters to look again: the dead thread may have had a signal. True if anybody woke. The mutex is recovered by itself. */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    return CompatibleCondition.recover(this.words);
  }
}
