/** Several outputs, plans from files, second images, what `--dry-run` tells, and `--watch`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from '@sharena/pipeline';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cli, fill, makeFolder, PHOTOS, plainPng, start } from './helpers.ts';

describe('several outputs', () => {
  it('writes every width in every format, named after them', async () => {
    const folder = makeFolder();
    fill(folder, { 'a.jpg': { copyOf: PHOTOS.cat } });
    const { code, stdout } = await cli(
      folder,
      'run',
      'a.jpg',
      '--widths',
      '120,60',
      '--format',
      'webp,png',
      '--out',
      'o',
      '--json',
    );
    expect(code).toBe(0);
    expect(readdirSync(join(folder, 'o')).sort()).toEqual(['a-120.png', 'a-120.webp', 'a-60.png', 'a-60.webp']);
    expect(await sharp(join(folder, 'o', 'a-60.webp')).metadata()).toMatchObject({ format: 'webp', width: 60 });
    const [result, summary] = stdout
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line));
    expect(result).toMatchObject({ ok: true, output: join('o', 'a-120.webp'), width: 120 });
    expect(result.outputs).toEqual(['a-120.webp', 'a-120.png', 'a-60.webp', 'a-60.png'].map((name) => join('o', name)));
    expect(summary).toMatchObject({ ok: 1, bytesOut: result.bytesOut });
  });

  it('takes a plan from a file', async () => {
    const folder = makeFolder();
    const plan = pipeline()
      .grayscale()
      .branch({ small: pipeline().resize(50), big: pipeline().resize(100).encode('tiff') });
    fill(folder, { 'a.png': { copyOf: PHOTOS.cat }, 'plan.json': JSON.stringify(plan) });
    expect((await cli(folder, 'run', 'a.png', '--plan', 'plan.json', '--out', 'o')).code).toBe(0);
    expect(readdirSync(join(folder, 'o')).sort()).toEqual(['a-big.tiff', 'a-small.png']);
    expect(await sharp(join(folder, 'o', 'a-small.png')).metadata()).toMatchObject({ width: 50, channels: 1 });
  });

  it.each([
    [['--plan', 'missing.json'], '--plan: cannot read'],
    [['--plan', 'text.json'], 'text.json: '],
    [['--plan', 'odd.json'], 'odd.json: step 1: there is no operation "bend"'],
    [['--plan', 'plan.json', '--flip'], '--plan has the steps: --flip has no place'],
    [['--plan', 'encoded.json', '--format', 'png'], '--plan has the formats of all its outputs: --format has no place'],
    [['--widths', '12,x'], '--widths should be a whole number from 1 to 65535, got "x"'],
    [
      ['--format', 'webp,bmp'],
      '--format should be of jpeg, png, webp, avif, gif, tiff, with commas between them, got "webp,bmp"',
    ],
    [['--composite', 'missing.png'], '--composite: there is no file'],
    [['--map-wasm', 'x.wasm'], '--map-wasm should be module.wasm:function'],
    [['--blur', 'much'], '--blur should be a number, got "much"'],
    [['--blur', '-1'], '`sigma` should be a number from 0 to 1000'],
  ])('refuses %o', async (args, message) => {
    const folder = makeFolder();
    fill(folder, {
      'a.png': await plainPng(9, 9),
      'text.json': 'a text',
      'plan.json': JSON.stringify(pipeline()),
      'encoded.json': JSON.stringify(pipeline().encode('webp')),
      'odd.json': '{"steps":[{"op":"bend"}],"output":{"kind":"image"}}',
    });
    const { code, stderr } = await cli(folder, 'run', 'a.png', ...args, '--out', 'o');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, 'o'))).toBe(false);
  });
});

it('draws a second image over each', async () => {
  const folder = makeFolder();
  fill(folder, {
    'a.png': await plainPng(40, 30),
    'b.png': await plainPng(50, 20),
    'mark.png': await plainPng(10, 10),
  });
  const args = ['--negate', '--composite', 'mark.png', '--position', 'southeast', '--out', 'o'];
  expect((await cli(folder, 'run', 'a.png', 'b.png', ...args)).code).toBe(0);
  for (const [name, width] of [
    ['a.png', 40],
    ['b.png', 50],
  ] as const) {
    const { data, info } = await sharp(join(folder, 'o', name))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(width);
    expect([...data.subarray(0, 3)]).toEqual([0xcc, 0x99, 0x66]);
    expect([...data.subarray(-3)]).toEqual([0x33, 0x66, 0x99]);
  }
});

it('--dry-run tells sizes and memory, and writes nothing', async () => {
  const folder = makeFolder();
  fill(folder, { 'a.jpg': { copyOf: PHOTOS.cat }, 'b.png': 'not an image' });
  const args = [
    'run',
    'a.jpg',
    'b.png',
    'c.png',
    '--resize',
    '100x',
    '--blur',
    '1',
    '--format',
    'webp',
    '--out',
    'o',
    '--dry-run',
  ];
  const { code, stdout } = await cli(folder, ...args);
  expect(code).toBe(1);
  expect(stdout.split('\n').slice(0, 6)).toEqual([
    'c.png: there is no such file or folder',
    'resize {"width":100,"fit":"cover","filter":"lanczos","background":[0,0,0,255]}',
    'blur {"sigma":1}',
    'encode webp {}',
    'a.jpg: 128x64 RGB;24, decoded at 1/8, 38.6 KiB',
    `  -> ${join('o', 'a.webp')}: 100x50 RGB;24`,
  ]);
  expect(stdout).toContain('b.png: cannot decode b.png: Input file contains unsupported image format');
  expect(existsSync(join(folder, 'o'))).toBe(false);
});

it("--dry-run tells of a plan whose resize is the decoder's", async () => {
  const folder = makeFolder();
  const plan = pipeline({ scaling: 'codec' }).resize(100).encode('webp');
  fill(folder, { 'a.jpg': { copyOf: PHOTOS.cat }, 'plan.json': JSON.stringify(plan) });
  const { code, stdout } = await cli(folder, 'run', 'a.jpg', '--plan', 'plan.json', '--out', 'o', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain('a.jpg: 100x50 RGB;24, scaled by the decoder, 0 ');
});

it('--watch goes on with images that come and change, until Ctrl-C', async () => {
  const folder = makeFolder();
  fill(folder, { 'in/a.png': await plainPng(20, 10) });
  const running = start(folder, 'run', 'in', '--resize', '5x', '--out', 'o', '--watch', '--json');
  await running.seen('stdout', '"input":"in/a.png"');
  fill(folder, { 'in/b.png': await plainPng(30, 10) });
  await running.seen('stdout', '"input":"in/b.png"');
  fill(folder, { 'in/a.png': await plainPng(20, 40) });
  await running.seen('stdout', '"height":10');
  running.child.kill('SIGINT');
  const { stdout, code } = await running.ended;
  expect(code).toBe(130);
  const results = stdout
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  expect(results.map(({ input }) => input)).toEqual(['in/a.png', 'in/b.png', 'in/a.png', undefined]);
  expect(results.at(-1)).toMatchObject({ ok: 3, failed: 0, notBegun: 0, liveImages: 0 });
});
