/** Inputs and outputs that fail: each is reported by name and reason, and the rest is processed. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cli, fill, makeFolder, PHOTOS, parseLines, plainPng, truncated } from './helpers.ts';

async function badFolder(): Promise<string> {
  const folder = makeFolder();
  truncated(folder, 'p/corrupt.jpg');
  fill(folder, {
    'p/canyon.jpg': { copyOf: PHOTOS.canyon },
    'p/cat.jpg': { copyOf: PHOTOS.cat },
    'p/empty.jpg': '',
    'p/text.jpg': 'this is no photograph\n',
    'p/tiny.png': await plainPng(1, 1),
    'p/wide.png': await plainPng(30000, 2),
  });
  return folder;
}

const GOOD = ['canyon.webp', 'cat.webp', 'tiny.webp'];
const REASONS: Readonly<Record<string, RegExp>> = {
  'p/corrupt.jpg': /^cannot decode the file: ./,
  'p/empty.jpg': /^cannot decode the file: it is empty$/,
  'p/text.jpg': /^cannot decode the file: .*unsupported image format/,
  'p/wide.png': /^cannot encode 30000x2 pixels as webp: /,
  'p/missing.jpg': /^there is no such file or folder$/,
};

describe('failures', () => {
  it.each(['images', 'strips'])('are reported by name and reason, the rest is done (%s)', async (parallel) => {
    const folder = await badFolder();
    const options = ['--format', 'webp', '--out', 'o', '--parallel', parallel, '--threads', '2'];
    const { code, stdout, stderr } = await cli(folder, 'run', 'p', 'p/missing.jpg', ...options, '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const { results, summary } = parseLines(stdout);
    expect(summary).toMatchObject({ ok: 3, failed: 5, notBegun: 0, liveImages: 0 });
    const failures = results.filter(({ ok }) => !ok);
    const names = failures.map(({ input }) => input.replaceAll('\\', '/'));
    expect(names.sort()).toEqual(Object.keys(REASONS).sort());
    for (const { input, reason, code } of failures) {
      expect(reason).toMatch(REASONS[input.replaceAll('\\', '/')]);
      expect(code).toMatch(/^ERR_SHARENA_/);
    }
    expect(readdirSync(join(folder, 'o')).sort()).toEqual(GOOD);
    for (const name of GOOD)
      await sharp(join(folder, 'o', name))
        .raw()
        .toBuffer();
  });

  it('are lines on stderr, also when nothing else is said', async () => {
    const folder = await badFolder();
    const quiet = await cli(folder, 'run', 'p', 'p/missing.jpg', '--format', 'webp', '--out', 'o', '--quiet');
    expect({ code: quiet.code, stdout: quiet.stdout }).toEqual({ code: 1, stdout: '' });
    const lines = quiet.stderr.trimEnd().split('\n').sort();
    expect(lines).toHaveLength(5);
    expect(lines[1]).toBe(`failed: ${join('p', 'empty.jpg')}: cannot decode the file: it is empty`);
    const plain = await cli(folder, 'run', 'p', '--format', 'webp', '--out', 'o');
    expect(plain.code).toBe(1);
    expect(plain.stdout).toMatch(/^3 images done, 4 failed: /);
    expect(plain.stderr).toContain(`failed: ${join('p', 'text.jpg')}: cannot decode the file: `);
  });

  it('does very wide images where the format can hold them', async () => {
    const folder = await badFolder();
    const { code } = await cli(folder, 'run', 'p/wide.png', 'p/tiny.png', '--flip', '--out', 'o');
    expect(code).toBe(0);
    expect(await sharp(join(folder, 'o/wide.png')).metadata()).toMatchObject({ width: 30000, height: 2 });
    expect(await sharp(join(folder, 'o/tiny.png')).metadata()).toMatchObject({ width: 1, height: 1 });
  });

  it('counts a path that is missing as a failed image, also when it is the only one', async () => {
    const folder = makeFolder();
    const { code, stderr } = await cli(folder, 'run', 'missing.jpg', '--out', 'o', '--quiet');
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'failed: missing.jpg: there is no such file or folder\n' });
  });

  it('refuses an output folder that cannot be written, and begins nothing', async () => {
    const folder = await badFolder();
    fill(folder, { o: 'a file in its place' });
    const { code, stdout, stderr } = await cli(folder, 'run', 'p', '--out', 'o');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`error: cannot write to the output folder ${join(folder, 'o')}: a file is in the way\n`);
    expect(readFileSync(join(folder, 'o'), 'utf8')).toBe('a file in its place');
  });

  it('reports an output that cannot be written', async () => {
    const folder = await badFolder();
    mkdirSync(join(folder, 'o/cat.jpg'), { recursive: true });
    const { code, stdout } = await cli(folder, 'run', 'p/cat.jpg', 'p/canyon.jpg', '--out', 'o', '--json');
    expect(code).toBe(1);
    const { results, summary } = parseLines(stdout);
    expect(results.find(({ ok }) => !ok)).toMatchObject({
      input: 'p/cat.jpg',
      reason: expect.stringContaining('cannot write'),
    });
    expect(summary).toMatchObject({ ok: 1, failed: 1, liveImages: 0 });
    expect(readdirSync(join(folder, 'o')).sort()).toEqual(['canyon.jpg', 'cat.jpg']);
  });

  it('reports images that have no room in the heap', async () => {
    const folder = await badFolder();
    const { code, stdout } = await cli(
      folder,
      'run',
      'p/cat.jpg',
      'p/tiny.png',
      '--out',
      'o',
      '--reserve',
      '2MiB',
      '--json',
    );
    expect(code).toBe(1);
    const { results, summary } = parseLines(stdout);
    expect(results.find(({ ok }) => !ok)).toMatchObject({ code: 'ERR_SHARENA_HEAP_EXHAUSTED' });
    expect(summary).toMatchObject({ ok: 1, failed: 1, liveImages: 0 });
  });

  it('reports a module that throws, or is none', async () => {
    const folder = await badFolder();
    fill(folder, {
      'throws.mjs': 'export default () => { throw new Error("too dark") };',
      'none.mjs': 'export const a = 1;',
    });
    for (const [module, reason] of Object.entries({ 'throws.mjs': /too dark/, 'none.mjs': /is not a function/ })) {
      const { code, stdout } = await cli(folder, 'run', 'p/cat.jpg', '--map', module, '--out', 'o', '--json');
      expect(code).toBe(1);
      const { results, summary } = parseLines(stdout);
      expect(results).toMatchObject([{ code: 'ERR_SHARENA_STEP', reason: expect.stringMatching(reason) }]);
      expect(summary.liveImages).toBe(0);
    }
  });
});
