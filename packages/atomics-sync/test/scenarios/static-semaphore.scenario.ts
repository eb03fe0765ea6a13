/** The compatible semaphore. A waiter that is never woken beside a permit is a deadlock. */
import { check, type Env, scenario } from '@sharena/interleave';
import { CompatibleSemaphore as Semaphore } from '../../src/compatible/semaphore.ts';
import { person } from './people.ts';

const layout = ['semaphore'];
const wait = (env: Env): void => Semaphore.wait(env.words);
const post = (env: Env): void => Semaphore.post(env.words);
const waitInTime = (env: Env): boolean => Semaphore.timedWait(env.words, 5);
const twice =
  (run: (env: Env) => void) =>
  (env: Env): void => {
    run(env);
    run(env);
  };
const base = { memory: 4, layout };

export const twoPosts = scenario({
  ...base,
  name: 'static semaphore: two posts wake two waiters',
  threads: [person('ann', wait), person('bob', wait), person('cem', twice(post))],
  finally: (env) => check(Semaphore.getValue(env.words) === 0, `the value is ${Semaphore.getValue(env.words)}`),
});

export const twoPosters = scenario({
  ...base,
  name: 'static semaphore: two posters, two waiters',
  threads: [person('ann', wait), person('bob', wait), person('cem', post), person('dan', post)],
  finally: (env) => check(Semaphore.getValue(env.words) === 0, `the value is ${Semaphore.getValue(env.words)}`),
});

export const asLock = scenario({
  ...base,
  name: 'static semaphore: a lock for three',
  setup: (env) => {
    Atomics.store(env.words, 0, 1);
  },
  threads: ['ann', 'bob', 'cem'].map((name) =>
    person(name, (env) => {
      wait(env);
      post(env);
    }),
  ),
  finally: (env) => check(Semaphore.getValue(env.words) === 1, `the value is ${Semaphore.getValue(env.words)}`),
});

export const timed = scenario({
  ...base,
  name: 'static semaphore: a waiter in time, a waiter, a poster',
  threads: [
    person('ann', (env) => {
      if (waitInTime(env)) post(env);
    }),
    person('bob', (env) => {
      wait(env);
      post(env);
    }),
    person('cem', post),
  ],
  finally: (env) => check(Semaphore.getValue(env.words) === 1, `the value is ${Semaphore.getValue(env.words)}`),
});

/** A waiter that dies may have swallowed the wake-up of the other. */
export const dying = scenario({
  ...base,
  name: 'static semaphore: a waiter may die',
  threads: [
    person('ann', waitInTime, true),
    person('bob', wait),
    person('cem', post),
    {
      name: 'recoverer',
      run(env: Env) {
        // There is one post, and two wait: the other permit comes from here, unless the dead one left its own.
        if (env.untilDeath() !== undefined) Semaphore.recover(env.words);
        if (Semaphore.getValue(env.words) === 0) post(env);
      },
    },
  ],
});

/** The bit cleared late, by a post whose notify found nobody: two sleepers, a barger, posts in plenty. For random strategies. */
export const clearedLate = scenario({
  ...base,
  name: 'static semaphore: two waiters, a barger, four posts by three',
  threads: [
    person('ann', wait),
    person('bob', wait),
    person('cem', post),
    person('dan', twice(post)),
    person('recoverer', (env) => {
      wait(env);
      post(env);
    }),
  ],
  finally: (env) => check(Semaphore.getValue(env.words) === 1, `the value is ${Semaphore.getValue(env.words)}`),
});
