// Makes sure that the dependencies are installed, so that `npm test` and `npm start` work in a fresh clone.
// Uses nothing but Node and npm: it runs before anything is installed, and on Node versions that are too old.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspaceFolders } from './lib/workspace.mjs';

const { engines, packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const numbers = (/** @type {string} */ version) => (version.match(/\d+/g) ?? []).map(Number);
const [wantedMajor, wantedMinor = 0] = numbers(engines.node);
const [major, minor] = numbers(process.versions.node);
if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  console.error(`Node ${process.versions.node} is too old: this repository needs Node ${engines.node}.`);
  process.exit(1);
}

const modules = join(root, 'node_modules');
const installed = join(modules, '.modules.yaml'); // pnpm writes it at the end of an install
const npmWasHere = existsSync(join(modules, '.package-lock.json')); // npm writes it, pnpm never does
const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map((name) => join(root, name));
inputs.push(...workspaceFolders().map((folder) => join(folder, 'package.json')));
const modified = (/** @type {string} */ file) => statSync(file).mtimeMs;

let reason;
if (npmWasHere) reason = 'node_modules was made by npm';
else if (!existsSync(installed)) reason = 'nothing is installed yet';
else if (inputs.some((file) => modified(file) > modified(installed))) reason = 'the dependencies changed';

if (reason) {
  const args = ['--yes', packageManager, 'install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
  console.log(`${reason}: running npx ${args.slice(0, 4).join(' ')}`);
  if (npmWasHere) rmSync(modules, { recursive: true, force: true });
  // npx is a .cmd file on Windows, which only a shell starts.
  const { status, error } = spawnSync('npx', args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`The install failed${error ? `: ${error.message}` : ''}.`);
    console.error(
      `If a package.json was edited, bring the lockfile up to date: npx ${packageManager} install --no-frozen-lockfile`,
    );
    process.exit(status || 1);
  }
  utimesSync(installed, new Date(), new Date()); // pnpm leaves the file alone when there was nothing to do
}
