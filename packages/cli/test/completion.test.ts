/** The scripts of `sharena completion`: bash's in bash, those of zsh and fish by their text, and by their shells where they are there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { blendModes, fits } from '@sharena/kernels';
import { pipeline } from '@sharena/pipeline';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { bashScript } from '../src/completion/bash.ts';
import { type Described, describeCommand } from '../src/completion/describe.ts';
import { OPERATIONS, SETTINGS } from '../src/operations/index.ts';
import { nameOf } from '../src/operations/operation.ts';
import { ValueOption } from '../src/values.ts';
import { cli, fill, makeFolder } from './helpers.ts';

const DEADLINE_MS = 10_000;
const SHELLS = ['bash', 'zsh', 'fish'] as const;

async function script(shell: (typeof SHELLS)[number]): Promise<string> {
  const { code, stdout } = await cli(makeFolder(), 'completion', shell);
  expect(code).toBe(0);
  return stdout;
}

function hasShell(shell: string): boolean {
  return process.platform !== 'win32' && spawnSync(shell, ['-c', 'exit 0'], { timeout: DEADLINE_MS }).status === 0;
}

/** What a shell writes. */
function ask(shell: string, cwd: string, ...args: string[]): string {
  const env = { ...process.env, HOME: cwd, XDG_CONFIG_HOME: cwd };
  const { status, stdout, stderr } = spawnSync(shell, args, { cwd, env, encoding: 'utf8', timeout: DEADLINE_MS });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

describe('completion', () => {
  it.each(SHELLS)('for %s names the commands, every step and every setting', async (shell) => {
    const text = await script(shell);
    for (const each of [...OPERATIONS, ...SETTINGS]) expect(text).toContain(nameOf(each));
    for (const other of ['completion', 'bench', 'widths', 'dry-run', 'threads']) expect(text).toContain(other);
  });

  it.runIf(hasShell('bash'))('completes in bash', async () => {
    const folder = makeFolder();
    fill(folder, { 'a.png': '' });
    mkdirSync(join(folder, 'a folder'));
    const text = await script('bash');
    const complete = (...words: string[]): string[] => {
      const list = ['sharena', ...words].map((word) => `'${word}'`).join(' ');
      const program = `${text}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length}; _sharena\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`;
      return ask('bash', folder, '-c', program).split('\n').filter(Boolean);
    };
    expect(complete('')).toEqual(['run', 'bench', 'completion']);
    expect(complete('r')).toEqual(['run']);
    expect(complete('run', '--rot')).toEqual(['--rotate90', '--rotate']);
    expect(complete('bench', '--')).toEqual(['--threads', '--rounds', '--quick', '--json', '--help']);
    expect(complete('run', '--fit', '')).toEqual([...fits]);
    expect(complete('run', '--fit', 'co')).toEqual(['cover', 'contain']);
    expect(complete('run', '--fit', '=')).toEqual([...fits]);
    expect(complete('run', '--fit', '=', 'co')).toEqual(['cover', 'contain']);
    expect(complete('run', 'a.png', '--flip', '--mode', 'hard')).toEqual(['hard-light']);
    expect(complete('run', '--mode', '').slice(0, blendModes.length)).toEqual([...blendModes]);
    expect(complete('run', '--convert', 'RGB')).toEqual(['RGB\\;24', 'RGBA']);
    expect(complete('run', '--convert', 'RGB\\;')).toEqual(['RGB\\;24']);
    expect(complete('run', '--parallel', '')).toEqual(['auto', 'images', 'strips']);
    expect(complete('run', '--format', 'w')).toEqual(['webp']);
    expect(complete('run', '--background', 'w')).toEqual(['white']);
    expect(complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(complete('run', '--out', '')).toEqual(['a folder']);
    expect(complete('run', '--resize', '')).toEqual([]);
    // Without an answer bash completes names of files by itself.
    for (const words of [['a'], ['--composite', ''], ['--plan', ''], ['--map', '']]) {
      expect(complete('run', ...words)).toEqual([]);
    }
  });

  it('says in zsh what values are', async () => {
    const text = await script('zsh');
    for (const line of [
      "'*--fit=[how the image goes into the size\\: cover (default), contain, pad, fill, inside, outside (--resize)]:how:(cover contain pad fill inside outside)'",
      ":mode:(L LA RGB\\;24 RGBA I\\;16 I F)'",
      ":folder:_files -/'",
      ":module\\:function:_files'",
      "'*--flip[turn upside down]'",
      "::turns:(1 2 3)'",
      "'*:argument:(bash zsh fish)'",
    ]) {
      expect(text).toContain(line);
    }
  });

  it.runIf(hasShell('zsh'))('is a script that zsh reads', async () => {
    ask('zsh', makeFolder(), '-n', '-c', await script('zsh'));
  });

  it('says in fish what values are', async () => {
    const text = await script('fish');
    for (const line of [
      "-l fit -x -a 'cover contain pad fill inside outside' -d",
      "-l convert -x -a 'L LA RGB\\\\;24 RGBA I\\\\;16 I F' -d",
      "-l out -x -a '(__fish_complete_directories)' -d",
      '-l composite -r -F -d',
      '-l resize -x -d',
      '-l flip -d',
      "'__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'",
    ]) {
      expect(text).toContain(line);
    }
  });

  it.runIf(hasShell('fish'))('completes in fish', async () => {
    const text = await script('fish');
    const complete = (line: string) =>
      ask('fish', makeFolder(), '-c', `${text}\ncomplete -C '${line}'`)
        .split('\n')
        .filter(Boolean)
        .map((each) => each.split('\t')[0]);
    expect(complete('sharena run --fit ')).toEqual([...fits].sort());
    expect(complete('sharena run --convert R')).toEqual(['RGB;24', 'RGBA']);
    expect(complete('sharena completion ')).toEqual([...SHELLS].sort());
    expect(complete('sharena run --resize ')).toEqual([]);
  });
});

describe('descriptions', () => {
  it('say what options and arguments are', () => {
    const command = new Command('draw')
      .description('draws')
      .argument('<what>')
      .addOption(new ValueOption('--on <folder>', 'where', 'folder'))
      .addOption(new ValueOption('--twice [times]', 'again'))
      .option('--no-frame', 'bare');
    expect(describeCommand(command)).toEqual({
      name: 'draw',
      help: 'draws',
      takes: 'file',
      options: [
        { long: '--on', help: 'where', value: { name: 'folder', optional: false, values: 'folder' } },
        { long: '--twice', help: 'again', value: { name: 'times', optional: true, values: undefined } },
        { long: '--no-frame', help: 'bare', value: undefined },
        { long: '--help', help: 'show the options', value: undefined },
      ],
    } satisfies Described);
    expect(bashScript([describeCommand(command)])).toContain("'draw --on') folders=yes ;;");
  });
});

describe('values', () => {
  const valuesOf = (name: string) =>
    [...OPERATIONS, ...SETTINGS].filter((each) => nameOf(each) === name).flatMap(({ values }) => values ?? []);

  it('are all that the plan knows', () => {
    const modes = valuesOf('convert').join(', ');
    expect(() => pipeline().convert('none' as 'L')).toThrow(`\`mode\` should be one of ${modes}, got`);
    expect(valuesOf('position')).toHaveLength(9);
    for (const position of valuesOf('position')) pipeline().composite('x', { position: position as 'north' });
    expect(valuesOf('precision')).toHaveLength(2);
    for (const precision of valuesOf('precision')) pipeline().blur(1, { precision: precision as 'fast' });
  });
});
