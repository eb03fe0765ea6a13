/**
 * Shows what `compare` finds: two runs of this build, and a third one whose RWLock.writeLock() does some 20 % more: four atomic loads that
 * nobody needs. The build itself is left alone: slow.js changes the text of the module as it is loaded.
 *
 *   node demo/slowdown.js [folder]     keeps the three results there: those in test/data were recorded so
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const slow = new URL('./slow.js', import.meta.url).href;
const [kept] = process.argv.slice(2);
const folder = kept ?? mkdtempSync(join(tmpdir(), 'sharena-bench-demo-'));

function run(title, args, more = {}) {
  console.log(`\n${title}`);
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...more },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { status, stdout };
}

function measure(title, name, more) {
  const { status } = run(title, ['sync', '--only', 'one thread', '--rounds', '11', '--out', join(folder, name)], more);
  if (status !== 0) throw new Error(`the run ended with ${status}`);
}

function compare(title, older, newer) {
  const files = [older, newer].map((name) => join(folder, name, 'results.json'));
  const { status, stdout } = run(title, ['compare', ...files]);
  console.log(stdout);
  return status;
}

try {
  measure('measuring this build …', 'once');
  measure('measuring it again …', 'again');
  measure('measuring it with a slower RWLock.writeLock() …', 'slower', { NODE_OPTIONS: `--import ${slow}` });
  const same = compare('the same build twice:', 'once', 'again');
  const slower = compare('this build and the slower one:', 'once', 'slower');
  const isShown = same === 0 && slower === 1;
  console.log(isShown ? 'shown: no regression, and one' : 'NOT shown');
  process.exitCode = isShown ? 0 : 1;
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true });
}
