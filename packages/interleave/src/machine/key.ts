/**
 * The key of a state: memory, what each thread has seen, who sleeps in which order, the oracles, the crashes left.
 * Threads are deterministic, so two states with one key have the same continuations.
 */
import { HIGH, LOW, mix, wordOfText } from './hash.ts';
import type { Machine } from './machine.ts';
import type { EventReducer } from './types.ts';

/** Computes keys of one machine's states into `low` and `high`. */
export class StateKey {
  low = 0;
  high = 0;
  private readonly fingerprints = new WeakMap<object, number>();
  private readonly oracles: readonly EventReducer[];

  constructor(oracles: readonly EventReducer[]) {
    this.oracles = oracles;
  }

  /** `extra` joins the key: what a bounded search must also remember. */
  take(machine: Machine, extra: number): void {
    let low = machine.memory.hashLow ^ extra;
    let high = machine.memory.hashHigh ^ Math.imul(extra, 0x9e3779b1);
    for (const thread of machine.threads) {
      // A thread that has begun to spin is in another state than one that has not: only the first is left alone.
      const state = thread.status | (thread.deathsSeen << 4) | (thread.settled.length << 8) | (thread.period << 16);
      low = mix(mix(low, thread.low, LOW), state, LOW);
      high = mix(mix(high, thread.high, HIGH), state, HIGH);
      for (const late of thread.late) {
        low = mix(low, wordOfText(JSON.stringify(late)), LOW);
        high = mix(high, low, HIGH);
      }
    }
    for (const sleeper of machine.sleepers) {
      low = mix(low, sleeper.thread + 17 * sleeper.ticket, LOW);
      high = mix(high, sleeper.thread + 17 * sleeper.ticket, HIGH);
    }
    for (const dead of machine.deaths) {
      low = mix(low, dead + 101, LOW);
      high = mix(high, dead + 101, HIGH);
    }
    for (let i = 0; i < this.oracles.length; i++) {
      const print = this.fingerprint(i, machine.ghosts[i]);
      low = mix(low, print, LOW);
      high = mix(high, print, HIGH);
    }
    this.low = low;
    this.high = high;
  }

  private fingerprint(index: number, state: unknown): number {
    if (typeof state !== 'object' || state === null) return wordOfText(this.oracles[index]!.fingerprint(state));
    let print = this.fingerprints.get(state);
    if (print === undefined) {
      print = wordOfText(this.oracles[index]!.fingerprint(state));
      this.fingerprints.set(state, print);
    }
    return print;
  }
}
