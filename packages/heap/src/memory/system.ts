/**
 * What only the operating system can do with the heap's memory: take pages back, and tell which ones it holds.
 *
 * Both are calls of the C library, made through koffi, an optional dependency. It is loaded when it is first needed, in each
 * thread that needs it. Where it is not installed, cannot be loaded or finds no such calls, there is no SystemMemory, and
 * nobody is worse off but for the memory that stays resident.
 *
 * Linux only: `madvise(MADV_DONTNEED)` there gives pages back at once and lets them read as zero. What other systems offer
 * (MADV_FREE, DiscardVirtualMemory) leaves their contents open, and the heap relies on zeros.
 *
 * Holds no state of the heap. If the thread dies here, the system has finished the call or not begun it.
 */
import { createRequire } from 'node:module';
import { PAGE_BYTES } from '../layout.ts';

const MADV_DONTNEED = 4;
/** Bytes of memory that one call of mincore() is asked about. */
const WINDOW = 2 ** 28;

/** As much of koffi as is used here. */
export interface Koffi {
  /** The symbols of a library; null: of the whole process. */
  load(path: null): {
    /** A C function, by its prototype. */
    func(prototype: string): (...args: readonly unknown[]) => number;
  };
  /** The address of a typed array's first byte in the process. */
  address(view: Uint8Array): bigint;
}

/** The memory of one heap, as the operating system sees it. Threads: any. */
export interface SystemMemory {
  /**
   * Gives a range back to the system: it takes no memory any more, and reads as zero.
   *
   * @param address - of its first byte, a multiple of 64 KiB
   * @param bytes - a multiple of 64 KiB
   * @returns whether the system did
   */
  release(address: number, bytes: number): boolean;
  /** Bytes of the heap that are in memory now; undefined when the system does not tell. */
  residentBytes(): number | undefined;
}

/** Loads koffi, or answers undefined. */
export function loadKoffi(): Koffi | undefined {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    return undefined;
  }
}

/**
 * Opens the system's view of a memory.
 *
 * @param buffer - the heap
 * @param platform - as `process.platform`
 * @param load - loads koffi
 * @returns undefined where the system's calls cannot be made or do not do what the heap needs
 */
export function openSystemMemory(
  buffer: SharedArrayBuffer,
  platform: string,
  load: () => Koffi | undefined,
): SystemMemory | undefined {
  const koffi = platform === 'linux' ? load() : undefined;
  if (!koffi) return undefined;
  try {
    const library = koffi.load(null);
    const pageBytes = library.func('int getpagesize()')();
    const base = Number(koffi.address(new Uint8Array(buffer)));
    if (PAGE_BYTES % pageBytes !== 0 || base % pageBytes !== 0) return undefined;
    const madvise = library.func('int madvise(uintptr_t address, size_t bytes, int advice)');
    const mincore = library.func('int mincore(uintptr_t address, size_t bytes, _Out_ uint8_t *pages)');
    return {
      release: (address, bytes) => madvise(base + address, bytes, MADV_DONTNEED) === 0,
      residentBytes: () => residentBytes(mincore, base, buffer.byteLength, pageBytes),
    };
  } catch {
    return undefined;
  }
}

const opened = new WeakMap<SharedArrayBuffer, { readonly system: SystemMemory | undefined }>();

/** The system's view of a heap's memory, opened once in each thread; undefined where there is none. */
export function systemMemoryOf(buffer: SharedArrayBuffer): SystemMemory | undefined {
  const known = opened.get(buffer);
  if (known) return known.system;
  const system = openSystemMemory(buffer, process.platform, loadKoffi);
  opened.set(buffer, { system });
  return system;
}

/** mincore() answers a byte for each page of the system, whose lowest bit says that it is in memory. */
function residentBytes(
  mincore: (...args: readonly unknown[]) => number,
  base: number,
  bytes: number,
  pageBytes: number,
): number | undefined {
  const pages = new Uint8Array(WINDOW / pageBytes);
  let resident = 0;
  for (let at = 0; at < bytes; at += WINDOW) {
    const length = Math.min(WINDOW, bytes - at);
    if (mincore(base + at, length, pages) !== 0) return undefined;
    for (let page = 0; page < length / pageBytes; page++) resident += pages[page] & 1;
  }
  return resident * pageBytes;
}
