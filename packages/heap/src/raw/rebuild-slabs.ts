/**
 * Makes the slabs of a slot whole again, whatever its last owner was doing when it died.
 *
 * Which slabs there are is told by the control words of the pages, and what is in each by what pools/repair.ts believes. One
 * in which no block is in use is released, full ones stay as they are, and the others are linked into the rings anew.
 *
 * Who may call this: one thread, which holds the slot. If it dies in here, the next one begins again.
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
import { SLAB_GRIDS } from './slabs.ts';
import { PAGE_SLAB, pagePayload, pageSlot, pageState, type Spans } from './spans.ts';

/**
 * Rebuilds the slabs of slot `number`.
 *
 * @param words - the heap as 32-bit words
 * @param layout - its tables
 * @param spans - the heap's pages, as the calling thread works with them
 * @param number - the slot's number
 */
export function rebuildSlabs(words: Int32Array, layout: Layout, spans: Spans, number: number): void {
  const slot = slotWord(layout, number);
  const rings = slot + S_SLAB_RINGS;
  const repairs = SLAB_GRIDS.map((grid) => new PoolRepair(words, layout, grid));
  const smallClasses = SLAB_GRIDS[0].sizes.length;
  for (let sentinel = rings; sentinel < rings + 4 * (smallClasses + SLAB_GRIDS[1].sizes.length); sentinel += 4) {
    words[sentinel + P_NEXT] = sentinel;
    words[sentinel + P_PREV] = sentinel;
  }
  words[slot + S_PARKED_SLABS] = 0;
  words[slot + S_PARKED_SLABS + 1] = 0;
  for (let page = spans.first; page < spans.end; page++) {
    const word = spans.wordOf(page);
    if (pageState(word) !== PAGE_SLAB || pageSlot(word) !== number) continue;
    const pool = headerOf(layout, page << (PAGE_BITS - layout.poolBits));
    const isSmall = pagePayload(word) === 1;
    repairs[isSmall ? 0 : 1].repair(pool);
    if (words[pool + P_COUNT] === 0) {
      words[pool + P_CLASS] = NO_CLASS;
      spans.release(page, PAGE_SLAB);
    } else if (words[pool + P_FREE] !== 0) {
      const index = words[pool + P_CLASS] + (isSmall ? 0 : smallClasses);
      linkPool(words, rings + 4 * index, pool);
    }
  }
}

/** As the first of its ring. */
function linkPool(words: Int32Array, sentinel: number, pool: number): void {
  const next = words[sentinel + P_NEXT];
  words[pool + P_NEXT] = next;
  words[pool + P_PREV] = sentinel;
  words[next + P_PREV] = pool;
  words[sentinel + P_NEXT] = pool;
}
