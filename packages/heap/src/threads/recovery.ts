/**
 * What is done about threads that are gone: their slots are repaired, their memory is given back or taken over.
 *
 *   reap(thread)  its slot is held (REAPING), repaired, emptied as far as no block lives in it, and let go
 *   tidy()        the same for every abandoned slot, which needs no repair: what others have freed since comes back
 *   adopt()       a thread that needs pools takes arenas of an abandoned slot in which something is free
 *
 * A dead thread may have held slots itself. They are finished first, while its own is held: its copies of arena objects that
 * it was taking over are forgotten, then the other slot is repaired and let go, then its own. So of a tree of slots that hold
 * each other, each is let go before the one above it, and nobody ever meets a slot whose holder's number means another thread.
 *
 * In reap(), the block that the dead thread was giving back to another slot (S_FREEING) may be still its own, or in the pool's
 * remote set without a hint, or taken back, or handed out again. So the owner is told in its stead; and if the block lies neither
 * there nor in the free list it counts as lost: nobody can tell it from one that was handed out again, so that H_LOST_BLOCKS is an upper bound,
 * and at most one for each death.
 *
 * If the thread dies here, the slot that it was working on names it, and whoever reaps it does all of this again.
 */
import type { Address } from '../domains.ts';
import { type FreeListDomain, releaseFreeLists } from '../freelist/free-list-record.ts';
import type { Geometry } from '../geometry.ts';
import {
  H_ADOPTIONS,
  H_DEATHS,
  H_LOST_BLOCKS,
  headerOf,
  type Layout,
  P_OWNER,
  PENDING_ALL,
  S_FREEING,
  S_KEEPERS,
  S_PARKED,
  S_PENDING,
  S_PENDING_SLABS,
  S_RINGS,
} from '../layout.ts';
import { plainKernel } from '../memory/plain-kernel.ts';
import { adoptArenas } from '../object/adopt.ts';
import { ArenaPools, type Leftovers } from '../object/arena-pools.ts';
import type { ArenaSupply } from '../object/arena-supply.ts';
import { Arenas } from '../object/arenas.ts';
import { Rebuilder } from '../object/rebuild.ts';
import { type Grid, gridOf } from '../pools/grid.ts';
import { PoolSet } from '../pools/pool-set.ts';
import { PoolRepair } from '../pools/repair.ts';
import { rebuildSlabs } from '../raw/rebuild-slabs.ts';
import { type SlabLeftovers, Slabs } from '../raw/slabs.ts';
import type { Spans } from '../raw/spans.ts';
import { beginAdopting, beginReaping, findAbandoned, heldSlot, leaveSlot, slotWord } from './slots.ts';

/** What recovery needs of the heap of its thread. */
export interface RecoveryHome {
  /** Frees a block of a domain, as the thread does. */
  free(address: Address, domain: FreeListDomain): void;
  /** Called when arenas or slabs of a slot were taken over. */
  adopted(from: number, arenas: number, slabs: number): void;
  /** What packages above the heap give back for a slot whose thread is gone; see keepers.ts. */
  giveBackKept(slot: number): void;
}

/** Level 2 of a slot that this thread holds. */
interface Held {
  readonly arenas: Arenas;
  readonly source: ArenaPools;
  readonly pools: PoolSet;
}

/** What one thread does about threads that are gone. Threads: its own. */
export class Recovery implements Leftovers, SlabLeftovers {
  readonly #words: Int32Array;
  readonly #layout: Layout;
  readonly #geometry: Geometry;
  readonly #grid: Grid;
  readonly #slot: number;
  readonly #spans: Spans;
  readonly #supply: ArenaSupply;
  readonly #home: RecoveryHome;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param geometry - its constants
   * @param slot - the calling thread's slot
   * @param spans - the heap's pages, as the calling thread works with them
   * @param supply - where arenas go back to
   * @param home - the thread's heap
   */
  constructor(
    words: Int32Array,
    layout: Layout,
    geometry: Geometry,
    slot: number,
    spans: Spans,
    supply: ArenaSupply,
    home: RecoveryHome,
  ) {
    this.#words = words;
    this.#layout = layout;
    this.#geometry = geometry;
    this.#grid = gridOf(geometry);
    this.#slot = slot;
    this.#spans = spans;
    this.#supply = supply;
    this.#home = home;
  }

  /**
   * Takes care of what a dead thread has left. Threads: any that knows that the thread is dead.
   *
   * @param threadId - the thread
   * @returns whether it had a slot that nobody else was taking care of
   */
  reap(threadId: number): boolean {
    const slot = beginReaping(this.#words, this.#layout, threadId, this.#slot);
    if (slot === 0) return false;
    Atomics.add(this.#words, H_DEATHS, 1);
    this.#recover(slot);
    return true;
  }

  /** Gives up the calling thread's own slot: gives back what is wholly free, and leaves the rest to others. */
  leave(): void {
    this.#letGo(this.#slot);
  }

  /** Gives back what nobody uses any more in abandoned slots. */
  tidy(): void {
    findAbandoned(this.#words, this.#layout, (slot) => {
      if (beginAdopting(this.#words, this.#layout, slot, this.#slot)) this.#letGo(slot);
      return false;
    });
  }

  /** See {@link Leftovers}. */
  adopt(into: ArenaPools, pools: PoolSet): boolean {
    return findAbandoned(this.#words, this.#layout, (slot) => {
      if (Atomics.load(this.#words, slotWord(this.#layout, slot) + S_PENDING) === 0) return false;
      return beginAdopting(this.#words, this.#layout, slot, this.#slot) && this.#adoptFrom(slot, into, pools);
    });
  }

  /** See {@link SlabLeftovers}. */
  adoptSlabs(into: Slabs): boolean {
    return findAbandoned(this.#words, this.#layout, (slot) => {
      if (Atomics.load(this.#words, slotWord(this.#layout, slot) + S_PENDING_SLABS) === 0) return false;
      return beginAdopting(this.#words, this.#layout, slot, this.#slot) && this.#adoptSlabsFrom(slot, into);
    });
  }

  /** Repairs a slot that this thread holds, or that a slot which it holds was holding; and first those that this one held. */
  #recover(slot: number): void {
    const words = this.#words;
    const layout = this.#layout;
    this.#spans.forget(slot);
    const rebuilder = new Rebuilder(words, layout, this.#geometry, this.#spans, slot);
    for (let held = heldSlot(words, layout, 1, slot); held !== 0; held = heldSlot(words, layout, held + 1, slot)) {
      rebuilder.dropCopies(held);
      this.#recover(held);
    }
    this.#finishFree(slot);
    rebuilder.rebuild();
    rebuildSlabs(words, layout, this.#spans, slot);
    this.#spans.recover(slot);
    releaseFreeLists(words, slotWord(layout, slot), (address, domain) => this.#home.free(address, domain));
    this.#letGo(slot);
  }

  /** The remote free that the dead thread was at. */
  #finishFree(slot: number): void {
    const words = this.#words;
    const freeing = slotWord(this.#layout, slot) + S_FREEING;
    const address = words[freeing] >>> 0;
    if (address === 0) return;
    const slab = new Slabs(words, this.#layout, slot, this.#spans).slabAt(address);
    if (slab) {
      slab.pools.tell(slab.pool);
      this.#countLost(slab.pool, address, slab.grid);
    } else {
      const pool = headerOf(this.#layout, address >>> this.#geometry.poolBits);
      // A block that is in use, or that is being freed, keeps its pool: without a pool, it has come back.
      if (Atomics.load(words, pool + P_OWNER) !== 0) {
        this.#heldSlot(slot).pools.tell(pool);
        this.#countLost(pool, address, this.#grid);
      }
    }
    words[freeing] = 0;
  }

  #countLost(pool: number, address: Address, grid: Grid): void {
    const isFree = new PoolRepair(this.#words, this.#layout, grid).isFree(pool, address);
    if (!isFree) Atomics.add(this.#words, H_LOST_BLOCKS, 1);
  }

  /** Takes back what others have freed in a slot that this thread has or holds, gives back what is free, and lets it go. */
  #letGo(slot: number): void {
    const words = this.#words;
    if (words[slotWord(this.#layout, slot) + S_KEEPERS] !== 0) this.#home.giveBackKept(slot);
    const { arenas, source, pools } = this.#heldSlot(slot);
    const slabs = new Slabs(words, this.#layout, slot, this.#spans);
    source.collectAll(pools);
    slabs.collectAll();
    slabs.releaseEmpty();
    // What is left may serve a thread that needs pools, or slabs.
    Atomics.store(words, slotWord(this.#layout, slot) + S_PENDING, PENDING_ALL);
    Atomics.store(words, slotWord(this.#layout, slot) + S_PENDING_SLABS, PENDING_ALL);
    this.#leave(slot, arenas, slabs);
  }

  /** Lets a slot go that this thread has or holds. */
  #leave(slot: number, arenas: Arenas, slabs: Slabs): void {
    const ownsArenas = arenas.releaseEmpty();
    if (!ownsArenas) arenas.releaseVector();
    const keeps = this.#words[slotWord(this.#layout, slot) + S_KEEPERS] !== 0;
    leaveSlot(this.#words, this.#layout, slot, ownsArenas || slabs.any || keeps);
  }

  #adoptFrom(slot: number, into: ArenaPools, pools: PoolSet): boolean {
    const words = this.#words;
    const held = this.#heldSlot(slot);
    held.source.collectAll(held.pools);
    held.arenas.releaseEmpty();
    const { arenas, all } = adoptArenas(words, this.#layout, this.#geometry, slot, held.arenas, into, pools);
    if (!all) Atomics.store(words, slotWord(this.#layout, slot) + S_PENDING, PENDING_ALL);
    this.#leave(slot, held.arenas, new Slabs(words, this.#layout, slot, this.#spans));
    return this.#adopted(slot, arenas, 0);
  }

  #adoptSlabsFrom(slot: number, into: Slabs): boolean {
    const from = new Slabs(this.#words, this.#layout, slot, this.#spans);
    from.collectAll();
    from.releaseEmpty();
    const adopted = into.adoptFrom(from);
    this.#leave(slot, this.#heldSlot(slot).arenas, from);
    return this.#adopted(slot, 0, adopted);
  }

  /** Counts and tells what was taken over. Returns whether there was something. */
  #adopted(from: number, arenas: number, slabs: number): boolean {
    if (arenas + slabs === 0) return false;
    Atomics.add(this.#words, H_ADOPTIONS, arenas + slabs);
    this.#home.adopted(from, arenas, slabs);
    return true;
  }

  #heldSlot(slot: number): Held {
    const words = this.#words;
    const layout = this.#layout;
    const bits = plainKernel(words);
    const arenas = new Arenas(words, layout, this.#geometry, slot, this.#spans, this.#supply);
    const source = new ArenaPools(words, layout, this.#geometry, slot, arenas, this, bits);
    const first = slotWord(layout, slot);
    const [rings, parked] = [first + S_RINGS, first + S_PARKED];
    return { arenas, source, pools: new PoolSet(words, first, rings, parked, layout, this.#grid, source, bits) };
  }
}
