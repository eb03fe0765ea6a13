/** The command line without any work: help, version, and everything that is refused. */
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../src/main.ts';
import { cli, fill, makeFolder, PHOTOS, Sink } from './helpers.ts';

async function call(cwd: string, ...args: string[]) {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const signals = new EventEmitter();
  const die = (): never => expect.unreachable();
  const code = await main({ args, cwd, env: {}, stdout, stderr, signals, die });
  expect(signals.eventNames()).toEqual([]);
  return { code, stdout: stdout.take(), stderr: stderr.take() };
}

function folder(): string {
  const made = makeFolder();
  fill(made, { 'photo.jpg': { copyOf: PHOTOS.canyon }, 'empty/notes.txt': 'x' });
  return made;
}

describe('usage', () => {
  it('shows help with examples and exit codes on stdout', async () => {
    const { code, stdout, stderr } = await call('/', 'run', '--help');
    expect([code, stderr]).toEqual([0, '']);
    for (const text of ['Examples:', '$ sharena run photos --resize', 'Exit codes:', '--rotate90 [turns]', 'Steps:']) {
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
    [['run', 'photo.jpg', '--out', 'o', '--params', '1'], '--params needs --map'],
    [['run', 'photo.jpg', '--out', 'o', '--format', 'bmp'], '--format should be of jpeg, png, webp, avif, gif, tiff'],
    [['run', 'photo.jpg', '--out', 'o', '--quality', '101'], '--quality should be a whole number from 1 to 100'],
    [['run', 'photo.jpg', '--out', 'o', '--threads', '0'], '--threads should be a whole number from 1 to 128'],
    [['run', 'photo.jpg', '--out', 'o', '--reserve', 'big'], '--reserve should be a whole number of bytes, or a size'],
    [['run', 'photo.jpg', '--out', 'o', '--reserve', '1k'], '--reserve should be from'],
    [['run', 'photo.jpg', '--out', 'o', '--reserve', '1k', '--dry-run'], '--reserve should be from'],
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
