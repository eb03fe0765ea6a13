/**
 * The compatible condition: an Int32Array of one word, the number of signals so far.
 *
 * A waiter reads the number while it holds the mutex, unlocks, and sleeps only while the number is still the same. A signal adds 1 and then
 * notifies. A signal after the unlock changes the number, so the sleep returns at once; a signal of a thread that held the mutex
 * before cannot be meant for this waiter, whose predicate it had changed already. The number wraps after 2^32 signals: a waiter
 * would have to be put aside between its unlock and its sleep for exactly that many.
 *
 * As with every condition a wait may return without a signal: look at the predicate again, in a loop.
 * If a signalled waiter dies before it can act, the signal is gone with it: `recover` is a broadcast.
 */

import { checkShared, checkThreadId } from '../arguments.ts';
import { deadlineAt } from '../deadline.ts';
import { PermissionError } from '../errors.ts';
import { Placed } from '../place.ts';
import { block, type Waiting } from '../waiting.ts';
import { CompatibleMutex } from './mutex.ts';

const SIGNALS = 0;
const MUTEX_OWNER = 1;

/** The static functions of atomics-sync's `Condition`. Each works on an array of {@link CompatibleCondition.init}. */
export abstract class CompatibleCondition extends Placed {
  /** A new condition: one word, 0. */
  static init(): Int32Array<SharedArrayBuffer> {
    return new Int32Array(new SharedArrayBuffer(4));
  }

  /** Wakes one waiter. */
  static signal(condition: Int32Array<SharedArrayBuffer>): void {
    Atomics.add(condition, SIGNALS, 1);
    Atomics.notify(condition, SIGNALS, 1);
  }

  /** Wakes all waiters. */
  static broadcast(condition: Int32Array<SharedArrayBuffer>): void {
    Atomics.add(condition, SIGNALS, 1);
    Atomics.notify(condition, SIGNALS);
  }

  /**
   * Unlocks the mutex, sleeps until a signal, and locks it again.
   * @throws {@link PermissionError} if `threadId` does not hold the mutex: nothing is changed
   */
  static wait(condition: Int32Array<SharedArrayBuffer>, mutex: Int32Array<SharedArrayBuffer>, threadId: number): void {
    waitUntil(condition, mutex, threadId, Infinity);
  }

  /**
   * The same, until the wall clock reaches `timestamp`: then it answers false, with the mutex locked again.
   * @throws {@link PermissionError} if `threadId` does not hold the mutex: nothing is changed
   */
  static timedWait(
    condition: Int32Array<SharedArrayBuffer>,
    mutex: Int32Array<SharedArrayBuffer>,
    threadId: number,
    timestamp: number,
  ): boolean {
    return waitUntil(condition, mutex, threadId, deadlineAt(timestamp));
  }

  /** Wakes all waiters, to look at their predicates again: after the death of a thread that used the condition. */
  static recover(condition: Int32Array<SharedArrayBuffer>): boolean {
    checkShared('condition', condition, 1);
    Atomics.add(condition, SIGNALS, 1);
    return Atomics.notify(condition, SIGNALS) > 0;
  }
}

function waitUntil(
  condition: Int32Array<SharedArrayBuffer>,
  mutex: Int32Array<SharedArrayBuffer>,
  threadId: number,
  deadline: number,
): boolean {
  checkShared('condition', condition, 1);
  checkShared('mutex', mutex, 2);
  checkThreadId(threadId);
  if (Atomics.load(mutex, MUTEX_OWNER) !== threadId)
    throw new PermissionError(`thread ${threadId} waits without holding the mutex`);
  const waiting = new SignalWaiting(condition, SIGNALS);
  CompatibleMutex.unlock(mutex, threadId);
  try {
    return block(waiting, deadline);
  } finally {
    CompatibleMutex.lock(mutex, threadId);
  }
}

/** Waits until a word is no longer what it was when this was made. */
export class SignalWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number;
  readonly expected: number;

  constructor(words: Int32Array<SharedArrayBuffer>, at: number) {
    this.words = words;
    this.at = at;
    this.expected = Atomics.load(words, at);
  }

  attempt(): boolean {
    return Atomics.load(this.words, this.at) !== this.expected;
  }

  prepare(): boolean {
    return this.attempt();
  }

  giveUp(): boolean {
    return this.attempt();
  }
}
