/** Wrong versions of the sources, each of which some exploration must find: `npm run mutants`. One that survives says that a scenario is missing. */
import { expect, test } from 'vitest';
import { judge, mutants } from './mutants.js';

test.each(Object.entries(mutants))('of %s', { timeout: 300_000 }, async (_, group) => {
  expect(await judge(group)).toEqual([]);
});
