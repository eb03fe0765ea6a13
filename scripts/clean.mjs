// Removes what builds, tests and tools leave behind. With --all it removes the installed packages too.
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, workspaceFolders } from './lib/workspace.mjs';

const leftovers = ['dist', 'coverage', '.turbo', join('node_modules', '.cache'), join('node_modules', '.vite')];
if (process.argv.includes('--all')) leftovers.push('node_modules');

for (const folder of [root, ...workspaceFolders()]) {
  for (const name of leftovers) rmSync(join(folder, name), { recursive: true, force: true });
  console.log(`clean: ${relative(root, folder) || '.'}`);
}
rmSync(join(root, 'docs', 'api'), { recursive: true, force: true });
