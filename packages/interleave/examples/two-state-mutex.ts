/**
 * The plainest sleeping mutex: 0 free, 1 held; every unlock notifies, whether somebody sleeps or not.
 * Correct, and slow: the notify costs more than the lock.
 */
export class TwoStateMutex {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  lock(): void {
    while (Atomics.compareExchange(this.words, this.at, 0, 1) !== 0) Atomics.wait(this.words, this.at, 1);
  }

  unlock(): void {
    Atomics.store(this.words, this.at, 0);
    Atomics.notify(this.words, this.at, 1);
  }
}
