/**
 * The operations at which a logical thread can be suspended.
 * Invariant: kinds below `FIRST_OWN` touch shared words; the others are the explorer's own and touch none.
 */

export const LOAD = 0;
export const STORE = 1;
export const CAS = 2;
export const EXCHANGE = 3;
export const ADD = 4;
export const SUB = 5;
export const AND = 6;
export const OR = 7;
export const XOR = 8;
export const WAIT = 9;
export const NOTIFY = 10;
export const WAIT_ASYNC = 11;
export const PLAIN_READ = 12;
export const PLAIN_WRITE = 13;
export const FIRST_OWN = 14;
/** Suspends until the promise of a `waitAsync` settles. */
export const AWAIT = 14;
/** Suspends until another thread has died, or until none can die any more. */
export const UNTIL_DEATH = 15;
/** An event for an oracle, told at once. Not a scheduling point. */
export const EVENT = 16;
/** An event told only when its thread next runs, so that a call begins as late as it can. Not a scheduling point. */
export const LATE_EVENT = 17;
/** `Atomics.pause` or a point declared by the scenario: nothing happens, but another thread may run. */
export const PAUSE = 18;
/** The thread says what its private state is: all else that it has seen no longer matters. Not a scheduling point. */
export const FORGET = 19;
/** A built-in loop over a view (`fill` and its like) that the code declares to be one step. */
export const BULK = 20;
/** The end of a thread's preparation: the exploration begins here. */
export const PREPARED = 21;

/** How each kind is written in a report. */
export const OP_NAMES: readonly string[] = [
  'load', 'store', 'compareExchange', 'exchange', 'add', 'sub', 'and', 'or', 'xor', 'wait', 'notify', 'waitAsync',
  'read', 'write', 'await', 'untilDeath', 'event', 'event', 'pause', 'forget', 'bulk', 'prepared',
];

/** True for an access that is not an `Atomics` call. */
export function isPlain(kind: number): boolean {
  return kind === PLAIN_READ || kind === PLAIN_WRITE;
}

/** True for an operation that can change a word. A compare-and-exchange counts, although it may fail. */
export function mayWrite(kind: number): boolean {
  return (kind >= STORE && kind <= XOR) || kind === PLAIN_WRITE;
}

/** True for an operation that gives up the turn to a single `Atomics` word or plain word. */
export function touchesMemory(kind: number): boolean {
  return kind < FIRST_OWN;
}
