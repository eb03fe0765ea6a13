/** What threads do to the references of one image, explored: every interleaving, on the production sources. */
import { checkMutants, type ExploreOptions, explore, loadScenarios, type Mutant } from '@sharena/interleave';
import { expect, test } from 'vitest';

const scenarios = new URL('./explore/records.scenario.ts', import.meta.url);
const file = new URL('../src/records.ts', import.meta.url);

test.each<[string, ExploreOptions]>([
  ['lastRelease', {}],
  ['reuse', {}],
  ['dyingVisitor', { crashes: 1 }],
])('%s', { timeout: 60_000 }, async (name, options) => {
  const result = explore((await loadScenarios(scenarios)).get(name), { ...options, time: 50_000 });
  expect(result.failure?.report).toBeUndefined();
  expect(result.complete).toBe(true);
});

/** Wrong versions of the code, each a single slip. All must be found. */
const mutants: readonly Mutant[] = [
  {
    name: 'a reference is added without comparing',
    file,
    edit: { casToStore: 'Atomics.compareExchange(words, record + R_CONTROL, seen, seen + 1)' },
  },
  {
    name: 'a reference is dropped without comparing',
    file,
    edit: { casToStore: 'Atomics.compareExchange(words, record + R_CONTROL, seen, next) === seen' },
  },
  {
    name: 'a handle is good for any generation',
    file,
    edit: {
      replace: 'if (stateOf(word) === LIVE && generationOf(word) === generation) return word;',
      by: 'if (stateOf(word) === LIVE) return word;',
    },
  },
  {
    name: 'an image that is going can be opened',
    file,
    edit: {
      replace: 'if (stateOf(word) === LIVE && generationOf(word) === generation) return word;',
      by: 'if (stateOf(word) !== FREE && generationOf(word) === generation) return word;',
    },
  },
  {
    name: 'the last reference does not make the record busy',
    file,
    edit: { replace: 'const last = (seen & COUNT_MASK) === 1;', by: 'const last = (seen & COUNT_MASK) === 0;' },
  },
  {
    name: 'the record is free before its blocks went back',
    file,
    edit: {
      replace: 'const next = last ? control(generation, BUSY, this.#heap.slot) : seen - 1;',
      by: 'const next = last ? control(generation, FREE, 0) : seen - 1;',
    },
  },
];

test('every wrong version of the code is found', { timeout: 120_000 }, async () => {
  const report = await checkMutants({ mutants, trials: [{ scenarios, options: { crashes: 1, time: 20_000 } }] });
  expect(report.unexplained, report.text).toEqual([]);
  expect(report.refuted, report.text).toEqual([]);
});
