/**
 * Part files: a file is written beside its place first, and then moved there. When the program ends in between, the part
 * stays; this takes it away.
 */
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Removes the parts of files that may be in writing. */
export class PartFiles {
  #files: readonly string[] = [];

  /** These files will be written. */
  expect(files: readonly string[]): void {
    this.#files = files;
  }

  /** Removes what there is. Never throws: it is a courtesy on the way out. */
  remove(): void {
    const names = new Set(this.#files.map((file) => basename(file)));
    for (const folder of new Set(this.#files.map((file) => dirname(file)))) {
      try {
        const parts = readdirSync(folder).filter((name) =>
          names.has(/^(.+)\.[\da-f-]{36}\.part$/.exec(name)?.[1] ?? ''),
        );
        for (const part of parts) rmSync(join(folder, part), { force: true });
      } catch {}
    }
  }
}
