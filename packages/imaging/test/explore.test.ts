/** What threads do to the holders of one image and to the cache, explored: every interleaving, on the production sources. */
import {
  checkMutants,
  type ExploreOptions,
  explore,
  loadScenarios,
  type Mutant,
  type MutantTrial,
} from '@sharena/interleave';
import { expect, test } from 'vitest';
import { cacheMutants, holderMutants } from './explore/mutants.ts';

const at = (file: string): URL => new URL(`./explore/${file}.scenario.ts`, import.meta.url);

test.each<[string, ExploreOptions]>([
  ['holders#lastRelease', { preemptions: 4 }],
  ['holders#revived', { preemptions: 3 }],
  ['holders#reuse', {}],
  ['holders#dyingVisitor', { crashes: 2 }],
  ['holders#dyingBetweenOthers', { crashes: 1, preemptions: 2 }],
  ['holders#handOver', {}],
  ['holders#dyingSender', { crashes: 1 }],
  ['holders#dyingReceiver', { crashes: 1 }],
  ['cache#oneBlock', {}],
  ['cache#twoCells', {}],
  ['cache#moving', {}],
  ['cache#lowering', {}],
  ['cache#clearing', {}],
  ['cache#dyingUser', { crashes: 2 }],
  ['cache#dyingMover', { crashes: 2 }],
  ['cache#dyingAllocator', { crashes: 2 }],
  ['cache#dyingAmongOthers', { crashes: 1 }],
  ['cache#dyingClearer', { crashes: 2 }],
])('%s', { timeout: 60_000 }, async (path, options) => {
  const [file, name] = path.split('#') as [string, string];
  const scenarios = await loadScenarios(at(file));
  const result = explore(scenarios.get(name), { ...options, time: 50_000 });
  expect(result.failure?.report).toBeUndefined();
  expect(result.complete).toBe(options.preemptions === undefined);
});

/** One trial each: a wrong version is loaded once for each trial, and loading takes longer than most explorations. */
const HUNTS: readonly { name: string; mutants: readonly Mutant[]; trials: MutantTrial[] }[] = [
  {
    name: 'holders',
    mutants: holderMutants,
    trials: [
      { scenarios: at('holders'), only: ['reuse', 'handOver', 'dyingVisitor'], options: { crashes: 2, time: 20_000 } },
    ],
  },
  {
    name: 'cache',
    mutants: cacheMutants,
    trials: [
      {
        scenarios: at('cache'),
        only: ['oneBlock', 'lowering', 'dyingUser', 'dyingMover', 'dyingAllocator', 'dyingClearer'],
        options: { crashes: 2, time: 20_000 },
      },
    ],
  },
];

test.each(HUNTS)(
  'every wrong version of the code is found: $name',
  { timeout: 120_000 },
  async ({ mutants, trials }) => {
    const report = await checkMutants({ mutants, trials });
    expect(report.unexplained, report.text).toEqual([]);
    expect(report.refuted, report.text).toEqual([]);
  },
);
