import { linkSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { formatLike } from '../src/formats.ts';
import { makeOutputFolder, nameOutputs, refuseOverwriting } from '../src/outputs.ts';
import { PartFiles } from '../src/part-files.ts';
import { fill, makeFolder } from './helpers.ts';

const webp = (...paths: string[]) => nameOutputs(paths.map((path) => ({ path, format: 'webp' as const })));

describe('nameOutputs', () => {
  it('keeps the name and takes the extension of the format', () => {
    expect(webp('/p/photo.jpg', '/p/a.b.png', '/p/none')).toEqual(['photo.webp', 'a.b.webp', 'none.webp']);
    expect(nameOutputs([{ path: '/p/photo.jpeg', format: 'jpeg' }])).toEqual(['photo.jpg']);
  });

  it('numbers those that would have one name, in their order', () => {
    const paths = ['/a/photo.jpg', '/b/photo.jpg', '/a/photo.png', '/c/other.jpg'];
    expect(webp(...paths)).toEqual(['photo.webp', 'photo-2.webp', 'photo-3.webp', 'other.webp']);
    expect(webp(...paths)).toEqual(webp(...paths));
  });

  it('takes nobody the name that is really theirs', () => {
    expect(webp('/a/photo.jpg', '/b/photo.jpg', '/c/photo-2.jpg')).toEqual([
      'photo.webp',
      'photo-3.webp',
      'photo-2.webp',
    ]);
  });

  it('counts names that differ in case as one', () => {
    expect(webp('/a/Photo.jpg', '/b/photo.jpg')).toEqual(['Photo.webp', 'photo-2.webp']);
  });

  it('knows names of different formats apart', () => {
    const inputs = [
      { path: '/a/photo.jpg', format: 'jpeg' as const },
      { path: '/a/photo.png', format: 'png' as const },
    ];
    expect(nameOutputs(inputs)).toEqual(['photo.jpg', 'photo.png']);
  });
});

describe('formatLike', () => {
  it('is that of the input when it can be written, else png', () => {
    const names = ['a.jpg', 'a.JPEG', 'a.jfif', 'a.png', 'a.webp', 'a.avif', 'a.tiff', 'a'];
    expect(names.map(formatLike)).toEqual(['jpeg', 'jpeg', 'jpeg', 'png', 'webp', 'avif', 'png', 'png']);
  });
});

describe('refuseOverwriting', () => {
  const folder = () => {
    const made = makeFolder();
    fill(made, { 'photo.jpg': 'x', 'out/old.jpg': 'y' });
    return made;
  };

  it('names the input that an output would overwrite', () => {
    const made = folder();
    const input = { label: 'my/photo.jpg', path: join(made, 'photo.jpg') };
    expect(() => refuseOverwriting([input], [join(made, 'out', '..', 'photo.jpg')])).toThrow(UsageError);
    expect(() => refuseOverwriting([input], [join(made, 'photo.jpg')])).toThrow(
      'would overwrite the input my/photo.jpg',
    );
  });

  it('lets the results of an earlier run be overwritten', () => {
    const made = folder();
    const input = { label: 'photo.jpg', path: join(made, 'photo.jpg') };
    expect(() =>
      refuseOverwriting([input], [join(made, 'out', 'old.jpg'), join(made, 'out', 'new.jpg')]),
    ).not.toThrow();
  });

  it.skipIf(process.platform === 'win32')('sees through links', () => {
    const made = folder();
    symlinkSync(join(made, 'photo.jpg'), join(made, 'link.jpg'));
    symlinkSync(made, join(made, 'again'));
    linkSync(join(made, 'photo.jpg'), join(made, 'hard.jpg'));
    const input = { label: 'photo.jpg', path: join(made, 'photo.jpg') };
    const link = { label: 'link.jpg', path: join(made, 'link.jpg') };
    expect(() => refuseOverwriting([input], [join(made, 'again', 'photo.jpg')])).toThrow(UsageError);
    expect(() => refuseOverwriting([input], [join(made, 'hard.jpg')])).toThrow(UsageError);
    expect(() => refuseOverwriting([link], [join(made, 'photo.jpg')])).toThrow(UsageError);
    // A link is replaced, not written through.
    expect(() => refuseOverwriting([input], [join(made, 'link.jpg')])).not.toThrow();
  });
});

describe('makeOutputFolder', () => {
  it('makes parents, and takes a folder that is there', async () => {
    const folder = makeFolder();
    await makeOutputFolder(join(folder, 'a', 'b'));
    await makeOutputFolder(join(folder, 'a', 'b'));
    expect(readdirSync(join(folder, 'a'))).toEqual(['b']);
  });

  it('names the folder when a file is in its place', async () => {
    const folder = makeFolder();
    fill(folder, { file: 'x' });
    for (const path of [join(folder, 'file'), join(folder, 'file', 'deeper')]) {
      await expect(makeOutputFolder(path)).rejects.toThrow(
        `cannot write to the output folder ${path}: a file is in the way`,
      );
    }
  });
});

describe('PartFiles', () => {
  it('removes the parts of its own files, and nothing else', () => {
    const folder = makeFolder();
    const id = '123e4567-e89b-42d3-a456-426614174000';
    const others = ['a.webp', 'a.webp.part', `b.webp.${id}.part`, `a.webp.${id}.part.txt`];
    fill(folder, Object.fromEntries([...others, `a.webp.${id}.part`].map((name) => [name, 'x'])));
    const parts = new PartFiles();
    parts.expect([join(folder, 'a.webp'), join(folder, 'gone', 'c.webp')]);
    parts.remove();
    expect(readdirSync(folder).sort()).toEqual(others.sort());
  });
});
