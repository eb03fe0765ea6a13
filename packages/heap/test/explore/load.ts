/** How scenarios are found and explored by the tests. */
import { explore, type LoadedScenario, loadScenarios, type ScenarioFile } from '@sharena/interleave';
import { expect } from 'vitest';

/** Who gives an arena back writes the headers of all its pools. */
const MAX_STEPS = 10_000;

/** Files that were loaded: that takes longer than to explore one of their small scenarios. */
const files = new Map<string, Promise<ScenarioFile>>();

/** The scenario `name` of a path `file#name`. */
export async function load(path: string): Promise<LoadedScenario> {
  const [file, name] = path.split('#') as [string, string];
  const loading = files.get(file) ?? loadScenarios(new URL(`./${file}.scenario.ts`, import.meta.url));
  files.set(file, loading);
  return (await loading).get(name);
}

/** Expects that every interleaving passes, with so many deaths at every step. */
export async function expectAll(path: string, crashes: number): Promise<void> {
  const result = explore(await load(path), { crashes, time: 100_000, maxSteps: MAX_STEPS });
  expect(result.failure?.report).toBeUndefined();
  expect(result.complete).toBe(true);
}

/** How many states with two pre-emptions, and how many random runs of each kind, are enough for every `npm test`. */
const STATES = 10_000;
const RUNS = 40;
/** Milliseconds after which an exploration is given up, and the test fails. */
const DEADLINE = 40_000;

/** Expects that no interleaving with two pre-emptions fails, as far as so many states reach, and none of many random ones. */
export async function expectSome(path: string, crashes: number): Promise<void> {
  const scenario = await load(path);
  const limits = { crashes, time: DEADLINE, maxSteps: MAX_STEPS };
  const bounded = explore(scenario, { ...limits, preemptions: 2, states: STATES });
  expect(bounded.failure?.report).toBeUndefined();
  expect(bounded.states).toBe(STATES);
  for (const strategy of ['random', 'pct', 'urw'] as const) {
    const random = explore(scenario, { ...limits, strategy, runs: RUNS });
    expect(random.failure?.report).toBeUndefined();
    expect(random.schedules).toBe(RUNS);
  }
}
