/**
 * Makes the slabs of a slot whole again, whatever its last owner was doing when it died.
 *
 * What is believed: the control words, which say which slabs the slot owns, and of each slab what pools/repair.ts believes.
 * The rings are made anew from that. A slab of which no block is in use is released.
 *
 * Who may call this: one thread, which holds the slot. If it dies here, the next one begins again: a slab is released as its
 * owner would have done it, and nothing else depends on what an earlier call did. Hints may be lost: whoever rebuilds looks
 * at all remote sets next (Slabs.collectAll).
 */
import {
  headerOf,
  type Layout,
  NO_CLASS,
  P_CLASS,
  P_COUNT,
  P_FREE,
  P_NEXT,
  P_PREV,
  PAGE_BITS,
  S_PARKED_SLABS,
  S_SLAB_RINGS,
} from '../layout.ts';
import { PoolRepair } from '../pools/repair.ts';
import { slotWord } from '../threads/slots.ts';
import { LARGE_RINGS, SLAB_GRIDS } from './slabs.ts';
import { PAGE_SLAB, pagePayload, pageSlot, pageState, type Spans } from './spans.ts';

/**
 * Rebuilds the slabs of a slot.
 *
 * @param words - the heap as 32-bit words
 * @param layout - its tables
 * @param spans - the heap's pages, as the calling thread works with them
 * @param number - the slot's number
 */
export function rebuildSlabs(words: Int32Array, layout: Layout, spans: Spans, number: number): void {
  const slot = slotWord(layout, number);
  const kinds = SLAB_GRIDS.map((grid, i) => ({
    repair: new PoolRepair(words, layout, grid),
    rings: slot + S_SLAB_RINGS + (i === 0 ? 0 : LARGE_RINGS),
    classes: grid.sizes.length,
  }));
  for (const { rings, classes } of kinds) clearRings(words, rings, classes);
  words[slot + S_PARKED_SLABS] = 0;
  words[slot + S_PARKED_SLABS + 1] = 0;
  for (let page = spans.first; page < spans.end; page++) {
    const word = spans.wordOf(page);
    if (pageState(word) !== PAGE_SLAB || pageSlot(word) !== number) continue;
    const { repair, rings } = kinds[pagePayload(word) === 1 ? 0 : 1];
    const pool = headerOf(layout, page << (PAGE_BITS - layout.poolBits));
    repair.repair(pool);
    if (words[pool + P_COUNT] !== 0) linkPool(words, rings, pool);
    else {
      words[pool + P_CLASS] = NO_CLASS;
      spans.release(page, PAGE_SLAB);
    }
  }
}

function clearRings(words: Int32Array, rings: number, classes: number): void {
  for (let sentinel = rings; sentinel < rings + classes * 4; sentinel += 4) {
    words[sentinel + P_NEXT] = sentinel;
    words[sentinel + P_PREV] = sentinel;
  }
}

/** As the first of its ring, unless it is full. */
function linkPool(words: Int32Array, rings: number, pool: number): void {
  if (words[pool + P_FREE] === 0) return;
  const sentinel = rings + words[pool + P_CLASS] * 4;
  const next = words[sentinel + P_NEXT];
  words[pool + P_NEXT] = next;
  words[pool + P_PREV] = sentinel;
  words[next + P_PREV] = pool;
  words[sentinel + P_NEXT] = pool;
}
