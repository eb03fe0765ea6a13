/**
 * Pixel kernels against sharp and Pillow: the cases of cases.js, in every round one process for all of them. Rounds within a process are
 * alike, and two processes of one build were not: `linear I;16` took 3.6 ms in all rounds of one, and 5 in those of another.
 * `npm run bench:kernels` prints the same as a table, from one process.
 */

import { fileURLToPath } from 'node:url';
import { runProgram } from '@sharena/measure';

const program = fileURLToPath(new URL('./round.js', import.meta.url));

/** For a first look: one of each kind. */
const QUICK = ['resize RGB to 720x588, lanczos', 'gaussian blur RGB, sigma 2, fast', 'greyscale', 'linear RGB'];

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function kernels(run) {
  const rounds = run.rounds(5);
  const wanted = JSON.stringify({ quick: run.quick ? QUICK : [''], only: run.only ?? [''] });
  const answers = [];
  for (let round = 0; round < rounds; round++) {
    answers.push(await runProgram([process.execPath, program, wanted], { deadline: 600_000 }));
  }
  const [{ versions, samples }] = answers;
  Object.assign(run.versions, versions);
  if (!versions.Pillow) run.skip('Pillow: it is not installed');
  for (const [name, own] of Object.entries(samples)) {
    const cases = Object.keys(own).map((who) => {
      let round = 0;
      return { name: who, isControl: who !== 'sharena', run: () => ({ ms: answers[round++].samples[name][who] }) };
    });
    await run.group(name, cases, { rounds });
  }
}
