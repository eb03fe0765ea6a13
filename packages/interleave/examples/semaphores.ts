/**
 * Two semaphores in one word. The first wakes a sleeper only when the count leaves 0, so the second of two quick posts wakes
 * nobody and a thread sleeps beside a free permit. The second notifies at each post.
 */
abstract class Semaphore {
  protected readonly words: Int32Array;
  protected readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  wait(): void {
    for (;;) {
      const permits = Atomics.load(this.words, this.at);
      if (permits === 0) Atomics.wait(this.words, this.at, 0);
      else if (Atomics.compareExchange(this.words, this.at, permits, permits - 1) === permits) return;
    }
  }

  abstract post(): void;
}

export class EdgeSemaphore extends Semaphore {
  post(): void {
    if (Atomics.add(this.words, this.at, 1) === 0) Atomics.notify(this.words, this.at, 1);
  }
}

export class LevelSemaphore extends Semaphore {
  post(): void {
    Atomics.add(this.words, this.at, 1);
    Atomics.notify(this.words, this.at, 1);
  }
}
