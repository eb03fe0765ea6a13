/** The program on real photographs. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { cli, fill, makeFolder, PHOTOS, parseLines, pixelsOf, start } from './helpers.ts';

function photoFolder(): string {
  const folder = makeFolder();
  fill(folder, {
    'photos/canyon.jpg': { copyOf: PHOTOS.canyon },
    'photos/cat.jpg': { copyOf: PHOTOS.cat },
    'photos/more/acanthus.jpg': { copyOf: PHOTOS.acanthus },
  });
  return folder;
}

describe('sharena run', () => {
  it('writes what the options say, and a summary', async () => {
    const folder = photoFolder();
    const args = ['--resize', '320x240', '--grayscale', '--format', 'webp', '--quality', '80', '--out', 'a/b'];
    const { code, stdout, stderr } = await cli(folder, 'run', 'photos', '--recursive', '--threads', '2', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^3 images done: .* s, .* images\/s, 2 threads\nread 791.3 KiB, wrote .*, peak heap .* MiB\n$/,
    );
    expect(readdirSync(join(folder, 'a/b')).sort()).toEqual(['acanthus.webp', 'canyon.webp', 'cat.webp']);
    const metadata = await sharp(join(folder, 'a/b/cat.webp')).metadata();
    expect(metadata).toMatchObject({ format: 'webp', width: 320, height: 240 });
    const { channels } = await sharp(join(folder, 'a/b/cat.webp')).stats();
    expect(channels[0].mean).toBeCloseTo(channels[1].mean, 0);
  });

  it('strips metadata, and keeps them when asked', async () => {
    const folder = photoFolder();
    const saysOf = async (...args: string[]) => {
      const all = ['photos/cat.jpg', '--resize', '64x64', '--out', `o${args.length}`, '--format', 'webp,jpeg', ...args];
      expect(await cli(folder, 'run', ...all)).toMatchObject({ code: 0 });
      const files = ['cat.webp', 'cat.jpg'].map((name) => sharp(join(folder, `o${args.length}`, name)).metadata());
      return (await Promise.all(files)).map(({ exif, xmp, icc }) => [exif, xmp, icc].map((each) => each !== undefined));
    };
    expect(await saysOf()).toEqual(Array(2).fill([false, false, false]));
    expect(await saysOf('--keep-metadata')).toEqual(Array(2).fill([true, true, true]));
  });

  it('is quiet when asked', async () => {
    const folder = photoFolder();
    const ended = await cli(folder, 'run', 'photos', '--resize', '64x64', '--out', 'o', '--quiet');
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('writes a line of JSON for each image and one at the end', async () => {
    const folder = photoFolder();
    const { code, stdout, stderr } = await cli(
      folder,
      'run',
      'photos/*.jpg',
      '--resize',
      '100x',
      '--out',
      'o',
      '--json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { results, summary } = parseLines(stdout);
    results.sort((a, b) => (a.input < b.input ? -1 : 1));
    const size = (name: string) => statSync(join(folder, 'o', name)).size;
    const canyon = {
      input: join('photos', 'canyon.jpg'),
      output: join('o', 'canyon.jpg'),
      bytesOut: size('canyon.jpg'),
    };
    const cat = { input: join('photos', 'cat.jpg'), output: join('o', 'cat.jpg'), bytesOut: size('cat.jpg') };
    expect(results).toEqual([
      { type: 'result', ok: true, bytesIn: 322980, width: 100, height: 73, ...canyon },
      { type: 'result', ok: true, bytesIn: 270029, width: 100, height: 50, ...cat },
    ]);
    const bytes = { bytesIn: 593009, bytesOut: canyon.bytesOut + cat.bytesOut };
    expect(summary).toMatchObject({ type: 'summary', ok: 2, failed: 0, notBegun: 0, interrupted: false, ...bytes });
    expect(summary).toMatchObject({ liveImages: 0, threads: expect.any(Number), peakHeapBytes: expect.any(Number) });
  });

  it('does the steps in the order of the options', async () => {
    const folder = photoFolder();
    const run = (out: string, ...steps: string[]) =>
      cli(folder, 'run', 'photos/cat.jpg', ...steps, '--format', 'png', '--out', out);
    expect((await run('a', '--flip', '--rotate90')).code).toBe(0);
    expect((await run('b', '--rotate90', '--flip')).code).toBe(0);
    const original = sharp(PHOTOS.cat);
    const raw = (image: Sharp) => image.raw().toBuffer();
    // In two passes: one pass of sharp has an order of its own.
    const flipped = await original.clone().flip().png().toBuffer();
    const turned = await original.clone().rotate(90).png().toBuffer();
    const a = await pixelsOf(join(folder, 'a/cat.png'));
    const b = await pixelsOf(join(folder, 'b/cat.png'));
    expect([a.width, a.height]).toEqual([510, 1024]);
    expect(Buffer.compare(a.data, await raw(sharp(flipped).rotate(90)))).toBe(0);
    expect(Buffer.compare(b.data, await raw(sharp(turned).flip()))).toBe(0);
    expect(Buffer.compare(a.data, b.data)).not.toBe(0);
  });

  it('does the same in strips', async () => {
    const folder = photoFolder();
    const args = ['photos/canyon.jpg', '--resize', '300x200', '--fit', 'contain', '--flop', '--format', 'png'];
    expect((await cli(folder, 'run', ...args, '--parallel', 'images', '--out', 'a')).code).toBe(0);
    expect((await cli(folder, 'run', ...args, '--parallel', 'strips', '--threads', '3', '--out', 'b')).code).toBe(0);
    const [a, b] = await Promise.all(['a', 'b'].map((out) => pixelsOf(join(folder, out, 'canyon.png'))));
    expect(Buffer.compare(a.data, b.data)).toBe(0);
  });

  it('calls a module of the user with parameters', async () => {
    const folder = photoFolder();
    fill(folder, {
      'invert.mjs': `export default (strip, { from }) => {
        for (let y = 0; y < strip.height; y++) {
          const row = strip.row(y);
          for (let i = 0; i < row.length; i++) row[i] = from - row[i];
        }
      };`,
    });
    const args = [
      'photos/cat.jpg',
      '--map',
      './invert.mjs',
      '--params',
      '{"from":255}',
      '--format',
      'png',
      '--out',
      'o',
    ];
    expect(await cli(folder, 'run', ...args)).toMatchObject({ code: 0, stderr: '' });
    const before = await pixelsOf(PHOTOS.cat);
    const after = await pixelsOf(join(folder, 'o/cat.png'));
    expect(
      Buffer.compare(
        after.data,
        before.data.map((byte) => 255 - byte),
      ),
    ).toBe(0);
  });

  it('gives each output the format of its input, and names of its own to those that collide', async () => {
    const folder = makeFolder();
    const png = await sharp(PHOTOS.cat).resize(40).png().toBuffer();
    fill(folder, { 'a/x.jpg': { copyOf: PHOTOS.cat }, 'b/x.jpeg': { copyOf: PHOTOS.canyon }, 'b/x.png': png });
    const first = await cli(folder, 'run', 'a', 'b', '--resize', '32x', '--out', 'o', '--json');
    expect(first.code).toBe(0);
    expect(readdirSync(join(folder, 'o')).sort()).toEqual(['x-2.jpg', 'x.jpg', 'x.png']);
    const outputs = ({ stdout }: typeof first) =>
      Object.fromEntries(parseLines(stdout).results.map(({ input, output }) => [input, output]));
    expect(outputs(first)[join('b', 'x.jpeg')]).toBe(join('o', 'x-2.jpg'));
    expect((await sharp(join(folder, 'o/x-2.jpg')).metadata()).height).toBe(23); // the canyon: 1024x750
    expect((await sharp(join(folder, 'o/x.png')).metadata()).format).toBe('png');
    const again = await cli(folder, 'run', 'a', 'b', '--resize', '32x', '--out', 'o', '--json');
    expect(outputs(again)).toEqual(outputs(first));
  });

  it('turns once where no number stands after --rotate90', async () => {
    const folder = photoFolder();
    expect((await cli(folder, 'run', '--out', 'o', '--rotate90', 'photos/cat.jpg')).code).toBe(0);
    expect(await sharp(join(folder, 'o/cat.jpg')).metadata()).toMatchObject({ width: 510, height: 1024 });
  });

  it('goes on when nobody reads its output any more', async () => {
    const folder = makeFolder();
    fill(folder, Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`p/${i}.jpg`, { copyOf: PHOTOS.cat }])));
    const { child, seen, ended } = start(folder, 'run', 'p', '--resize', '64x', '--out', 'o', '--json');
    await seen('stdout', '\n');
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(readdirSync(join(folder, 'o'))).toHaveLength(12);
  });
});
