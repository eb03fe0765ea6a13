/**
 * What the threads of the soak know together: cells in which each offers blocks, and what each is at.
 *
 * A cell is EMPTY until its thread offers a block in it; then it names who took the block, until its own thread empties it. A
 * thread says before each step which one it is. So after its death it can be told whether it had offered the block in its hand,
 * or had taken it without freeing it: then the block belongs to nobody, and is freed for it. Only inside malloc and free this
 * cannot be told: at most one block may be lost there, with each death.
 */
export const EMPTY = 0;
export const CELLS = 256;

/** Words of a thread: operations done, what it is at, the block in its hand, the cell that it is for; then its cells. */
export const DONE = 0;
export const STEP = 1;
export const HAND = 2;
export const AT = 3;
export const OFFERS = 16;
export const THREAD_WORDS = OFFERS + CELLS;

/** Steps: nothing, in malloc, offering the block, taking it, in free. */
export const IDLE = 0;
export const IN_MALLOC = 1;
export const OFFERING = 2;
export const TAKING = 3;
export const IN_FREE = 4;

/** The word that ends the soak, and the first one of the first thread. */
export const STOP = 0;
export const FIRST = 16;

/** The first word of a thread. */
export function base(index) {
  return FIRST + index * THREAD_WORDS;
}

/** What a cell says when the thread took the block in it. */
export function takenBy(index) {
  return -1 - index;
}
