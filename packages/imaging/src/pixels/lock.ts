/**
 * The lock of an image: a read-write lock in a block of the heap, made when a thread first asks for it (lock-word.ts).
 *
 * A thread's number in the lock is its slot in the heap plus 1: so whoever recovers the slot knows it. If a thread dies while it
 * holds the lock, {@link recoverLock} takes it from it.
 */
import { RWLock } from '@sharena/atomics-sync';
import { HeapExhaustedError, type SharedHeap } from '@sharena/heap';
import { lockAddress, needLock } from './lock-word.ts';

/** The lock of the image with that record, which this thread holds. @throws {HeapExhaustedError} when there is no room for one */
export function lockOf(heap: SharedHeap, record: number): RWLock {
  const address = needLock(heap.words, record, heap.mem, RWLock.BYTES);
  if (address === 0) throw new HeapExhaustedError(RWLock.BYTES, heap.stats().freeBytes);
  return RWLock.at(heap.words.buffer, address, { owner: heap.slot + 1 });
}

/**
 * Releases what a thread that is gone held of an image's lock. The image must be one that the slot holds, or that cannot go.
 *
 * @param slot - the slot that the thread had in the heap
 * @returns whether it held anything
 */
export function recoverLock(heap: SharedHeap, record: number, slot: number): boolean {
  const address = lockAddress(heap.words, record);
  return address !== 0 && RWLock.at(heap.words.buffer, address).recover(slot + 1);
}
