/** The command: what it refuses, what it compares, and a run of every suite, as short as it can be. Not whether anything is fast. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseResults } from '@sharena/measure';
import { afterAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const data = (name: string) => fileURLToPath(new URL(`./data/${name}.json`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sharena-bench-test-'));
const run = promisify(execFile);

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command and answers its exit code and what it printed. */
async function bench(...args: string[]) {
  const options = { timeout: 110_000, killSignal: 'SIGKILL' } as const;
  return run(process.execPath, [main, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test.each([
  [['pears'], 'suite: there is no pears; there are atomics, sync'],
  [['atomics', '--rounds', 'many'], '--rounds: many is not a whole number from 1 to 1000'],
  [['atomics', '--threads', '1,0'], '--threads: 0 is not a whole number from 1 to 64'],
  [['compare', 'one.json'], 'compare: it needs two files of results, not 1'],
  [['compare', 'none.json', 'none.json'], 'none.json: it cannot be read (ENOENT)'],
  [['report'], 'report: it needs at least one file of results'],
  [['ab'], 'ab: it needs the folder of another checkout'],
  [['ab', '/nowhere'], 'ab: /nowhere has no bench/main.js'],
  [['atomics', '--fast'], "Unknown option '--fast'"],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await bench(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('two recorded runs of one build have no regression', async () => {
  const { code, stdout } = await bench('compare', data('once'), data('again'));
  expect(stdout).toMatch(/\n0 slower, 0 faster, \d+ the same/);
  expect(code).toBe(0);
});

test('a recorded run of a build that is slower in one place has one, there', async () => {
  const { code, stdout } = await bench('compare', data('once'), data('slower'));
  expect(code).toBe(1);
  expect(stdout).toContain('1 slower, 0 faster');
  expect(stdout).toMatch(
    /\n {2}1\.[12]\d \(1\.\d+ to 1\.\d+\) {2}sync \/ Others, a pair, one thread \/ RWLock, writing/,
  );
});

test('a suite that fails does not take the figures of the others along', async () => {
  const out = join(folder, 'failed');
  const { code, stdout } = await bench(
    ...['memory', 'atomics', '--node', '/nowhere/node', '--quick', '--rounds', '1', '--threads', '1'],
    ...['--only', 'growth,by turns', '--out', out],
  );
  expect(code).toBe(1);
  expect(stdout).toContain('left out: the rest of memory: spawn /nowhere/node ENOENT');
  const results = parseResults(readFileSync(join(out, 'results.json'), 'utf8'));
  expect(results.skipped).toEqual([expect.stringContaining('the rest of memory')]);
  expect(new Set(results.measurements.map(({ suite }) => suite))).toEqual(new Set(['atomics']));
});

test('every suite runs, and its results are complete', { timeout: 120_000 }, async () => {
  const only = 'by turns,turns,larson,taken,growth,blur of,greyscale';
  const suites = ['atomics', 'sync', 'alloc', 'images', 'memory', 'pipelines', 'kernels'];
  const { code, stdout, stderr } = await bench(
    ...suites,
    '--quick',
    '--rounds',
    '1',
    '--threads',
    '1,2',
    '--only',
    only,
    '--out',
    folder,
  );
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  const results = parseResults(readFileSync(join(folder, 'results.json'), 'utf8'));
  expect(new Set(results.measurements.map(({ suite }) => suite))).toEqual(new Set(suites));
  for (const { suite, group, name, samples } of results.measurements) {
    expect(samples, `${suite} ${group} ${name}`).toHaveLength(1);
    expect(Number.isFinite(samples[0]), `${suite} ${group} ${name}`).toBe(true);
    expect(stdout).toContain(name);
  }
  for (const { latency } of results.distributions) expect(latency.count).toBeGreaterThan(0);
  expect(results.series.map(({ metric }) => metric)).toEqual(['bytes in spans', 'resident set']);
  expect(stdout).toContain('growth: threads that allocate');
  expect(readFileSync(join(folder, 'report.md'), 'utf8')).toContain('### larson');
});
