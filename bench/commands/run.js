/** Runs suites, and writes what they measured: results.json, report.md and report.html in one folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useNode } from '../run/program.js';
import { reasonOf, SuiteRun } from '../run/suite-run.js';

/** The suites, in the order in which they run. */
const SUITES = ['atomics', 'sync', 'alloc', 'images', 'memory', 'pipelines', 'kernels'];

/**
 * @param {string[]} wanted suites; none means all
 * @param {{ quick: boolean, threads?: number[], rounds?: number, only?: string, node?: string, out?: string }} options
 * @returns {Promise<number>} the exit code
 */
export async function runSuites(wanted, { out, node, ...options }) {
  const names = wanted.length > 0 ? wanted : SUITES;
  const unknown = names.filter((name) => !SUITES.includes(name));
  if (unknown.length > 0)
    throw new TypeError(`suite: there is no ${unknown.join(', ')}; there are ${SUITES.join(', ')}`);
  if (node) useNode(node.split(' '));
  if (options.quick) process.env.SHARENA_BENCH_QUICK = '1'; // programs look at it
  const run = new SuiteRun(options);
  const { cpu, cores, versions, load } = run.results().machine;
  console.log(
    `${cores} x ${cpu}, Node ${versions.node}, load ${load.toFixed(2)}; median (lowest to highest) of the rounds`,
  );
  let failed = false;
  for (const name of names) {
    const { [name]: suite } = await import(`../${name}/suite.js`);
    try {
      await run.suite(name, suite);
    } catch (error) {
      // What the others measured in half an hour is not lost for it.
      failed = true;
      run.skip(`the rest of ${name}: ${reasonOf(error)}`);
    }
  }
  const results = run.results();
  if (results.measurements.length === 0 && !failed)
    throw new TypeError(`--only: no group has ${options.only} in its name`);
  const folder = resolve(out ?? join(fileURLToPath(new URL('../out', import.meta.url)), stamp(results.machine.date)));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results)}\n`);
  const { writeReports } = await import('./report.js');
  writeReports(results, folder);
  console.log(`\n${results.seconds.toFixed(0)} s. Results and report: ${folder}`);
  return failed ? 1 : 0;
}

function stamp(date) {
  return date.slice(0, 19).replaceAll(':', '-');
}
