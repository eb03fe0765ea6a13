/** What became slower between two runs, beyond the noise. docs/benchmarks.md explains the statistics. */
import { compare, LEAST_ROUNDS } from '@sharena/measure';
import { readResults } from '../run/results-file.js';

/** @returns {number} the exit code: 1 when something became slower */
export function compareFiles(files, least) {
  if (files.length !== 2) throw new TypeError(`compare: it needs two files of results, not ${files.length}`);
  return printComparison(compare(...files.map(readResults), { least }));
}

/** @param {import('@sharena/measure').Comparison} comparison @returns {number} the exit code */
export function printComparison({ changes, drifts, unmatched, warnings }) {
  for (const warning of warnings) console.log(`warning: ${warning}`);
  for (const [suite, { ratio, controls, allowed }] of Object.entries(drifts)) {
    const drift =
      controls < 3 ? 'too few controls to know the drift' : `${controls} controls take ${ratio.toFixed(3)} of the time`;
    console.log(`${suite}: ${drift}; a change must exceed ${((allowed - 1) * 100).toFixed(0)} %`);
  }
  const of = (verdict) => changes.filter((change) => change.verdict === verdict);
  print('slower', of('slower'));
  print('faster', of('faster'));
  const undecided = of('undecided').length;
  console.log(
    `\n${of('slower').length} slower, ${of('faster').length} faster, ${of('same').length} the same within the noise`,
  );
  if (undecided > 0) console.log(`${undecided} have fewer than ${LEAST_ROUNDS} rounds, from which nothing follows`);
  if (unmatched.length > 0) console.log(`${unmatched.length} are in one of the runs only`);
  return of('slower').length > 0 ? 1 : 0;
}

function print(title, changes) {
  if (changes.length === 0) return;
  console.log(`\n${title}: times as long (interval of 99 %), without the drift`);
  for (const { key, ratio, low, high } of changes)
    console.log(`  ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})  ${key}`);
}
