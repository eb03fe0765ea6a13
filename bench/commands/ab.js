/**
 * Two builds, by turns: this checkout and another one, A, B, A, B. What the machine does meanwhile meets both, so that less noise is
 * between them than between a run of today and one of last week. The other checkout must have been built.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from '@sharena/measure';
import { join } from '../run/merge.js';
import { readResults } from '../run/results-file.js';
import { printComparison } from './compare.js';

const here = fileURLToPath(new URL('../..', import.meta.url));

/** @returns {number} the exit code: 1 when this checkout is slower than the other */
export function alternateBuilds([other, ...suites], { times = 3, quick, only, rounds, threads, least }) {
  if (!other) throw new TypeError('ab: it needs the folder of another checkout');
  const main = (folder) => joinPath(resolve(folder), 'bench', 'main.js');
  if (!existsSync(main(other))) throw new TypeError(`ab: ${other} has no bench/main.js`);
  const settings = { only, rounds, threads: threads?.join(',') };
  const args = [...suites, ...(quick ? ['--quick'] : [])];
  for (const [name, value] of Object.entries(settings)) if (value !== undefined) args.push(`--${name}`, String(value));
  const folder = mkdtempSync(joinPath(tmpdir(), 'sharena-bench-ab-'));
  try {
    const results = { theirs: [], ours: [] };
    for (let turn = 0; turn < times; turn++) {
      for (const [who, checkout] of [
        ['theirs', other],
        ['ours', here],
      ]) {
        console.log(`turn ${turn + 1} of ${times}: ${resolve(checkout)}`);
        const out = joinPath(folder, `${who}-${turn}`);
        const { status } = spawnSync(process.execPath, [main(checkout), ...args, '--out', out], {
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        if (status !== 0) throw new Error(`the run of ${checkout} ended with ${status}`);
        results[who].push(readResults(joinPath(out, 'results.json')));
      }
    }
    return printComparison(compare(join(results.theirs), join(results.ours), { least }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
