/** A cyclic barrier over a mutex and a condition: the last to arrive begins a new generation and wakes the others. */
import type { Condition, Lock } from './conditions.ts';

const WAITING = 0;
const GENERATION = 1;

export class Barrier {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly parties: number;
  private readonly mutex: Lock;
  private readonly condition: Condition;

  constructor(words: Int32Array, at: number, parties: number, mutex: Lock, condition: Condition) {
    this.words = words;
    this.at = at;
    this.parties = parties;
    this.mutex = mutex;
    this.condition = condition;
  }

  wait(): boolean {
    this.mutex.lock();
    const { words, at } = this;
    const generation = words[at + GENERATION]!;
    words[at + WAITING]!++;
    const isLast = words[at + WAITING] === this.parties;
    if (isLast) this.open();
    while (!isLast && words[at + GENERATION] === generation) this.condition.wait(this.mutex);
    this.mutex.unlock();
    return isLast;
  }

  private open(): void {
    this.words[this.at + WAITING] = 0;
    this.words[this.at + GENERATION]!++;
    this.condition.broadcast();
  }
}
