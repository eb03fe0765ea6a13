/**
 * The lock of an image: a read-write lock in a block of the heap, made when a thread first asks for it.
 *
 *   R_LOCK of the record   0 -> address   by one swap, from any thread that holds a reference
 *                          address -> 0   by the thread that destroys the image, when nobody holds a reference any more
 *
 * Of two threads that ask at once the loser gives its block back. If a thread dies in between, its 64 bytes are lost; if it
 * dies while it holds the lock, {@link recoverLock} takes the lock from it.
 *
 * A thread's number in the lock is its slot in the heap plus 1: so whoever recovers the slot knows it.
 */
import { RWLock } from '@sharena/atomics-sync';
import { HeapExhaustedError, type SharedHeap } from '@sharena/heap';
import { R_LOCK } from '../layout.ts';

/** The lock of the image with that record, which must be alive. @throws {HeapExhaustedError} when there is no room for one */
export function lockOf(heap: SharedHeap, record: number): RWLock {
  const known = Atomics.load(heap.words, record + R_LOCK) >>> 0;
  return RWLock.at(heap.words.buffer, known === 0 ? makeLock(heap, record) : known, { owner: heap.slot + 1 });
}

/**
 * Releases what a dead thread held of an image's lock.
 *
 * @param slot - the slot that the thread had in the heap
 * @returns whether it held anything
 */
export function recoverLock(heap: SharedHeap, record: number, slot: number): boolean {
  const address = Atomics.load(heap.words, record + R_LOCK) >>> 0;
  return address !== 0 && RWLock.at(heap.words.buffer, address).recover(slot + 1);
}

function makeLock(heap: SharedHeap, record: number): number {
  const made = heap.mem.calloc(1, RWLock.BYTES);
  if (made === 0) throw new HeapExhaustedError(RWLock.BYTES, heap.stats().freeBytes);
  const found = Atomics.compareExchange(heap.words, record + R_LOCK, 0, made | 0);
  if (found === 0) return made;
  heap.mem.free(made);
  return found >>> 0;
}
