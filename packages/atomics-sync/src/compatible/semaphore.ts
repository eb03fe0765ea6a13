/**
 * The compatible semaphore: an Int32Array of one word.
 *
 *    31          30                               0
 *   +----------+-----------------------------------+
 *   | sleepers |              value                |
 *   +----------+-----------------------------------+
 *
 * `sleepers` says that somebody may sleep; without sleepers the word is the value. They sleep while the word is `sleepers | 0`.
 * post: value + 1; if the bit is set, wake ONE, at each post and not only at the step from 0 to 1: two posts wake two. The bit
 * stays, as there may be more sleepers; a post that wakes nobody clears it.
 *
 * Why that loses no wake-up: a thread goes to sleep only while the value is 0 and the bit is set, in one step. The bit is cleared
 * only by a post whose notify found nobody. Who fell asleep since that notify did so after another wait had taken the permit, and
 * the post that then raised the value again saw the bit, and notifies. So whenever somebody sleeps beside a permit, the bit is
 * set, or somebody is awake who has slept or is being woken. That one sets the bit again, and if it leaves permits behind it
 * wakes the next: posts that came while the bit was clear woke nobody.
 * A wake-up whose permit was taken by somebody else in the meantime is not lost either: there is no permit then.
 *
 * The word is read without Atomics first, as a guess: the swap that follows says if it was right, and a load costs as much as a swap.
 *
 * If a thread dies between the swap of a post and its notify, or woken and before it takes the permit, a permit may lie beside a
 * sleeper: `recover` wakes all. Permits that a dead thread had taken are not known to anybody: the placed `Semaphore` knows them.
 */

import { checkInteger, checkShared, INT32_MAX_VALUE } from '../arguments.ts';
import { deadlineAt } from '../deadline.ts';
import { OutOfRangeError } from '../errors.ts';
import { Placed } from '../place.ts';
import { proveShared } from '../proven.ts';
import { block, type Waiting } from '../waiting.ts';

const WORD = 0;
const VALUE = 0x7fff_ffff;
const SLEEPERS = -0x8000_0000;

/** The static functions of atomics-sync's `Semaphore`. Each works on an array of {@link CompatibleSemaphore.init}. */
export abstract class CompatibleSemaphore extends Placed {
  /** A new semaphore with a value from 0 to 2^31 - 1. */
  static init(value: number): Int32Array<SharedArrayBuffer> {
    checkInteger('value', value, 0, INT32_MAX_VALUE);
    const semaphore = new Int32Array(new SharedArrayBuffer(4));
    Atomics.store(semaphore, WORD, value);
    return semaphore;
  }

  /** Takes one from the value, asleep while it is 0. */
  static wait(semaphore: Int32Array<SharedArrayBuffer>): void {
    if (!takes(semaphore)) block(new PermitWaiting(semaphore), Infinity);
  }

  /** Takes one from the value, or answers false when the wall clock reaches `timestamp` first. Tries at least once. */
  static timedWait(semaphore: Int32Array<SharedArrayBuffer>, timestamp: number): boolean {
    const deadline = deadlineAt(timestamp);
    return takes(semaphore) || block(new PermitWaiting(semaphore), deadline);
  }

  /** Takes one from the value if it is not 0. */
  static tryWait(semaphore: Int32Array<SharedArrayBuffer>): boolean {
    return takes(semaphore);
  }

  /**
   * Adds one to the value, and wakes a sleeper if there is one.
   * @throws {@link OutOfRangeError} at 2^31 - 1
   */
  static post(semaphore: Int32Array<SharedArrayBuffer>): void {
    let word = semaphore[WORD]!; // benign: a guess; the swap below fails if it is stale, and the limit is looked at again
    for (;;) {
      if ((word & VALUE) === VALUE) {
        word = Atomics.load(semaphore, WORD);
        if ((word & VALUE) === VALUE)
          throw new OutOfRangeError(`the value is ${VALUE} already, the most that a semaphore can have`);
      }
      const seen = Atomics.compareExchange(semaphore, WORD, word, word + 1);
      if (seen === word) break;
      word = seen;
    }
    if (word < 0) wakeOne(semaphore, word + 1);
  }

  /** The value. Another thread may change it at once. */
  static getValue(semaphore: Int32Array<SharedArrayBuffer>): number {
    return Atomics.load(semaphore, WORD) & VALUE;
  }

  /** Wakes all who sleep, to look again: after the death of a thread that used the semaphore. True if anybody woke. */
  static recover(semaphore: Int32Array<SharedArrayBuffer>): boolean {
    checkShared('semaphore', semaphore, 1);
    return Atomics.notify(semaphore, WORD) > 0;
  }
}

function takes(semaphore: Int32Array<SharedArrayBuffer>): boolean {
  proveShared('semaphore', semaphore, 1);
  let word = semaphore[WORD]!; // benign: a guess; the swap below fails if it is stale, and a 0 is looked at again
  for (;;) {
    if ((word & VALUE) === 0) {
      word = Atomics.load(semaphore, WORD);
      if ((word & VALUE) === 0) return false;
    }
    const seen = Atomics.compareExchange(semaphore, WORD, word, word - 1);
    if (seen === word) return true;
    word = seen;
  }
}

function wakeOne(semaphore: Int32Array<SharedArrayBuffer>, word: number): void {
  if (Atomics.notify(semaphore, WORD, 1) === 0) Atomics.compareExchange(semaphore, WORD, word, word & VALUE);
}

class PermitWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number = WORD;
  readonly expected: number = SLEEPERS;

  constructor(words: Int32Array<SharedArrayBuffer>) {
    this.words = words;
  }

  attempt(): boolean {
    return takes(this.words);
  }

  prepare(): boolean {
    for (;;) {
      const word = Atomics.load(this.words, WORD);
      if (word === SLEEPERS) return false;
      const isFree = (word & VALUE) !== 0;
      const next = isFree ? (word - 1) | SLEEPERS : SLEEPERS;
      if (Atomics.compareExchange(this.words, WORD, word, next) !== word || !isFree) continue;
      if ((next & VALUE) !== 0) Atomics.notify(this.words, WORD, 1);
      return true;
    }
  }

  giveUp(): boolean {
    return false;
  }
}
