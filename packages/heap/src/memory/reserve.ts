/**
 * Level 0: the memory itself.
 *
 * One shared WebAssembly.Memory whose initial size is its maximum. The system commits its pages when they are first
 * touched, so a large reserve costs address space only. It never grows: views are made once and stay valid, and element
 * access stays as fast as on a small buffer (views that track a growing buffer read about 16 times slower).
 */
import { HeapExhaustedError, InvalidArgumentError } from '../errors.ts';
import { MAX_PAGES, PAGE_BYTES } from '../layout.ts';

/** A shared WebAssembly.Memory, as far as the heap needs it; named here because Node's types do not declare it. */
export interface SharedMemory {
  /** The memory, always the same buffer: it never grows. */
  readonly buffer: SharedArrayBuffer;
}

declare const WebAssembly: {
  Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => SharedMemory;
};

/** 4 GiB: all that 32-bit addresses reach. */
export const DEFAULT_RESERVE: number = MAX_PAGES * PAGE_BYTES;

/**
 * Reserves a shared memory of `bytes`, rounded up to whole pages. Where the system refuses, tries half of it, and so on
 * down to `minimum`.
 *
 * @param bytes - bytes wanted, at most 4 GiB
 * @param minimumPages - pages that the caller cannot do without
 * @throws {InvalidArgumentError} when `bytes` is out of range
 * @throws {HeapExhaustedError} when the system refuses even the minimum
 */
export function reserveMemory(bytes: number, minimumPages: number): SharedMemory {
  const least = minimumPages * PAGE_BYTES;
  if (bytes < least || bytes > DEFAULT_RESERVE) {
    throw new InvalidArgumentError('reserve', `from ${least} to ${DEFAULT_RESERVE} bytes in this geometry`, bytes);
  }
  for (let pages = Math.ceil(bytes / PAGE_BYTES); ; pages = Math.max(minimumPages, pages >>> 1)) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch (error) {
      if (pages === minimumPages) throw new HeapExhaustedError(bytes, 0, { cause: error });
    }
  }
}
