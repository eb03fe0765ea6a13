/**
 * A mutex in one word: 0 free, 1 held, 2 held and somebody may sleep.
 * Invariant: a thread goes to sleep only after it has made the word 2, and whoever frees a 2 wakes one sleeper.
 */
const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

export class FutexMutex {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  lock(): void {
    if (Atomics.compareExchange(this.words, this.at, FREE, HELD) === FREE) return;
    while (Atomics.exchange(this.words, this.at, CONTENDED) !== FREE) Atomics.wait(this.words, this.at, CONTENDED);
  }

  unlock(): void {
    if (Atomics.exchange(this.words, this.at, FREE) === CONTENDED) Atomics.notify(this.words, this.at, 1);
  }
}
