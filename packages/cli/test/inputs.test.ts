import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandInputs } from '../src/inputs.ts';
import { fill, makeFolder } from './helpers.ts';

async function expand(cwd: string, args: string[], { recursive = false, skip = join(cwd, 'out') } = {}) {
  const { found, missing } = await expandInputs(args, { cwd, recursive, skip });
  return { found: found.map(({ label }) => label.replaceAll('\\', '/')), missing };
}

function folderWith(...names: string[]): string {
  const folder = makeFolder();
  fill(folder, Object.fromEntries(names.map((name) => [name, 'x'])));
  return folder;
}

describe('expandInputs', () => {
  it('takes a file as it is, whatever its name, with its size', async () => {
    const folder = folderWith('notes.txt');
    const { found } = await expandInputs(['notes.txt'], { cwd: folder, recursive: false, skip: '/none' });
    expect(found).toEqual([{ label: 'notes.txt', path: join(folder, 'notes.txt'), bytes: 1 }]);
  });

  it('takes the images of a folder, by name, not those of its folders', async () => {
    const folder = folderWith('p/b.JPG', 'p/a.png', 'p/c.tiff', 'p/notes.txt', 'p/.hidden.jpg', 'p/deep/d.jpg');
    expect((await expand(folder, ['p'])).found).toEqual(['p/a.png', 'p/b.JPG', 'p/c.tiff']);
  });

  it('goes to the bottom when asked, and leaves the output folder out', async () => {
    const folder = folderWith('p/a.jpg', 'p/deep/er/b.jpg', 'p/out/c.jpg');
    const options = { recursive: true, skip: join(folder, 'p', 'out') };
    expect((await expand(folder, ['p'], options)).found).toEqual(['p/a.jpg', 'p/deep/er/b.jpg']);
    expect((await expand(folder, ['p/out'], options)).found).toEqual(['p/out/c.jpg']);
  });

  it.skipIf(process.platform === 'win32')('is not caught in a loop of links', async () => {
    const folder = folderWith('p/a.jpg');
    symlinkSync(join(folder, 'p'), join(folder, 'p', 'loop'));
    expect((await expand(folder, ['p'], { recursive: true })).found).toEqual(['p/a.jpg']);
  });

  it('expands patterns, relative and absolute, in order of names', async () => {
    const folder = folderWith('p/b.jpg', 'p/a.jpg', 'p/a.png', 'q/c.jpg');
    expect((await expand(folder, ['p/*.jpg'])).found).toEqual(['p/a.jpg', 'p/b.jpg']);
    expect((await expand(folder, ['**/*.{png,jpg}'])).found).toEqual(['p/a.jpg', 'p/a.png', 'p/b.jpg', 'q/c.jpg']);
    expect((await expand(join(folder, 'p'), ['../q/*'])).found).toEqual(['../q/c.jpg']);
    expect((await expand('/', [`${folder}/q/*.jpg`])).found).toEqual([
      join(folder, 'q', 'c.jpg').replaceAll('\\', '/'),
    ]);
  });

  it.skipIf(process.platform === 'win32')('takes a file whose name looks like a pattern', async () => {
    const folder = folderWith('[1].jpg', '1.jpg');
    expect((await expand(folder, ['[1].jpg'])).found).toEqual(['[1].jpg']);
  });

  it('takes each file once', async () => {
    const folder = folderWith('p/a.jpg', 'p/b.jpg');
    expect((await expand(folder, ['p/b.jpg', 'p', './p/a.jpg', 'p/*'])).found).toEqual(['p/b.jpg', 'p/a.jpg']);
  });

  it('lists what stands for nothing, with the reason', async () => {
    const folder = folderWith('empty/notes.txt', 'file');
    const { found, missing } = await expand(folder, ['no.jpg', 'file/no.jpg', '*.gif', 'empty']);
    expect(found).toEqual([]);
    expect(missing).toEqual([
      { label: 'no.jpg', reason: 'there is no such file or folder', isImage: true },
      { label: 'file/no.jpg', reason: 'there is no such file or folder', isImage: true },
      { label: '*.gif', reason: 'no file matches this pattern', isImage: false },
      { label: 'empty', reason: 'there is no image in this folder', isImage: false },
    ]);
  });

  it.skipIf(process.platform === 'win32')('refuses devices, which have no end', async () => {
    const { missing } = await expand('/', ['/dev/zero']);
    expect(missing).toMatchObject([{ label: '/dev/zero', reason: 'it is not a regular file' }]);
  });
});
