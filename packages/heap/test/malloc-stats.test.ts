/** SHARENA_MALLOCSTATS, in processes of their own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./workers/malloc-stats.js', import.meta.url));

/** Runs the program and answers what it wrote to stderr. */
function run(setting: string | undefined, ...args: string[]): Promise<string> {
  const { SHARENA_MALLOCSTATS: _, ...env } = process.env;
  const options = { env: setting === undefined ? env : { ...env, SHARENA_MALLOCSTATS: setting }, timeout: 20_000 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROGRAM, ...args], options, (error, _stdout, stderr) => {
      if (error) reject(error);
      else resolve(stderr);
    });
  });
}

/** The number of arenas in each of the tables that a text holds. */
function arenas(text: string): number[] {
  return [...text.matchAll(/^# arenas allocated current +=(.*)$/gm)].map((match) => Number(match[1]));
}

test.each(['1', '0', 'anything'])('set to %s: printed before each arena and at the end', async (setting) => {
  const text = await run(setting, 'main', 'exit');
  expect(arenas(text)).toEqual([0, 1, 2]);
  expect(text).toMatch(/^Small block threshold = 512, in 64 size classes\.\n/);
  expect(text).toContain('   63    512         128             896             0\n');
});

test('detach() is the end: nothing more is printed afterwards', async () => {
  expect(arenas(await run('1', 'main', 'detach'))).toEqual([0, 1, 2]);
});

test.each(['exit', 'detach'])('a worker prints what is its own, and then the main thread: %s', async (how) => {
  const text = await run('1', 'worker', how);
  expect(arenas(text)).toEqual([0, 1, 0]);
  expect([...text.matchAll(/this thread, slot (\d)/g)].map((match) => match[1])).toEqual(['2', '2', '1']);
});

test.each([undefined, ''])('not set, or empty: nothing is printed', async (setting) => {
  expect(await run(setting, 'main', 'exit')).toBe('');
});
