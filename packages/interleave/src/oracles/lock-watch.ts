/**
 * Watches a lock from outside: who is inside, and who of those that asked came in.
 *
 * Wrong are: two threads inside at once; and, at the end, a thread that asked and was never let in although it lives. (That a
 * sleeper is never woken is a deadlock, which the machine sees by itself.) A death inside frees the lock when a recoverer says so.
 */
import type { Env } from '../scenario.ts';
import type { Oracle } from './oracle.ts';

interface LockState {
  readonly inside: readonly string[];
  readonly asking: readonly string[];
}

type LockEvent = 'asks' | 'enters' | 'leaves' | { readonly recovers: string };

/** See {@link lockWatch}. */
export interface LockWatch extends Oracle<LockState> {
  /**
   * The thread is about to lock.
   * @step
   */
  asks(env: Env): void;
  /**
   * The thread has locked.
   * @step
   */
  enters(env: Env): void;
  /**
   * The thread is about to unlock.
   * @step
   */
  leaves(env: Env): void;
  /**
   * The lock of a dead thread is about to be given away.
   * @step
   */
  recovers(env: Env, dead: string): void;
}

export interface LockWatchOptions {
  /** How many may be inside at once: more than one for a semaphore. Default 1. */
  readonly places?: number;
  readonly name?: string;
}

/**
 * An oracle for mutual exclusion and hand-over.
 *
 * @example
 * ```ts
 * import { lockWatch } from '@sharena/interleave';
 *
 * const watch = lockWatch(); // in a thread: watch.asks(env); mutex.lock(); watch.enters(env); watch.leaves(env); mutex.unlock();
 * console.log(watch.name);
 * ```
 */
export function lockWatch(options: LockWatchOptions = {}): LockWatch {
  const { places = 1, name = 'lock' } = options;
  const tell = (env: Env, event: LockEvent): void => env.tell(name, event);
  return {
    name,
    initial: { inside: [], asking: [] },
    apply: (state, thread, event) => applyTo(state, thread, event as LockEvent, places),
    fingerprint: ({ inside, asking }) => `${[...inside].sort().join()}|${[...asking].sort().join()}`,
    atEnd({ asking }, dead) {
      const waiting = asking.filter((thread) => !dead.includes(thread));
      return waiting.length === 0 ? undefined : `never let in: ${waiting.join(', ')}`;
    },
    asks: (env) => tell(env, 'asks'),
    enters: (env) => tell(env, 'enters'),
    leaves: (env) => tell(env, 'leaves'),
    recovers: (env, dead) => tell(env, { recovers: dead }),
  };
}

function applyTo({ inside, asking }: LockState, thread: string, event: LockEvent, places: number): LockState {
  if (typeof event === 'object') return { inside: inside.filter((other) => other !== event.recovers), asking };
  switch (event) {
    case 'asks':
      return { inside, asking: [...asking, thread] };
    case 'enters':
      if (inside.length >= places) throw new Error(`${thread} enters while ${inside.join(' and ')} ${inside.length === 1 ? 'is' : 'are'} inside`);
      return { inside: [...inside, thread], asking: asking.filter((other) => other !== thread) };
    case 'leaves':
      if (!inside.includes(thread)) throw new Error(`${thread} leaves, but it is not inside`);
      return { inside: inside.filter((other) => other !== thread), asking };
  }
}
