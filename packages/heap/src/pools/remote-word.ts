/**
 * The remote word of a pool: blocks of the pool that threads other than its owner have freed.
 *
 *    31            20 19          10 9            0
 *   +----------------+--------------+--------------+
 *   |       0        |    count     |     head     |
 *   +----------------+--------------+--------------+
 *
 * - `head` is the block freed last, as its offset in the pool in units of the alignment. The largest pool has 16384 bytes
 *   in units of 16: 1024 values, 10 bits. The smallest unit, 8, belongs to pools of 4096 bytes: 512 values.
 * - `count` is the length of the list. A pool has at most 1021 blocks and each can be in the list once: 10 bits.
 * - The list is linked through the first word of its blocks (byte offset in the pool of the next one) and ends by `count`,
 *   not by a null link, so a link behind the last block means nothing.
 *
 * Two operations change it, each by ONE compare-and-swap:
 *   push      (any thread that frees a block of the pool)   list -> block + list
 *   take all  (the pool's owner)                            list -> 0
 * Nobody pops a single block. The new word depends on nothing but the old word and on a block that the pusher owns, so a
 * swap that succeeds is right even if the word went away and came back in between: there is no ABA, and no tag is needed.
 */

const HEAD_MASK = 0x3ff;
const COUNT_SHIFT = 10;

/** How many blocks the list of a remote word holds. */
export function remoteCount(word: number): number {
  return word >>> COUNT_SHIFT;
}

/** The first block of the list, in units of the alignment from the pool's first byte. */
export function remoteHead(word: number): number {
  return word & HEAD_MASK;
}

/** The remote word after a push of the block at `unit` onto the list of `word`. */
export function remotePush(word: number, unit: number): number {
  return ((remoteCount(word) + 1) << COUNT_SHIFT) | unit;
}
