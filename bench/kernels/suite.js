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
  const rounds = run.rounds(11, 5);
  const names = await runProgram([process.execPath, program, 'names']);
  const wanted = names.filter((name) => run.wants(name) && (!run.quick || QUICK.some((part) => name.includes(part))));
  if (wanted.length === 0) return;
  const { versions, samples } = await runProgram([process.execPath, program, String(rounds), ...wanted], {
    deadline: 600_000,
  });
  Object.assign(run.versions, versions);
  if (!versions.Pillow) run.skip('Pillow: it is not installed');
  for (const name of wanted) {
    const cases = Object.entries(samples[name]).map(([who, times]) => {
      let round = 0;
      return { name: who, isControl: who !== 'sharena', run: () => ({ ms: times[round++] }) };
    });
    await run.group(name, cases, { rounds });
  }
}
