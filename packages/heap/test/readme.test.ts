/** The programs in README.md and in the guide to records run, and print what stands under them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test.each(['README.md', '../../docs/records.md'])('the example of %s', async (document) => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const text = await readFile(join(root, document), 'utf8');
  const [program] = blocks(text, 'js');
  const [output] = blocks(text, 'text');
  const folder = await mkdtemp(join(tmpdir(), 'sharena-readme-'));
  try {
    await mkdir(join(folder, 'node_modules', '@sharena'), { recursive: true });
    await symlink(root, join(folder, 'node_modules', '@sharena', 'heap'), 'junction');
    await writeFile(join(folder, 'example.mjs'), program);
    const run = await promisify(execFile)(process.execPath, [join(folder, 'example.mjs')], { timeout: 15_000 });
    expect(run.stdout).toBe(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
}
