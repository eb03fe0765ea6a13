/** A short version of what `npm run soak` does for longer. */
import { expect, test } from 'vitest';
import { soak } from '../soak/soak.mjs';

test('four threads that share images and are terminated at random: nothing is lost', { timeout: 60_000 }, async () => {
  const { deaths, live, left, lostBlocks, allocatedBlocks, freedBlocks, blocksCached, reusedBlocks } = await soak({
    rounds: 120_000,
    threads: 4,
    every: 20,
  });
  expect(deaths).toBeGreaterThan(3);
  expect(live).toBe(0);
  expect(allocatedBlocks).toBe(freedBlocks + blocksCached);
  expect(reusedBlocks).toBeGreaterThan(0);
  // A slab's block in the hands of a thread that died may be lost, and keeps its slab. Beside that: the store, records, cells.
  expect(left).toBeLessThanOrEqual(4 * 65536);
  expect(lostBlocks).toBeLessThanOrEqual(deaths);
});
