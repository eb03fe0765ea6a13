/**
 * Replaces the global `Atomics` of a worker: each operation on shared memory first waits for its turn.
 * The code under test is not changed at all. `wait` and `notify` are done by the turnstile, so that the order of wake-ups is its.
 */
import { type Control, GO, NOTIFIED, PARKED } from './control.ts';

type Operation = (array: Int32Array, ...rest: number[]) => unknown;

const STEPS = ['load', 'store', 'add', 'sub', 'and', 'or', 'xor', 'exchange', 'compareExchange'] as const;

export interface Turnstile {
  readonly control: Control;
  readonly thread: number;
  readonly threads: number;
  readonly deadline: number;
  /** The shared buffers of the scenario, in an order that all threads agree on. */
  readonly buffers: readonly SharedArrayBuffer[];
  /** What is to be done when the turn has come, before the operation. */
  onTurn(): void;
}

/** Puts the turnstile before every operation of this thread. */
export function installTurnstile(gate: Turnstile): void {
  const atomics = Atomics as unknown as Record<string, Operation>;
  for (const name of STEPS) {
    const original = atomics[name]!;
    atomics[name] = (array, ...rest) => {
      if (bufferOf(gate, array) >= 0) awaitTurn(gate);
      return original(array, ...rest);
    };
  }
  atomics['wait'] = sleeper(gate, atomics['wait']!);
  atomics['notify'] = waker(gate, atomics['notify']!);
  atomics['waitAsync'] = () => {
    throw new Error('Atomics.waitAsync is not available in lock-step');
  };
}

function awaitTurn({ control, thread, deadline, onTurn }: Turnstile): void {
  control.setState(thread, PARKED);
  const what = control.takeGrant(thread, deadline);
  if (what !== GO) throw new Error(`the turnstile granted ${what} to a thread that waits for its turn`);
  onTurn();
}

function sleeper(gate: Turnstile, original: Operation): Operation {
  return (array, index, value, timeout) => {
    const buffer = bufferOf(gate, array);
    if (buffer < 0) return original(array, index!, value!, ...(timeout === undefined ? [] : [timeout]));
    awaitTurn(gate);
    if (array[index!] !== (value! | 0)) return 'not-equal';
    if (timeout !== undefined && timeout <= 0) return 'timed-out';
    const word = (array.byteOffset >> 2) + index!;
    gate.control.fallAsleep(gate.thread, buffer, word, timeout !== undefined && timeout < Infinity);
    return gate.control.takeGrant(gate.thread, gate.deadline) === NOTIFIED ? 'ok' : 'timed-out';
  };
}

function waker(gate: Turnstile, original: Operation): Operation {
  return (array, index, count) => {
    const buffer = bufferOf(gate, array);
    if (buffer < 0) return original(array, index!, ...(count === undefined ? [] : [count]));
    awaitTurn(gate);
    return gate.control.wake(gate.threads, buffer, (array.byteOffset >> 2) + index!, count ?? Infinity);
  };
}

function bufferOf({ buffers }: Turnstile, array: Int32Array): number {
  return buffers.indexOf(array.buffer as SharedArrayBuffer);
}
