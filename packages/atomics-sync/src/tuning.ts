/**
 * Numbers that are matters of speed. Explorations replace this file by one with the smallest: more of the same reaches no other state.
 */

/** How often a thread looks before it goes to sleep. One look costs about 10 ns, a sleep and a wake-up some 50 us. */
export const SPINS: number = 100;
/** The same for a spin lock, between two sleeps. */
export const LOOKS: number = 200;
/** How many words for readers a read-write lock has. A writer reads them all, at 8 ns each; with 14 the lock fills a cache line. */
export const READERS: number = 14;
