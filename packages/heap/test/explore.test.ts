/**
 * What threads do to spans and to each other's blocks, explored: every interleaving within the bounds that a test names,
 * on the production sources. The scenarios are in explore/.
 */
import { checkMutants, type ExploreOptions, explore, type LoadedScenario, loadScenarios } from '@sharena/interleave';
import { describe, expect, test } from 'vitest';
import { mutants } from './explore/mutants.ts';

const at = (name: string): URL => new URL(`./explore/${name}.scenario.ts`, import.meta.url);

async function load(path: string): Promise<LoadedScenario> {
  const [file, name] = path.split('#') as [string, string];
  return (await loadScenarios(at(file))).get(name);
}

describe('every interleaving', () => {
  test.each<[string, ExploreOptions]>([
    ['spans#twoClaims', {}],
    ['spans#doubleRelease', {}],
    ['spans#dyingClaim', { crashes: 1 }],
    ['remote-free#fullPool', {}],
    ['remote-free#twoFreers', {}],
    ['remote-free#parkedPool', {}],
    ['remote-free#emptyingPool', {}],
    ['remote-free#dyingFreer', { crashes: 1 }],
    ['debug#doubleFree', {}],
    ['debug#dyingFree', { crashes: 1 }],
    ['debug#sameSite', {}],
  ])('%s', { timeout: 120_000 }, async (path, options) => {
    const result = explore(await load(path), { ...options, time: 100_000 });
    expect(result.failure?.report).toBeUndefined();
    expect(result.complete).toBe(true);
  });
});

describe('too many interleavings for all of them', () => {
  test('spans#threeClaims: those with two pre-emptions, and others at random', { timeout: 60_000 }, async () => {
    const scenario = await load('spans#threeClaims');
    const bounded = explore(scenario, { preemptions: 2, time: 40_000 });
    expect(bounded.failure?.report).toBeUndefined();
    expect(bounded.states).toBeGreaterThan(10_000);
    for (const strategy of ['random', 'pct', 'urw'] as const) {
      expect(explore(scenario, { strategy, runs: 2000, time: 10_000 }).failure?.report).toBeUndefined();
    }
  });
});

test('every wrong version of the code is found', { timeout: 120_000 }, async () => {
  const report = await checkMutants({
    mutants,
    trials: [
      { scenarios: at('spans'), only: ['twoClaims', 'doubleRelease'] },
      { scenarios: at('spans'), only: ['dyingClaim'], options: { crashes: 1 } },
      { scenarios: at('remote-free'), options: { time: 20_000 } },
      { scenarios: at('debug'), only: ['doubleFree', 'sameSite'] },
    ],
  });
  expect(report.unexplained, report.text).toEqual([]);
  expect(report.refuted, report.text).toEqual([]);
});
