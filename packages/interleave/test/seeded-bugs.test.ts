import { expect, test } from 'vitest';
import { checkMutants } from '../src/index.ts';
import { harmless, seededBugs, trials } from './seeded-bugs.ts';

test('every seeded bug is found', { timeout: 170_000 }, async () => {
  const report = await checkMutants({ mutants: seededBugs, trials });
  console.log(report.text);
  expect(report.unexplained).toEqual([]);
  expect(report.killed).toBe(20);
});

test('a survivor is an error, unless it comes with an argument; a killed mutant refutes its argument', { timeout: 60_000 }, async () => {
  const mutex = trials.slice(0, 1);
  const bare = await checkMutants({ mutants: [harmless], trials: mutex });
  expect(bare.unexplained).toEqual([harmless.name]);
  const argued = await checkMutants({ mutants: [{ ...harmless, argument: 'it is a spin lock then' }], trials: mutex });
  expect(argued.unexplained).toEqual([]);
  expect(argued.text).toContain('SURVIVES');
  const refuted = await checkMutants({ mutants: [{ ...seededBugs[0]!, argument: 'wrong' }], trials: mutex });
  expect(refuted.refuted).toEqual([seededBugs[0]!.name]);
});

test('a place that is not there, or there twice, is an error', async () => {
  const check = (replace: string): Promise<unknown> => checkMutants({ mutants: [{ ...harmless, edit: { replace, by: '' } }], trials: trials.slice(0, 1) });
  await expect(check('no such text')).rejects.toMatchObject({ code: 'ERR_SHARENA_MUTANT' });
  await expect(check('Atomics.')).rejects.toMatchObject({ code: 'ERR_SHARENA_MUTANT' });
});
