/**
 * What the threads of the soak know together: cells in which blocks are offered, and what each thread has in its hands.
 *
 * A cell is EMPTY until its thread offers a block in it; TAKEN when another has taken the block; then its own thread empties it.
 * So whoever finds a dead thread's hand can tell whether the block in it had been offered: if its cell is still empty, it was not.
 */
export const EMPTY = 0;
export const TAKEN = -1;
export const CELLS = 256;

/** Words of a thread: operations done, block in hand, cell that it is for, then its cells. */
export const DONE = 0;
export const HAND = 1;
export const CELL = 2;
export const OFFERS = 16;
export const THREAD_WORDS = OFFERS + CELLS;

/** The word that ends the soak. */
export const STOP = 0;
export const FIRST = 16;

/** The first word of a thread. */
export function base(index) {
  return FIRST + index * THREAD_WORDS;
}
