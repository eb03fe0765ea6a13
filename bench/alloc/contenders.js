/**
 * Who takes part: our programs under Node, and the same programs in C with glibc's allocator and with those that are
 * installed as libraries and take its place by LD_PRELOAD.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('./native/', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('./ours/', import.meta.url));
const FLAGS = ['-O2', '-Wall', '-Wextra', '-pthread'];

/** Where Debian and its relatives keep libraries. */
const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
];
const PRELOADED = { mimalloc: /^libmimalloc\.so\.\d[\d.]*$/, jemalloc: /^libjemalloc\.so\.\d$/ };

/**
 * Somebody who takes part.
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} version
 * @property {boolean} isOurs
 * @property {(program: string, args: unknown[]) => string[]} command what runs a program
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * Ours, under one Node.
 *
 * @param {string} name
 * @param {string} command a path, or a command such as `npx -y node@24`
 * @returns {Contender}
 */
export function ours(name, command) {
  const [path, version] = output([...command.split(' '), '-p', 'process.execPath + " " + process.versions.node']).split(
    ' ',
  );
  return {
    name,
    version: `Node ${version}`,
    isOurs: true,
    command: (program, args) => [path, join(PROGRAMS, `${program}.js`), ...args.map(String)],
    env: process.env,
  };
}

/**
 * The allocators of C, compiled programs included; none where there is no compiler, and `missing` says what was not found.
 *
 * @returns {{ contenders: Contender[], missing: string[] }}
 */
export function native() {
  if (process.platform !== 'linux')
    return { contenders: [], missing: ['native allocators: they are compared on Linux only'] };
  const compiler = spawnSync('cc', ['--version'], { encoding: 'utf8' });
  if (compiler.status !== 0) return { contenders: [], missing: ['native allocators: there is no C compiler (cc)'] };
  const folder = compileAll(compiler.stdout);
  const glibc = output(['getconf', 'GNU_LIBC_VERSION']).replace('glibc ', '');
  const contenders = [nativeContender('glibc', glibc, folder, process.env)];
  const missing = [];
  for (const [name, pattern] of Object.entries(PRELOADED)) {
    const library = findLibrary(pattern);
    if (!library) missing.push(`${name}: its library is not installed`);
    else contenders.push(nativeContender(name, library, folder, { ...process.env, LD_PRELOAD: library }));
  }
  return { contenders, missing };
}

function nativeContender(name, version, folder, env) {
  return {
    name,
    version,
    isOurs: false,
    command: (program, args) => [join(folder, program), ...args.map(String)],
    env,
  };
}

function findLibrary(pattern) {
  for (const folder of LIBRARIES) {
    if (!existsSync(folder)) continue;
    const file = readdirSync(folder).find((name) => pattern.test(name));
    if (file) return join(folder, file);
  }
}

/** Compiles what changed since the last time: the folder's name tells the sources and the compiler. */
function compileAll(compiler) {
  const sources = readdirSync(SOURCES).sort();
  const hash = createHash('sha256').update(compiler).update(FLAGS.join(' '));
  for (const source of sources) hash.update(readFileSync(join(SOURCES, source)));
  const folder = join(tmpdir(), `sharena-bench-${hash.digest('hex').slice(0, 16)}`);
  mkdirSync(folder, { recursive: true });
  for (const source of sources.filter((name) => name.endsWith('.c'))) {
    const program = join(folder, source.slice(0, -2));
    if (!existsSync(program)) output(['cc', ...FLAGS, '-o', program, join(SOURCES, source)]);
  }
  return folder;
}

function output([command, ...args]) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout.trim();
}
