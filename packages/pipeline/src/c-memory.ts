/**
 * The C library's memory. libvips takes and frees in many threads, and glibc keeps much of what was freed. What is done about it counts for
 * the whole process, as sharp's settings do:
 *
 *   a runtime starts  new threads share a few arenas. glibc gives each an arena of its own, up to eight for each core, and what is free in one
 *                     is of use to its threads alone: the peak of two threads of thumbnails is 13 MiB lower so, in the same time.
 *                     And 8 MiB at the end of an arena are kept. glibc keeps 128 KiB, or twice the largest mapping that was freed, and a thumbnail
 *                     has only small ones: its pages went back, and the next photograph took 400 anew; with 4 MiB too. With 8 it takes 60, in a
 *                     sixth less processor time
 *   a runtime ends    glibc has come to keep up to 64 MiB at the end of each arena, and nothing gives them back later. From now on whoever
 *                     frees, the threads that end first of all, gives back an end from 1 MiB on; and all else that is free is given back.
 *   another starts    glibc keeps 64 MiB again, what it had come to. With 1 MiB a thumbnail of a later runtime took 400 to 500 pages anew, and
 *                     a fifth more processor time
 *
 * Made through koffi, an optional dependency, on Linux with glibc; elsewhere nothing happens.
 */
import { createRequire } from 'node:module';

interface Koffi {
  load(path: null): { func(prototype: string): (...numbers: number[]) => number };
}

interface Library {
  trim(padding: number): number;
  set(parameter: number, value: number): number;
  /** @returns an address */
  take(bytes: number): number;
  free(address: number): void;
}

/** Parameters of `mallopt()`, as malloc.h has them. */
const TRIM_THRESHOLD = -1;
const MMAP_THRESHOLD = -3;
const ARENA_MAX = -8;

/** Bytes of a block after which glibc keeps twice as many at the end of each arena. */
const FREED = 4 * 2 ** 20;
/** Bytes at the end of an arena from which on they are given back. */
const MOST_KEPT = 2 ** 20;
/** Bytes that glibc comes to keep there at most. */
const MOST_GROWN = 64 * 2 ** 20;
/** Bytes from which on a block is a mapping of its own: what glibc comes to by itself, and the most that it takes. */
const LARGE = 32 * 2 ** 20;

let library: Library | undefined;
let isOpened = false;
/** Whether the two thresholds are set by hand: from then on neither grows by itself. */
let isSettled = false;

/**
 * Has threads that have no arena yet share so many, or those that there are. A process that has more than eight has settled on its number.
 *
 * @returns whether glibc was told
 */
export function shareArenas(count: number): boolean {
  return opened()?.set(ARENA_MAX, count) === 1;
}

/**
 * Has more kept at the ends of arenas: glibc goes by the largest mapping that was freed, so one is. Not by `mallopt()`: what is set by hand does
 * not grow any more, and decoded photographs need more. After {@link keepLittle}, when nothing grows, the most that glibc comes to is set.
 *
 * @returns whether glibc was told
 */
export function keepMore(): boolean {
  const library = opened();
  if (!library) return false;
  if (isSettled) return library.set(TRIM_THRESHOLD, MOST_GROWN) === 1;
  library.free(library.take(FREED)); // nobody writes into it, so it takes no memory
  return true;
}

/** Has the ends of arenas given back as they become free. @returns whether glibc was told */
export function keepLittle(): boolean {
  // Once one of the two is set neither grows any more: with blocks of 128 KiB as mappings all takes a tenth more time.
  isSettled = opened()?.set(MMAP_THRESHOLD, LARGE) === 1 && opened()?.set(TRIM_THRESHOLD, MOST_KEPT) === 1;
  return isSettled;
}

/** Gives back what is free, but for the ends of arenas. @returns whether glibc was told */
export function returnFreeMemory(): boolean {
  return opened()?.trim(0) !== undefined;
}

function opened(): Library | undefined {
  if (!isOpened) library = open();
  isOpened = true;
  return library;
}

function open(): Library | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    const functions = koffi.load(null);
    return {
      trim: functions.func('int malloc_trim(size_t padding)'),
      set: functions.func('int mallopt(int parameter, int value)'),
      take: functions.func('uintptr_t malloc(size_t size)'),
      free: functions.func('void free(uintptr_t address)'),
    };
  } catch {
    return undefined; // not installed, or another C library
  }
}
