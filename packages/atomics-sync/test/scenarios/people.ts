/** What the scenarios have in common: who is who. */
import type { Env, ScenarioThread } from '@sharena/interleave';

/** Owners by name. */
export const numbers: Readonly<Record<string, number>> = Object.freeze({
  ann: 1,
  bob: 2,
  cem: 3,
  dan: 4,
  recoverer: 5,
});

/** A thread by its name. */
export function person<T>(
  name: string,
  run: (env: Env<T>, owner: number) => unknown,
  mortal: boolean = false,
): ScenarioThread<T> {
  return { name, mortal, run: (env) => run(env, numbers[name]!) };
}
