/**
 * What a scenario is: the shared memory, the threads that run over it, and what must hold.
 * A scenario is written in a file of its own, in ordinary TypeScript; the loader turns it, and all that it imports, into steps.
 */
import { ScenarioError } from './errors.ts';
import type { Oracle } from './oracles/oracle.ts';

/** What a thread, a setup or a check is given. */
export interface Env<T = unknown> {
  /** The shared memory of the scenario, and two views on the whole of it. */
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** What `setup` returned. */
  readonly shared: T;
  /** The name of this thread, and its place in the list of threads. */
  readonly name: string;
  readonly index: number;
  /**
   * Sleeps until a thread has died that this one has not been told of, and gives its name; `undefined` when none can die any more.
   * @step
   */
  untilDeath(): string | undefined;
  /**
   * Promises that from here on this thread depends on `state` and shared memory alone, not on what it saw before: an exhaustive
   * search then takes many states for one. Say it between the rounds of a loop, with the number of the round.
   * @step
   */
  forget(state: unknown): void;
  /**
   * Tells an oracle of an event that has happened.
   * @step
   */
  tell(oracle: string, event: unknown): void;
  /**
   * Tells an oracle of an event that happens just before this thread's next operation.
   * @step
   */
  tellNext(oracle: string, event: unknown): void;
}

/** How a run ended, for the check at the end. */
export interface Outcome {
  /** What each thread returned, by name. A dead thread has no entry. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The names of the threads that died. */
  readonly dead: readonly string[];
}

/** One logical thread. */
export interface ScenarioThread<T = unknown> {
  readonly name: string;
  /** May be killed before any of its operations, if the exploration has crashes to spend. */
  readonly mortal?: boolean;
  /**
   * Runs alone before the exploration begins, thread after thread. What it returns is the second argument of `run`: the place to
   * make the objects that each real worker would have, without exploring how they are made.
   */
  prepare?(env: Env<T>): unknown;
  // The type of `prepared` is whatever `prepare` returns; a thread says it in its own signature.
  run(env: Env<T>, prepared: never): unknown;
}

/** Words on which plain accesses may race, and why that is harmless. */
export interface BenignWords {
  readonly from: number;
  /** The first word after the range. */
  readonly to: number;
  readonly reason: string;
}

/** The name of a word: by a function, or by a table from word index to name. */
export type Layout = ((word: number) => string | undefined) | Readonly<Record<number, string>> | readonly string[];

/** A scenario as its file writes it. */
export interface Scenario<T = unknown> {
  readonly name: string;
  /** Bytes of shared memory, a multiple of 4. */
  readonly memory: number;
  /** Runs once, alone, before the threads. What it returns is `env.shared`; shared buffers inside it become shared memory too. */
  setup?(env: Env<undefined>): T;
  readonly threads: readonly ScenarioThread<T>[];
  readonly oracles?: readonly Oracle[];
  /** Runs after each step; throws if something does not hold. It must only look. */
  invariant?(env: Env<T>): void;
  /** Runs alone after the last step of a run; throws if something does not hold. */
  finally?(env: Env<T>, outcome: Outcome): void;
  readonly layout?: Layout;
  readonly benign?: readonly BenignWords[];
}

const BRAND = Symbol.for('@sharena/interleave/scenario');

/**
 * Declares a scenario. Export the result from a file, and give that file to `loadScenarios`.
 *
 * @example
 * ```ts
 * import { scenario } from '@sharena/interleave';
 *
 * const add = (env: { words: Int32Array }) => { env.words[0]!++; };
 *
 * export const lostUpdate = scenario({
 *   name: 'two plain increments',
 *   memory: 4,
 *   threads: [{ name: 'a', run: add }, { name: 'b', run: add }],
 *   finally(env) {
 *     if (env.words[0] !== 2) throw new Error(`an increment is lost: ${env.words[0]}`);
 *   },
 * });
 * ```
 */
export function scenario<T = undefined>(definition: Scenario<T>): Scenario<T> {
  const { name, memory, threads } = definition;
  if (!Number.isInteger(memory) || memory <= 0 || memory % 4 !== 0) {
    throw new ScenarioError(`scenario '${name}': memory is ${memory}; it must be a positive multiple of 4 bytes`);
  }
  if (threads.length < 1 || threads.length > 8) {
    throw new ScenarioError(`scenario '${name}': there are ${threads.length} threads; there must be 1 to 8`);
  }
  if (new Set(threads.map((thread) => thread.name)).size !== threads.length) {
    throw new ScenarioError(`scenario '${name}': two threads have one name: ${threads.map((thread) => thread.name).join(', ')}`);
  }
  Object.defineProperty(definition, BRAND, { value: true });
  return definition;
}

/** True for what `scenario` returned, of whatever copy of this package. */
export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Throws with `message` unless the condition holds: for the checks of scenarios. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
