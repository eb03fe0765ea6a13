/** Wrong versions of the sources, each of which some exploration must find. A mutant that survives says that a scenario is missing. */
import { expect, test } from 'vitest';
import { judge, mutants } from './mutants.js';

const short = Object.entries(mutants).filter(([, group]) => group.isLong !== true);

test.each(short)('of %s', { timeout: 80_000 }, async (_, group) => {
  expect(await judge(group)).toEqual([]);
});
