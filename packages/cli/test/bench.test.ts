/** `sharena bench`: it measures what it says, in a process of its own as a user runs it. Not whether anything is fast. */
import { parseResults } from '@sharena/measure';
import { expect, it } from 'vitest';
import { cli } from './helpers.ts';

const SHORT = ['bench', '--quick', '--rounds', '1', '--threads', '2'];

it('answers results that other tools compare', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await cli('/', ...SHORT, '--json');
  expect([code, stderr]).toEqual([0, '']);
  const { measurements, distributions, machine } = parseResults(stdout);
  expect(machine.cores).toBeGreaterThan(0);
  expect(new Set(measurements.map(({ group }) => group)).size).toBe(4);
  for (const { name, samples } of measurements) {
    expect(samples, name).toHaveLength(1);
    expect(samples[0], name).toBeGreaterThan(0);
  }
  expect(measurements.filter(({ threads }) => threads === 2)).toHaveLength(2);
  expect(distributions.map(({ threads }) => threads)).toEqual([1, 2]);
  for (const { latency } of distributions) expect(latency.p50).toBeLessThanOrEqual(latency.max);
});

it.each<[string[], string]>([
  [['--threads', '0'], '--threads should be a whole number from 1 to 64, got "0"'],
  [['--rounds', 'x'], '--rounds should be a whole number from 1 to 1000, got "x"'],
  [['photos'], 'too many arguments'],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await cli('/', 'bench', ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
