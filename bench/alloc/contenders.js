/**
 * Who takes part: allocators of JavaScript under Node, and the same programs in C with glibc's allocator, with those that are
 * installed as libraries and take its place by LD_PRELOAD, and with CPython's.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@sharena/measure';
import { runNode } from '../run/program.js';
import { cpython, findPythons, PROGRAMS } from './python.js';

const SOURCES = fileURLToPath(new URL('./native/', import.meta.url));
const FLAGS = ['-O2', '-Wall', '-Wextra', '-pthread'];
/** A library of CPython's instead of a program. */
const OF_PYTHON = ['-shared', '-fPIC', '-include', join(SOURCES, 'pymalloc.h')];

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
 * @property {boolean} isNative
 * @property {(program: string, args: unknown[]) => Promise<Record<string, number>>} run runs a program in a process of its own
 */

/**
 * An allocator of `js/allocators.js`, under this Node or the one that was asked for.
 *
 * @param {string} name
 * @returns {Contender}
 */
export function javascript(name) {
  const file = (program) => new URL(`./js/${program}.js`, import.meta.url);
  return {
    name,
    version: '',
    isNative: false,
    run: (program, args) => runNode(file(program), name, ...args),
  };
}

/**
 * The allocators of C, compiled programs included; none where there is no compiler, and `missing` says what was not found. CPython's
 * takes part in the programs of python.js only.
 *
 * @returns {{ contenders: Contender[], python: Contender[], missing: string[] }}
 */
export function native() {
  const none = (reason) => ({ contenders: [], python: [], missing: [`native allocators: ${reason}`] });
  if (process.platform !== 'linux') return none('they are compared on Linux only');
  const compiler = spawnSync('cc', ['--version'], { encoding: 'utf8' });
  if (compiler.status !== 0) return none('there is no C compiler (cc)');
  const folder = compileAll(compiler.stdout);
  const contenders = [nativeContender(...libc(), folder, process.env)];
  const missing = [];
  for (const [name, pattern] of Object.entries(PRELOADED)) {
    const library = findLibrary(pattern);
    if (!library) missing.push(`${name}: its library is not installed`);
    else
      contenders.push(
        nativeContender(name, basename(realpathSync(library)), folder, { ...process.env, LD_PRELOAD: library }),
      );
  }
  const pythons = findPythons();
  const python = pythons.interpreters.map((each) => cpython(each, folder));
  return { contenders, python, missing: [...missing, ...pythons.missing] };
}

/** The C library's own allocator: glibc's, or that of another library, such as musl, of which no version is known here. */
function libc() {
  const { status, stdout } = spawnSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8' });
  return status === 0 ? ['glibc', stdout.trim().replace('glibc ', '')] : ["the C library's", 'another than glibc'];
}

function nativeContender(name, version, folder, env) {
  return {
    name,
    version,
    isNative: true,
    run: (program, args) => runProgram([join(folder, program), ...args.map(String)], { env }),
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
  const hash = createHash('sha256')
    .update(compiler)
    .update([...FLAGS, ...OF_PYTHON].join(' '));
  for (const source of sources) hash.update(readFileSync(join(SOURCES, source)));
  const folder = join(tmpdir(), `sharena-bench-${hash.digest('hex').slice(0, 16)}`);
  mkdirSync(folder, { recursive: true });
  const compile = (source, target, flags) => {
    const file = join(folder, target);
    if (!existsSync(file)) output(['cc', ...FLAGS, ...flags, '-o', file, join(SOURCES, source)]);
  };
  for (const source of sources.filter((name) => name.endsWith('.c'))) compile(source, source.slice(0, -2), []);
  for (const program of PROGRAMS) compile(`${program}.c`, `${program}.so`, OF_PYTHON);
  return folder;
}

function output([command, ...args]) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout.trim();
}
