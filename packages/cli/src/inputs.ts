/**
 * Inputs: from what stands on the command line to files.
 *
 * A file is itself. A folder is the images in it. What does not exist and has the characters of a pattern is expanded here,
 * so quoted patterns work, and shells that expand none. The rest is missing: it is kept, with the reason, so that it is
 * reported among the results.
 */
import { type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { systemReason } from './errors.ts';
import { IMAGE_EXTENSIONS } from './formats.ts';

/** A file that was found. */
export interface FoundInput {
  /** What messages call it: a path, relative as it was given. */
  readonly label: string;
  /** Its absolute path. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
}

/** Something that was named and is not there. */
export interface MissingInput {
  /** As it was given. */
  readonly label: string;
  /** Why it is none. */
  readonly reason: string;
  /** Whether it was named as a file; else it is a folder or a pattern without one. */
  readonly isImage: boolean;
}

/** What the arguments stand for. */
export interface Inputs {
  /** Every file once, in the order of the arguments; those of a folder or a pattern by name. */
  readonly found: readonly FoundInput[];
  /** Arguments that stand for no file. */
  readonly missing: readonly MissingInput[];
}

/** Settings of {@link expandInputs}. */
export interface ExpandOptions {
  /** The folder that relative paths are relative to. */
  readonly cwd: string;
  /** Whether folders are searched to the bottom. */
  readonly recursive: boolean;
  /** A folder that such a search leaves out: the results of the last run may be there. */
  readonly skip: string;
}

/** Finds the files that the arguments stand for. Never throws on them: what is not there is listed. */
export async function expandInputs(args: readonly string[], options: ExpandOptions): Promise<Inputs> {
  const found = new Map<string, FoundInput>();
  const missing: MissingInput[] = [];
  for (const arg of args) {
    for (const each of await expand(arg, options)) {
      if ('reason' in each) missing.push(each);
      else if (!found.has(each.path)) found.set(each.path, each);
    }
  }
  return { found: [...found.values()], missing };
}

type Expanded = FoundInput | MissingInput;

async function expand(arg: string, options: ExpandOptions): Promise<Expanded[]> {
  const path = resolve(options.cwd, arg);
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (absent && isDynamicPattern(asPattern(arg))) return matches(arg, options);
    return [{ label: arg, reason: absent ? 'there is no such file or folder' : systemReason(error), isImage: true }];
  }
  if (stats.isDirectory()) return imagesIn(arg, path, options);
  return [fileAt(arg, path)];
}

async function matches(arg: string, { cwd }: ExpandOptions): Promise<Expanded[]> {
  const paths = await glob(asPattern(arg), { cwd, absolute: true, onlyFiles: true, expandDirectories: false });
  if (paths.length === 0) return [{ label: arg, reason: 'no file matches this pattern', isImage: false }];
  return sorted(paths.map((path) => resolve(path))).map((path) => fileAt(labelFor(arg, path, cwd), path));
}

async function imagesIn(arg: string, folder: string, { recursive, skip }: ExpandOptions): Promise<Expanded[]> {
  try {
    await readdir(folder);
  } catch (error) {
    return [{ label: arg, reason: systemReason(error), isImage: false }];
  }
  const names = await glob(`${recursive ? '**/' : ''}*.{${IMAGE_EXTENSIONS.join(',')}}`, {
    cwd: folder,
    onlyFiles: true,
    caseSensitiveMatch: false,
    expandDirectories: false,
    followSymbolicLinks: false, // a link to a folder above would be an endless path
  });
  const inSkipped = (path: string) => skip !== folder && path.startsWith(skip + sep);
  const kept = sorted(names.map((name) => join(folder, name))).filter((path) => !inSkipped(path));
  if (kept.length === 0) return [{ label: arg, reason: 'there is no image in this folder', isImage: false }];
  return kept.map((path) => fileAt(join(arg, relative(folder, path)), path));
}

function fileAt(label: string, path: string): Expanded {
  try {
    const stats = statSync(path);
    // A pipe or a device may have no end.
    return stats.isFile()
      ? { label, path, bytes: stats.size }
      : { label, reason: 'it is not a regular file', isImage: true };
  } catch (error) {
    return { label, reason: systemReason(error), isImage: true };
  }
}

/** Relative, when the pattern was. */
function labelFor(arg: string, path: string, cwd: string): string {
  return isAbsolute(arg) ? path : relative(cwd, path);
}

/** Patterns are written with slashes; on Windows people write paths with backslashes. */
function asPattern(arg: string): string {
  return sep === '\\' ? arg.replaceAll('\\', '/') : arg;
}

/** By code unit, so that the order is the same in every locale. */
function sorted(paths: string[]): string[] {
  return paths.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
