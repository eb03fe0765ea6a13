/**
 * The compatible spin lock: [0, owner], the second word being the lock. The first is never written.
 *
 * Nobody is woken: a waiting thread looks again. It looks with a plain load while the lock is taken (a swap would take the cache line
 * away from the owner each time), and after {@link LOOKS} looks it sleeps for a while that grows, so that an owner that the
 * system has put aside gets the core back. A thread that may not sleep gives up with a WouldBlockError after a second.
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
/** The first sleep and the longest, in milliseconds. */
const FIRST_SLEEP = 0.02;
const LAST_SLEEP = 1;
/** How long a thread spins that may not sleep, in milliseconds. */
const PATIENCE = 1000;

/** The static functions of atomics-sync's `SpinLock`, for locks that are held for well under a microsecond. */
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
  for (let sleep = FIRST_SLEEP; ; sleep = Math.min(sleep * 2, LAST_SLEEP)) {
    for (let i = 0; i < LOOKS; i++) {
      if (Atomics.load(lock, OWNER) === 0 && Atomics.compareExchange(lock, OWNER, 0, threadId) === 0) return;
      relax();
    }
    if (!pause(lock, sleep) && performance.now() - began > PATIENCE) {
      throw new WouldBlockError(`This thread may not sleep, and the lock was not free within ${PATIENCE} ms`);
    }
  }
}

/** Sleeps until the time is up: nobody notifies this word. False if the thread may not sleep. */
function pause(lock: Int32Array<SharedArrayBuffer>, milliseconds: number): boolean {
  try {
    Atomics.wait(lock, STATE, 0, milliseconds);
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
