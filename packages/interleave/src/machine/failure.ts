/** What an exploration can find: each kind names one way in which the code under test is wrong. */

export type FailureKind =
  | 'exception'      // a thread threw
  | 'invariant'      // the invariant does not hold after a step
  | 'finally'        // the check after the end failed
  | 'oracle'         // an oracle refused an event, or the history
  | 'deadlock'       // threads sleep and nobody is left to wake them
  | 'lost wake-up'   // as deadlock, but a sleeper's word has changed since: somebody should have woken it
  | 'livelock'       // threads run for ever without any change, or in a cycle
  | 'step limit'     // the run is longer than allowed
  | 'race'           // plain accesses without an order
  | 'out of bounds'; // a plain access beyond the end of its view

export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  /** The thread that failed, if one did. */
  readonly thread?: string;
  readonly error?: unknown;
}

export function failureOf(kind: FailureKind, message: string, thread?: string, error?: unknown): Failure {
  return { kind, message, ...(thread === undefined ? {} : { thread }), ...(error === undefined ? {} : { error }) };
}
