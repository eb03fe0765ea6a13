/** Wrong versions of the sources, each of which some exploration must find. A mutant that survives says that a scenario is missing. */
import { checkMutants } from '@sharena/interleave';
import { expect, test } from 'vitest';
import { crashesOf, load, scenariosOf } from './explorations.js';
import { mutants } from './mutants.js';

test.each(Object.entries(mutants))('of %s', { timeout: 80_000 }, async (_, group) => {
  for (const { seenBy, ...mutant } of group.mutants) {
    const trials = (seenBy === undefined ? group.only : [seenBy]).map((only) => ({
      scenarios: scenariosOf(group.scenarios),
      only: [only],
      options: { crashes: crashesOf(only), time: 15_000, shrink: false, ...group.options },
    }));
    const report = await checkMutants({ mutants: [mutant], trials, load });
    expect(report.unexplained, report.text).toEqual([]);
    expect(report.killed).toBe(1);
  }
});
