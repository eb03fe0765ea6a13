/**
 * How often a thread looks before it goes to sleep. One look costs about 10 ns, a sleep and a wake-up some 50 us.
 * Explorations replace this file by one that says 0: a look more or less reaches no other state.
 */
export const SPINS: number = 100;
