/**
 * Adoption: a live thread takes arenas of a slot that it holds, those in which a block or a pool is free. What is full stays.
 *
 * For each arena:
 *
 *   1  a copy of its object in the new owner's vector (A_ADDRESS last)
 *   2  every carved pool: P_ARENA, then its owner word
 *   3  the control word of its span names the new owner
 *   4  A_ADDRESS = 0 in the old vector: from here on the arena is the new owner's
 *   5  used pools move from ring to ring
 *   6  the remote set of every pool is looked at
 *
 * If the thread dies before 4, whoever reaps it holds both slots, forgets the copy and rebuilds the old slot; behind 4 it
 * rebuilds the new one. Lists, stacks and counters follow from that in either slot (rebuild.ts).
 *
 * Frees by others go on meanwhile. A freer sets the block's bit first and reads the owner word afterwards: if it reads the old
 * owner, the bit came before 2, and 6 finds the block; else it tells the new owner.
 */
import type { Geometry } from '../geometry.ts';
import { type Layout, P_ARENA, P_NEXT, S_RINGS, S_USABLE } from '../layout.ts';
import type { PoolSet } from '../pools/pool-set.ts';
import { slotWord } from '../threads/slots.ts';
import type { ArenaPools } from './arena-pools.ts';
import type { Arenas } from './arenas.ts';

/** What came of an adoption. */
export interface Adopted {
  /** How many arenas were moved. */
  readonly arenas: number;
  /** Whether those were all in which something is free: for some there may be no room in the vector. */
  readonly all: boolean;
}

/**
 * Moves every arena of slot `number` in which something is free. Threads: the owner of `into`, which holds the other slot.
 *
 * @param words - the heap as 32-bit words
 * @param layout - its tables
 * @param geometry - its constants
 * @param number - the other slot; no pool of it is parked
 * @param from - its arenas
 * @param into - the new owner's pools in arenas
 * @param pools - all its pools of level 2
 */
export function adoptArenas(
  words: Int32Array,
  layout: Layout,
  geometry: Geometry,
  number: number,
  from: Arenas,
  into: ArenaPools,
  pools: PoolSet,
): Adopted {
  const slot = slotWord(layout, number);
  const ringsEnd = slot + S_RINGS + 4 * geometry.classes;
  for (let arenas = 0; ; arenas++) {
    const id = words[slot + S_USABLE] || arenaInRing(words, slot + S_RINGS, ringsEnd);
    if (id === 0) return { arenas, all: true };
    if (!into.adopt(pools, from, id)) return { arenas, all: false };
  }
}

/** The arena of the first pool in any ring, or 0. */
function arenaInRing(words: Int32Array, rings: number, ringsEnd: number): number {
  for (let sentinel = rings; sentinel < ringsEnd; sentinel += 4) {
    if (words[sentinel + P_NEXT] !== sentinel) return words[words[sentinel + P_NEXT] + P_ARENA] + 1;
  }
  return 0;
}
