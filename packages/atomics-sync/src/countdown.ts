/**
 * A count that threads wait for to come to 0: one word, in which the latch and the wait group live.
 *
 *     31      30            16 15            0
 *   +--------+----------------+---------------+
 *   | broken |   how often 0  |     count     |
 *   +--------+----------------+---------------+
 *
 * Who takes the count to 0 adds 1 to `how often` in the same swap, and wakes all. A waiter is done when the count is 0 or `how often` has moved:
 * so it does not miss a 0 after which the count went up again at once. It would have to be put aside for 2^15 of them.
 * Waiters sleep on the word as they last saw it. A change that does not end the waiting wakes nobody and need not.
 *
 * Nothing says which thread owes how much of the count. So after a death the supervisor counts down for the dead thread if it
 * knows what was left; else `recover` breaks the count: everybody learns by a BrokenError that it will not come to 0.
 */
import { BrokenError, OutOfRangeError } from './errors.ts';
import type { Waiting } from './waiting.ts';

/** The largest count. */
export const COUNT_MAX: number = 0xffff;
const COUNT = 0xffff;
const TIMES = 0x7fff_0000;
const ONE_TIME = 0x1_0000;
const BROKEN = -0x8000_0000;

/** The count. May be stale when it is used. */
export function countIn(words: Int32Array<SharedArrayBuffer>, at: number): number {
  return Atomics.load(words, at) & COUNT;
}

/** Adds to the count. */
export function raise(words: Int32Array<SharedArrayBuffer>, at: number, by: number): void {
  for (let word = Atomics.load(words, at); ; ) {
    if ((word & COUNT) + by > COUNT_MAX)
      throw new OutOfRangeError(`the count would be ${(word & COUNT) + by}, it can be ${COUNT_MAX} at most`);
    const seen = Atomics.compareExchange(words, at, word, word + by);
    if (seen === word) return;
    word = seen;
  }
}

/** Takes from the count, and wakes all if that makes it 0. Answers what is left. */
export function lower(words: Int32Array<SharedArrayBuffer>, at: number, by: number): number {
  for (let word = Atomics.load(words, at); ; ) {
    const left = (word & COUNT) - by;
    if (left < 0) throw new OutOfRangeError(`the count is ${word & COUNT}, so ${by} cannot be taken from it`);
    const times = left === 0 ? (word + ONE_TIME) & TIMES : word & TIMES;
    const seen = Atomics.compareExchange(words, at, word, (word & BROKEN) | times | left);
    if (seen === word) {
      if (left === 0) Atomics.notify(words, at);
      return left;
    }
    word = seen;
  }
}

/** Tells everybody that the count will not come to 0. True if somebody could have waited for it. */
export function breakCount(words: Int32Array<SharedArrayBuffer>, at: number): boolean {
  let word = Atomics.load(words, at);
  while ((word & COUNT) !== 0 && word >= 0) {
    const seen = Atomics.compareExchange(words, at, word, word | BROKEN);
    if (seen === word) break;
    word = seen;
  }
  Atomics.notify(words, at);
  return (word & COUNT) !== 0;
}

/** Begins anew with a count. Nobody may be waiting. */
export function restart(words: Int32Array<SharedArrayBuffer>, at: number, count: number): void {
  Atomics.store(words, at, (Atomics.load(words, at) & TIMES) | count);
  Atomics.notify(words, at);
}

/** Waits for the next 0. */
export class ZeroWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number;
  expected: number = 0;
  private readonly times: number;

  constructor(words: Int32Array<SharedArrayBuffer>, at: number) {
    this.words = words;
    this.at = at;
    this.times = Atomics.load(words, at) & TIMES;
  }

  attempt(): boolean {
    const word = Atomics.load(this.words, this.at);
    this.expected = word;
    if ((word & COUNT) === 0 || (word & TIMES) !== this.times) return true;
    if (word < 0)
      throw new BrokenError(
        `the count stands at ${word & COUNT} and will not come to 0: a thread has died, or it was broken`,
      );
    return false;
  }

  prepare(): boolean {
    return this.attempt();
  }

  giveUp(): boolean {
    return false;
  }
}
