/**
 * Locks that spin or sleep on one word, as libraries of shared objects have them.
 *
 * `WaitLock` spins a little and then sleeps, and its unlock wakes everybody: correct, if wasteful. `CheckedLock` looks first and
 * takes the word afterwards with a store: two threads can both have seen it free. `SpinLock` never sleeps: it is correct too, but
 * when its owner dies everybody spins for ever.
 */
export class WaitLock {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  lock(): void {
    for (let spins = 0; Atomics.compareExchange(this.words, this.at, 0, 1) !== 0; spins++) {
      if (spins >= 2) Atomics.wait(this.words, this.at, 1);
    }
  }

  unlock(): void {
    Atomics.store(this.words, this.at, 0);
    Atomics.notify(this.words, this.at);
  }
}

export class CheckedLock {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  lock(): void {
    while (Atomics.load(this.words, this.at) !== 0) Atomics.wait(this.words, this.at, 1);
    Atomics.store(this.words, this.at, 1);
  }

  unlock(): void {
    Atomics.store(this.words, this.at, 0);
    Atomics.notify(this.words, this.at);
  }
}

export class SpinLock {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  lock(): void {
    while (Atomics.compareExchange(this.words, this.at, 0, 1) !== 0);
  }

  unlock(): void {
    Atomics.store(this.words, this.at, 0);
  }
}
