/**
 * What is done about threads that are gone: their slots are repaired, their memory is given back or taken over.
 *
 *   reap(thread)            its slot is held (REAPING), repaired, emptied as far as no block lives in it, and let go
 *   tidy()                  the same for every abandoned slot, which needs no repair: what others have freed since comes back
 *   adopt(), adoptSlabs()   a thread that needs pools or slabs takes those of an abandoned slot in which something is free
 *
 * A dead thread may have held slots itself. They are finished first, while its own is held: its copies of arena objects that
 * it was taking over are forgotten, then the other slot is repaired and let go, then its own. So of a tree of slots that hold
 * each other, each is let go before the one above it, and nobody ever meets a slot whose holder's number means another thread.
 *
 * In reap(), the block that the dead thread was giving back to another slot (S_FREEING) may be still its own, or in the pool's
 * remote list without a hint, or taken back, or handed out again. So the owner is told in its stead; and if the block lies in no
 * free list it counts as lost: nobody can tell it from one that was handed out again, so that H_LOST_BLOCKS is an upper bound,
 * and at most one for each death.
 *
 * If the thread dies here, the slot that it was working on names it, and whoever reaps it does all of this again.
 */

import { type FreeListDomain, releaseFreeLists } from '../freelist/free-list-record.ts';
import {
  H_ADOPTIONS,
  H_DEATHS,
  H_LOST_BLOCKS,
  headerOf,
  P_OWNER,
  PAGE_BITS,
  S_FREEING,
  S_PENDING,
  S_PENDING_SLABS,
} from '../layout.ts';
import type { ArenaPools, Leftovers } from '../object/arena-pools.ts';
import { Rebuilder } from '../object/rebuild.ts';
import { gridOf } from '../pools/grid.ts';
import type { PoolSet } from '../pools/pool-set.ts';
import { PoolRepair } from '../pools/repair.ts';
import { rebuildSlabs } from '../raw/rebuild-slabs.ts';
import { SLAB_GRIDS, type SlabLeftovers, type Slabs } from '../raw/slabs.ts';
import { PAGE_SLAB, PAGE_TAIL, pagePayload, pageState } from '../raw/spans.ts';
import { HeldSlot, type Surroundings } from './held-slot.ts';
import { beginAdopting, beginReaping, heldSlot, SLOT_ABANDONED, slotState, slotWord } from './slots.ts';

/** What one thread does about threads that are gone. Threads: its own. */
export class Recovery implements Leftovers, SlabLeftovers {
  readonly #surroundings: Surroundings;
  readonly #slot: number;
  readonly #free: (address: number, domain: FreeListDomain) => void;

  /**
   * @param surroundings - the heap, as the calling thread works with it
   * @param slot - the calling thread's slot
   * @param free - gives a block of a free list back to its domain
   */
  constructor(
    surroundings: Omit<Surroundings, 'leftovers'>,
    slot: number,
    free: (address: number, domain: FreeListDomain) => void,
  ) {
    this.#surroundings = { ...surroundings, leftovers: this };
    this.#slot = slot;
    this.#free = free;
  }

  /**
   * Takes care of what a dead thread has left. Threads: any that knows that the thread is dead.
   *
   * @param threadId - the thread
   * @returns whether it had a slot that nobody else was taking care of
   */
  reap(threadId: number): boolean {
    const { words, layout } = this.#surroundings;
    const slot = beginReaping(words, layout, threadId, this.#slot);
    if (slot === 0) return false;
    Atomics.add(words, H_DEATHS, 1);
    this.#recover(slot);
    return true;
  }

  /** Gives up the calling thread's own slot: gives back what is wholly free, and leaves the rest to others. */
  leave(): void {
    this.#tidyAndLetGo(this.#slot);
  }

  /** Gives back what nobody uses any more in abandoned slots. */
  tidy(): void {
    const { words, layout } = this.#surroundings;
    for (let slot = 1; slot < layout.slotCount; slot++) {
      if (this.#isAbandoned(slot) && beginAdopting(words, layout, slot, this.#slot)) this.#tidyAndLetGo(slot);
    }
  }

  /** See {@link Leftovers}. */
  adopt(into: ArenaPools, pools: PoolSet): boolean {
    for (let slot = this.#nextWith(S_PENDING, 0); slot !== 0; slot = this.#nextWith(S_PENDING, slot)) {
      const held = new HeldSlot(this.#surroundings, slot);
      held.tidy();
      const { arenas, all } = held.moveArenas(into, pools);
      held.letGo(!all, true);
      if (this.#count(arenas)) return true;
    }
    return false;
  }

  /** See {@link SlabLeftovers}. */
  adoptSlabs(into: Slabs): boolean {
    for (let slot = this.#nextWith(S_PENDING_SLABS, 0); slot !== 0; slot = this.#nextWith(S_PENDING_SLABS, slot)) {
      const held = new HeldSlot(this.#surroundings, slot);
      held.tidy();
      const slabs = into.adopt(held.slabs);
      held.letGo(true, false);
      if (this.#count(slabs)) return true;
    }
    return false;
  }

  #count(adopted: number): boolean {
    Atomics.add(this.#surroundings.words, H_ADOPTIONS, adopted);
    return adopted > 0;
  }

  #isAbandoned(slot: number): boolean {
    return slotState(this.#surroundings.words, this.#surroundings.layout, slot) === SLOT_ABANDONED;
  }

  /** Holds the next abandoned slot behind `after` in which something may be free, as its `pending` word tells; 0: none. */
  #nextWith(pending: number, after: number): number {
    const { words, layout } = this.#surroundings;
    for (let slot = after + 1; slot < layout.slotCount; slot++) {
      if (!this.#isAbandoned(slot) || Atomics.load(words, slotWord(layout, slot) + pending) === 0) continue;
      if (beginAdopting(words, layout, slot, this.#slot)) return slot;
    }
    return 0;
  }

  /** Repairs a slot that this thread holds, or that a slot which it holds was holding; and first those that this one held. */
  #recover(slot: number): void {
    const { words, layout, geometry, spans } = this.#surroundings;
    const rebuilder = new Rebuilder(words, layout, geometry, spans, slot);
    for (let held = heldSlot(words, layout, 1, slot); held !== 0; held = heldSlot(words, layout, held + 1, slot)) {
      rebuilder.dropCopies(held);
      this.#recover(held);
    }
    rebuilder.rebuild();
    rebuildSlabs(words, layout, spans, slot);
    spans.recover(slot);
    this.#finishFree(slot);
    releaseFreeLists(words, slotWord(layout, slot), this.#free);
    this.#tidyAndLetGo(slot);
  }

  #tidyAndLetGo(slot: number): void {
    const held = new HeldSlot(this.#surroundings, slot);
    held.tidy();
    held.letGo(true, true);
  }

  /** The remote free that the dead thread was at. */
  #finishFree(slot: number): void {
    const { words, layout, geometry } = this.#surroundings;
    const freeing = slotWord(layout, slot) + S_FREEING;
    const address = words[freeing] >>> 0;
    if (address === 0) return;
    const number = address >>> layout.poolBits;
    // A block that is in use, or that is being freed, keeps its pool or slab: without one, it has come back.
    if (Atomics.load(words, headerOf(layout, number) + P_OWNER) !== 0) {
      new HeldSlot(this.#surroundings, slot).hint(number);
      this.#countIfLost(headerOf(layout, number), new PoolRepair(words, layout, gridOf(geometry)), address);
    } else this.#finishFreeInSlab(slot, address);
    words[freeing] = 0;
  }

  #finishFreeInSlab(slot: number, address: number): void {
    const { words, layout, spans } = this.#surroundings;
    const page = address >>> PAGE_BITS;
    const head = pageState(spans.wordOf(page)) === PAGE_TAIL ? pagePayload(spans.wordOf(page)) : page;
    const word = spans.wordOf(head);
    if (pageState(word) !== PAGE_SLAB) return;
    new HeldSlot(this.#surroundings, slot).slabs.hint(head);
    const grid = SLAB_GRIDS[pagePayload(word) === 1 ? 0 : 1];
    this.#countIfLost(
      headerOf(layout, head << (PAGE_BITS - layout.poolBits)),
      new PoolRepair(words, layout, grid),
      address,
    );
  }

  #countIfLost(pool: number, pools: PoolRepair, address: number): void {
    if (!pools.isFree(pool, address)) Atomics.add(this.#surroundings.words, H_LOST_BLOCKS, 1);
  }
}
