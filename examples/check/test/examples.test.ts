/** Every example runs, from start to end, and prints what its README says. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const pathOf = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));

async function output(example: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [pathOf(`${example}/main.js`), ...args], { timeout: 120_000 });
  return stdout;
}

/** What the example's README shows as its output: the block behind the line "prints". */
async function promised(example: string): Promise<string | undefined> {
  const readme = await readFile(pathOf(`${example}/README.md`), 'utf8');
  return /prints\n+```text\n([\s\S]*?)```/.exec(readme)?.[1];
}

test.each([
  'share-an-image',
  'custom-step',
  'comlink-service',
  'plain-workers',
  'heap-map',
  'own-kernel',
  'responsive-images',
  'thumbnail-service',
  'video-frames',
])(
  '%s',
  async (example) => {
    expect(await output(example)).toBe(await promised(example));
  },
  130_000,
);

// Its runtime is large, and installed by hand.
test('tensor-model', async () => {
  if (existsSync(pathOf('tensor-model/runtime/node_modules'))) {
    expect(await output('tensor-model')).toBe(await promised('tensor-model'));
    return;
  }
  const stderr = 'ONNX Runtime is not installed: run npm install in examples/tensor-model/runtime first.\n';
  await expect(output('tensor-model')).rejects.toMatchObject({ code: 1, stderr });
}, 130_000);

test('photos: the main job', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sharena-photos-'));
  try {
    const report = await output('photos', folder);
    expect(report).toMatch(/^photos +9$/m);
    expect(report).toMatch(/^pictures written +38, /m);
    expect(report).toMatch(/^images left in the heap +0$/m);
    const files = await readdir(folder);
    expect(files.filter((file) => file.endsWith('.webp'))).toHaveLength(37);
    expect((await stat(join(folder, 'contact-sheet.jpg'))).size).toBeGreaterThan(100_000);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 130_000);
