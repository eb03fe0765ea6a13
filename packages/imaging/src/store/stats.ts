/** The counters of a store: Pillow's six, as sums over the ledgers of all slots. */
import {
  L_ALLOCATED,
  L_FAILED,
  L_FREED,
  L_NEW,
  L_REALLOCATED,
  L_REUSED,
  LEDGER_WORDS,
  SLOTS,
  W_BASELINE,
  W_LEDGERS,
} from '../layout.ts';

/** Counters of a store, over all threads. */
export interface ImageStats {
  /** Images asked for since the last reset, those that failed included. */
  readonly newCount: number;
  /** Blocks asked of the heap for chains since the last reset, those included that it had no room for. */
  readonly allocatedBlocks: number;
  /** Blocks taken from the cache since the last reset. */
  readonly reusedBlocks: number;
  /** Of these, those that had to move to get their size. */
  readonly reallocatedBlocks: number;
  /** Blocks of chains given back to the heap since the last reset. */
  readonly freedBlocks: number;
  /** Blocks in the cache now. */
  readonly blocksCached: number;
}

/** The sum of a counter over all slots. benign: a statistic; exact while all are at rest */
export function sumOf(words: Int32Array, store: number, counter: number): number {
  let sum = 0;
  for (let slot = 1; slot < SLOTS; slot++) sum += words[store + W_LEDGERS + slot * LEDGER_WORDS + counter];
  return sum;
}

/** The five counters in the order of the baseline. */
function countersOf(words: Int32Array, store: number): number[] {
  const [created, allocated, reused, moved, freed, failed] = [
    L_NEW,
    L_ALLOCATED,
    L_REUSED,
    L_REALLOCATED,
    L_FREED,
    L_FAILED,
  ].map((counter) => sumOf(words, store, counter));
  return [created, allocated + failed, reused, moved, freed];
}

/** Reads the counters. Threads: any. */
export function readStats(words: Int32Array, store: number, blocksCached: number): ImageStats {
  // Counters wrap at 2^32; so do their differences.
  const since = countersOf(words, store).map((sum, i) => (sum - words[store + W_BASELINE + i]) >>> 0);
  const [newCount, allocatedBlocks, reusedBlocks, reallocatedBlocks, freedBlocks] = since;
  return { newCount, allocatedBlocks, reusedBlocks, reallocatedBlocks, freedBlocks, blocksCached };
}

/** Counts from here on. Threads: any. The ledgers go on: nobody writes another slot's. */
export function resetStats(words: Int32Array, store: number): void {
  words.set(countersOf(words, store), store + W_BASELINE);
}
