/**
 * What threads do to spans and to each other's blocks, explored: every interleaving within the bounds that a test names,
 * on the production sources. The scenarios are in explore/.
 */
import { type ExploreOptions, explore } from '@sharena/interleave';
import { describe, expect, test } from 'vitest';
import { hunt, SHORT_HUNTS } from './explore/hunts.ts';
import { load } from './explore/load.ts';

describe('every interleaving', () => {
  test.each<[string, ExploreOptions]>([
    ['spans#twoClaims', {}],
    ['spans#foreignRelease', {}],
    ['spans#doubleRelease', {}],
    ['spans#resizeAmongNeighbours', {}],
    ['spans#twoResizes', {}],
    ['spans#purging', {}],
    ['spans#purgingRelease', {}],
    ['spans#dyingClaim', { crashes: 2 }],
    ['spans#dyingNeighbour', { crashes: 1 }],
    ['spans#dyingGrowth', { crashes: 2 }],
    ['spans#dyingGrowthAmongNeighbours', { crashes: 1 }],
    ['spans#dyingPurge', { crashes: 1 }],
    ['spans#dyingArena', { crashes: 2 }],
    ['spans#dyingNamed', { crashes: 2 }],
    ['remote-free#fullPool', {}],
    ['remote-free#parkedPool', {}],
    ['remote-free#emptyingPool', {}],
    ['remote-free#dyingFreer', { crashes: 1 }],
    ['records#lastRelease', {}],
    ['records#releasedTooOften', {}],
    ['records#dyingList', { crashes: 2 }],
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

  test.each<[string, ExploreOptions]>([
    ['remote-free#twoFreers', { preemptions: 2 }],
    ['debug#doubleFree', { preemptions: 3 }],
    ['debug#dyingFree', { crashes: 1, preemptions: 2 }],
  ])('%s: those with few pre-emptions, and others at random', { timeout: 60_000 }, async (path, options) => {
    const scenario = await load(path);
    const bounded = explore(scenario, { ...options, states: 50_000, time: 40_000 });
    expect(bounded.failure?.report).toBeUndefined();
    expect(bounded.states).toBe(50_000);
    const random = explore(scenario, { crashes: options.crashes ?? 0, strategy: 'random', runs: 600, time: 40_000 });
    expect(random.failure?.report).toBeUndefined();
    expect(random.schedules).toBe(600);
  });
});

test.each(SHORT_HUNTS)('every wrong version of the code is found: $name', { timeout: 120_000 }, hunt);
