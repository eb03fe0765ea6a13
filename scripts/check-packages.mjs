// Packs every package that is published, and checks what is in the tarball: publint, attw, and the rules of this house.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { binary, environment } from './lib/run.mjs';
import { workspacePackages } from './lib/workspace.mjs';

const node = process.execPath;
/** @type {string[]} */
const problems = [];

const published = workspacePackages().filter(({ manifest }) => !manifest.private);
for (const { folder, manifest } of published) {
  const name = manifest.name;
  const report = (/** @type {string} */ problem) => problems.push(`${name}: ${problem}`);
  const pack = mkdtempSync(join(tmpdir(), 'sharena-pack-'));
  try {
    // pnpm, not npm: it writes real versions in the place of `workspace:` and `catalog:`, and adds the LICENSE.
    const packed = capture(node, [binary('pnpm'), 'pack', '--pack-destination', pack], folder);
    if (packed.status !== 0) {
      report(`pnpm pack failed\n${packed.stdout}${packed.stderr}`);
      continue;
    }
    const tarball = join(pack, readdirSync(pack)[0] ?? '');
    // The list that `pnpm pack --json` prints leaves the LICENSE out, so the tarball itself is asked.
    const listed = capture('tar', ['-tzf', basename(tarball)], pack).stdout.split(/\r?\n/);
    const files = listed.filter(Boolean).map((path) => path.replace(/^package\//, ''));

    for (const wanted of ['README.md', 'LICENSE'])
      if (!files.includes(wanted)) report(`${wanted} is not in the tarball`);
    if (!files.some((file) => file.startsWith('dist/'))) report('dist is not in the tarball');
    if (files.some((file) => /(^|\/)(test|bench|node_modules)\//.test(file))) report('tests are in the tarball');
    if (manifest.type !== 'module') report('"type" must be "module"');
    if (manifest.publishConfig?.access !== 'public') report('publishConfig.access must be "public"');
    for (const script of ['build', 'test', 'typecheck']) {
      if (!manifest.scripts?.[script]) report(`has no ${script} script`);
    }
    // Without vitest.shared.ts behind it, `npm test` does not count a package's tests.
    for (const file of ['vitest.config.ts', 'tsconfig.test.json']) {
      if (!existsSync(join(folder, file))) report(`has no ${file}`);
    }
    for (const script of ['preinstall', 'install', 'postinstall']) {
      if (manifest.scripts?.[script]) report(`has a ${script} script`);
    }

    const tools = [
      [binary('publint'), '--strict', tarball],
      [binary('@arethetypeswrong/cli', 'attw'), '--profile', 'esm-only', '--no-color', tarball],
    ];
    for (const args of tools) {
      const { status, stdout, stderr } = capture(node, args, folder);
      if (status !== 0) report(`${stdout}${stderr}`);
    }
    console.log(`${name}: ${files.length} files, ${(statSync(tarball).size / 1024).toFixed(1)} KiB`);
  } finally {
    rmSync(pack, { recursive: true, force: true });
  }
}

for (const problem of problems) console.error(problem);
console.log(`${published.length} packages checked, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function capture(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8' });
  return { status, stdout: stdout ?? '', stderr: stderr ?? error?.message ?? '' };
}
