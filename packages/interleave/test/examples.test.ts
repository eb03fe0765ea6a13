/** The examples: what is broken is shown broken within ten seconds, what is correct passes every schedule. */
import { afterAll, describe, expect, test } from 'vitest';
import { type ExploreOptions, explore, type LoadedScenario, loadScenarios } from '../src/index.ts';

const summaries: string[] = [];
afterAll(() => console.log(summaries.join('\n')));

async function load(path: string): Promise<LoadedScenario> {
  const [file, name] = path.split('#') as [string, string];
  return (await loadScenarios(new URL(`../examples/${file}.scenario.ts`, import.meta.url))).get(name);
}

const broken: readonly [string, string, ExploreOptions][] = [
  ['conditions#constantWord', 'deadlock', {}],
  ['barrier#constantBarrier', 'deadlock', {}],
  ['semaphores#edgeTriggered', 'lost wake-up', {}],
  ['spin-locks#checkedLock', 'oracle', {}],
  ['spin-locks#spinLock', 'livelock', { crashes: 1 }],
  ['spin-locks#waitLock', 'deadlock', { crashes: 1 }],
];

describe('broken, by every strategy, within ten seconds', () => {
  const strategies = ['exhaustive', 'random', 'pct', 'urw'] as const;
  test.each(broken)('%s: %s', { timeout: 60_000 }, async (path, kind, options) => {
    const scenario = await load(path);
    for (const strategy of strategies) {
      const result = explore(scenario, { ...options, strategy, time: 10_000 });
      summaries.push(result.summary);
      expect(result.failure, strategy).not.toBeNull();
      if (strategy === 'exhaustive') expect(['lost wake-up', kind]).toContain(result.failure?.kind);
      expect(result.milliseconds).toBeLessThan(10_000);
      expect(result.failure?.report).toContain('replay  1:');
    }
  });
});

/** With the numbers of their states, as a search counted them that takes every choice of every state. */
const correct: readonly [string, number, ExploreOptions][] = [
  ['futex-mutex#threeLockers', 7211, {}],
  ['futex-mutex#twoRounds', 6490, {}],
  ['conditions#countingWord', 203, {}],
  ['conditions#broadcast', 15221, {}],
  ['semaphores#levelTriggered', 1107, {}],
  ['barrier#countingBarrier', 7537, {}],
  ['spin-locks#waitLock', 90, {}],
  ['spin-locks#spinLock', 28, {}],
  ['mpsc-list#pushAndTake', 16098, {}],
  ['robust-lock#dyingOwner', 3862, { crashes: 2 }],
  ['robust-lock#dyingRecoverer', 75792, { crashes: 2 }],
  ['robust-lock#threeOwners', 205677, {}],
];

describe('correct, in every schedule', () => {
  test.each(correct)('%s: %i states', { timeout: 90_000 }, async (path, states, options) => {
    const result = explore(await load(path), { ...options, time: 60_000 });
    summaries.push(result.summary);
    expect(result.failure?.report).toBeUndefined();
    expect(result.complete).toBe(true);
    expect(result.states).toBe(states);
  });

  test('and at random', { timeout: 60_000 }, async () => {
    for (const [path, , options] of correct) {
      for (const strategy of ['random', 'pct', 'urw'] as const) {
        const result = explore(await load(path), { ...options, strategy, runs: 200 });
        expect(result.failure?.report, path).toBeUndefined();
      }
    }
  });
});
