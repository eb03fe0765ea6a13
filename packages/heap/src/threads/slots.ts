/**
 * Worker slots: which threads are attached, and what each of them owns.
 *
 * A slot's state word is `threadId << 3 | state`. Thread ids are never used twice in a process.
 *
 *   state      | meaning                                           | next state, and who makes it
 *   -----------|---------------------------------------------------|--------------------------------------------------
 *   FREE       | nobody's, owns nothing                            | ALIVE, by a thread that attaches
 *   ALIVE      | a thread's; it owns the arenas in the slot        | FREE or ABANDONED, by that thread when it detaches
 *   ABANDONED  | nobody's, but its arenas hold live blocks         | ALIVE, by a thread that attaches: it adopts them
 *
 * Every transition is one compare-and-swap, and all of level 2 that must outlive a thread lies in the slot and in its
 * arenas. So whoever wins the swap to ALIVE owns everything in the slot, and goes on where its predecessor stopped;
 * frees that arrived in between wait in the remote lists.
 *
 * A thread that dies (terminate(), an uncaught error) leaves its slot ALIVE: its memory stays readable, and what it
 * owned is not handed out again.
 */
import { SharenaError } from '../errors.ts';
import { type Layout, S_STATE, SLOT_BYTES, SLOTS } from '../layout.ts';

/** State: nobody's, owns nothing. */
export const SLOT_FREE = 0;
/** State: belongs to the thread whose id is in the word. */
export const SLOT_ALIVE = 1;
/** State: nobody's, with arenas. */
export const SLOT_ABANDONED = 2;

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
  const mine = (threadId << STATE_BITS) | SLOT_ALIVE;
  for (let slot = 1; slot < SLOTS; slot++) {
    if (Atomics.load(words, slotWord(layout, slot) + S_STATE) === mine) return slot;
  }
  const taken = takeSlot(words, layout, SLOT_ABANDONED, mine) || takeSlot(words, layout, SLOT_FREE, mine);
  if (taken !== 0) return taken;
  throw new SharenaError(
    'ERR_SHARENA_TOO_MANY_THREADS',
    `${SLOTS - 1} threads are attached to this heap, which is the most it can have; detach() those that are done`,
  );
}

function takeSlot(words: Int32Array, layout: Layout, from: number, mine: number): number {
  for (let slot = 1; slot < SLOTS; slot++) {
    const at = slotWord(layout, slot) + S_STATE;
    const seen = Atomics.load(words, at);
    if ((seen & STATE_MASK) === from && Atomics.compareExchange(words, at, seen, mine) === seen) return slot;
  }
  return 0;
}

/** Gives up a slot. Owner only; afterwards the thread must not touch what the slot owns. */
export function unregisterThread(words: Int32Array, layout: Layout, slot: number, ownsArenas: boolean): void {
  Atomics.store(words, slotWord(layout, slot) + S_STATE, ownsArenas ? SLOT_ABANDONED : SLOT_FREE);
}
