/** A short version of what `npm run soak` does for longer. */
import { expect, test } from 'vitest';
import { soak } from '../soak/soak.mjs';

test('every fault at once: each image is right or reported, and nothing is left', { timeout: 120_000 }, async () => {
  const totals = await soak({ rounds: 1, images: 26, timeout: 1000, every: 700 });
  expect(totals).toMatchObject({ rounds: 1 });
  expect(totals.deaths).toBeGreaterThan(0);
  expect(totals.right + totals.reported + totals.given_up).toBe(26);
  expect(totals.right).toBeGreaterThan(15);
});
