/** Slabs and the deaths of their owners, explored on the production sources. The scenarios are in explore/; wrong versions of the
 * code are tried on them by recovery.mutants.ts. */
import { type ExploreOptions, explore, type LoadedScenario, loadScenarios } from '@sharena/interleave';
import { describe, expect, test } from 'vitest';

/** Who gives an arena back writes the headers of all its pools. */
const MAX_STEPS = 10_000;

const at = (name: string): URL => new URL(`./explore/${name}.scenario.ts`, import.meta.url);

async function load(path: string): Promise<LoadedScenario> {
  const [file, name] = path.split('#') as [string, string];
  return (await loadScenarios(at(file))).get(name);
}

describe('every interleaving and every death', () => {
  test.each<[string, number]>([
    ['slabs#fullSlab', 0],
    ['slabs#emptyingSlab', 0],
    ['slabs#emptiedByOthers', 0],
    ['slabs#dyingClaim', 1],
    ['slabs#dyingRelease', 1],
    ['slabs#adoption', 0],
    ['slabs#dyingAdopter', 1],
  ])('%s', { timeout: 120_000 }, async (path, crashes) => {
    const result = explore(await load(path), { crashes, time: 100_000, maxSteps: MAX_STEPS });
    expect(result.failure?.report).toBeUndefined();
    expect(result.complete).toBe(true);
  });
});

describe('too many for all of them: those with two pre-emptions, and others at random', () => {
  test.each<[string, number]>([
    ['slabs#dyingCollection', 1],
    ['slabs#dyingFreer', 1],
    ['slabs#adoptionOfLast', 0],
  ])('%s', { timeout: 60_000 }, async (path, crashes) => {
    const scenario = await load(path);
    for (const options of [
      { preemptions: 2, time: 1000 },
      { strategy: 'random' },
      { strategy: 'pct' },
      { strategy: 'urw' },
    ]) {
      const result = explore(scenario, { crashes, time: 300, maxSteps: MAX_STEPS, ...options } as ExploreOptions);
      expect(result.failure?.report).toBeUndefined();
    }
  });
});
