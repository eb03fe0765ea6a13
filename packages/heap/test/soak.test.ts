/** Short versions of what `npm run soak` does for longer. */
import { expect, test } from 'vitest';
import { rounds } from '../soak/rounds.mjs';
import { soak } from '../soak/soak.mjs';

test('eight threads, terminated at random: nothing is lost but what was in their hands', {
  timeout: 60_000,
}, async () => {
  const { deaths, lost, stats } = await soak({ operations: 6_000_000, every: 20, leastDeaths: 4 });
  expect(deaths).toBeGreaterThan(3);
  expect(stats.threads).toBe(1);
  expect(stats.abandonedSlots).toBeLessThanOrEqual(lost);
  expect(stats.objects.remoteFrees).toBeGreaterThan(100);
});

test('fifty rounds of threads that allocate, exchange and die: nothing grows but by what was lost', {
  timeout: 60_000,
}, async () => {
  const { last, lost, threads, abandonedSlots } = await rounds(50);
  expect(threads).toBe(1);
  expect(lost, 'of a hundred deaths').toBeLessThan(10);
  expect(abandonedSlots).toBeLessThanOrEqual(lost);
  expect(last, 'an arena and its vector for each').toBeLessThanOrEqual(lost * 5 * 65536);
});
