/** The allocator's benchmark runs, and says what it measured. Not whether it is fast: that depends on the machine. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../alloc/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sharena-bench-test-'));
const options = { timeout: 60_000, killSignal: 'SIGKILL' } as const;

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs workloads with one round, and answers what was printed and what was written. */
async function bench(only: string) {
  const file = join(folder, `${only}.json`);
  const args = [main, '--quick', '--rounds', '1', '--only', only, '--json', file];
  const { stdout } = await run(process.execPath, args, options);
  return { stdout, results: JSON.parse(readFileSync(file, 'utf8')) };
}

test('a workload of one thread: a time for each contender, and every ratio with its goal', {
  timeout: 60_000,
}, async () => {
  const { stdout, results } = await bench('pair');
  const names = results.tables.map(({ contender }: { contender: string }) => contender);
  expect(names).toEqual(expect.arrayContaining(['ours, empty heap', 'ours, one live block']));
  for (const { median, samples, unit } of results.tables) {
    expect(unit).toBe('ns');
    expect(samples).toEqual([median]);
    expect(median).toBeGreaterThan(0);
    expect(median).toBeLessThan(10_000);
  }
  for (const { what, ratio, goal, holds } of results.ratios) {
    expect(stdout).toContain(`${what}: ratio ${ratio.toFixed(2)} (goal ${goal})`);
    expect(holds).toBe(ratio <= Number(goal.slice(3)));
  }
  expect(results.machine.cores).toBeGreaterThan(0);
});

test('a workload of two threads comes to its end', { timeout: 60_000 }, async () => {
  const { results } = await bench('xmalloc');
  for (const { median, unit } of results.tables) {
    expect(['blocks/s', 'ns']).toContain(unit);
    expect(median).toBeGreaterThan(0);
  }
});

test('an unknown workload is refused', async () => {
  await expect(run(process.execPath, [main, '--only', 'pears'], options)).rejects.toThrow('no workload pears');
});
