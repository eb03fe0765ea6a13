/**
 * What a free list keeps in shared memory: a record with the head of its chain of blocks. The records of a slot are linked
 * from its word S_FREE_LISTS, so that every block kept there can be found when the thread is gone.
 *
 *   slot.S_FREE_LISTS -> record -> record -> 0          linked by F_NEXT
 *                        F_HEAD -> block -> block -> 0  linked by the first word of each block
 *
 * Who writes: the slot's owner, with plain stores. When it is known to be dead: the one thread that reaps it.
 *
 * If the owner dies in here: every chain is whole at every store, since a block or a record is linked by one store after its
 * own link was written, and taken out by one store before anything is done with it. So what is lost is the block that was in
 * the thread's hands: taken out and not handed over yet, or given back and not linked yet. F_LENGTH may be off by one; nobody
 * walks by it.
 */
import type { Address } from '../domains.ts';
import { F_DOMAIN, F_HEAD, F_LENGTH, F_NEXT, S_FREE_LISTS } from '../layout.ts';

// As in pools/pool-set.ts: V8 takes local names for constants.
const HEAD = F_HEAD;
const LENGTH = F_LENGTH;

/** The domain that a free list's blocks come from. */
export type FreeListDomain = 'mem' | 'obj';

/** Makes a record of the block at `record` and links it to its slot. Threads: the slot's owner. */
export function linkRecord(words: Int32Array, slot: number, record: Address, domain: FreeListDomain): void {
  const at = record >>> 2;
  words[at + HEAD] = 0;
  words[at + LENGTH] = 0;
  words[at + F_DOMAIN] = domain === 'mem' ? 1 : 0;
  words[at + F_NEXT] = words[slot + S_FREE_LISTS];
  words[slot + S_FREE_LISTS] = record;
}

/** Takes a record out of its slot's chain, in which it is. Threads: the slot's owner. */
export function unlinkRecord(words: Int32Array, slot: number, record: Address): void {
  let link = slot + S_FREE_LISTS;
  while (words[link] >>> 0 !== record) link = (words[link] >>> 2) + F_NEXT;
  words[link] = words[(record >>> 2) + F_NEXT];
}

/** Takes the block that was kept last out of a record's chain; 0 when there is none. Threads: the slot's owner. */
export function popBlock(words: Int32Array, record: Address): Address {
  const at = record >>> 2;
  const head = words[at + HEAD] >>> 0;
  if (head === 0) return 0;
  words[at + HEAD] = words[head >>> 2];
  words[at + LENGTH]--;
  return head;
}

/**
 * Gives back every block and every record of the free lists of a dead thread.
 *
 * If the reaper dies in here, another one calls this again: each block and record is taken out of its chain by one store and
 * then freed, so none is freed twice, and what is lost is the one that was being freed. A second call finds nothing to do.
 *
 * Threads: the one that reaps the slot, in place of its owner.
 *
 * @param words - the heap as 32-bit words
 * @param slot - the word index of the dead thread's slot
 * @param free - gives a block back to its domain
 */
export function releaseFreeLists(
  words: Int32Array,
  slot: number,
  free: (address: Address, domain: FreeListDomain) => void,
): void {
  for (let record = words[slot + S_FREE_LISTS] >>> 0; record !== 0; record = words[slot + S_FREE_LISTS] >>> 0) {
    const at = record >>> 2;
    const domain = words[at + F_DOMAIN] === 1 ? 'mem' : 'obj';
    for (let block = popBlock(words, record); block !== 0; block = popBlock(words, record)) free(block, domain);
    words[slot + S_FREE_LISTS] = words[at + F_NEXT];
    free(record, 'mem');
  }
}
