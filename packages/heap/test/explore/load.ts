/** How scenarios are found and explored by the tests. */
import {
  type ExploreOptions,
  explore,
  type LoadedScenario,
  loadScenarios,
  type ScenarioFile,
} from '@sharena/interleave';
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

/** Expects that no interleaving with two pre-emptions fails, as far as the time reaches, and none of many random ones. */
export async function expectSome(path: string, crashes: number): Promise<void> {
  const scenario = await load(path);
  for (const options of [
    { preemptions: 2, time: 1500 },
    { strategy: 'random' },
    { strategy: 'pct' },
    { strategy: 'urw' },
  ]) {
    const result = explore(scenario, { crashes, time: 300, maxSteps: MAX_STEPS, ...options } as ExploreOptions);
    expect(result.failure?.report).toBeUndefined();
  }
}
