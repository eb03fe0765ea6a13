/** Wrong versions of the holders of images and of the cache, each tried on scenarios that must find it: `npm run mutants`. */
import { checkMutants, type Mutant, type MutantTrial } from '@sharena/interleave';
import { expect, test } from 'vitest';
import { cacheMutants, holderMutants } from './explore/mutants.ts';

const at = (file: string): URL => new URL(`./explore/${file}.scenario.ts`, import.meta.url);

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
  { timeout: 400_000 },
  async ({ mutants, trials }) => {
    const report = await checkMutants({ mutants, trials });
    expect(report.unexplained, report.text).toEqual([]);
    expect(report.refuted, report.text).toEqual([]);
  },
);
