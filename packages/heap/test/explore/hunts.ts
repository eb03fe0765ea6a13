/**
 * Which wrong versions are tried on which scenarios. The short hunts belong to every `npm test` (threads-explored.test.ts), the long
 * ones to `npm run mutants` (explore.mutants.ts).
 */
import { checkMutants, type Mutant, type MutantTrial } from '@sharena/interleave';
import { expect } from 'vitest';
import { mutants } from './mutants.ts';

const at = (name: string): URL => new URL(`./${name}.scenario.ts`, import.meta.url);

/** The scenarios of spans that every wrong version is tried on: all that are small, without deaths and with them. */
const SPANS = ['twoClaims', 'foreignRelease', 'doubleRelease', 'resizeAmongNeighbours', 'twoResizes', 'purging'];
const SPANS_DEATHS = ['dyingClaim', 'dyingGrowth', 'dyingArena'];

/** Wrong versions of some folders of `src/`, and the scenarios that find them. */
interface Hunt {
  readonly name: string;
  readonly folders: readonly string[];
  readonly trials: readonly MutantTrial[];
}

/** Those that take seconds. */
export const SHORT_HUNTS: readonly Hunt[] = [
  { name: 'records', folders: ['freelist'], trials: [{ scenarios: at('records'), options: { crashes: 2 } }] },
];

/** Those that take minutes. */
export const LONG_HUNTS: readonly Hunt[] = [
  {
    name: 'debug hooks',
    folders: ['debug'],
    trials: [{ scenarios: at('debug'), only: ['doubleFree', 'sameSite'], options: { preemptions: 2 } }],
  },
  {
    name: 'spans',
    folders: ['raw'],
    trials: [
      { scenarios: at('spans'), only: ['dyingNamed'], options: { crashes: 2 } },
      { scenarios: at('spans'), only: SPANS },
      { scenarios: at('spans'), only: SPANS_DEATHS, options: { crashes: 2 } },
      { scenarios: at('spans'), only: ['dyingNeighbour'], options: { crashes: 1 } },
    ],
  },
  {
    name: 'frees by other threads',
    folders: ['pools', 'object'],
    trials: [
      { scenarios: at('remote-free'), only: ['fullPool', 'parkedPool', 'emptyingPool'] },
      { scenarios: at('remote-free'), only: ['twoFreers'], options: { preemptions: 2 } },
    ],
  },
];

/** Expects that every wrong version of a hunt is found. */
export async function hunt({ folders, trials }: Hunt): Promise<void> {
  const report = await checkMutants({ mutants: mutantsOf(folders), trials });
  expect(report.unexplained, report.text).toEqual([]);
  expect(report.refuted, report.text).toEqual([]);
}

function mutantsOf(folders: readonly string[]): Mutant[] {
  const found = mutants.filter(({ file }) => folders.includes(sourceFolder(file)));
  expect(found.length).toBeGreaterThan(0);
  return found;
}

/** The folder of `src/` that a file lies in. */
function sourceFolder(file: URL | string): string {
  return /src\/(\w+)\//.exec(`${file}`)?.[1] ?? '';
}
