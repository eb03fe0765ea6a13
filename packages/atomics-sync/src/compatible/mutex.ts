/**
 * The compatible mutex: an Int32Array of two words that the caller passes round, with thread ids that the caller invents.
 *
 *   word 0   1: somebody may sleep; 0: nobody does
 *   word 1   the owner's id, 0 if free. THIS is the lock: one swap takes it and names the owner, so a death leaves no lock without one.
 *
 * Sleepers sleep on word 0. To sleep: word 0 = 1, try word 1 once more, sleep while word 0 is 1. To release: word 1 = 0, and if
 * word 0 was 1: word 0 = 0, wake one. Why no wake-up is lost: all four accesses are in one order that all threads agree on.
 * If the sleeper's try fails, the release of that owner comes later and sees the 1, unless another release cleared it, and whoever
 * clears it notifies afterwards: the sleeper is in the list by then and may be woken, or finds 0 and does not sleep.
 * A release wakes one of many and clears the word for all; the one that is woken sets it again before anything else, on behalf
 * of those that sleep on.
 *
 * If a thread dies: as owner it leaves its id in word 1; woken but without the lock yet, it leaves sleepers beside a free lock;
 * between its release and its notify, too. `recover` frees the lock and wakes all.
 */

import { checkShared, checkThreadId } from '../arguments.ts';
import { deadlineAt } from '../deadline.ts';
import { DeadlockError, PermissionError } from '../errors.ts';
import { Placed } from '../place.ts';
import { proveShared } from '../proven.ts';
import { block, type Waiting } from '../waiting.ts';

const SLEEPERS = 0;
const OWNER = 1;
const LENGTH = 2;

/** The static functions of atomics-sync's `Mutex`. Each works on an array of {@link CompatibleMutex.init}. */
export abstract class CompatibleMutex extends Placed {
  /** A new mutex: two words, [sleepers, owner], both 0. */
  static init(): Int32Array<SharedArrayBuffer> {
    return new Int32Array(new SharedArrayBuffer(LENGTH * 4));
  }

  /**
   * Locks, asleep until it can.
   * @throws {@link DeadlockError} if `threadId` holds the mutex already
   */
  static lock(mutex: Int32Array<SharedArrayBuffer>, threadId: number): void {
    if (!takes(mutex, threadId)) block(new MutexWaiting(mutex, threadId), Infinity);
  }

  /**
   * Locks, or answers false when the wall clock reaches `timestamp` first. Tries at least once.
   * @throws {@link DeadlockError} if `threadId` holds the mutex already
   */
  static timedLock(mutex: Int32Array<SharedArrayBuffer>, threadId: number, timestamp: number): boolean {
    const deadline = deadlineAt(timestamp);
    return takes(mutex, threadId) || block(new MutexWaiting(mutex, threadId), deadline);
  }

  /**
   * Locks if that is possible at once.
   * @throws {@link DeadlockError} if `threadId` holds the mutex already
   */
  static tryLock(mutex: Int32Array<SharedArrayBuffer>, threadId: number): boolean {
    return takes(mutex, threadId);
  }

  /**
   * Unlocks, and wakes a sleeper if there may be one.
   * @throws {@link PermissionError} if `threadId` does not hold the mutex
   */
  static unlock(mutex: Int32Array<SharedArrayBuffer>, threadId: number): void {
    // 0 would swap 0 for 0 in a free lock and succeed.
    if (threadId === 0 || Atomics.compareExchange(mutex, OWNER, threadId, 0) !== threadId) complain(mutex, threadId);
    if (Atomics.load(mutex, SLEEPERS) !== 0) wakeOne(mutex);
  }

  /** Frees the mutex if a dead thread holds it, and wakes all who sleep. True if it did. */
  static recover(mutex: Int32Array<SharedArrayBuffer>, deadThreadId: number): boolean {
    checkShared('mutex', mutex, LENGTH);
    checkThreadId(deadThreadId);
    const held = Atomics.compareExchange(mutex, OWNER, deadThreadId, 0) === deadThreadId;
    Atomics.store(mutex, SLEEPERS, 0);
    Atomics.notify(mutex, SLEEPERS);
    return held;
  }
}

/**
 * One swap, and the checks: 2 ns of the 25 of a lock and an unlock. A view that is not shared is refused here, and not by the first
 * contention, weeks later.
 */
function takes(mutex: Int32Array<SharedArrayBuffer>, threadId: number): boolean {
  if ((threadId | 0) !== threadId || threadId === 0) checkThreadId(threadId);
  proveShared('mutex', mutex, LENGTH);
  const owner = Atomics.compareExchange(mutex, OWNER, 0, threadId);
  if (owner === threadId)
    throw new DeadlockError(`thread ${threadId} holds this mutex already and would wait for itself`);
  return owner === 0;
}

function wakeOne(mutex: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(mutex, SLEEPERS, 0);
  Atomics.notify(mutex, SLEEPERS, 1);
}

function complain(mutex: Int32Array<SharedArrayBuffer>, threadId: number): never {
  checkShared('mutex', mutex, LENGTH);
  checkThreadId(threadId);
  const owner = Atomics.load(mutex, OWNER);
  throw new PermissionError(
    owner === 0
      ? `thread ${threadId} unlocks a mutex that nobody holds`
      : `thread ${threadId} unlocks a mutex that thread ${owner} holds`,
  );
}

class MutexWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number = SLEEPERS;
  readonly expected: number = 1;
  private readonly threadId: number;

  constructor(words: Int32Array<SharedArrayBuffer>, threadId: number) {
    this.words = words;
    this.threadId = threadId;
  }

  attempt(): boolean {
    return Atomics.load(this.words, OWNER) === 0 && Atomics.compareExchange(this.words, OWNER, 0, this.threadId) === 0;
  }

  prepare(): boolean {
    Atomics.store(this.words, SLEEPERS, 1);
    return Atomics.compareExchange(this.words, OWNER, 0, this.threadId) === 0;
  }

  giveUp(): boolean {
    return false;
  }
}
