/** The placed mutex: it guards a pair of words that must be equal whenever it is free, unless a death is told. */
import { check, type Env, lockWatch, scenario } from '@sharena/interleave';
import { Mutex } from '../../src/mutex.ts';
import { person } from './people.ts';
import { recoverer } from './recoverer.ts';

const [FIRST, SECOND] = [1, 2] as const;
const layout = ['lock', 'first', 'second'];
const watch = lockWatch();
const at = (env: Env, owner: number): Mutex => Mutex.at(env.buffer, 0, { owner });

function change(env: Env, died: boolean, mutex: Mutex): void {
  watch.enters(env);
  if (died) {
    env.words[SECOND] = env.words[FIRST]!;
    mutex.markConsistent();
  }
  check(env.words[FIRST] === env.words[SECOND], `${env.name} finds ${env.words[FIRST]} and ${env.words[SECOND]}`);
  env.words[FIRST]!++;
  env.words[SECOND]!++;
  watch.leaves(env);
  mutex.unlock();
}

function lockOnce(env: Env, owner: number): void {
  const mutex = at(env, owner);
  watch.asks(env);
  change(env, mutex.lock() === 'owner-died', mutex);
}

/** With a time limit. It may come too late; then nothing is held. */
function lockInTime(env: Env, owner: number): boolean {
  const mutex = at(env, owner);
  const held = mutex.lock({ timeout: 5 });
  if (held !== false) change(env, held === 'owner-died', mutex);
  return held !== false;
}

function tryOnce(env: Env, owner: number): void {
  const mutex = at(env, owner);
  const held = mutex.tryLock();
  if (held !== false) change(env, held === 'owner-died', mutex);
}

const recover = recoverer((env, dead) => {
  at(env, 5).recover(dead);
}, watch);

export const two = scenario({
  name: 'mutex: two owners',
  memory: 12,
  layout,
  oracles: [watch],
  threads: [
    person('ann', (env, owner) => {
      lockOnce(env, owner);
      lockOnce(env, owner);
    }),
    person('bob', lockOnce),
  ],
});

export const three = scenario({
  name: 'mutex: three owners',
  memory: 12,
  layout,
  oracles: [watch],
  threads: [person('ann', lockOnce), person('bob', lockOnce), person('cem', lockOnce)],
});

export const timed = scenario({
  name: 'mutex: three owners, two of them with a time limit',
  memory: 12,
  layout,
  oracles: [watch],
  threads: [person('ann', lockInTime), person('bob', lockInTime), person('cem', lockOnce)],
});

export const tries = scenario({
  name: 'mutex: two owners, and one that only tries',
  memory: 12,
  layout,
  oracles: [watch],
  threads: [person('ann', lockOnce), person('bob', lockOnce), person('cem', tryOnce)],
});

export const dying = scenario({
  name: 'mutex: either of two owners may die',
  memory: 12,
  layout,
  oracles: [watch],
  threads: [person('ann', lockOnce, true), person('bob', lockOnce, true), recover],
});

export const dyingOfThree = scenario({
  name: 'mutex: any of three owners may die',
  memory: 12,
  layout,
  oracles: [watch],
  threads: [person('ann', lockOnce, true), person('bob', lockOnce, true), person('cem', lockOnce, true), recover],
});
