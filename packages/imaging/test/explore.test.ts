/** What threads do to the holders of one image and to the cache, explored: every interleaving, on the production sources. */
import { type ExploreOptions, explore, loadScenarios } from '@sharena/interleave';
import { expect, test } from 'vitest';

const at = (file: string): URL => new URL(`./explore/${file}.scenario.ts`, import.meta.url);

test.each<[string, ExploreOptions]>([
  ['holders#lastRelease', { preemptions: 4 }],
  ['holders#revived', { preemptions: 3 }],
  ['holders#reuse', {}],
  ['holders#dyingVisitor', { crashes: 2 }],
  ['holders#dyingBetweenOthers', { crashes: 1, preemptions: 2 }],
  ['holders#handOver', {}],
  ['holders#dyingSender', { crashes: 1 }],
  ['holders#dyingReceiver', { crashes: 1 }],
  ['cache#oneBlock', {}],
  ['cache#twoCells', {}],
  ['cache#moving', {}],
  ['cache#lowering', {}],
  ['cache#clearing', {}],
  ['cache#dyingUser', { crashes: 2 }],
  ['cache#dyingMover', { crashes: 2 }],
  ['cache#dyingAllocator', { crashes: 2 }],
  ['cache#dyingAmongOthers', { crashes: 1 }],
  ['cache#dyingClearer', { crashes: 2 }],
])('%s', { timeout: 60_000 }, async (path, options) => {
  const [file, name] = path.split('#') as [string, string];
  const scenarios = await loadScenarios(at(file));
  const result = explore(scenarios.get(name), { ...options, time: 50_000 });
  expect(result.failure?.report).toBeUndefined();
  expect(result.complete).toBe(options.preemptions === undefined);
});
