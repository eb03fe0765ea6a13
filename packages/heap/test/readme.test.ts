/** The programs in README.md, in the guide to records and in that to debugging run, and print what stands under them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test.each([
  ['README.md', 'example.mjs'],
  ['../../docs/records.md', 'example.mjs'],
  ['../../docs/debugging.md', 'overflow.mjs'],
])('the program of %s', async (document, name) => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const text = await readFile(join(root, document), 'utf8');
  const [program] = blocks(text, 'js');
  const [output] = blocks(text, 'text');
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sharena-readme-')));
  try {
    await mkdir(join(folder, 'node_modules', '@sharena'), { recursive: true });
    await symlink(root, join(folder, 'node_modules', '@sharena', 'heap'), 'junction');
    await writeFile(join(folder, name), program);
    const run = await promisify(execFile)(process.execPath, [join(folder, name)], { timeout: 15_000 });
    expect(comparable(run.stdout.replaceAll(`${pathToFileURL(folder)}/`, 'file:///app/'))).toBe(comparable(output));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Addresses depend on how long the heap's tables are. */
function comparable(text: string): string {
  return text.replaceAll(/0x[0-9a-f]{4,}/g, '0x…');
}

function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
}
