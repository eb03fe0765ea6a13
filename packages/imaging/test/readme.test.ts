/** The programs in README.md and in the guide to images run, and print what stands under them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = ['@sharena/heap', 'comlink', 'piscina', 'sharp'];

test.each([
  ['README.md', ['main.mjs']],
  ['../../docs/images.md', ['sharp.mjs', 'pool.mjs', 'comlink.mjs']],
])('the programs of %s', { timeout: 90_000 }, async (document, names) => {
  const text = await readFile(join(root, document), 'utf8');
  const programs = blocks(text, 'js');
  const outputs = blocks(text, 'text');
  expect(outputs.length).toBe(names.length);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sharena-readme-')));
  try {
    await install(join(folder, 'node_modules'));
    for (const program of programs) await writeFile(join(folder, nameOf(program)), program);
    for (const [i, name] of names.entries()) {
      const run = await promisify(execFile)(process.execPath, [join(folder, name)], { timeout: 25_000 });
      expect(run.stdout, name).toBe(outputs[i]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function install(folder: string): Promise<void> {
  await mkdir(join(folder, '@sharena'), { recursive: true });
  await symlink(root, join(folder, '@sharena', 'imaging'), 'junction');
  for (const name of packages) {
    await symlink(await realpath(join(root, 'node_modules', name)), join(folder, name), 'junction');
  }
}

/** A program of several files says in its first lines how each is called. */
function nameOf(program: string): string {
  return /^\/\/ ([a-z-]+\.mjs)\n/.exec(program)?.[1] ?? 'main.mjs';
}

function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
}
