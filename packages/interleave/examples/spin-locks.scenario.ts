/** Two threads, one lock of each sort: mutual exclusion, hand-over, and what a death inside does. */
import { type Env, lockWatch, scenario, type Scenario } from '@sharena/interleave';
import type { Lock } from './conditions.ts';
import { CheckedLock, SpinLock, WaitLock } from './spin-locks.ts';

type Make = (words: Int32Array) => Lock;

const watch = lockWatch();

function enter(env: Env<undefined>, make: Make): void {
  const lock = make(env.words);
  watch.asks(env);
  lock.lock();
  watch.enters(env);
  Atomics.add(env.words, 1, 1);
  watch.leaves(env);
  lock.unlock();
}

function twoThreads(name: string, make: Make): Scenario<undefined> {
  return {
    name,
    memory: 8,
    oracles: [watch],
    threads: [
      { name: 'ann', run: (env) => enter(env, make), mortal: true },
      { name: 'bob', run: (env) => enter(env, make) },
    ],
    layout: ['lock', 'work'],
  };
}

export const waitLock = scenario(twoThreads('lock that spins, then sleeps', (words) => new WaitLock(words, 0)));
export const checkedLock = scenario(twoThreads('lock that looks before it takes', (words) => new CheckedLock(words, 0)));
export const spinLock = scenario(twoThreads('lock that only spins', (words) => new SpinLock(words, 0)));
