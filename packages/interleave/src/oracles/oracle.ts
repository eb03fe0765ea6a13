/**
 * What an oracle is: a reducer over the events that threads tell it.
 * Invariant: states are immutable values. The search keeps and compares them, so `apply` returns a new one for each change.
 */

/** An oracle in a scenario's list `oracles`. */
export interface Oracle<S = unknown> {
  /** Unique in its scenario. */
  readonly name: string;
  readonly initial: S;
  /** The state after the event. Throws to say that the event must not happen. */
  apply(state: S, thread: string, event: unknown): S;
  /** A text that is equal for equal states only. */
  fingerprint(state: S): string;
  /** What is wrong after the end, or nothing. */
  atEnd?(state: S, dead: readonly string[]): string | undefined;
}
