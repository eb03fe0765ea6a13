/**
 * CPython's own pymalloc: the same programs in C as for the other native allocators, compiled with PyObject_Malloc() and
 * PyObject_Free() for malloc() and free(), and called by the interpreter. They run inside of an interpreter since pymalloc does not
 * run everywhere without one: from 3.12 on its state is a part of the interpreter's, and 3.6 and 3.8 do not return from the first call.
 * So their blocks lie beside those that the interpreter has; the call goes through the linker's table, as it does in C programs.
 *
 * `SHARENA_BENCH_PYTHON` names other interpreters than the first one that is found: paths with commas between them.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runProgram } from '@sharena/measure';

/** The programs that take part. */
export const PROGRAMS = ['pair', 'slots'];

/** Says what it is, once it has found what the programs need. */
const PROBE = `
import ctypes, json, platform, sys, sysconfig
ctypes.pythonapi.PyObject_Malloc, ctypes.pythonapi.PyObject_Free
print(json.dumps({
    "python": sys.executable,
    "version": platform.python_version(),
    "isCPython": platform.python_implementation() == "CPython",
    "hasPymalloc": sysconfig.get_config_var("WITH_PYMALLOC") == 1 and sysconfig.get_config_var("Py_GIL_DISABLED") != 1,
}))
`;

/** Calls main() of a library with the arguments, the interpreter's lock held. */
const RUN = `
import ctypes, sys
arguments = [argument.encode() for argument in sys.argv[1:]]
main = ctypes.PyDLL(sys.argv[1]).main
sys.exit(main(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments)))
`;

/** Without what the environment says of Python, such as another allocator. */
const ISOLATED = '-I';

/**
 * The interpreters that take part, and why others do not.
 *
 * @returns {{ interpreters: { python: string, version: string }[], missing: string[] }}
 */
export function findPythons() {
  const named = process.env.SHARENA_BENCH_PYTHON?.split(',');
  const found = (named ?? ['/usr/bin/python3', 'python3']).map(probe);
  const interpreters = found.filter(({ python }) => python);
  const missing = [...new Set(found.flatMap(({ missing }) => missing ?? []))].map((reason) => `CPython: ${reason}`);
  if (named) return { interpreters, missing };
  return interpreters.length > 0 ? { interpreters: interpreters.slice(0, 1), missing: [] } : { interpreters, missing };
}

function probe(command) {
  const { status, stdout, error } = spawnSync(command, [ISOLATED, '-c', PROBE], { encoding: 'utf8', timeout: 30_000 });
  if (error?.code === 'ENOENT') return { missing: `there is no ${command}` };
  if (status !== 0) return { missing: `${command} does not export PyObject_Malloc() to ctypes` };
  const { python, version, isCPython, hasPymalloc } = JSON.parse(stdout);
  if (!isCPython) return { missing: `${command} is another Python` };
  if (!hasPymalloc) return { missing: `${command} ${version} was built without pymalloc` };
  return { python, version };
}

/**
 * CPython as one that takes part.
 *
 * @param {{ python: string, version: string }} interpreter
 * @param {string} folder where the programs were compiled to libraries: `pair.so`
 * @returns {import('./contenders.js').Contender}
 */
export function cpython({ python, version }, folder) {
  return {
    name: `CPython ${version.replace(/\.\d+$/, '')}`,
    version,
    isNative: true,
    run: (program, args) =>
      runProgram([python, ISOLATED, '-c', RUN, join(folder, `${program}.so`), ...args.map(String)]),
  };
}
