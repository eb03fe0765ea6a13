/** Conditions, compatible and placed: who produces signals, who consumes waits with a predicate. */
import { check, type Env, scenario } from '@sharena/interleave';
import { CompatibleCondition } from '../../src/compatible/condition.ts';
import { CompatibleMutex } from '../../src/compatible/mutex.ts';
import { Condition } from '../../src/condition.ts';
import { Mutex } from '../../src/mutex.ts';
import { person } from './people.ts';

const [LOCK, CONDITION, READY] = [0, 2, 3] as const;
const layout = ['lock', 'owner', 'condition', 'ready'];
const base = { memory: 16, layout };
const words = (env: Env, at: number, length: number): Int32Array<SharedArrayBuffer> =>
  new Int32Array(env.buffer, at * 4, length);

function consume(env: Env, id: number): void {
  const [mutex, condition] = [words(env, LOCK, 2), words(env, CONDITION, 1)];
  CompatibleMutex.lock(mutex, id);
  while (env.words[READY] === 0) CompatibleCondition.wait(condition, mutex, id);
  env.words[READY]!--;
  CompatibleMutex.unlock(mutex, id);
}

function consumeInTime(env: Env, id: number): boolean {
  const [mutex, condition] = [words(env, LOCK, 2), words(env, CONDITION, 1)];
  CompatibleMutex.lock(mutex, id);
  const signalled = env.words[READY] !== 0 || CompatibleCondition.timedWait(condition, mutex, id, 5);
  check(Atomics.load(mutex, 1) === id, 'the mutex is not held after a timed wait');
  if (env.words[READY]! > 0) env.words[READY]!--;
  CompatibleMutex.unlock(mutex, id);
  return signalled;
}

function produce(env: Env, id: number): void {
  const [mutex, condition] = [words(env, LOCK, 2), words(env, CONDITION, 1)];
  CompatibleMutex.lock(mutex, id);
  env.words[READY]!++;
  CompatibleMutex.unlock(mutex, id);
  CompatibleCondition.signal(condition);
}

function placed(env: Env, owner: number): { mutex: Mutex; condition: Condition } {
  return {
    mutex: Mutex.at(env.buffer, LOCK * 4, { owner }),
    condition: Condition.at(env.buffer, CONDITION * 4, { owner }),
  };
}

function consumePlaced(env: Env, owner: number): void {
  const { mutex, condition } = placed(env, owner);
  mutex.lock();
  while (env.words[READY] === 0) condition.wait(mutex);
  mutex.unlock();
}

function announcePlaced(env: Env, owner: number): void {
  const { mutex, condition } = placed(env, owner);
  mutex.lock();
  env.words[READY] = 1;
  mutex.unlock();
  condition.broadcast();
}

export const handOver = scenario({
  ...base,
  name: 'static condition: two consumers, two productions',
  threads: [
    person('ann', consume),
    person('bob', consume),
    person('cem', (env, id) => {
      produce(env, id);
      produce(env, id);
    }),
  ],
  finally: (env) => check(env.words[READY] === 0, 'what was produced was not consumed'),
});

export const timed = scenario({
  ...base,
  name: 'static condition: a consumer with a time limit',
  threads: [person('ann', consumeInTime), person('bob', produce)],
});

export const broadcast = scenario({
  ...base,
  name: 'placed condition: a broadcast reaches two',
  threads: [person('ann', consumePlaced), person('bob', consumePlaced), person('cem', announcePlaced)],
});

/** A consumer that was signalled may die with the signal. */
export const dying = scenario({
  ...base,
  name: 'static condition: a consumer may die',
  threads: [
    person('ann', consumeInTime, true),
    person('bob', consume),
    person('cem', produce),
    {
      name: 'recoverer',
      run(env: Env) {
        // One thing is produced, and two consume: the other one comes from here, unless the dead one left its own.
        if (env.untilDeath() !== undefined) {
          CompatibleMutex.recover(words(env, LOCK, 2), 1);
          CompatibleCondition.recover(words(env, CONDITION, 1));
        }
        CompatibleMutex.lock(words(env, LOCK, 2), 5);
        const isMissing = env.words[READY] === 0;
        CompatibleMutex.unlock(words(env, LOCK, 2), 5);
        if (isMissing) produce(env, 5);
      },
    },
  ],
});

export const dyingAnnouncer = scenario({
  ...base,
  name: 'placed condition: the announcer may die, and is followed by another',
  threads: [
    person('ann', consumePlaced),
    person('bob', announcePlaced, true),
    {
      name: 'recoverer',
      run(env: Env) {
        if (env.untilDeath() === undefined) return;
        const { mutex, condition } = placed(env, 5);
        mutex.recover(2);
        condition.recover(2);
        announcePlaced(env, 5);
      },
    },
  ],
});
