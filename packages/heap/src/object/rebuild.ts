/**
 * Makes level 2 of a slot whole again, whatever its last owner was doing when it died.
 *
 * What is believed: S_ARENAS and S_ARENAS_LENGTH; of each arena object A_ADDRESS and, when that is not 0, A_POOL_ADDRESS,
 * A_TOTAL_POOLS and A_SOURCE; of each carved pool what pools/repair.ts believes. The owner orders its stores so that these are right at
 * every moment (object/arenas.ts). Everything else is computed anew from them: the owner words of the pools, P_ARENA, the
 * rings, the stacks of empty pools, the usable arenas in their order with the fingers, the unused objects, the counters.
 *
 * Arenas are spans that name their slot in the control word; it is written anew as well. So a span that names the slot, and that
 * the slot does not have, was being taken or given back: Spans.recover() sets it free next.
 *
 * Afterwards the slot is as its owner would have left it at rest, but for hints that are lost: the owner may have died after
 * it cleared them. So whoever rebuilds looks at all remote sets next (ArenaPools.collectAll).
 *
 * Who may call this: one thread, which holds the slot. Nothing here depends on what an earlier call did: if the caller dies,
 * the next one begins again.
 */
import { type Geometry, POOLS_PER_ARENA } from '../geometry.ts';
import {
  A_ADDRESS,
  A_FREE_POOLS,
  A_NEXT,
  A_POOL_ADDRESS,
  A_PREV,
  A_STACK,
  A_TOTAL_POOLS,
  ARENA_OBJECT_BYTES,
  headerOf,
  type Layout,
  P_ARENA,
  P_CLASS,
  P_COUNT,
  P_FREE,
  P_NEXT,
  P_OWNER,
  P_PREV,
  S_ARENAS,
  S_ARENAS_CURRENT,
  S_ARENAS_HIGHWATER,
  S_ARENAS_LENGTH,
  S_ARENAS_TOTAL,
  S_FINGERS,
  S_PARKED,
  S_RINGS,
  S_UNUSED,
  S_USABLE,
} from '../layout.ts';
import { type Grid, gridOf } from '../pools/grid.ts';
import { PoolRepair } from '../pools/repair.ts';
import { PAGE_ARENA, type Spans } from '../raw/spans.ts';
import { slotWord } from '../threads/slots.ts';

const OBJECT_WORDS = ARENA_OBJECT_BYTES >> 2;

/** An arena with free pools. */
interface Usable {
  readonly id: number;
  readonly free: number;
}

/** Level 2 of one slot. Threads: the one that holds the slot. */
export class Rebuilder {
  readonly #words: Int32Array;
  readonly #layout: Layout;
  readonly #geometry: Geometry;
  readonly #grid: Grid;
  readonly #pools: PoolRepair;
  readonly #spans: Spans;
  readonly #number: number;
  readonly #slot: number;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param geometry - its constants
   * @param spans - the heap's pages, as the calling thread works with them
   * @param slot - the number of the slot to rebuild
   */
  constructor(words: Int32Array, layout: Layout, geometry: Geometry, spans: Spans, slot: number) {
    this.#words = words;
    this.#layout = layout;
    this.#geometry = geometry;
    this.#grid = gridOf(geometry);
    this.#pools = new PoolRepair(words, layout, this.#grid);
    this.#spans = spans;
    this.#number = slot;
    this.#slot = slotWord(layout, slot);
  }

  /** Rebuilds everything. */
  rebuild(): void {
    const words = this.#words;
    const slot = this.#slot;
    this.#clearLists();
    const usable: Usable[] = [];
    let current = 0;
    for (let id = words[slot + S_ARENAS_LENGTH]; id > 0; id--) {
      const arena = this.#object(id);
      if (words[arena + A_ADDRESS] === 0) {
        words[arena + A_NEXT] = words[slot + S_UNUSED];
        words[slot + S_UNUSED] = id;
        continue;
      }
      current++;
      this.#rebuildArena(arena, id);
      if (words[arena + A_FREE_POOLS] > 0) usable.push({ id, free: words[arena + A_FREE_POOLS] });
    }
    this.#linkUsable(usable);
    words[slot + S_ARENAS_CURRENT] = current;
    words[slot + S_ARENAS_HIGHWATER] = Math.max(words[slot + S_ARENAS_HIGHWATER], current);
    words[slot + S_ARENAS_TOTAL] = Math.max(words[slot + S_ARENAS_TOTAL], words[slot + S_ARENAS_HIGHWATER]);
  }

  /**
   * Forgets the copies of arena objects of slot `from`, which this slot was taking over: an arena that is in both vectors
   * still belongs to the one that it was leaving. Threads: the one that holds both slots.
   */
  dropCopies(from: number): void {
    const words = this.#words;
    const other = new Rebuilder(words, this.#layout, this.#geometry, this.#spans, from);
    const theirs = new Set<number>();
    for (let id = words[other.#slot + S_ARENAS_LENGTH]; id > 0; id--) theirs.add(words[other.#object(id) + A_ADDRESS]);
    for (let id = words[this.#slot + S_ARENAS_LENGTH]; id > 0; id--) {
      const arena = this.#object(id);
      if (theirs.has(words[arena + A_ADDRESS])) words[arena + A_ADDRESS] = 0;
    }
  }

  #object(id: number): number {
    return (this.#words[this.#slot + S_ARENAS] >>> 2) + (id - 1) * OBJECT_WORDS;
  }

  #clearLists(): void {
    const words = this.#words;
    const slot = this.#slot;
    for (let index = 0; index < this.#grid.sizes.length; index++) {
      const sentinel = this.#sentinel(index);
      words[sentinel + P_NEXT] = sentinel;
      words[sentinel + P_PREV] = sentinel;
    }
    words.fill(0, slot + S_FINGERS, slot + S_FINGERS + POOLS_PER_ARENA + 1);
    words[slot + S_PARKED] = 0;
    words[slot + S_USABLE] = 0;
    words[slot + S_UNUSED] = 0;
  }

  /** The pools of an arena: repaired, owned, and each in its ring or on the stack. */
  #rebuildArena(arena: number, id: number): void {
    const words = this.#words;
    const poolBits = this.#geometry.poolBits;
    const address = words[arena + A_ADDRESS] >>> 0;
    const first = Math.ceil(address / (1 << poolBits));
    const end = (words[arena + A_POOL_ADDRESS] >>> 0) >>> poolBits;
    this.#spans.assign(address, PAGE_ARENA, this.#number);
    // The owner may have died while it carved one pool more.
    let free = words[arena + A_TOTAL_POOLS] - (end - first);
    if (free > 0) Atomics.store(words, headerOf(this.#layout, end) + P_OWNER, 0);
    words[arena + A_STACK] = 0;
    for (let number = end - 1; number >= first; number--) {
      const pool = headerOf(this.#layout, number);
      Atomics.store(words, pool + P_OWNER, this.#number);
      words[pool + P_ARENA] = id - 1;
      this.#pools.repair(pool);
      if (words[pool + P_COUNT] === 0) {
        words[pool + P_NEXT] = words[arena + A_STACK];
        words[arena + A_STACK] = pool;
        free++;
      } else if (words[pool + P_FREE] !== 0) this.#linkPool(pool);
    }
    words[arena + A_FREE_POOLS] = free;
    words[arena + A_NEXT] = 0;
    words[arena + A_PREV] = 0;
  }

  /** As the first of its ring. */
  #linkPool(pool: number): void {
    const words = this.#words;
    const sentinel = this.#sentinel(words[pool + P_CLASS]);
    const next = words[sentinel + P_NEXT];
    words[pool + P_NEXT] = next;
    words[pool + P_PREV] = sentinel;
    words[next + P_PREV] = pool;
    words[sentinel + P_NEXT] = pool;
  }

  /** Fewest free pools first. */
  #linkUsable(usable: Usable[]): void {
    const words = this.#words;
    const slot = this.#slot;
    let previous = 0;
    for (const { id, free } of usable.sort((a, b) => a.free - b.free || a.id - b.id)) {
      if (previous === 0) words[slot + S_USABLE] = id;
      else words[this.#object(previous) + A_NEXT] = id;
      words[this.#object(id) + A_PREV] = previous;
      words[slot + S_FINGERS + free] = id;
      previous = id;
    }
  }

  #sentinel(index: number): number {
    return this.#slot + S_RINGS + index * 4;
  }
}
