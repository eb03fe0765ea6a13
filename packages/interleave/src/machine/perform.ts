/**
 * Performs one operation of a thread on memory, exactly as `Atomics` and element access do it, and says what it was.
 * Only operations that never suspend are here; waiting and waking is the machine's.
 */
import type { Context, View } from './context.ts';
import { ADD, AND, BULK, CAS, EXCHANGE, LOAD, NOTIFY, OR, PLAIN_READ, PLAIN_WRITE, STORE, SUB, WAIT, WAIT_ASYNC, XOR } from './ops.ts';

type Integers = Int32Array;
type Numbers = { [index: number]: unknown };

/** Performs the pending operation of `context` and returns its result. Throws what the real operation throws. */
export function performOn(context: Context): unknown {
  const array = context.array as Integers;
  const index = context.index;
  const a = context.a as number;
  switch (context.kind) {
    case LOAD:
      return Atomics.load(array, index);
    case STORE:
      return Atomics.store(array, index, a);
    case CAS:
      return Atomics.compareExchange(array, index, a, context.b as number);
    case EXCHANGE:
      return Atomics.exchange(array, index, a);
    case ADD:
      return Atomics.add(array, index, a);
    case SUB:
      return Atomics.sub(array, index, a);
    case AND:
      return Atomics.and(array, index, a);
    case OR:
      return Atomics.or(array, index, a);
    case XOR:
      return Atomics.xor(array, index, a);
    case PLAIN_READ:
      return (array as Numbers)[index];
    case PLAIN_WRITE:
      (array as Numbers)[index] = a;
      return a;
    default:
      throw new TypeError(`operation ${context.kind} does not touch memory`);
  }
}

/** The same for memory that only one thread can see, where a wait can only time out. */
export function performPrivate(context: Context): unknown {
  if (context.kind === NOTIFY) return 0;
  if (context.kind === BULK) return (context.b as () => unknown)();
  if (context.kind !== WAIT && context.kind !== WAIT_ASYNC) return performOn(context);
  if (!holds(context.array!, context.index, context.a)) return context.kind === WAIT ? 'not-equal' : { async: false, value: 'not-equal' };
  if (context.b === Infinity) throw new Error('a thread waits without time-out on memory that no other thread can see');
  return context.kind === WAIT ? 'timed-out' : { async: false, value: 'timed-out' };
}

/** True if the element equals what a wait expects of it. */
export function holds(array: View, index: number, expected: unknown): boolean {
  if (array instanceof BigInt64Array) return array[index] === BigInt.asIntN(64, expected as bigint);
  return array[index] === (Number(expected) | 0);
}
