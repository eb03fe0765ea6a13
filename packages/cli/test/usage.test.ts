/** The command line without any work: help, version, and everything that is refused. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, cli, fill, makeFolder, PHOTOS } from './helpers.ts';

function folder(): string {
  const made = makeFolder();
  fill(made, { 'photo.jpg': { copyOf: PHOTOS.canyon }, 'empty/notes.txt': 'x' });
  return made;
}

describe('usage', () => {
  it('shows help with examples and exit codes on stdout', async () => {
    const { code, stdout, stderr } = await call('/', 'run', '--help');
    expect([code, stderr]).toEqual([0, '']);
    for (const text of [
      'Examples:',
      '$ sharena run photos --resize',
      'Exit codes:',
      '--rotate90 [turns]',
      'Steps:',
      'Settings of',
    ]) {
      expect(stdout).toContain(text);
    }
    expect((await call('/', '--help')).stdout).toContain('run [options] <inputs...>');
  });

  it('shows the version of the package', async () => {
    const { version } = (await import('../package.json', { with: { type: 'json' } })).default;
    expect(await call('/', '--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each<[string[], string]>([
    [[], 'Usage: sharena'],
    [['rum'], "unknown command 'rum'"],
    [['run', '--out', 'o'], "missing required argument 'inputs'"],
    [['run', 'photo.jpg'], "required option '--out <folder>' not specified"],
    [['run', 'photo.jpg', '--out'], "'--out <folder>' argument missing"],
    [['run', 'photo.jpg', '--out', 'o', '--resise', '8x6'], 'Did you mean --resize?'],
    [['run', 'photo.jpg', '--out', 'o', '--resize', '800'], '--resize should be WIDTHxHEIGHT'],
    [['run', 'photo.jpg', '--out', 'o', '--resize', '8x70000'], '`height` should be a whole number from 1 to 65535'],
    [['run', 'photo.jpg', '--out', 'o', '--resize', '8x6', '--fit', 'tight'], '`fit` should be one of'],
    [['run', 'photo.jpg', '--out', 'o', '--resize', '8x6', '--filter', 'x'], '`filter` should be one of'],
    [['run', 'photo.jpg', '--out', 'o', '--resize', '8x6', '--background', 'x'], '--background should be a colour'],
    [['run', 'photo.jpg', '--out', 'o', '--fit', 'cover'], '--fit needs --resize'],
    [['run', 'photo.jpg', '--out', 'o', '--rotate90', '4'], '--rotate90 should be a whole number from 1 to 3'],
    [['run', 'photo.jpg', '--out', 'o', '--map', 'op.js'], '--map: there is no module '],
    [['run', 'photo.jpg', '--out', 'o', '--map', 'photo.jpg', '--params', '{'], '--params should be JSON, got {'],
    [['run', 'photo.jpg', '--out', 'o', '--params', '1'], '--params needs --map or --map-wasm'],
    [['run', 'photo.jpg', '--out', 'o', '--blend', 'photo.jpg'], '--blend needs --amount'],
    [['run', 'photo.jpg', '--out', 'o', '--combine', 'photo.jpg'], '--combine needs --mode'],
    [['run', 'photo.jpg', '--out', 'o', '--paint', 'photo.jpg'], '--paint needs --colour'],
    [['run', 'photo.jpg', '--out', 'o', '--paint', 'no.png'], '--paint: there is no file '],
    [['run', 'photo.jpg', '--out', 'o', '--combine', 'photo.jpg', '--mode', 'over'], '`operation` should be one of'],
    [['run', 'photo.jpg', '--out', 'o', '--composite', 'photo.jpg', '--mode', 'lighter'], '`mode` should be one of'],
    [['run', 'photo.jpg', '--out', 'o', '--composite', 'photo.jpg', '--position', '1,2'], '`position` should be'],
    [['run', 'photo.jpg', '--out', 'o', '--composite', 'photo.jpg', '--move', '1.5,2'], '`x` should be a whole number'],
    [['run', 'photo.jpg', '--out', 'o', '--rotate', 'left'], '--rotate should be a number, got "left"'],
    [['run', 'photo.jpg', '--out', 'o', '--rotate', '5', '--filter', 'lanczos'], 'step 1, rotate: `filter` should be'],
    [['run', 'photo.jpg', '--out', 'o', '--rotate', '5', '--centre', '1'], '--centre should be 2 numbers'],
    [['run', 'photo.jpg', '--out', 'o', '--no-expand'], '--no-expand needs --rotate'],
    [['run', 'photo.jpg', '--out', 'o', '--affine', '1,2,3'], '`matrix` should be 6 numbers'],
    [['run', 'photo.jpg', '--out', 'o', '--perspective', '1', '--size', '9'], '--size should be WIDTHxHEIGHT'],
    [['run', 'photo.jpg', '--out', 'o', '--orient', '9'], '--orient should be a whole number from 1 to 8, got "9"'],
    [['run', 'photo.jpg', '--out', 'o', '--reduce', '2,2,2'], '--reduce should be 1 or 2 numbers'],
    [['run', 'photo.jpg', '--out', 'o', '--reduce', '0'], '`across` should be a whole number from 1 to 4095'],
    [['run', 'photo.jpg', '--out', 'o', '--crop', '9x9'], '--crop should be WIDTHxHEIGHT+X+Y, such as 800x600+20+10'],
    [['run', 'photo.jpg', '--out', 'o', '--crop', '0x9+1+1'], '`width` should be a whole number from 1 to 65535'],
    [['run', 'photo.jpg', '--out', 'o', '--extend', '1,2'], '--extend should be 1 or 4 numbers'],
    [['run', 'photo.jpg', '--out', 'o', '--extend', '-1'], '`top` should be a whole number from 0 to 65535'],
    [['run', 'photo.jpg', '--out', 'o', '--trim', '--tolerance', '256'], '`threshold` should be a whole number from 0'],
    [['run', 'photo.jpg', '--out', 'o', '--median', '4'], '`size` should be an odd number from 1 to 255'],
    [['run', 'photo.jpg', '--out', 'o', '--box-blur', '-1'], '`radius` should be a number from 0 to 1000'],
    [['run', 'photo.jpg', '--out', 'o', '--blur', '1', '--precision', 'best'], '`precision` should be exact or fast'],
    [['run', 'photo.jpg', '--out', 'o', '--convolve', '1,2'], '`weights` should be 9 or 25 finite numbers'],
    [['run', 'photo.jpg', '--out', 'o', '--brightness', '-1'], '`factor` should be a number from 0 to 1000'],
    [['run', 'photo.jpg', '--out', 'o', '--autocontrast', '--cutoff', '101'], '`cutoff` should be a number from 0'],
    [['run', 'photo.jpg', '--out', 'o', '--autocontrast', '--cutoff', '1,2,3'], '--cutoff should be 1 or 2 numbers'],
    [['run', 'photo.jpg', '--out', 'o', '--autocontrast', '--ignore', '256'], '`ignore` should be a whole number'],
    [['run', 'photo.jpg', '--out', 'o', '--clahe', '--tiles', '8'], '--tiles should be 2 numbers'],
    [['run', 'photo.jpg', '--out', 'o', '--clahe', '--limit', '257'], '`limit` should be a number from 0 to 256'],
    [
      ['run', 'photo.jpg', '--out', 'o', '--map', 'photo.jpg', '--halo', '1025'],
      '`halo` should be a whole number from 0',
    ],
    [
      ['run', 'photo.jpg', '--out', 'o', '--map-wasm', 'photo.jpg:f', '--params', '1'],
      '`params` should be at most 1024',
    ],
    [['run', 'photo.jpg', '--out', 'o', '--format', 'bmp'], '--format should be of jpeg, png, webp, avif, gif, tiff'],
    [['run', 'photo.jpg', '--out', 'o', '--quality', '101'], '--quality should be a whole number from 1 to 100'],
    [['run', 'photo.jpg', '--out', 'o', '--threads', '0'], '--threads should be a whole number from 1 to 128'],
    [['run', 'photo.jpg', '--out', 'o', '--reserve', 'big'], '--reserve should be a whole number of bytes, or a size'],
    [['run', 'photo.jpg', '--out', 'o', '--reserve', '1k'], '--reserve should be from'],
    [['run', 'photo.jpg', '--out', 'o', '--reserve', '1k', '--dry-run'], '--reserve should be from'],
    [['run', 'photo.jpg', '--out', 'o', '--scaling', 'fast'], 'Allowed choices are kernel, codec.'],
    [['run', 'photo.jpg', '--out', 'o', '--fail-on', 'all'], 'Allowed choices are none, truncated, error, warning.'],
    [['run', 'photo.jpg', '--out', 'o', '--decode-gap', 'much'], '--decode-gap should be a number, got "much"'],
    [['run', 'photo.jpg', '--out', 'o', '--decode-gap', '0.5'], 'decode: `reducingGap` should be a number from 1'],
    [['run', 'photo.jpg', '--out', 'o', '--page', '-1'], '--page should be a whole number from 0 to 100000'],
    [['run', 'photo.jpg', '--out', 'o', '--density', '0'], 'decode: `density` should be a number from 1 to 100000'],
    [['run', 'photo.jpg', '--out', 'o', '--limit-pixels', '0'], '--limit-pixels should be a whole number from 1'],
    [['run', 'photo.jpg', '--out', 'o', '--plan', 'p.json', '--page', '1'], "cannot be used with option '--page <n>'"],
    [['run', 'photo.jpg', '', '--out', 'o'], 'an input should be a file, a folder or a pattern, got ""'],
    [['run', 'photo.jpg', '--out', ''], '--out should be a folder, got ""'],
    [['run', 'photo.jpg', '--out', 'o', '--plan', 'empty'], `empty: it is a folder`],
    [['run', 'photo.jpg', '--out', 'o', '--flib'], '(sharena run --help shows the options)'],
    [['bench', '--flip'], '(sharena bench --help shows the options)'],
    [['completion', 'tcsh'], '(sharena completion --help shows the options)'],
    [['--flip'], '(sharena --help shows the commands)'],
    [['run', 'photo.jpg', '--out', 'o', '--parallel', 'both'], 'Allowed choices are auto, images, strips'],
    [['run', 'photo.jpg', '--out', 'o', '--json', '--quiet'], "'--quiet' cannot be used with option '--json'"],
    [
      ['run', 'empty', '*.png', '--out', 'o'],
      'no input was found\n  empty: there is no image in this folder\n  *.png: no file',
    ],
    [['run', 'photo.jpg', '--out', '.'], 'would overwrite the input photo.jpg'],
    [['run', 'photo.jpg', '--out', 'photo.jpg'], 'photo.jpg: a file is in the way'],
  ])('%j ends with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await call(folder(), ...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at '); // no stack
    expect([code, stdout]).toEqual([2, '']);
  });

  it('makes no folder for a command line that it refuses', async () => {
    const made = folder();
    await call(made, 'run', 'photo.jpg', '--out', 'o', '--quality', '0');
    expect(existsSync(join(made, 'o'))).toBe(false);
  });

  it('is the same as a program', async () => {
    const refused = await cli(folder(), 'run', 'photo.jpg');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain("required option '--out <folder>'");
    expect(await cli('/', '--version')).toMatchObject({ code: 0, stderr: '' });
  });
});
