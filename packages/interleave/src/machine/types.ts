/** The words in which the machine and its users talk: choices, listeners, saved states. */
import type { WordMemory } from './memory.ts';
import type { LogicalThread, ThreadBody } from './thread.ts';

export const RUN = 0;
export const TIMEOUT = 1;
export const KILL = 2;
/** A choice is `thread * 4 + action`. */
export type Choice = number;

/** What an oracle is to the machine: a reducer over events. It throws to refuse one. */
export interface EventReducer {
  readonly name: string;
  readonly initial: unknown;
  apply(state: unknown, thread: string, event: unknown): unknown;
  fingerprint(state: unknown): string;
}

/** One entry of the first-in-first-out list of sleepers. `ticket` is -1 for `Atomics.wait`. */
export interface Sleeper {
  readonly thread: number;
  readonly word: number;
  readonly ticket: number;
}

/** Told of each operation that was performed. */
export interface Listener {
  performed(thread: LogicalThread, action: number, kind: number, word: number, before: number, after: number, result: unknown): void;
  woken(waker: LogicalThread, woken: LogicalThread): void;
  died(thread: LogicalThread): void;
  told(thread: LogicalThread, oracle: string, event: unknown): void;
  sawDeath(watcher: LogicalThread, dead: number): void;
}

export interface SavedState {
  readonly mark: number;
  readonly numbers: Int32Array<ArrayBuffer>;
  readonly late: readonly LogicalThread['late'][];
  readonly settled: readonly LogicalThread['settled'][];
  readonly sleepers: readonly Sleeper[];
  readonly deaths: readonly number[];
  readonly crashesLeft: number;
  readonly ghosts: readonly unknown[];
}

export interface MachineOptions {
  readonly bodies: readonly ThreadBody[];
  readonly memory: WordMemory;
  readonly oracles: readonly EventReducer[];
  readonly crashes: number;
  /** Longest idle spin that is followed to see whether it ends by itself. */
  readonly spinLimit: number;
}
