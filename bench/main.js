/**
 * The benchmarks.
 *
 *   npm run bench -- [suite…] [--quick] [--threads 1,2,4] [--rounds n] [--only text,text] [--node command] [--out folder]
 *   npm run bench -- report results.json… [--out folder]      several results as one report
 *   npm run bench -- compare old.json new.json [--least 0.05]  what became slower; ends with 1 when something did
 *   npm run bench -- ab folder [suite…] [--times 3] [--only text]  this checkout and another one, by turns, compared
 *   npm run bench -- publish [results.json…] [--times 2]       all suites twice, or those results, as what docs/ says of them
 *
 * README.md says what the suites measure and how.
 */
import { parseArgs } from 'node:util';

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  threads: { type: 'string' },
  rounds: { type: 'string' },
  only: { type: 'string' },
  node: { type: 'string' },
  out: { type: 'string' },
  least: { type: 'string', default: '0.05' },
  times: { type: 'string' },
};

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  process.exitCode = await command(positionals, checked(values));
} catch (error) {
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}

/** @returns {Promise<number>} the exit code */
async function command([first, ...rest], options) {
  // Each command loads what it needs: the library of the plots alone takes longer than a comparison.
  if (first === 'compare') return (await import('./commands/compare.js')).compareFiles(rest, options.least);
  if (first === 'report') return (await import('./commands/report.js')).writeReport(rest, options.out);
  if (first === 'publish') return (await import('./commands/publish.js')).publish(rest, options);
  if (first === 'ab') return (await import('./commands/ab.js')).alternateBuilds(rest, options);
  const { runSuites } = await import('./commands/run.js');
  return runSuites(first === undefined ? [] : [first, ...rest], options);
}

function checked({ threads, rounds, times, least, ...values }) {
  return {
    ...values,
    threads: threads?.split(',').map((text) => whole('threads', text, 64)),
    rounds: rounds === undefined ? undefined : whole('rounds', rounds, 1000),
    times: times === undefined ? undefined : whole('times', times, 100),
    least: Number(least),
  };
}

function whole(name, text, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new RangeError(`--${name}: ${text} is not a whole number from 1 to ${most}`);
}
