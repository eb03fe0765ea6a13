/**
 * Repairs a pool whose owner died in the middle of something.
 *
 * What is believed, because it is right at every store of the owner: the links of the free list, P_VIRGIN but for the block
 * that was being linked, and the remote word. All else follows from these:
 *
 *   the owner died                                    | what is found                        | what is done
 *   --------------------------------------------------|--------------------------------------|---------------------------
 *   while it gave the pool a class                     | P_CLASS = NO_CLASS                   | the pool is empty
 *   in collect(), before its swap                      | P_COLLECT's head in the remote list  | P_COLLECT is forgotten
 *   in collect(), behind its swap                      | P_COLLECT's head in no list          | the list is spliced in
 *   in collect(), behind the splice                    | P_COLLECT's head in the free list    | P_COLLECT is forgotten
 *   while it linked a virgin block                     | the free list begins at P_VIRGIN     | P_VIRGIN moves behind it
 *   in take(), before it linked a virgin block         | no free block, but virgin ones       | the next one is linked
 *   in take() or give(), between list and count        | P_COUNT is off                       | carved less free blocks
 *
 * The block that take() had unlinked, and the one that give() had not linked yet, are in use for ever after: nobody can tell
 * them from blocks that the dead thread had handed on.
 *
 * Who may call this: one thread, which holds the dead owner's slot. Frees by others go on: they push on the remote word,
 * whose list grows at its head only and which nobody else takes. If the caller dies in here, another call repairs the rest: each
 * store makes one line of the table true that was not, or leaves the pool as it was.
 *
 * A program that frees a block twice or writes into a free one can spoil the links. A link that leads to no block, or to a
 * block that the list has had already, ends the list: what was behind it stays in use.
 */
import { NO_CLASS, P_CARVED, P_CLASS, P_COLLECT, P_COUNT, P_FREE, P_VIRGIN, P_VIRGIN_MAX } from '../layout.ts';
import type { Grid } from './grid.ts';
import { remoteCount, remoteHead } from './remote-word.ts';

/**
 * Repairs one pool: its lists and counts, not its links to other pools.
 *
 * @param words - the heap as 32-bit words
 * @param pool - the pool's header
 * @param remote - the pool's remote word
 * @param grid - the size classes
 */
export function repairPool(words: Int32Array, pool: number, remote: number, grid: Grid): void {
  const index = words[pool + P_CLASS];
  if (index === NO_CLASS) return clear(words, pool);
  const size = grid.sizes[index];
  const first = grid.firsts[index];
  if (words[pool + P_FREE] === words[pool + P_VIRGIN]) words[pool + P_VIRGIN] += size;
  const isBlock = (at: number) => at >= first && at < words[pool + P_VIRGIN] && (at - first) % size === 0;
  finishCollect(words, pool, Atomics.load(words, remote), grid.unitBits, isBlock);
  const free = freeBlocks(words, pool, isBlock).size;
  const virgin = words[pool + P_VIRGIN];
  words[pool + P_COUNT] = (virgin - first) / size - free;
  if (words[pool + P_FREE] === 0 && virgin <= words[pool + P_VIRGIN_MAX]) {
    words[pool + (virgin >> 2)] = 0;
    words[pool + P_FREE] = virgin;
    words[pool + P_VIRGIN] = virgin + size;
  }
  words[pool + P_CARVED] = (words[pool + P_VIRGIN] - first) / size;
}

/** A pool without a class has no blocks. */
function clear(words: Int32Array, pool: number): void {
  words[pool + P_COUNT] = 0;
  words[pool + P_COLLECT] = 0;
  words[pool + P_FREE] = 0;
  words[pool + P_CARVED] = 0;
}

/** Splices the list that P_COLLECT names into the free list, if it was taken from the remote word and is not there yet. */
function finishCollect(
  words: Int32Array,
  pool: number,
  remote: number,
  unitBits: number,
  isBlock: (at: number) => boolean,
): void {
  const list = words[pool + P_COLLECT];
  if (list === 0) return;
  const head = remoteHead(list) << unitBits;
  const waits = inRemoteList(words, pool, remote, unitBits, head);
  if (!waits && !freeBlocks(words, pool, isBlock).has(head)) {
    let tail = pool + (head >> 2);
    for (let i = 1; i < remoteCount(list); i++) tail = pool + (words[tail] >> 2);
    words[tail] = words[pool + P_FREE];
    words[pool + P_FREE] = head;
  }
  words[pool + P_COLLECT] = 0;
}

/** Whether a block is in the list of a remote word. */
function inRemoteList(words: Int32Array, pool: number, word: number, unitBits: number, offset: number): boolean {
  let at = remoteHead(word) << unitBits;
  for (let i = remoteCount(word); i > 0; i--) {
    if (at === offset) return true;
    at = words[pool + (at >> 2)];
  }
  return false;
}

/** The blocks of the free list, by their offsets. Ends the list where it is spoilt. */
function freeBlocks(words: Int32Array, pool: number, isBlock: (at: number) => boolean): Set<number> {
  const blocks = new Set<number>();
  let link = pool + P_FREE;
  for (let at = words[link]; at !== 0; at = words[link]) {
    if (!isBlock(at) || blocks.has(at)) {
      words[link] = 0;
      break;
    }
    blocks.add(at);
    link = pool + (at >> 2);
  }
  return blocks;
}

/**
 * Whether the block at `address` is in the remote list or in the free list of its pool, as far as can be seen: its owner may be
 * at work, so that a block which is on its way from one list to the other is missed. Threads: any.
 * benign: links that have changed lead astray, but not out of the pool, nor for ever
 *
 * @param words - the heap as 32-bit words
 * @param remote - the pool's remote word
 * @param grid - the size classes
 * @param address - a block that is, or was, in a pool
 */
export function isFree(words: Int32Array, remote: number, grid: Grid, address: number): boolean {
  const mask = 2 ** grid.poolBits - 1;
  const offset = address & mask;
  const pool = (address & ~mask) >>> 2;
  const word = Atomics.load(words, remote);
  const listed = (first: number, length: number): boolean => {
    let at = first & mask;
    for (let i = 0; i < length && at !== 0; i++) {
      if (at === offset) return true;
      at = words[pool + (at >> 2)] & mask;
    }
    return false;
  };
  return (
    listed(remoteHead(word) << grid.unitBits, remoteCount(word)) || listed(words[pool + P_FREE], words[pool + P_CARVED])
  );
}
