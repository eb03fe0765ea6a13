/** The compatible mutex and the spin lock. */
import { check, type Env, lockWatch, scenario } from '@sharena/interleave';
import { CompatibleMutex } from '../../src/compatible/mutex.ts';
import { SpinLock } from '../../src/compatible/spin-lock.ts';
import { person } from './people.ts';
import { recoverer } from './recoverer.ts';

const COUNT = 2;
const layout = ['sleepers', 'owner', 'count'];
const watch = lockWatch();

function count(env: Env): void {
  watch.enters(env);
  env.words[COUNT]!++;
  watch.leaves(env);
}

function lockOnce(env: Env, id: number): void {
  watch.asks(env);
  CompatibleMutex.lock(env.words, id);
  count(env);
  CompatibleMutex.unlock(env.words, id);
}

function lockInTime(env: Env, id: number): void {
  if (!CompatibleMutex.timedLock(env.words, id, 5)) return;
  count(env);
  CompatibleMutex.unlock(env.words, id);
}

function spinOnce(env: Env, id: number): void {
  watch.asks(env);
  SpinLock.lock(env.words, id);
  count(env);
  SpinLock.unlock(env.words, id);
}

const base = { memory: 12, layout, oracles: [watch] };

export const two = scenario({
  ...base,
  name: 'static mutex: two owners',
  threads: [
    person('ann', (env, id) => {
      lockOnce(env, id);
      lockOnce(env, id);
    }),
    person('bob', lockOnce),
  ],
  finally: (env) => check(env.words[COUNT] === 3, `counted ${env.words[COUNT]}`),
});

export const three = scenario({
  ...base,
  name: 'static mutex: three owners',
  threads: [person('ann', lockOnce), person('bob', lockOnce), person('cem', lockOnce)],
  finally: (env) => check(env.words[COUNT] === 3 && env.words[1] === 0, `counted ${env.words[COUNT]}`),
});

export const timed = scenario({
  ...base,
  name: 'static mutex: three owners, two with a time limit',
  threads: [person('ann', lockInTime), person('bob', lockInTime), person('cem', lockOnce)],
});

export const dying = scenario({
  ...base,
  name: 'static mutex: any of three owners may die',
  threads: [
    person('ann', lockOnce, true),
    person('bob', lockOnce, true),
    person('cem', lockOnce, true),
    recoverer((env, dead) => {
      CompatibleMutex.recover(env.words, dead);
    }, watch),
  ],
});

export const spinning = scenario({
  ...base,
  name: 'spin lock: any of three owners may die',
  threads: [
    person('ann', spinOnce, true),
    person('bob', spinOnce, true),
    person('cem', spinOnce, true),
    recoverer((env, dead) => {
      SpinLock.recover(env.words, dead);
    }, watch),
  ],
});
