/**
 * The remote word of a pool: blocks of the pool that threads other than its owner have freed.
 *
 *    31         24 23  21 20           10 9            0
 *   +-------------+------+---------------+--------------+
 *   |    slot     | turn |     count     |     head     |
 *   +-------------+------+---------------+--------------+
 *    \____ stamp _____/   \_________ list ___________/
 *
 * - `head` is the block freed last, as its offset in the pool in units of the alignment. The largest pool has 16384 bytes
 *   in units of 16, and a slab 1024 units: 10 bits. The smallest unit, 8, belongs to pools of 4096 bytes: 512 values.
 * - `count` is the length of the list. A pool has at most 1021 blocks, a slab 1024, and each can be in the list once: 11 bits.
 * - The list is linked through the first word of its blocks (address of the next one). It ends by `count`; the last block's link
 *   is 0 besides, so that the list of a full pool can be its free list as it is.
 * - `slot` and `turn` say who pushed last, 0 if nobody ever did: the proof that a push happened, for whoever reaps a thread that
 *   died as it pushed (outbox.ts, where it is argued that 3 bits of turn are enough).
 *
 * Two operations change it, each by ONE compare-and-swap:
 *   push      (any thread that frees blocks of the pool)   list -> blocks + list, and its stamp
 *   take all  (the pool's owner)                           list -> 0; the stamp stays
 * Nobody pops a single block. The new list depends on nothing but the old one and on blocks that the pusher owns, so a
 * swap that succeeds is right even if the word went away and came back in between: there is no ABA, and no tag is needed.
 */

const HEAD_MASK = 0x3ff;
const COUNT_SHIFT = 10;
const COUNT_MASK = 0x7ff;
const STAMP_SHIFT = 21;
const LIST_MASK = 0x1fffff;
const TURN_BITS = 3;

/** How many turns a stamp tells apart. */
export const TURNS: number = 1 << TURN_BITS;

/** The list of a remote word: 0 when it is empty. */
export function remoteList(word: number): number {
  return word & LIST_MASK;
}

/** How many blocks a list holds, or that of a remote word. */
export function remoteCount(word: number): number {
  return (word >>> COUNT_SHIFT) & COUNT_MASK;
}

/** The first block of a list, or of that of a remote word, in units of the alignment from the pool's first byte. */
export function remoteHead(word: number): number {
  return word & HEAD_MASK;
}

/** A list with one block more, the one at `unit`, which links to the head of `list`. */
export function longerList(list: number, unit: number): number {
  return ((remoteCount(list) + 1) << COUNT_SHIFT) | unit;
}

/** The remote word after a push of `list`, whose last block links to the head of the list that `word` has. */
export function remotePush(word: number, list: number, stamp: number): number {
  return (stamp << STAMP_SHIFT) | ((remoteCount(word) + remoteCount(list)) << COUNT_SHIFT) | remoteHead(list);
}

/** The remote word after its owner took the list of `word`. */
export function remoteTaken(word: number): number {
  return word & ~LIST_MASK;
}

/** Who pushed last on a remote word, and in which turn. */
export function remoteStamp(word: number): number {
  return word >>> STAMP_SHIFT;
}

/** The stamp of a slot's turn. */
export function stampOf(slot: number, turn: number): number {
  return (slot << TURN_BITS) | turn;
}

/** The slot of a stamp. */
export function stampSlot(stamp: number): number {
  return stamp >>> TURN_BITS;
}

/** The turn of a stamp. */
export function stampTurn(stamp: number): number {
  return stamp & (TURNS - 1);
}
