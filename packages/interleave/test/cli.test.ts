/** The command line: a line for each exploration, a report for each failure, and an exit code that says which it was. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const pathOf = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

function interleave(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [pathOf('dist/cli.js'), ...args], { encoding: 'utf8', timeout: 60_000 });
}

test('what is right passes by every strategy', { timeout: 70_000 }, () => {
  const { status, stdout } = interleave(
    '--seconds',
    '0.3',
    '--crashes',
    '0',
    pathOf('test/fixtures/two-lockers.scenario.ts'),
  );
  expect(stdout).toMatch(/ \(exhaustive\): passes, complete; /);
  expect(stdout.split('\n').filter((line) => /\((random|pct|urw)\)/.test(line)).length).toBeGreaterThan(2);
  expect(stdout).not.toContain('fails');
  expect(status).toBe(0);
});

test('what is wrong is reported with a replay string', { timeout: 70_000 }, () => {
  const { status, stdout } = interleave('--seconds', '0.3', pathOf('examples/hand-over.scenario.ts'));
  expect(stdout).toContain('replay  1:handOver:');
  expect(status).toBe(1);
});

test.each([
  [[], 'no file of scenarios is named'],
  [['--seconds', '-1', 'x.ts'], '--seconds'],
  [['--crashes', '1.5', 'x.ts'], '--crashes should be a whole number from 0, got 1.5'],
  [['--nonsense'], 'nonsense'],
])('usage: %j', (args, message) => {
  const { status, stderr } = interleave(...args);
  expect(stderr).toContain(message);
  expect(stderr).toContain('usage: interleave');
  expect(status).toBe(2);
});
