/**
 * The word of a record that says where the image's lock is.
 *
 *   R_LOCK   0 -> address   by one swap, from any thread that holds the image
 *            address -> 0   by the thread that destroys the image, when nobody holds it any more
 *
 * Of two threads that make a lock at once the loser gives its block back, and takes the other's. If a thread dies in here its
 * block may be lost: 64 bytes. The word is 0 or right at every step.
 */
import type { Address } from '@sharena/heap';
import { R_LOCK } from '../layout.ts';

/** Where locks come from: a domain of the heap. */
export interface LockMemory {
  /** Zeroed memory, 0 when there is no room. */
  calloc(count: number, size: number): Address;
  /** Gives it back. */
  free(address: Address): void;
}

/** The address of an image's lock, 0 while there is none. */
export function lockAddress(words: Int32Array, record: number): Address {
  return Atomics.load(words, record + R_LOCK) >>> 0;
}

/** The address of an image's lock, which is made when there is none: zeroed memory. 0 when there is no room. */
export function needLock(words: Int32Array, record: number, memory: LockMemory, size: number): Address {
  const known = lockAddress(words, record);
  if (known !== 0) return known;
  const made = memory.calloc(1, size);
  if (made === 0) return 0;
  const found = Atomics.compareExchange(words, record + R_LOCK, 0, made | 0);
  if (found === 0) return made;
  memory.free(made);
  return found >>> 0;
}
