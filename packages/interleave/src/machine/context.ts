/**
 * What the transformed code of one logical thread talks to (its `$`).
 * Each method notes the operation that the thread is about to do; the `yield` around the call then suspends the thread, and
 * the machine performs the operation and sends its result back. A thread is thereby a pure function of the results it got.
 */
import {
  ADD, AND, AWAIT, BULK, CAS, EVENT, EXCHANGE, FORGET, LATE_EVENT, LOAD, NOTIFY, OR, PAUSE, PLAIN_READ, PLAIN_WRITE, PREPARED, STORE, SUB, UNTIL_DEATH, WAIT,
  WAIT_ASYNC, XOR,
} from './ops.ts';
import { eachOf, runViewMethod, type ViewMethod } from './loops.ts';

/** Any view whose elements can be read and written by index. */
export type View =
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array
  | Float32Array | Float64Array | BigInt64Array | BigUint64Array;

/** What `Atomics.waitAsync` gives in a logical thread: `value` is a ticket that `await` turns into a suspension. */
export interface AsyncWait {
  readonly async: boolean;
  readonly value: unknown;
}

/** The promise of a `waitAsync`, as the machine keeps it. */
export class Ticket {
  readonly id: number;
  readonly timeout: number;
  constructor(id: number, timeout: number) {
    this.id = id;
    this.timeout = timeout;
  }
}

/** What the loops over views need of a context. */
export interface PlainAccess {
  get(array: View, index: number, site: number): void;
  set(array: View, index: number, value: unknown, site: number): void;
  bulk(view: View, from: number, to: number, changes: () => unknown, site: number): void;
}

/** What a {@link PlainAccess.bulk} can change. */
export interface BulkRange {
  readonly view: View;
  readonly from: number;
  readonly to: number;
}

export type StepGenerator<R = unknown> = Generator<unknown, R, unknown>;

const GENERATOR_TAG = 'Generator';

/** True for the object that a function with steps gives when it is called. */
export function isSteps(value: unknown): value is StepGenerator {
  return typeof value === 'object' && value !== null && (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === GENERATOR_TAG;
}

/** The operation at which a thread stands, and the private services of that thread. */
export class Context {
  kind: number = PAUSE;
  array: View | null = null;
  index = 0;
  a: unknown = 0;
  b: unknown = 0;
  site = -1;
  /** Private, virtual milliseconds: it moves only when one of this thread's waits times out. */
  clock = 0;
  private randomState = 0x9e3779b9;

  load(array: View, index: number, site: number): void {
    this.note(LOAD, array, index, 0, 0, site);
  }

  store(array: View, index: number, value: unknown, site: number): void {
    this.note(STORE, array, index, value, 0, site);
  }

  compareExchange(array: View, index: number, expected: unknown, value: unknown, site: number): void {
    this.note(CAS, array, index, expected, value, site);
  }

  exchange(array: View, index: number, value: unknown, site: number): void {
    this.note(EXCHANGE, array, index, value, 0, site);
  }

  add(array: View, index: number, value: unknown, site: number): void {
    this.note(ADD, array, index, value, 0, site);
  }

  sub(array: View, index: number, value: unknown, site: number): void {
    this.note(SUB, array, index, value, 0, site);
  }

  and(array: View, index: number, value: unknown, site: number): void {
    this.note(AND, array, index, value, 0, site);
  }

  or(array: View, index: number, value: unknown, site: number): void {
    this.note(OR, array, index, value, 0, site);
  }

  xor(array: View, index: number, value: unknown, site: number): void {
    this.note(XOR, array, index, value, 0, site);
  }

  wait(array: View, index: number, value: unknown, timeout: unknown, site: number): void {
    this.note(WAIT, array, index, value, finiteTimeout(timeout), site);
  }

  waitAsync(array: View, index: number, value: unknown, timeout: unknown, site: number): void {
    this.note(WAIT_ASYNC, array, index, value, finiteTimeout(timeout), site);
  }

  notify(array: View, index: number, count: unknown, site: number): void {
    this.note(NOTIFY, array, index, count === undefined ? Infinity : Math.max(0, Math.trunc(Number(count))), 0, site);
  }

  get(array: View, index: number, site: number): void {
    this.note(PLAIN_READ, array, index, 0, 0, site);
  }

  set(array: View, index: number, value: unknown, site: number): void {
    this.note(PLAIN_WRITE, array, index, value, 0, site);
  }

  pause(site: number): void {
    this.note(PAUSE, null, 0, 0, 0, site);
  }

  untilDeath(site: number): void {
    this.note(UNTIL_DEATH, null, 0, 0, 0, site);
  }

  /** A built-in loop that is one step: `changes` does it, `view` and the elements from `from` to `to` are what it can change. */
  bulk(view: View, from: number, to: number, changes: () => unknown, site: number): void {
    this.note(BULK, null, 0, { view, from, to }, changes, site);
  }

  prepared(): void {
    this.note(PREPARED, null, 0, 0, 0, -1);
  }

  forget(state: unknown): void {
    this.note(FORGET, null, 0, state, 0, -1);
  }

  event(oracle: string, event: unknown, late: boolean): void {
    this.note(late ? LATE_EVENT : EVENT, null, 0, oracle, event, -1);
  }

  /** `await x` in a function with steps. */
  *settle(value: unknown, site: number): StepGenerator {
    if (!(value instanceof Ticket)) return value;
    return yield this.note(AWAIT, null, value.id, 0, value.timeout, site);
  }

  /** A call that has no steps by its types. */
  sync(result: unknown, where: string): unknown {
    if (!isSteps(result)) return result;
    throw new TypeError(`a call that has no steps by its types has some when it runs; give the callee a type: ${where}`);
  }

  /** A call whose callee is known only when it runs. */
  *dyn(result: unknown): StepGenerator {
    return isSteps(result) ? yield* result : result;
  }

  /** `new C(...)` where the constructor has steps: the transform moved its body to the method `$init`. */
  *construct(constructor: new () => { $init(...args: unknown[]): StepGenerator }, args: unknown[]): StepGenerator {
    const made = new constructor();
    yield* made.$init(...args);
    return made;
  }

  /** A property that is a getter with steps in some of the classes behind an interface. */
  *getOf(object: Record<string, unknown>, name: string): StepGenerator {
    const getter = object[`$get_${name}`];
    return typeof getter === 'function' ? yield* (getter as () => StepGenerator).call(object) : object[name];
  }

  readonly eachOf: typeof eachOf = eachOf;

  view(method: ViewMethod, oneStep: boolean, site: number, view: View, ...args: unknown[]): StepGenerator {
    return runViewMethod(this, method, oneStep, site, view, args);
  }

  /** Guards a view that the types declare private: the memory below must not be shared. */
  readonly privateView = <T extends ArrayBufferView>(view: T, where: string): T => {
    if (view.buffer instanceof SharedArrayBuffer) {
      throw new TypeError(`a view of type …<ArrayBuffer> is over shared memory, so its accesses were not made steps: ${where}`);
    }
    return view;
  };

  /** `performance.now()` and `Date.now()` of this thread. */
  readonly now = (): number => this.clock;

  /** `Math.random()` of this thread: the same numbers in each run. */
  readonly random = (): number => {
    let x = this.randomState;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.randomState = x;
    return (x >>> 0) / 0x100000000;
  };

  /** Back to the state of a thread that has not run. */
  rewind(): void {
    this.clock = 0;
    this.randomState = 0x9e3779b9;
  }

  private note(kind: number, array: View | null, index: number, a: unknown, b: unknown, site: number): void {
    this.kind = kind;
    this.array = array;
    this.index = index;
    this.a = a;
    this.b = b;
    this.site = site;
  }
}

function finiteTimeout(timeout: unknown): number {
  const milliseconds = timeout === undefined ? Infinity : Number(timeout);
  return Number.isNaN(milliseconds) ? Infinity : Math.max(0, milliseconds);
}
