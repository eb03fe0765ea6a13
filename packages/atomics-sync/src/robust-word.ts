/**
 * A lock in one word, which says who holds it. The mutex is this word; the read-write lock, the semaphore and the channel have one inside.
 *
 *    31  30   29     28    27                           0
 *   +-------+------+----------+--------------------------+
 *   |   0   | died | sleepers |          owner           |
 *   +-------+------+----------+--------------------------+
 *
 * - `owner`: 0 if free. The swap that takes the lock writes it, so there is no moment in which somebody holds the lock and the
 *   word does not say who.
 * - `sleepers`: somebody may sleep on the word; set by those who go to sleep, cleared by the release that wakes one of them. Who
 *   has slept takes the lock with the bit set, since others may sleep still: one wake-up too many, never one too few.
 * - `died`: an owner died inside, and nobody has said since that what the lock guards is whole again. Set by recovery, cleared by an owner.
 *
 * Only the owner changes `owner` and `died`; anybody sets `sleepers`. A release swaps the whole word, so a bit that is set in between
 * makes the swap fail and is seen. No ABA: the new word follows from the old word alone.
 *
 * If the owner dies, `recoverWord` frees the word and wakes all. If a woken sleeper dies before it takes the lock, the word
 * is free and others may sleep: `recoverWord` wakes all for it too.
 */
import type { Waiting } from './waiting.ts';

const OWNER = 0x0fff_ffff;
const SLEEPERS = 0x1000_0000;
const DIED = 0x2000_0000;

/** Who holds the lock; 0 if nobody does. May be stale when it is used. */
export function ownerIn(words: Int32Array<SharedArrayBuffer>, at: number): number {
  return Atomics.load(words, at) & OWNER;
}

/** True from the recovery of an owner until somebody marks the lock consistent. */
export function hasDied(words: Int32Array<SharedArrayBuffer>, at: number): boolean {
  return (Atomics.load(words, at) & DIED) !== 0;
}

/** Takes the lock if it is free. */
export function tryLockWord(words: Int32Array<SharedArrayBuffer>, at: number, owner: number): boolean {
  let word = Atomics.compareExchange(words, at, 0, owner);
  if (word === 0) return true;
  while ((word & OWNER) === 0) {
    const seen = Atomics.compareExchange(words, at, word, word | owner);
    if (seen === word) return true;
    word = seen;
  }
  return false;
}

/**
 * Frees the lock and wakes up to `wakes` sleepers. False if `owner` does not hold it: then nothing happens.
 * The first swap succeeds when nobody waits; with a notify at every release it would cost 28 ns more.
 */
export function unlockWord(words: Int32Array<SharedArrayBuffer>, at: number, owner: number, wakes: number): boolean {
  let word = Atomics.compareExchange(words, at, owner, 0);
  if (word === owner) return true;
  for (;;) {
    if ((word & OWNER) !== owner) return false;
    const seen = Atomics.compareExchange(words, at, word, word & DIED);
    if (seen === word) break;
    word = seen;
  }
  if ((word & SLEEPERS) !== 0) Atomics.notify(words, at, wakes);
  return true;
}

/** Says that what the lock guards is whole again. The owner only; false for others. */
export function markWord(words: Int32Array<SharedArrayBuffer>, at: number, owner: number): boolean {
  if ((Atomics.load(words, at) & OWNER) !== owner) return false;
  Atomics.and(words, at, ~DIED);
  return true;
}

/**
 * Frees the lock if `dead` holds it, and wakes all who sleep. True if it did. Threads: any, more than one at once.
 * Everybody is woken in any case: `dead` may have taken a wake-up with it, or have died between its release and its notify.
 */
export function recoverWord(words: Int32Array<SharedArrayBuffer>, at: number, dead: number): boolean {
  let word = Atomics.load(words, at);
  let held = false;
  while ((word & OWNER) === dead && !held) {
    const seen = Atomics.compareExchange(words, at, word, DIED);
    held = seen === word;
    word = seen;
  }
  Atomics.notify(words, at);
  return held;
}

/** A turn at the lock. */
export class LockWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number;
  expected: number = 0;
  private taken: number;

  constructor(words: Int32Array<SharedArrayBuffer>, at: number, owner: number) {
    this.words = words;
    this.at = at;
    this.taken = owner;
  }

  attempt(): boolean {
    const word = Atomics.load(this.words, this.at);
    return (word & OWNER) === 0 && Atomics.compareExchange(this.words, this.at, word, word | this.taken) === word;
  }

  prepare(): boolean {
    for (;;) {
      const word = Atomics.load(this.words, this.at);
      if ((word & OWNER) === 0) {
        if (Atomics.compareExchange(this.words, this.at, word, word | this.taken) === word) return true;
        continue;
      }
      this.expected = word | SLEEPERS;
      if (word !== this.expected && Atomics.compareExchange(this.words, this.at, word, this.expected) !== word)
        continue;
      // From here on it may be woken, and then it answers for the others that sleep.
      this.taken |= SLEEPERS;
      return false;
    }
  }

  /** A wake-up that came here is not lost: `prepare` has set the bit again, so the next release wakes another. */
  giveUp(): boolean {
    return false;
  }
}
