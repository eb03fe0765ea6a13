// Runs the built tests of all packages on several versions of Node, which npx fetches: npm run test:matrix -- 22 24
// A version is anything that npm knows for its package `node`: 24, 22.12, 20.19.0.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { count, newReports } from './lib/reports.mjs';
import { binary, environment, run, runWithDeadline, testSeconds } from './lib/run.mjs';
import { root, workspacePackages } from './lib/workspace.mjs';

const arguments_ = process.argv.slice(2);
const versions = arguments_.length > 0 ? arguments_ : ['20', '22', '24', '26'];
const wrong = versions.filter((version) => !/^\d+(\.\d+){0,2}$/.test(version));
if (wrong.length > 0) {
  console.error(`Not a version of Node: ${wrong.join(', ')}`);
  process.exit(2);
}
const seconds = testSeconds();
const vitest = binary('vitest');

const built = run(process.execPath, [binary('turbo'), 'run', 'build', '--output-logs=errors-only']);
if (built !== 0) process.exit(built);

const tested = workspacePackages().filter(
  ({ folder, manifest }) => manifest.scripts?.test && existsSync(join(folder, 'vitest.config.ts')),
);
const results = [];
for (const version of versions) {
  const found = spawnSync('npx', ['--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const node = found.stdout?.trim().split('\n').pop() ?? '';
  if (found.status !== 0 || !existsSync(node)) {
    console.error(`Node ${version} could not be fetched.\n${found.stderr}`);
    results.push({ version, passed: 0, failures: 1 });
    continue;
  }
  const reports = newReports();
  // First on the PATH, so that a process which a test starts as `node` is the same version.
  const PATH = dirname(node) + delimiter + environment.PATH;
  const env = { ...environment, PATH, SHARENA_TEST_REPORTS: reports };
  let broken = 0;
  for (const { folder } of tested) {
    console.log(`\nNode ${version}: ${relative(root, folder)}`);
    const { status, ended } = await runWithDeadline(node, [vitest, 'run'], { seconds, cwd: folder, env });
    if (ended) console.log(`The tests were ${ended}.`);
    if (ended === 'interrupted') process.exit(130);
    if (status !== 0 || ended) broken += 1;
  }
  const { passed, failed, unfinished } = count(reports);
  rmSync(reports, { recursive: true });
  for (const line of unfinished) console.log(`No result from ${line}`);
  results.push({ version, passed, failures: Math.max(failed, broken) });
}

console.log('');
for (const { version, passed, failures } of results) {
  console.log(`Node ${version.padEnd(8)} ${passed} passed, ${failures} failed`);
}
process.exit(results.every(({ failures }) => failures === 0) ? 0 : 1);
