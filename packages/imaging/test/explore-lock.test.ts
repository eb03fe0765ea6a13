/** How an image gets its lock, explored: every interleaving, on the production source. */
import { checkMutants, explore, loadScenarios, type Mutant } from '@sharena/interleave';
import { expect, test } from 'vitest';

const scenarios = new URL('./explore/lock.scenario.ts', import.meta.url);
const file = new URL('../src/pixels/lock-word.ts', import.meta.url);

test.each([
  ['together', {}],
  ['dying', { crashes: 1 }],
])('%s', { timeout: 60_000 }, async (name, options) => {
  const result = explore((await loadScenarios(scenarios)).get(name), options);
  expect(result.failure?.report).toBeUndefined();
  expect(result.complete).toBe(true);
});

const mutants: readonly Mutant[] = [
  {
    name: 'the lock is set without comparing',
    file,
    edit: {
      replace: 'Atomics.compareExchange(words, record + R_LOCK, 0, made | 0)',
      by: 'Atomics.exchange(words, record + R_LOCK, made | 0)',
    },
  },
  { name: 'the loser keeps its block', file, edit: { drop: 'memory.free(made)' } },
  { name: 'the loser takes its own', file, edit: { replace: 'return found >>> 0', by: 'return made' } },
  { name: 'the winner gives its block back', file, edit: { drop: 'if (found === 0) return made' } },
];

test('every wrong version of it is found', { timeout: 60_000 }, async () => {
  const report = await checkMutants({ mutants, trials: [{ scenarios, options: { crashes: 1 } }] });
  expect(report.unexplained, report.text).toEqual([]);
  expect(report.refuted, report.text).toEqual([]);
});
