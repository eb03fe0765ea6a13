/**
 * The compatible spin lock: [0, owner], the second word being the lock. The first is never written.
 *
 * Nobody is woken: a waiting thread looks again. It looks with a plain load while the lock is taken (a swap would take the cache line
 * away from the owner each time), and after {@link LOOKS} looks it sleeps a little, so that an owner that the system has put aside
 * gets the core back. A thread that may not sleep gives up with a WouldBlockError after a second.
 *
 * An owner that locks again at once mostly keeps the lock: the others see it free for some 20 ns. Each sleep is followed by one
 * more chance of 2 us, so sleeps stay short: with 1 us inside and sleeps that grew to 1 ms, one of two threads got 5000 times as
 * much as the other, and now 2 to 10 times. Waiters that announced themselves, so that an unlocking thread stepped aside, got 0.7 of
 * each other's share, but four threads then did a third less together.
 *
 * If the owner dies, its id stays in the word: `recover` frees it, and there is nobody to wake.
 */
import { checkShared, checkThreadId } from '../arguments.ts';
import { DeadlockError, PermissionError, WouldBlockError } from '../errors.ts';
import { proveShared } from '../proven.ts';
import { LOOKS } from '../tuning.ts';
import { relax } from '../waiting.ts';

const STATE = 0;
const OWNER = 1;
const LENGTH = 2;
/** How long a waiter sleeps, in milliseconds. The system makes some 0.07 of it. */
const SLEEP = 0.02;
/** How long a thread spins that may not sleep, in milliseconds. */
const PATIENCE = 1000;

/**
 * The static functions of atomics-sync's `SpinLock`, for locks that are held for well under a microsecond.
 *
 * Not fair: who locks again at once mostly finds it free. Where two threads did so with 1 us inside, one got 0.1 to 0.4 of what the
 * other got. Take a `Mutex` where that matters.
 */
export class SpinLock {
  /** A new lock: two words, both 0. */
  static init(): Int32Array<SharedArrayBuffer> {
    return new Int32Array(new SharedArrayBuffer(LENGTH * 4));
  }

  /**
   * Locks.
   * @throws {@link DeadlockError} if `threadId` holds the lock already
   */
  static lock(lock: Int32Array<SharedArrayBuffer>, threadId: number): void {
    if (!takes(lock, threadId)) spin(lock, threadId);
  }

  /**
   * Locks if that is possible at once.
   * @throws {@link DeadlockError} if `threadId` holds the lock already
   */
  static tryLock(lock: Int32Array<SharedArrayBuffer>, threadId: number): boolean {
    return takes(lock, threadId);
  }

  /**
   * Unlocks.
   * @throws {@link PermissionError} if `threadId` does not hold the lock
   */
  static unlock(lock: Int32Array<SharedArrayBuffer>, threadId: number): void {
    if (threadId === 0 || Atomics.compareExchange(lock, OWNER, threadId, 0) !== threadId) complain(lock, threadId);
  }

  /** Frees the lock if a dead thread holds it. True if it did. */
  static recover(lock: Int32Array<SharedArrayBuffer>, deadThreadId: number): boolean {
    checkShared('lock', lock, LENGTH);
    checkThreadId(deadThreadId);
    return Atomics.compareExchange(lock, OWNER, deadThreadId, 0) === deadThreadId;
  }
}

function takes(lock: Int32Array<SharedArrayBuffer>, threadId: number): boolean {
  if ((threadId | 0) !== threadId || threadId === 0) checkThreadId(threadId);
  proveShared('lock', lock, LENGTH);
  const owner = Atomics.compareExchange(lock, OWNER, 0, threadId);
  if (owner === threadId)
    throw new DeadlockError(`thread ${threadId} holds this lock already and would wait for itself`);
  return owner === 0;
}

function spin(lock: Int32Array<SharedArrayBuffer>, threadId: number): void {
  const began = performance.now();
  for (;;) {
    for (let i = 0; i < LOOKS; i++) {
      if (Atomics.load(lock, OWNER) === 0 && Atomics.compareExchange(lock, OWNER, 0, threadId) === 0) return;
      relax();
    }
    if (!pause(lock) && performance.now() - began > PATIENCE) {
      throw new WouldBlockError(`This thread may not sleep, and the lock was not free within ${PATIENCE} ms`);
    }
  }
}

/** Sleeps until the time is up: nobody notifies this word. False if the thread may not sleep. */
function pause(lock: Int32Array<SharedArrayBuffer>): boolean {
  try {
    Atomics.wait(lock, STATE, 0, SLEEP);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function complain(lock: Int32Array<SharedArrayBuffer>, threadId: number): never {
  checkShared('lock', lock, LENGTH);
  checkThreadId(threadId);
  throw new PermissionError(
    `thread ${threadId} unlocks a lock that it does not hold; its owner is ${Atomics.load(lock, OWNER)}`,
  );
}
