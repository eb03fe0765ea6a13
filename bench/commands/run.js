/** Runs suites, and writes what they measured: results.json, report.md and report.html in one folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alloc } from '../alloc/suite.js';
import { atomics } from '../atomics/suite.js';
import { images } from '../images/suite.js';
import { kernels } from '../kernels/suite.js';
import { memory } from '../memory/suite.js';
import { pipelines } from '../pipelines/suite.js';
import { useNode } from '../run/program.js';
import { SuiteRun } from '../run/suite-run.js';
import { sync } from '../sync/suite.js';
import { writeReports } from './report.js';

export const SUITES = { atomics, sync, alloc, images, memory, pipelines, kernels };

/**
 * @param {string[]} names
 * @param {{ quick: boolean, threads?: number[], rounds?: number, only?: string, node?: string, out?: string }} options
 * @returns {Promise<number>} the exit code
 */
export async function runSuites(names, { out, node, ...options }) {
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0)
    throw new TypeError(`suite: there is no ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}`);
  if (node) useNode(node.split(' '));
  if (options.quick) process.env.SHARENA_BENCH_QUICK = '1'; // programs look at it
  const run = new SuiteRun(options);
  const { cpu, cores, versions, load } = run.results().machine;
  console.log(
    `${cores} x ${cpu}, Node ${versions.node}, load ${load.toFixed(2)}; median (lowest to highest) of the rounds`,
  );
  for (const name of names) await run.suite(name, SUITES[name]);
  const results = run.results();
  if (results.measurements.length === 0) throw new TypeError(`--only: no group has ${options.only} in its name`);
  const folder = resolve(out ?? join(fileURLToPath(new URL('../out', import.meta.url)), stamp(results.machine.date)));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results)}\n`);
  writeReports(results, folder);
  console.log(`\n${results.seconds.toFixed(0)} s. Results and report: ${folder}`);
  return 0;
}

function stamp(date) {
  return date.slice(0, 19).replaceAll(':', '-');
}
