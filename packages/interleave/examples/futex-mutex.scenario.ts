/** Threads lock, count and unlock. */
import { check, type Env, scenario, type Scenario } from '@sharena/interleave';
import { FutexMutex } from './futex-mutex.ts';

const LOCK = 0;
const COUNT = 1;

function lockAndCount(env: Env<undefined>, rounds: number): void {
  const mutex = new FutexMutex(env.words, LOCK);
  for (let round = 0; round < rounds; round++) {
    mutex.lock();
    env.words[COUNT]!++;
    mutex.unlock();
    env.forget(round);
  }
}

function counting(name: string, threads: readonly string[], rounds: number): Scenario<undefined> {
  return {
    name,
    memory: 8,
    threads: threads.map((thread) => ({ name: thread, run: (env: Env<undefined>) => lockAndCount(env, rounds) })),
    layout: { [LOCK]: 'lock', [COUNT]: 'count' },
    finally(env) {
      const wanted = threads.length * rounds;
      check(env.words[COUNT] === wanted, `count is ${env.words[COUNT]}, not ${wanted}`);
      check(env.words[LOCK] === 0, 'the mutex is still held');
    },
  };
}

export const threeLockers = scenario(counting('futex mutex, three lockers', ['ann', 'bob', 'cem'], 1));
export const twoRounds = scenario(counting('futex mutex, two lockers, three rounds', ['ann', 'bob'], 3));
