/**
 * Pixel kernels against sharp and Pillow: the cases of cases.js, one process for all of them, which takes a sample of each case in every
 * round. `npm run bench:kernels` prints the same as a table.
 */

import { fileURLToPath } from 'node:url';
import { runProgram } from '@sharena/measure';

const program = fileURLToPath(new URL('./rounds.js', import.meta.url));

/** For a first look: one of each kind. */
const QUICK = [
  'resize RGB to 720x588, lanczos',
  'gaussian blur RGB, sigma 2, fast',
  'greyscale',
  'rotate90 RGB',
  'linear',
];

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function kernels(run) {
  const rounds = run.rounds(7, 5);
  const wanted = { quick: run.quick ? QUICK : [''], only: run.only ?? [''] };
  const { versions, samples } = await runProgram([process.execPath, program, String(rounds), JSON.stringify(wanted)], {
    deadline: 600_000,
  });
  Object.assign(run.versions, versions);
  if (!versions.Pillow) run.skip('Pillow: it is not installed');
  for (const [name, own] of Object.entries(samples)) {
    const cases = Object.entries(own).map(([who, times]) => {
      let round = 0;
      return { name: who, isControl: who !== 'sharena', run: () => ({ ms: times[round++] }) };
    });
    await run.group(name, cases, { rounds });
  }
}
