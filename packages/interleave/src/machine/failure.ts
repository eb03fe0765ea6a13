/** What an exploration can find: each kind names one way in which the code under test is wrong. */

export type FailureKind =
  | 'exception' // a thread threw
  | 'invariant' // the invariant does not hold after a step
  | 'finally' // the check after the end failed
  | 'oracle' // an oracle refused an event, or the history
  | 'deadlock' // threads sleep and nobody is left to wake them
  | 'lost wake-up' // as deadlock, but a sleeper's word has changed since: somebody should have woken it
  | 'livelock' // threads run for ever without any change, or in a cycle
  | 'step limit' // the run is longer than allowed
  | 'race' // plain accesses without an order
  | 'out of bounds'; // a plain access beyond the end of its view

/** What is wrong in one run of a scenario. */
export interface Failure {
  /** In which way the run is wrong. */
  readonly kind: FailureKind;
  /** What happened, in words: the message of the error, or what the explorer saw. */
  readonly message: string;
  /** The thread that failed, if one did. */
  readonly thread?: string;
  /** What was thrown, if the failure comes from something thrown. Failures of `lockstep` have none. */
  readonly error?: unknown;
}

export function failureOf(kind: FailureKind, message: string, thread?: string, error?: unknown): Failure {
  return { kind, message, ...(thread === undefined ? {} : { thread }), ...(error === undefined ? {} : { error }) };
}
