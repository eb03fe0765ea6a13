/** The programs in README.md and docs/debugging.md run, and print what stands under them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test.each([
  ['README.md', 'example.mjs'],
  ['../../docs/debugging.md', 'overflow.mjs'],
])('the program of %s', async (page, name) => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const readme = await readFile(join(root, page), 'utf8');
  const [program] = blocks(readme, 'js');
  const [output] = blocks(readme, 'text');
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sharena-readme-')));
  try {
    await mkdir(join(folder, 'node_modules', '@sharena'), { recursive: true });
    await symlink(root, join(folder, 'node_modules', '@sharena', 'heap'), 'junction');
    await writeFile(join(folder, name), program);
    const run = await promisify(execFile)(process.execPath, [join(folder, name)], { timeout: 15_000 });
    // Stacks name the folder; on the page it is /app.
    expect(run.stdout.replaceAll(`${pathToFileURL(folder)}/`, 'file:///app/')).toBe(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
}
