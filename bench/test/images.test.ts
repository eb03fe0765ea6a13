/** The benchmark of images runs, and says what it measured. Not whether it is fast: that depends on the machine. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../images/main.js', import.meta.url));
const options = { timeout: 60_000, killSignal: 'SIGKILL' } as const;

test('each part prints its cases, and its ratio beside the goal', { timeout: 60_000 }, async () => {
  const { stdout } = await run(process.execPath, [main, '--rounds', '1'], options);
  for (const what of [
    'an image of a warm cache',
    'new SharedArrayBuffer : cached image',
    'structured clone : reference',
    '8 threads',
    'any number of threads : one, at worst',
  ]) {
    expect(stdout).toContain(what);
  }
  expect(stdout.match(/goal >= \d+\) {2}(ok|MISSED)/g)).toHaveLength(3);
});

test('an unknown part is refused', async () => {
  await expect(run(process.execPath, [main, '--only', 'pears'], options)).rejects.toThrow('there is no part pears');
});
