/**
 * The C library's free memory. libvips takes and frees in many threads, and glibc keeps much of what was freed for each of them. When a runtime is
 * closed nothing of it will be needed soon, so the process gives it back.
 *
 * Made through koffi, an optional dependency, on Linux with glibc; elsewhere nothing happens.
 */
import { createRequire } from 'node:module';

interface Koffi {
  load(path: null): { func(prototype: string): (padding: number) => number };
}

let trim: ((padding: number) => number) | undefined;
let isLoaded = false;

/** Gives it back. @returns whether the system was asked to */
export function returnFreeMemory(): boolean {
  if (!isLoaded) {
    isLoaded = true;
    trim = load();
  }
  return trim?.(0) !== undefined;
}

function load(): typeof trim {
  if (process.platform !== 'linux') return undefined;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    return koffi.load(null).func('int malloc_trim(size_t padding)');
  } catch {
    return undefined; // not installed, or another C library
  }
}
