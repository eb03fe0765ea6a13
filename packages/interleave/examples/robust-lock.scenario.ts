/** Two threads change a pair of words under a robust lock; either may die anywhere; a third frees the lock of the dead. */
import { check, type Env, lockWatch, scenario } from '@sharena/interleave';
import { RobustLock } from './robust-lock.ts';

const LOCK = 0;
const FIRST = 1;
const SECOND = 2;
const numbers: Readonly<Record<string, number>> = Object.freeze({ ann: 1, bob: 2, cem: 3 });
const watch = lockWatch();

function change(env: Env<undefined>): void {
  const lock = new RobustLock(env.words, LOCK, numbers[env.name]!);
  watch.asks(env);
  const isAbandoned = lock.lock();
  watch.enters(env);
  if (isAbandoned) env.words[SECOND] = env.words[FIRST]!;
  check(env.words[FIRST] === env.words[SECOND], `${env.name} finds ${env.words[FIRST]} and ${env.words[SECOND]}`);
  env.words[FIRST]!++;
  env.words[SECOND]!++;
  watch.leaves(env);
  lock.unlock();
}

function recover(env: Env<undefined>): void {
  const lock = new RobustLock(env.words, LOCK, 4);
  for (let dead = env.untilDeath(); dead !== undefined; dead = env.untilDeath()) {
    const number = numbers[dead];
    if (number === undefined) continue;
    watch.recovers(env, dead);
    lock.recover(number);
  }
}

export const dyingOwner = scenario({
  name: 'robust lock with a dying owner',
  memory: 12,
  oracles: [watch],
  threads: [
    { name: 'ann', run: change, mortal: true },
    { name: 'bob', run: change, mortal: true },
    { name: 'recoverer', run: recover },
  ],
  layout: { [LOCK]: 'lock', [FIRST]: 'first', [SECOND]: 'second' },
});

/** The recoverer is mortal too, so there is another. */
export const dyingRecoverer = scenario({
  name: 'robust lock with a dying owner and a dying recoverer',
  memory: 12,
  oracles: [watch],
  threads: [
    { name: 'ann', run: change, mortal: true },
    { name: 'bob', run: change },
    { name: 'recoverer', run: recover, mortal: true },
    { name: 'second recoverer', run: recover },
  ],
  layout: { [LOCK]: 'lock', [FIRST]: 'first', [SECOND]: 'second' },
});

/** More than one sleeper: the lock must not forget the others when it wakes one. */
export const threeOwners = scenario({
  name: 'robust lock with three owners',
  memory: 12,
  oracles: [watch],
  threads: [
    { name: 'ann', run: change },
    { name: 'bob', run: change },
    { name: 'cem', run: change },
  ],
  layout: { [LOCK]: 'lock', [FIRST]: 'first', [SECOND]: 'second' },
});
