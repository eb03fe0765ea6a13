/** Three threads lock, count and unlock. */
import { check, type Env, scenario } from '@sharena/interleave';
import { FutexMutex } from './futex-mutex.ts';

const LOCK = 0;
const COUNT = 1;

function lockAndCount(env: Env<undefined>): void {
  const mutex = new FutexMutex(env.words, LOCK);
  for (let i = 0; i < 2; i++) {
    mutex.lock();
    env.words[COUNT]!++;
    mutex.unlock();
  }
}

export const threeLockers = scenario({
  name: 'futex mutex, three lockers',
  memory: 8,
  threads: [
    { name: 'ann', run: lockAndCount },
    { name: 'bob', run: lockAndCount },
    { name: 'cem', run: lockAndCount },
  ],
  layout: { [LOCK]: 'lock', [COUNT]: 'count' },
  finally(env) {
    check(env.words[COUNT] === 6, `count is ${env.words[COUNT]}, not 6`);
    check(env.words[LOCK] === 0, 'the mutex is still held');
  },
});
