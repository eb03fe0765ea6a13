/** The README shows what is really there: its scenario is the example, its report is what the example prints. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { explore, loadScenarios, replay } from '../src/index.ts';

test('the scenario of the README and its failing run', { timeout: 30_000 }, async () => {
  const url = new URL('../examples/hand-over.scenario.ts', import.meta.url);
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain((await readFile(url, 'utf8')).trim());
  const file = await loadScenarios(url);
  const { failure } = explore(file.get('handOver'));
  expect(readme).toContain(failure!.report);
  expect(replay(file.get('handOver'), failure!.replay).failure?.report).toBe(failure!.report);
});

test('with the two stores swapped, every schedule passes', { timeout: 30_000 }, async () => {
  const url = new URL('../examples/hand-over.scenario.ts', import.meta.url);
  const text = await readFile(url, 'utf8');
  const [early, value] = ['Atomics.store(words, READY, 1);', 'words[VALUE] = 42;'] as const;
  const overrides = new Map([[url.pathname, text.replace(early, '@').replace(value, early).replace('@', value)]]);
  expect(explore((await loadScenarios(url, { overrides })).get('handOver'))).toMatchObject({ failure: null, complete: true });
});
