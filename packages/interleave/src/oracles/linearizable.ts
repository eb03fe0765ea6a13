/**
 * Linearizability: whether the calls of all threads can be put in one order that a sequential model allows and that respects
 * which call was over before which began. The search is that of Wing and Gong, with memory of the states it has tried (Lowe).
 *
 * A call of a thread that died may have taken effect or not. The history is looked at after each return, so a violation is found
 * at the step that makes it.
 */
import type { Env } from '../scenario.ts';
import { isSteps } from '../machine/context.ts';
import type { Oracle } from './oracle.ts';

/** A sequential model: a state, and what each operation does to it. States must be JSON values. */
export interface SequentialModel<S> {
  readonly initial: S;
  /** The state after the operation, and its result. Undefined if the operation cannot happen in this state. */
  apply(state: S, operation: string, args: readonly unknown[]): { readonly state: S; readonly result: unknown } | undefined;
}

interface Call {
  readonly thread: string;
  readonly operation: string;
  readonly args: readonly unknown[];
  readonly begin: number;
  /** When it returned; Infinity while it has not. */
  readonly end: number;
  readonly result?: unknown;
}

type History = readonly Call[];
type CallEvent = { readonly call: string; readonly args: readonly unknown[] } | { readonly result: unknown };

/** See {@link linearizable}. */
export interface Linearizable extends Oracle<History> {
  /**
   * Runs `action` as one call of the model.
   * @step
   */
  call<R>(env: Env, operation: string, args: readonly unknown[], action: () => R): R;
}

/**
 * An oracle that compares a history with a sequential model. Keep histories under some 20 calls.
 *
 * @example
 * ```ts
 * import { linearizable } from '@sharena/interleave';
 *
 * const counter = linearizable({
 *   initial: 0,
 *   apply: (count: number) => ({ state: count + 1, result: count }),
 * });
 * // in a thread: const before = counter.call(env, 'add', [], () => Atomics.add(env.words, 0, 1));
 * console.log(counter.name);
 * ```
 */
export function linearizable<S>(model: SequentialModel<S>, name: string = 'linearizability'): Linearizable {
  function* call(env: Env, operation: string, args: readonly unknown[], action: () => unknown): Generator<unknown, unknown> {
    yield* handOn(env.tellNext(name, { call: operation, args }));
    const result = yield* handOn(action());
    yield* handOn(env.tell(name, { result }));
    return result;
  }
  return {
    name,
    initial: [],
    apply(history, thread, event) {
      const next = append(history, thread, event as CallEvent);
      if (!('result' in (event as object)) || isLinearizable(next, model)) return next;
      throw new Error(`no order of these calls is sequential: ${next.map(describe).join('; ')}`);
    },
    fingerprint: (history) => JSON.stringify(history),
    call<R>(env: Env, operation: string, args: readonly unknown[], action: () => R): R {
      const steps = call(env, operation, args, action);
      if (isLogical(env)) return steps as R;
      // A real thread: nothing in it can suspend, so the generator runs through.
      return steps.next().value as R;
    },
  };
}

function* handOn(value: unknown): Generator<unknown, unknown> {
  return isSteps(value) ? yield* value : value;
}

function isLogical(env: Env): boolean {
  return (env as { real?: boolean }).real !== true;
}

function append(history: History, thread: string, event: CallEvent): History {
  const now = history.length === 0 ? 1 : 1 + Math.max(...history.map((c) => (c.end === Infinity ? c.begin : Math.max(c.begin, c.end))));
  if ('call' in event) return [...history, { thread, operation: event.call, args: event.args, begin: now, end: Infinity }];
  return history.map((c) => (c.thread === thread && c.end === Infinity ? { ...c, end: now, result: event.result } : c));
}

function describe({ thread, operation, args, end, result }: Call): string {
  const called = `${thread}.${operation}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
  return end === Infinity ? `${called} pending` : `${called} = ${JSON.stringify(result)}`;
}

/** True if the finished calls, with any of the pending ones, fit the model in some order. */
export function isLinearizable<S>(history: History, model: SequentialModel<S>): boolean {
  const tried = new Set<string>();
  const search = (done: number, state: S): boolean => {
    if (history.every((c, i) => c.end === Infinity || (done & (1 << i)) !== 0)) return true;
    const key = `${done} ${JSON.stringify(state)}`;
    if (tried.has(key)) return false;
    tried.add(key);
    return candidates(history, done).some((i) => {
      const made = model.apply(state, history[i]!.operation, history[i]!.args);
      if (made === undefined) return false;
      const isPending = history[i]!.end === Infinity;
      const fits = isPending || JSON.stringify(made.result) === JSON.stringify(history[i]!.result);
      return fits && search(done | (1 << i), made.state);
    });
  };
  return search(0, model.initial);
}

/** The calls that may come next: those that began before any other unplaced call was over. */
function candidates(history: History, done: number): number[] {
  let firstEnd = Infinity;
  for (const [i, c] of history.entries()) {
    if ((done & (1 << i)) === 0) firstEnd = Math.min(firstEnd, c.end);
  }
  return [...history.keys()].filter((i) => (done & (1 << i)) === 0 && history[i]!.begin < firstEnd);
}
