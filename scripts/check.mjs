// Everything that is checked besides the tests. Runs all steps and names those that failed; arguments choose some of them:
//   npm run check -- lint types
import { fileURLToPath } from 'node:url';
import { binary, run } from './lib/run.mjs';

const node = process.execPath;
const turbo = (/** @type {string[]} */ ...args) => [binary('turbo'), ...args, '--output-logs=errors-only'];
const colors = process.stdout.isTTY ? 'force' : 'off'; // `biome ci` does not look at NO_COLOR
const tsc = binary('typescript', 'tsc');

/** @type {Record<string, string[][]>} name of the step -> arguments of node */
const steps = {
  lint: [[binary('@biomejs/biome', 'biome'), 'ci', '--error-on-warnings', `--colors=${colors}`, '.']],
  types: [turbo('run', 'build', 'typecheck', '--continue'), [tsc, '-p', 'tsconfig.json']],
  packages: [turbo('run', 'build'), [fileURLToPath(new URL('check-packages.mjs', import.meta.url))]],
  unused: [[binary('knip'), '--no-config-hints']],
  docs: [turbo('run', 'build'), [binary('typedoc'), '--emit', 'none']],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${Object.keys(steps).join(', ')}.`);
  process.exit(2);
}

const failed = [];
for (const [name, commands] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\ncheck: ${name}`);
  const began = performance.now();
  // A step ends at its first command that fails: without a build there is nothing to check.
  if (commands.some((args) => run(node, args) !== 0)) failed.push(name);
  console.log(`check: ${name} took ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
console.log(failed.length === 0 ? '\ncheck: all passed' : `\ncheck: failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
