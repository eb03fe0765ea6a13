/** Somebody who recovers the dead. */
import type { Env, LockWatch, ScenarioThread } from '@sharena/interleave';
import { numbers } from './people.ts';

/** Recovers each thread that dies. */
export function recoverer<T>(recover: (env: Env<T>, dead: number) => void, watch?: LockWatch): ScenarioThread<T> {
  // Returned, so that the loader need not know that no function that it could be is asynchronous.
  const give = (env: Env<T>, dead: number): void => recover(env, dead);
  return {
    name: 'recoverer',
    run(env) {
      for (let dead = env.untilDeath(); dead !== undefined; dead = env.untilDeath()) {
        watch?.recovers(env, dead);
        give(env, numbers[dead]!);
      }
    },
  };
}
