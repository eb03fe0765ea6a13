/**
 * The reference count of a record: word R_COUNT of its header. Any thread changes it, by compare-and-swap alone.
 *
 *   retain    n -> n + 1   n > 0     refused at 0: a dead record never comes back
 *   release   n -> n - 1   n > 0     refused at 0; who makes it 0 destroys the record and frees its block
 *
 * Blind additions would not do: one to a dead record would bring it back while another thread destroys it. Exactly one swap
 * makes the count 0, so exactly one thread destroys.
 *
 * If a thread dies here, its references are never released: the record lives on. If it dies behind the swap to 0, the
 * record's block is lost, as any block that a thread is freeing when it dies.
 */
import { R_COUNT } from '../layout.ts';

// As in pools/pool-set.ts: V8 takes local names for constants.
const COUNT = R_COUNT;

/** The most references that a record can have. */
export const MOST_REFERENCES: number = 2 ** 31 - 1;

/** Adds a reference to the record at word `at`. Returns the count now; 0 when the record is dead, -1 when it has the most. */
export function addReference(words: Int32Array, at: number): number {
  // benign: a stale word only makes the swap fail, and the swap answers the true one. Not 0: only a swap can tell that.
  let seen = words[at + COUNT] || 1;
  for (;;) {
    if (seen <= 0) return 0;
    if (seen === MOST_REFERENCES) return -1;
    const found = Atomics.compareExchange(words, at + COUNT, seen, seen + 1);
    if (found === seen) return seen + 1;
    seen = found;
  }
}

/** Takes a reference from the record at word `at`. Returns the count now; -1 when the record is dead. */
export function dropReference(words: Int32Array, at: number): number {
  // benign: a stale word only makes the swap fail, and the swap answers the true one. Not 0: only a swap can tell that.
  let seen = words[at + COUNT] || 1;
  for (;;) {
    if (seen <= 0) return -1;
    const found = Atomics.compareExchange(words, at + COUNT, seen, seen - 1);
    if (found === seen) return seen - 1;
    seen = found;
  }
}
