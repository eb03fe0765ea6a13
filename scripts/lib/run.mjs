// Starts the tools of node_modules with the environment that they need, on every platform without a shell.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './workspace.mjs';

/**
 * turbo and publint call pnpm by its name, so the root's binaries must be on the PATH.
 * @type {NodeJS.ProcessEnv}
 */
export const environment = {
  ...process.env,
  PATH: join(root, 'node_modules', '.bin') + delimiter + (process.env.PATH ?? process.env.Path ?? ''),
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
};
// turbo and its tasks colour what they print into a file too, unless they are told not to.
if (!process.stdout.isTTY && environment.FORCE_COLOR === undefined) environment.NO_COLOR = '1';

/**
 * The JavaScript file behind a root dependency's command.
 * @param {string} name of the npm package
 * @param {string} [command] the name in its `bin`, when it differs
 */
export function binary(name, command = name) {
  // Read from its folder, and not resolved as a module: an `exports` map may hide package.json.
  const folder = join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/**
 * Runs a command to its end with the terminal as its own.
 * @param {string} command an executable
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {number} the exit status, 1 when it could not start or was killed
 */
export function run(command, args, { cwd = root, env = environment } = {}) {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: 'inherit' });
  if (error) console.error(error.message);
  return status ?? 1;
}

/**
 * The time after which a test run is ended, from SHARENA_TEST_SECONDS.
 * @returns {number}
 */
export function testSeconds() {
  const value = process.env.SHARENA_TEST_SECONDS ?? '1500';
  if (Number(value) > 0) return Number(value);
  console.error(`SHARENA_TEST_SECONDS must be a number of seconds above 0, got ${value}`);
  process.exit(2);
}

/**
 * Runs a command and ends it, with all that it started, when its time is over: a test runner cannot end a test that is
 * blocked in Atomics.wait.
 * @param {string} command an executable
 * @param {string[]} args
 * @param {{ seconds: number, cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ status: number, ended: string }>} ended: why it was ended before its own end, empty if it was not
 */
export function runWithDeadline(command, args, { seconds, cwd = root, env = environment }) {
  const windows = process.platform === 'win32';
  // In a process group of its own, so that one signal reaches everything below it.
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], detached: !windows });
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    if (child.pid === undefined) return;
    if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    else if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
  };
  let ended = '';
  const timers = [
    setTimeout(() => {
      ended = `ended after ${seconds} s`;
      end('SIGTERM');
    }, seconds * 1000),
    setTimeout(end, (seconds + 10) * 1000, 'SIGKILL'),
  ];
  // Ctrl-C reaches this process only. The status of an ended turbo is 0: it says nothing.
  const interrupted = () => {
    ended ||= 'interrupted';
    end('SIGTERM');
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  return new Promise((resolve) => {
    const done = (/** @type {number | null} */ status) => {
      for (const timer of timers) clearTimeout(timer);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      resolve({ status: status ?? 1, ended });
    };
    child.once('error', (error) => {
      console.error(error.message);
      done(1);
    });
    child.once('exit', done);
  });
}
