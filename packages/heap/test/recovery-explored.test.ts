/** Deaths of threads, explored: at every step, on the production sources. The scenarios are in explore/. */
import { type ExploreOptions, explore, loadScenarios } from '@sharena/interleave';
import { describe, expect, test } from 'vitest';

const at = (name: string): URL => new URL(`./explore/${name}.scenario.ts`, import.meta.url);

describe('every interleaving and every death', () => {
  test.each<[string, ExploreOptions]>([
    ['firstArena', { crashes: 1 }],
    ['firstPool', { crashes: 1 }],
    ['lastBlock', { crashes: 1 }],
    ['emptyPool', { crashes: 1 }],
    ['collection', { crashes: 1 }],
    ['reuse', { crashes: 1 }],
    ['leaving', { crashes: 1 }],
    ['leavingEmpty', { crashes: 1 }],
  ])('death#%s', { timeout: 120_000 }, async (name, options) => {
    const result = explore((await loadScenarios(at('death'))).get(name), { ...options, time: 100_000 });
    console.log(result.summary);
    expect(result.failure?.report).toBeUndefined();
    expect(result.complete).toBe(true);
  });
});
