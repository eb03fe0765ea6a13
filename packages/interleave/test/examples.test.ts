/** The examples: what is broken is shown broken within ten seconds, what is correct passes every schedule. */
import { afterAll, describe, expect, test } from 'vitest';
import { explore, type ExploreOptions, loadScenarios, type LoadedScenario } from '../src/index.ts';

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

const correct: readonly [string, ExploreOptions][] = [
  ['futex-mutex#threeLockers', {}],
  ['futex-mutex#twoRounds', {}],
  ['conditions#countingWord', {}],
  ['conditions#broadcast', {}],
  ['semaphores#levelTriggered', {}],
  ['barrier#countingBarrier', {}],
  ['spin-locks#waitLock', {}],
  ['spin-locks#spinLock', {}],
  ['mpsc-list#pushAndTake', {}],
  ['robust-lock#dyingOwner', { crashes: 2 }],
  ['robust-lock#dyingRecoverer', { crashes: 2 }],
  ['robust-lock#threeOwners', {}],
];

describe('correct, in every schedule', () => {
  test.each(correct)('%s', { timeout: 90_000 }, async (path, options) => {
    const result = explore(await load(path), { ...options, time: 60_000 });
    summaries.push(result.summary);
    expect(result.failure?.report).toBeUndefined();
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(20);
  });

  test('and at random', { timeout: 60_000 }, async () => {
    for (const [path, options] of correct) {
      for (const strategy of ['random', 'pct', 'urw'] as const) {
        const result = explore(await load(path), { ...options, strategy, runs: 200 });
        expect(result.failure?.report, path).toBeUndefined();
      }
    }
  });
});
