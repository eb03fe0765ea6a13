/** The program in README.md runs, and prints what stands under it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the example', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [program] = blocks(readme, 'js');
  const [output] = blocks(readme, 'text');
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
