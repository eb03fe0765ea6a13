/** Reports of results: Markdown, and one page of HTML. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { goalsOf } from '../goals.js';
import { markdownReport } from '../report/markdown.js';
import { htmlReport } from '../report/page.js';
import { merge } from '../run/merge.js';
import { number } from '../run/metrics.js';
import { readResults } from '../run/results-file.js';

/** Several results as one report, in a folder; the goals are printed. */
export function writeReport(files, out = 'report') {
  if (files.length === 0) throw new TypeError('report: it needs at least one file of results');
  const results = merge(files.map(readResults));
  const folder = resolve(out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results)}\n`);
  writeReports(results, folder);
  console.log(`Report: ${folder}`);
  return 0;
}

/** Writes both reports of results, and prints the goals that were measured. */
export function writeReports(results, folder) {
  const goals = goalsOf(results);
  writeFileSync(join(folder, 'report.md'), markdownReport(results, goals));
  writeFileSync(join(folder, 'report.html'), htmlReport(results, goals));
  const measured = goals.filter(({ isReached }) => isReached !== undefined);
  if (measured.length === 0) return;
  console.log('\n## Goals');
  for (const { goal, bound, measured: value, isReached } of measured)
    console.log(`  ${isReached ? 'reached' : 'MISSED '}  ${number(value).padStart(6)} (${bound})  ${goal}`);
}
