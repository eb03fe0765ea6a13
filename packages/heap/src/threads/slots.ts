/**
 * Worker slots: which threads are attached, and what each of them owns.
 *
 * A slot's state word is `value << 3 | state`. Thread ids are never used twice in a process.
 *
 *   state     | value     | meaning                                    | next state, and who makes it
 *   ----------|-----------|--------------------------------------------|------------------------------------------------
 *   FREE      | 0         | nobody's, owns nothing                     | ALIVE, by a thread that attaches
 *   ALIVE     | thread id | a thread's; it owns what the slot has      | FREE or ABANDONED, by that thread as it detaches
 *             |           |                                            | REAPING, by whoever knows that the thread is dead
 *   ABANDONED | 0         | nobody's, but it has arenas or slabs with  | ALIVE, by a thread that attaches: it takes all
 *             |           | live blocks                                | ADOPTING, by a live thread: it takes what it can use
 *   REAPING   | a slot    | its thread is dead, the holder repairs it  | FREE or ABANDONED, by the holder
 *   ADOPTING  | a slot    | was abandoned, the holder takes from it    | FREE or ABANDONED, by the holder
 *
 * Every transition is one compare-and-swap, or one store by whoever has the slot to itself; and all of levels 1 and 2 that
 * must outlive a thread lies in the slot, in its arenas and in its slabs. So whoever wins the swap to ALIVE owns everything in
 * the slot, and goes on where its predecessor stopped; frees that arrived in between wait in the remote sets.
 *
 * Whoever holds a slot (REAPING, ADOPTING) holds the slots that this one holds as well, and so on down. If a holder dies,
 * whoever reaps it gets the whole tree with the one swap of the dead holder's word, and finishes it from the leaves up:
 * the words of the slots further down stay as they are until each is done (threads/recovery.ts). No swap ever moves a slot
 * from one holder to another, so a slot number names one holder as long as any word names it.
 *
 * H_ABANDONED has a bit for every abandoned slot, so that a thread which looks for something to take over need not ask all slots.
 * Whoever has a slot to itself sets the bit before it abandons the slot, and clears it when it took or frees the slot: so
 * an abandoned slot always has its bit, at every moment of every thread's life.
 *
 * Proof that a thread is dead is the 'exit' event of its Worker and nothing else: see watch() in threads/watch.ts.
 */
import { SharenaError } from '../errors.ts';
import { H_ABANDONED, type Layout, S_STATE, SLOT_BYTES } from '../layout.ts';

/** State: nobody's, owns nothing. */
export const SLOT_FREE = 0;
/** State: belongs to the thread whose id is in the word. */
export const SLOT_ALIVE = 1;
/** State: nobody's, with arenas or slabs. */
export const SLOT_ABANDONED = 2;
/** State: of a dead thread; the slot in the word repairs it. */
export const SLOT_REAPING = 3;
/** State: was abandoned; the slot in the word takes from it. */
export const SLOT_ADOPTING = 4;

const STATE_MASK = 7;
const STATE_BITS = 3;

/** The word index of a slot's first word. */
export function slotWord(layout: Layout, slot: number): number {
  return layout.slots + slot * (SLOT_BYTES >> 2);
}

/** The state of a slot. May be stale when it is used. */
export function slotState(words: Int32Array, layout: Layout, slot: number): number {
  return Atomics.load(words, slotWord(layout, slot) + S_STATE) & STATE_MASK;
}

/**
 * Takes a slot for a thread: the one it has already, else an abandoned one, else a free one.
 *
 * Threads: any. Never waits: a lost swap means that another thread got that slot, and the next one is tried.
 *
 * @returns the slot's number
 * @throws {SharenaError} `ERR_SHARENA_TOO_MANY_THREADS` when all slots are taken
 */
export function registerThread(words: Int32Array, layout: Layout, threadId: number): number {
  const mine = stateWord(SLOT_ALIVE, threadId);
  const taken =
    findSlot(words, layout, mine) ||
    takeSlot(words, layout, SLOT_ABANDONED, mine) ||
    takeSlot(words, layout, SLOT_FREE, mine);
  if (taken !== 0) {
    markAbandoned(words, taken, false);
    return taken;
  }
  throw new SharenaError(
    'ERR_SHARENA_TOO_MANY_THREADS',
    `${layout.slotCount - 1} threads are attached to this heap, which is the most it can have; detach() those that are done`,
  );
}

/** Lets a slot go. Threads: its owner or holder; afterwards it must not touch what the slot owns. */
export function leaveSlot(words: Int32Array, layout: Layout, slot: number, ownsMemory: boolean): void {
  markAbandoned(words, slot, ownsMemory);
  Atomics.store(words, slotWord(layout, slot) + S_STATE, ownsMemory ? SLOT_ABANDONED : SLOT_FREE);
}

/**
 * Holds the slot of a dead thread for slot `holder`. Threads: any that knows that the thread is dead.
 *
 * @returns the slot, or 0 when the thread has none, or another one was faster
 */
export function beginReaping(words: Int32Array, layout: Layout, threadId: number, holder: number): number {
  const dead = stateWord(SLOT_ALIVE, threadId);
  const slot = findSlot(words, layout, dead);
  return slot !== 0 && swapState(words, layout, slot, dead, stateWord(SLOT_REAPING, holder)) ? slot : 0;
}

/** Holds an abandoned slot for slot `holder`. Returns whether it was abandoned. Threads: any. */
export function beginAdopting(words: Int32Array, layout: Layout, slot: number, holder: number): boolean {
  return swapState(words, layout, slot, SLOT_ABANDONED, stateWord(SLOT_ADOPTING, holder));
}

/** The first slot from `from` on that `holder` holds, or 0. Threads: who holds `holder`. */
export function heldSlot(words: Int32Array, layout: Layout, from: number, holder: number): number {
  for (let slot = from; slot < layout.slotCount; slot++) {
    const word = Atomics.load(words, slotWord(layout, slot) + S_STATE);
    if (word === stateWord(SLOT_REAPING, holder) || word === stateWord(SLOT_ADOPTING, holder)) return slot;
  }
  return 0;
}

/** Calls `visit` with every slot that is abandoned as far as H_ABANDONED tells, until `visit` answers true. Threads: any. */
export function findAbandoned(words: Int32Array, layout: Layout, visit: (slot: number) => boolean): boolean {
  for (let word = 0; word * 32 < layout.slotCount; word++) {
    // benign: a slot that is abandoned behind this look is found at the next one
    for (let left = words[H_ABANDONED + word]; left !== 0; left &= left - 1) {
      const slot = word * 32 + 31 - Math.clz32(left & -left);
      if (slotState(words, layout, slot) === SLOT_ABANDONED && visit(slot)) return true;
    }
  }
  return false;
}

function markAbandoned(words: Int32Array, slot: number, isAbandoned: boolean): void {
  const bit = 1 << (slot & 31);
  if (isAbandoned) Atomics.or(words, H_ABANDONED + (slot >>> 5), bit);
  else Atomics.and(words, H_ABANDONED + (slot >>> 5), ~bit);
}

function stateWord(state: number, value: number): number {
  return (value << STATE_BITS) | state;
}

function findSlot(words: Int32Array, layout: Layout, word: number): number {
  for (let slot = 1; slot < layout.slotCount; slot++) {
    if (Atomics.load(words, slotWord(layout, slot) + S_STATE) === word) return slot;
  }
  return 0;
}

function takeSlot(words: Int32Array, layout: Layout, from: number, mine: number): number {
  for (let slot = 1; slot < layout.slotCount; slot++) {
    if (slotState(words, layout, slot) === from && swapState(words, layout, slot, from, mine)) return slot;
  }
  return 0;
}

function swapState(words: Int32Array, layout: Layout, slot: number, from: number, to: number): boolean {
  return Atomics.compareExchange(words, slotWord(layout, slot) + S_STATE, from, to) === from;
}
