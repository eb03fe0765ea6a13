// The folders of the workspace, as pnpm-workspace.yaml names them. No dependencies: ensure.mjs runs before any exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Every folder with a package.json that the `packages:` list names. The list may hold `name` and `name/*`, nothing else.
 * @returns {string[]}
 */
export function workspaceFolders() {
  const yaml = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const list = /^packages:\r?\n((?:[ \t]+-.*(?:\r?\n|$))+)/m.exec(yaml);
  if (!list) throw new Error('pnpm-workspace.yaml has no list of packages');
  const patterns = list[1].match(/[\w@][\w@/*.-]*/g) ?? [];
  const folders = patterns.flatMap((pattern) => {
    if (!pattern.includes('*')) return [join(root, pattern)];
    const parent = join(root, pattern.slice(0, -2));
    if (!pattern.endsWith('/*') || pattern.indexOf('*') !== pattern.length - 1) {
      throw new Error(`pnpm-workspace.yaml: cannot read the pattern ${pattern}`);
    }
    return existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : [];
  });
  return folders.filter((folder) => existsSync(join(folder, 'package.json'))).sort();
}

/**
 * The workspace's packages: the folder and the parsed package.json of each.
 * @returns {{ folder: string, manifest: Record<string, any> }[]}
 */
export function workspacePackages() {
  return workspaceFolders().map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  }));
}
