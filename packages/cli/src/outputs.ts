/**
 * Outputs: the folder, the names of the files, and the promise that no input is overwritten.
 */
import { type BigIntStats, lstatSync, statSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import type { Format } from '@sharena/pipeline';
import { systemReason, UsageError } from './errors.ts';
import { extensionOf } from './formats.ts';

/** What an output is named after. */
export interface Nameable {
  /** Path of the input. */
  readonly path: string;
  /** What is put behind the input's name, with a hyphen; nothing where it is empty. */
  readonly suffix?: string;
  /** Format of the output. */
  readonly format: Format;
}

/**
 * Names the output of every input: the input's name with the format's extension. Where several inputs have one name, the
 * first has it, and the others get the next free number: `photo.webp`, `photo-2.webp`. Names that differ in case alone
 * count as one, because some file systems think so. The same inputs always get the same names.
 */
export function nameOutputs(inputs: readonly Nameable[]): string[] {
  const taken = new Set<string>();
  const claim = (name: string): boolean => {
    const key = name.normalize('NFC').toLowerCase();
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  };
  const names = inputs.map(({ path, suffix = '', format }) => ({
    stem: suffix === '' ? parse(path).name : `${parse(path).name}-${suffix}`,
    extension: extensionOf(format),
  }));
  // First those that keep their name: a number must not take the name of an input that really has it.
  const kept = names.map(({ stem, extension }) => claim(`${stem}.${extension}`));
  return names.map(({ stem, extension }, i) => {
    if (kept[i]) return `${stem}.${extension}`;
    for (let number = 2; ; number++) {
      const name = `${stem}-${number}.${extension}`;
      if (claim(name)) return name;
    }
  });
}

/**
 * Refuses outputs that are inputs, whatever the paths look like: links and case are seen through.
 *
 * @throws {UsageError} naming the input and the output
 */
export function refuseOverwriting(
  inputs: readonly { label: string; path: string }[],
  outputs: readonly string[],
): void {
  const owners = new Map<string, string>();
  for (const { label, path } of inputs) {
    for (const key of [resolve(path), identity(lstatSync, path), identity(statSync, path)]) {
      if (key !== undefined) owners.set(key, label);
    }
  }
  for (const output of outputs) {
    const label = owners.get(resolve(output)) ?? owners.get(identity(lstatSync, output) ?? '');
    if (label === undefined) continue;
    throw new UsageError(`the output ${output} would overwrite the input ${label}: choose another folder for --out`);
  }
}

/**
 * Makes the folder, with its parents.
 *
 * @throws {UsageError} naming it, when it cannot be made or written to
 */
export async function makeOutputFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(join(folder, '.'), constants.W_OK);
  } catch (error) {
    throw new UsageError(`cannot write to the output folder ${folder}: ${systemReason(error)}`);
  }
}

/** What a file is, by whatever name: device and number. Undefined when there is none. */
function identity(stat: typeof lstatSync | typeof statSync, path: string): string | undefined {
  const stats: BigIntStats | undefined = stat(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}
