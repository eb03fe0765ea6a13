/** The placed semaphore: never more permits out than there are, and none lost, whoever dies. */
import { check, type Env, lockWatch, scenario } from '@sharena/interleave';
import { Semaphore } from '../../src/semaphore.ts';
import { person } from './people.ts';
import { recoverer } from './recoverer.ts';

const ENTRIES = 3;
const names = ['section', 'total', 'free', 'waiters', 'next', 'entries', '', ''];
const layout = (word: number): string | undefined =>
  names[word] ?? `entry ${(word - 8) >> 2} ${['owner', 'held', 'wants', 'ticket'][word & 3]}`;
const memory = 32 + ENTRIES * 16;
const at = (env: Env, owner: number): Semaphore => Semaphore.at(env.buffer, 0, { owner });
const whole =
  (permits: number) =>
  (env: Env): void => {
    const available = at(env, 9).available;
    check(available === permits, `${available} of ${permits} permits are free at the end`);
  };
const watch = lockWatch();

const useOne = (env: Env, owner: number): void => {
  const it = at(env, owner);
  watch.asks(env);
  it.acquire(1);
  watch.enters(env);
  watch.leaves(env);
  it.release(1);
};

const use =
  (permits: number) =>
  (env: Env, owner: number): void => {
    const it = at(env, owner);
    it.acquire(permits);
    it.release(permits);
  };

const useInTime = (env: Env, owner: number): void => {
  const it = at(env, owner);
  if (it.acquire(1, { timeout: 5 })) it.release(1);
};

const recover = recoverer((env: Env, dead) => {
  at(env, 5).recover(dead);
});
const one = {
  memory,
  layout,
  setup: (env: Env<undefined>): void => {
    Semaphore.format(env.buffer, 0, 1, { entries: ENTRIES });
  },
  finally: whole(1),
};
const two = {
  memory,
  layout,
  setup: (env: Env<undefined>): void => {
    Semaphore.format(env.buffer, 0, 2, { entries: ENTRIES });
  },
  finally: whole(2),
};

export const twoUsers = scenario({
  ...one,
  name: 'semaphore: one permit, two users',
  oracles: [watch],
  threads: [person('ann', useOne), person('bob', useOne)],
});
export const threeUsers = scenario({
  ...one,
  name: 'semaphore: one permit, three users',
  oracles: [watch],
  threads: [person('ann', useOne), person('bob', useOne), person('cem', useOne)],
});
export const sizes = scenario({
  ...two,
  name: 'semaphore: two permits, for one, one and two',
  threads: [person('ann', use(1)), person('bob', use(2)), person('cem', use(1))],
});
export const timed = scenario({
  ...one,
  name: 'semaphore: a user with a time limit',
  threads: [person('ann', useInTime), person('bob', use(1))],
});
export const dying = scenario({
  ...one,
  name: 'semaphore: either of two users may die',
  threads: [person('ann', use(1), true), person('bob', use(1), true), recover],
});
export const dyingOfThree = scenario({
  ...two,
  name: 'semaphore: any of three users may die',
  threads: [person('ann', use(1), true), person('bob', use(2), true), person('cem', use(1), true), recover],
});
export const adding = scenario({
  ...one,
  name: 'semaphore: a permit is added for one that wants two',
  setup: (env) => {
    Semaphore.format(env.buffer, 0, 2, { entries: ENTRIES });
    const it = at(env, 8);
    it.acquire(1);
    it.forget(1);
    it.add(1);
  },
  threads: [person('ann', use(2)), person('bob', use(1))],
  finally: whole(2),
});
