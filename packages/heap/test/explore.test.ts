/**
 * What threads do to spans and to each other's blocks, explored: every interleaving within the bounds that a test names,
 * on the production sources. The scenarios are in explore/.
 */
import {
  checkMutants,
  type ExploreOptions,
  explore,
  type LoadedScenario,
  loadScenarios,
  type MutantTrial,
} from '@sharena/interleave';
import { describe, expect, test } from 'vitest';
import { mutants } from './explore/mutants.ts';

const at = (name: string): URL => new URL(`./explore/${name}.scenario.ts`, import.meta.url);

async function load(path: string): Promise<LoadedScenario> {
  const [file, name] = path.split('#') as [string, string];
  return (await loadScenarios(at(file))).get(name);
}

/** The scenarios of spans that every wrong version is tried on: all that are small, without deaths and with them. */
const SPANS = ['twoClaims', 'foreignRelease', 'doubleRelease', 'resizeAmongNeighbours', 'twoResizes', 'purging'];
const SPANS_DEATHS = ['dyingClaim', 'dyingGrowth', 'dyingArena'];

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
    const bounded = explore(scenario, { ...options, time: 5_000 });
    expect(bounded.failure?.report).toBeUndefined();
    expect(bounded.states).toBeGreaterThan(5_000);
    const random = explore(scenario, { crashes: options.crashes ?? 0, strategy: 'random', runs: 1000, time: 2_000 });
    expect(random.failure?.report).toBeUndefined();
  });
});

/** Which wrong versions are tried on which scenarios. */
const HUNTS: readonly { name: string; files: RegExp; trials: MutantTrial[] }[] = [
  {
    name: 'spans',
    files: /raw/,
    trials: [
      { scenarios: at('spans'), only: ['dyingNamed'], options: { crashes: 2 } },
      { scenarios: at('spans'), only: SPANS },
      { scenarios: at('spans'), only: SPANS_DEATHS, options: { crashes: 2 } },
      { scenarios: at('spans'), only: ['dyingNeighbour'], options: { crashes: 1 } },
    ],
  },
  {
    name: 'frees by other threads',
    files: /pools|object/,
    trials: [
      { scenarios: at('remote-free'), only: ['fullPool', 'parkedPool', 'emptyingPool'], options: { preemptions: 2 } },
      { scenarios: at('remote-free'), only: ['twoFreers'], options: { preemptions: 2 } },
    ],
  },
  { name: 'records', files: /freelist/, trials: [{ scenarios: at('records'), options: { crashes: 2 } }] },
  {
    name: 'debug hooks',
    files: /debug/,
    trials: [{ scenarios: at('debug'), only: ['doubleFree', 'sameSite'], options: { preemptions: 2 } }],
  },
];

test('every wrong version belongs to one hunt', () => {
  for (const { name, file } of mutants) {
    expect(
      HUNTS.filter(({ files }) => files.test(sourceFolder(file))),
      name,
    ).toHaveLength(1);
  }
});

test.each(HUNTS)('every wrong version of the code is found: $name', { timeout: 120_000 }, async ({ files, trials }) => {
  const report = await checkMutants({ mutants: mutants.filter(({ file }) => files.test(sourceFolder(file))), trials });
  expect(report.unexplained, report.text).toEqual([]);
  expect(report.refuted, report.text).toEqual([]);
});

/** The folder of `src/` that a file lies in. */
function sourceFolder(file: URL | string): string {
  return /src\/(\w+)\//.exec(`${file}`)?.[1] ?? '';
}
