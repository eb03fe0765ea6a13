/** The README shows what is really there: its scenario is the example, its report is what the example prints. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { explore, loadScenarios, replay } from '../src/index.ts';
import { applyEdit } from '../src/mutants/edit.ts';

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
  const path = fileURLToPath(url);
  const swapped = applyEdit(path, await readFile(path, 'utf8'), { swap: ['Atomics.store(', 'words[VALUE] = 42'] });
  const overrides = new Map([[path, swapped]]);
  expect(explore((await loadScenarios(url, { overrides })).get('handOver'))).toMatchObject({ failure: null, complete: true });
});
