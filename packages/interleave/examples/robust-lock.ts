/**
 * A lock that outlives its owner. The word is the owner's number, with a bit set when somebody may sleep.
 *
 * Invariants: who holds the lock is said by the one word that takes it, so no moment is without an owner; a recoverer that proves
 * a death (by its own means) frees the word with one exchange of exactly the dead owner's value, and wakes a sleeper.
 * A taker that finds the word abandoned is told so, and repairs what the lock guards before it goes on.
 */
const SLEEPERS = 0x100;
const OWNER = 0xff;
/** The owner died: free, but what is guarded may be half done. */
const ABANDONED = 0x200;

export class RobustLock {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly self: number;

  /** `self`: the number of this thread, 1 to 255. */
  constructor(words: Int32Array, at: number, self: number) {
    this.words = words;
    this.at = at;
    this.self = self;
  }

  /** True if the last owner died inside. */
  lock(): boolean {
    let taken = this.self;
    for (;;) {
      const word = Atomics.load(this.words, this.at);
      if ((word & OWNER) === 0) {
        if (Atomics.compareExchange(this.words, this.at, word, taken | (word & SLEEPERS)) === word) return (word & ABANDONED) !== 0;
        continue;
      }
      const wanted = word | SLEEPERS;
      if (word !== wanted && Atomics.compareExchange(this.words, this.at, word, wanted) !== word) continue;
      Atomics.wait(this.words, this.at, wanted);
      // It may not have been the only sleeper: it answers for the others.
      taken = this.self | SLEEPERS;
    }
  }

  unlock(): void {
    if ((Atomics.exchange(this.words, this.at, 0) & SLEEPERS) !== 0) Atomics.notify(this.words, this.at, 1);
  }

  /** Frees the lock if `dead` holds it, and wakes a sleeper that `dead` may have been about to wake or to answer for. */
  recover(dead: number): void {
    for (;;) {
      const word = Atomics.load(this.words, this.at);
      if ((word & OWNER) !== dead) break;
      if (Atomics.compareExchange(this.words, this.at, word, ABANDONED | (word & SLEEPERS)) === word) break;
    }
    Atomics.notify(this.words, this.at, 1);
  }
}
