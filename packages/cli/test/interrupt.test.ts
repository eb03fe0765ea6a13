/** Ctrl-C: once to stop after what is in flight, twice to stop at once. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fill, makeFolder, PHOTOS, parseLines, start } from './helpers.ts';

const IMAGES = 60;

function manyPhotos(): string {
  const folder = makeFolder();
  fill(folder, Object.fromEntries(Array.from({ length: IMAGES }, (_, i) => [`p/${i}.jpg`, { copyOf: PHOTOS.canyon }])));
  return folder;
}

describe.skipIf(process.platform === 'win32')('interrupts', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s finishes what is in flight, and stops with a summary', async (signal) => {
    const folder = manyPhotos();
    const args = ['p', '--resize', '1200x', '--format', 'webp', '--out', 'o', '--threads', '2', '--json'];
    const { child, seen, ended } = start(folder, 'run', ...args);
    await seen('stdout', '\n');
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toBe('Finishing the images in flight; Ctrl-C again stops at once.\n');
    const { results, summary } = parseLines(stdout);
    expect(summary).toMatchObject({ interrupted: true, failed: 0, liveImages: 0 });
    expect(summary.notBegun).toBeGreaterThan(0);
    expect(summary.ok + summary.notBegun).toBe(IMAGES);
    expect(results).toHaveLength(summary.ok);
    await expectWhole(folder, summary.ok);
  });

  it('the second one stops at once, whatever the threads are doing', async () => {
    const folder = manyPhotos();
    fill(folder, {
      'sleep.mjs': `
        import { writeSync } from 'node:fs';
        let strips = 0;
        export default () => {
          if (strips++ < 2) return;
          writeSync(2, 'asleep');
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300_000);
        };`,
    });
    const args = ['p', '--resize', '500x', '--map', 'sleep.mjs', '--out', 'o', '--threads', '2'];
    const { child, seen, ended } = start(folder, 'run', ...args);
    await seen('stderr', 'asleep');
    child.kill('SIGINT');
    await seen('stderr', 'Ctrl-C again');
    const began = performance.now();
    child.kill('SIGINT');
    const { code, signal } = await ended;
    expect(performance.now() - began).toBeLessThan(5000);
    expect(code ?? signal).toBe('SIGINT'); // which a shell shows as 130
    await expectWhole(folder);
  });

  it('the second one does not wait for an encoder', async () => {
    const folder = manyPhotos();
    const args = ['p', '--resize', '3000x', '--format', 'avif', '--out', 'o', '--threads', '2'];
    const { child, seen, ended } = start(folder, 'run', ...args);
    await new Promise((resolve) => setTimeout(resolve, 2500)); // nothing says when an encoder begins
    child.kill('SIGINT');
    await seen('stderr', 'Ctrl-C again');
    const began = performance.now();
    child.kill('SIGINT');
    expect((await ended).signal).toBe('SIGINT');
    expect(performance.now() - began).toBeLessThan(5000);
    await expectWhole(folder);
  });
});

/** Every file in the output folder is a whole image; there are as many as expected. */
async function expectWhole(folder: string, count?: number): Promise<void> {
  const names = readdirSync(join(folder, 'o'));
  expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
  if (count !== undefined) expect(names).toHaveLength(count);
  await Promise.all(names.map((name) => sharp(join(folder, 'o', name), { failOn: 'warning' }).stats()));
}
