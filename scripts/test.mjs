// Builds and tests the packages. The last line is `N passed, N failed`, the sum over all packages.
// Arguments go to turbo, and those after a second `--` to vitest:
//   npm test -- --filter=@sharena/heap -- test/pool.test.ts
// SHARENA_TEST_SECONDS sets the time after which a run is ended; a test that is blocked for ever cannot end itself.
import { rmSync } from 'node:fs';
import { count, newReports } from './lib/reports.mjs';
import { binary, environment, runWithDeadline, testSeconds } from './lib/run.mjs';

const seconds = testSeconds();
const args = process.argv.slice(2);
// Two files of tests run at a time, since many start threads of their own. Of the packages that were asked for, both are of one package; of all of
// them, one of each of two packages: the one keeps the cores busy while the other starts, or has one long file left.
const isWhole = !args.some((arg) => /^(--concurrency|--filter|-F)/.test(arg));
if (!args.some((arg) => arg.startsWith('--concurrency'))) args.unshift(`--concurrency=${isWhole ? 2 : 1}`);
// A package whose tests fail does not hide the results of the others.
args.unshift('--continue=dependencies-successful', '--output-logs=new-only');

const reports = newReports();
const env = { ...environment, SHARENA_TEST_REPORTS: reports, ...(isWhole && { SHARENA_TEST_WORKERS: '1' }) };
const turbo = [binary('turbo'), 'run', 'test', ...args];
const { status, ended } = await runWithDeadline(process.execPath, turbo, { seconds, env });

const { passed, failed, skipped, unfinished } = count(reports);
rmSync(reports, { recursive: true });
let failures = failed;
if (ended) console.log(`The tests were ${ended}.`);
for (const line of unfinished) console.log(`No result from ${line}`);
if (skipped > 0) console.log(`${skipped} skipped`);
if (failures === 0 && (status !== 0 || ended)) {
  if (!ended) console.log('A task failed outside the tests: its message is above.');
  failures = 1;
}
if (passed + failures === 0) {
  console.log('No test ran.');
  failures = 1;
}
console.log(`${passed} passed, ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
