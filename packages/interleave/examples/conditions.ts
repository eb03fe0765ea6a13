/**
 * Two condition variables. The first sleeps on a word that never changes, so a signal that comes between the unlock and the
 * sleep wakes nobody. The second counts signals: the sleep fails when the count is no longer what it was under the lock.
 */
export interface Lock {
  lock(): void;
  unlock(): void;
}

export interface Condition {
  wait(mutex: Lock): void;
  signal(): void;
  broadcast(): void;
}

export class ConstantCondition implements Condition {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  wait(mutex: Lock): void {
    mutex.unlock();
    Atomics.wait(this.words, this.at, 0);
    mutex.lock();
  }

  signal(): void {
    Atomics.notify(this.words, this.at, 1);
  }

  broadcast(): void {
    Atomics.notify(this.words, this.at);
  }
}

export class CountingCondition implements Condition {
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  wait(mutex: Lock): void {
    const signals = Atomics.load(this.words, this.at);
    mutex.unlock();
    Atomics.wait(this.words, this.at, signals);
    mutex.lock();
  }

  signal(): void {
    Atomics.add(this.words, this.at, 1);
    Atomics.notify(this.words, this.at, 1);
  }

  broadcast(): void {
    Atomics.add(this.words, this.at, 1);
    Atomics.notify(this.words, this.at);
  }
}
