/** What threads do to the holders of one image and to the cache, explored: every interleaving, on the production sources. */
import { type ExploreOptions, explore, loadScenarios, type ScenarioFile } from '@sharena/interleave';
import { expect, test } from 'vitest';

/** Files that were loaded. */
const files = new Map<string, Promise<ScenarioFile>>();

function load(file: string): Promise<ScenarioFile> {
  const loading = files.get(file) ?? loadScenarios(new URL(`./explore/${file}.scenario.ts`, import.meta.url));
  files.set(file, loading);
  return loading;
}

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
  const result = explore((await load(file)).get(name), { ...options, time: 50_000 });
  expect(result.failure?.report).toBeUndefined();
  expect(result.complete).toBe(options.preemptions === undefined);
});
