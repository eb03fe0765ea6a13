/** What the C library keeps, looked at in processes of their own: the settings count for the whole process. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { operation } from './helpers.ts';

const script = fileURLToPath(operation('c-memory-process'));
const isGlibc = process.platform === 'linux' && 'glibcVersionRuntime' in (process.report.getReport() as Report).header;

interface Report {
  readonly header: object;
}

async function processThat(does: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, does], { timeout: 20_000 });
  return Number(stdout);
}

describe.runIf(isGlibc)('memory of glibc', () => {
  test('the end of an arena goes back to the system when it is freed, and did not before', async () => {
    expect(await processThat('keeps an end')).toBeGreaterThan(15);
    expect(await processThat('keeps little')).toBeLessThan(5);
    expect(await processThat('keeps more again')).toBeGreaterThan(15);
  });

  test('up to 8 MiB at the end of an arena are kept, and were not before', async () => {
    expect(await processThat('gives back blocks')).toBeLessThan(3);
    expect(await processThat('keeps blocks')).toBeGreaterThan(4);
  });

  test('threads share a few arenas, where each would have its own', async () => {
    const apart = await processThat('has arenas');
    expect(await processThat('shares arenas')).toBeLessThan(apart);
  });
});
