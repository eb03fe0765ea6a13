/**
 * What docs/ says of the benchmarks, from full runs: all suites, twice or as often as `--times` says; all samples together as
 * docs/benchmarks-report.md; and in docs/benchmarks.md, between two marks, the machine, the goals, and what `compare` says of the
 * first run and the last, which are of one build.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join as joinPath, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from '@sharena/measure';
import { goalsOf } from '../goals.js';
import { goalsTable, machineLines, markdownReport } from '../report/markdown.js';
import { join } from '../run/merge.js';
import { readResults } from '../run/results-file.js';
import { writeReports } from './report.js';

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const [BEGIN, END] = ['<!-- run -->', '<!-- /run -->'];

/**
 * @param {string[]} files results that are there already; runs are made unless there are some
 * @param {{ times: number, least: number, out?: string }} options
 * @returns {number} the exit code
 */
export function publish(
  files,
  { times = 2, least, out = fileURLToPath(new URL('../out/published', import.meta.url)) },
) {
  const folder = resolve(out);
  const sources =
    files.length > 0 ? files : Array.from({ length: times }, (_, i) => runAll(joinPath(folder, `${i + 1}`)));
  const runs = sources.map(readResults);
  const results = join(runs);
  mkdirSync(folder, { recursive: true });
  writeFileSync(joinPath(folder, 'results.json'), `${JSON.stringify(results)}\n`);
  writeReports(results, folder);
  const goals = goalsOf(results);
  const head =
    '# Benchmarks of Sharena: a run\n\nWritten by `npm run bench -- publish`. [benchmarks.md](benchmarks.md) says how it was measured.\n';
  const report = markdownReport(results, goals).replace('# Benchmarks of Sharena\n', head);
  writeFileSync(joinPath(docs, 'benchmarks-report.md'), report);
  const file = joinPath(docs, 'benchmarks.md');
  const lines = [...machineLines(results), '', ...runLines(runs, least), '', '### The goals', '', ...goalsTable(goals)];
  writeFileSync(file, between(readFileSync(file, 'utf8'), lines.join('\n')));
  console.log(
    `\nDocumentation: ${docs}/benchmarks.md and benchmarks-report.md. Results and the page with the plots: ${folder}`,
  );
  return 0;
}

/** One full run, printed as it goes; answers its file of results. */
function runAll(folder) {
  const { status } = spawnSync(process.execPath, [main, '--out', folder], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the run ended with ${status}`);
  return joinPath(folder, 'results.json');
}

/** How long each run took, how busy the machine was, and what `compare` says of the first and the last. */
function runLines(runs, least) {
  const each = runs.map(
    ({ seconds, machine }) => `${(seconds / 60).toFixed(0)} minutes, load ${machine.load.toFixed(2)} at the start`,
  );
  const lines = [`Runs: ${each.join('; ')}. All samples count together.`];
  if (runs.length < 2) return lines;
  const { changes } = compare(runs[0], runs.at(-1), { least });
  const of = (verdict) => changes.filter((change) => change.verdict === verdict).length;
  const counts = `${of('slower')} slower, ${of('faster')} faster, ${of('same')} the same within the noise, ${of('undecided')} with too few rounds`;
  return [...lines, `\`compare\` of the first and the last, which are of one build: ${counts}.`];
}

/** A text with what is between the marks replaced. */
function between(text, content) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new TypeError(`docs/benchmarks.md: it has no ${BEGIN} … ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${content}\n\n${text.slice(end)}`;
}
