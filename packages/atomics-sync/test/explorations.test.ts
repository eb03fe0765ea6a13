/** Every primitive in every interleaving of small scenarios, with the death of an owner at each step. The soak explores what is cut here. */
import { expect, test } from 'vitest';
import { exploreFile, files } from './explorations.js';

test.each(files)('%s', { timeout: 60_000 }, async (name) => {
  const results = await exploreFile(name, { exhaustive: 300, random: 100 });
  expect(results.length).toBeGreaterThan(0);
});
