/**
 * Where the pools of level 2 come from and go to: the slot's arenas; and how their owner hears of blocks that others freed.
 *
 * A block that another thread frees is pushed on its pool's remote word; if that list was empty, the freer leaves a hint: the
 * pool's bit, and the owner's S_PENDING. The owner looks at S_PENDING when a ring is empty, before it takes a new pool:
 *
 *   freer:  push on the remote word (was empty?) -> set the bit -> set S_PENDING
 *   owner:  clear S_PENDING -> clear the bits    -> take the remote words of those pools
 *
 * A push that the owner does not see found its list empty after the owner took it, so it sets the hint anew: no block waits
 * for ever. A bit without a list costs one look.
 *
 * A freer that dies between its push and its hint leaves a list that nobody was told of. Later frees of that pool find it
 * non-empty and do not tell either; whoever reaps the dead freer tells in its stead (S_FREEING names the block), and
 * collectAll() asks nobody.
 *
 * Before the slot takes a new arena it looks at what dead and detached threads have left.
 */
import type { Geometry } from '../geometry.ts';
import { POOLS_PER_ARENA } from '../geometry.ts';
import { headerOf, type Layout, P_COUNT, P_FREE, P_OWNER, S_PENDING } from '../layout.ts';
import { type PoolSet, type PoolSource, unlinkPool } from '../pools/pool-set.ts';
import { slotWord } from '../threads/slots.ts';
import type { Arenas } from './arenas.ts';

/** What threads that are gone have left. */
export interface Leftovers {
  /** Takes over arenas in which a block or a pool is free. Returns whether there were any. Threads: the owner of `into`. */
  adopt(into: ArenaPools, pools: PoolSet): boolean;
}

/** The pools of one slot's arenas. Threads: the slot's owner only, but see {@link ArenaPools.hint}. */
export class ArenaPools implements PoolSource {
  declare private readonly words: Int32Array;
  declare private readonly layout: Layout;
  declare private readonly slotNumber: number;
  declare private readonly slot: number;
  declare private readonly hints: number;
  declare private readonly poolBits: number;
  declare private readonly arenas: Arenas;
  declare private readonly leftovers: Leftovers;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param geometry - its constants
   * @param slot - the slot's number
   * @param arenas - the slot's arenas
   * @param leftovers - what threads that are gone have left
   */
  constructor(
    words: Int32Array,
    layout: Layout,
    geometry: Geometry,
    slot: number,
    arenas: Arenas,
    leftovers: Leftovers,
  ) {
    this.words = words;
    this.layout = layout;
    this.slotNumber = slot;
    this.slot = slotWord(layout, slot);
    this.hints = layout.hints;
    this.poolBits = geometry.poolBits;
    this.arenas = arenas;
    this.leftovers = leftovers;
  }

  /** See {@link PoolSource}. */
  takePool(): number {
    return this.arenas.takePool();
  }

  /** See {@link PoolSource}. */
  givePool(pool: number): void {
    this.arenas.givePool(pool);
  }

  /** See {@link PoolSource}. */
  parks(pool: number, alone: boolean): boolean {
    return this.arenas.parks(pool, alone);
  }

  /** See {@link PoolSource}. */
  unpark(): void {
    this.arenas.unpark();
  }

  /** Tells a pool's owner that the pool's remote list is no longer empty. Threads: any. */
  hint(number: number): void {
    const words = this.words;
    Atomics.or(words, this.hints + (number >>> 5), 1 << (number & 31));
    // The owner may have changed since the push: read it now. Who takes a pool over looks at its remote word afterwards.
    const owner = Atomics.load(words, headerOf(this.layout, number) + P_OWNER);
    if (owner !== 0) Atomics.store(words, slotWord(this.layout, owner) + S_PENDING, 1);
  }

  /** See {@link PoolSource}. */
  refill(pools: PoolSet): boolean {
    return this.collect(pools) || (this.arenas.isDry && this.leftovers.adopt(this, pools));
  }

  /** Takes back what other threads have freed, as far as they told. Returns whether they told anything. */
  collect(pools: PoolSet): boolean {
    // benign: a flag that is set behind this look is seen at the next one
    if (this.words[this.slot + S_PENDING] === 0) return false;
    Atomics.store(this.words, this.slot + S_PENDING, 0);
    for (let id = this.arenas.length; id > 0; id--) {
      const address = this.arenas.addressOf(id);
      if (address !== 0) this.#collectArena(pools, address >>> this.poolBits);
    }
    return true;
  }

  /** Takes back all that other threads have freed: also what nobody told of, because the one who should have has died. */
  collectAll(pools: PoolSet): void {
    Atomics.store(this.words, this.slot + S_PENDING, 0);
    for (let id = this.arenas.length; id > 0; id--) {
      if (this.arenas.addressOf(id) !== 0) this.#collectPools(pools, id);
    }
  }

  /**
   * Takes over an arena of another slot, which the calling thread holds; see adopt.ts.
   *
   * @returns false when there is no room for its object; then nothing has changed
   */
  adopt(pools: PoolSet, from: Arenas, id: number): boolean {
    const words = this.words;
    const mine = this.arenas.adopt(from, id);
    if (mine === 0) return false;
    this.arenas.forEachPool(mine, (pool) => {
      if (words[pool + P_COUNT] === 0 || words[pool + P_FREE] === 0) return;
      unlinkPool(words, pool);
      pools.link(pool);
    });
    this.#collectPools(pools, mine);
    return true;
  }

  /** Takes the remote lists of all pools of one arena. */
  #collectPools(pools: PoolSet, id: number): void {
    this.arenas.forEachPool(id, (pool) => this.#collectPool(pools, pool));
  }

  /** Looks at the hints of an arena whose first pool, or the one that its memory begins in, is `first`. */
  #collectArena(pools: PoolSet, first: number): void {
    for (let word = first >>> 5; word <= (first + POOLS_PER_ARENA) >>> 5; word++) {
      // benign: a bit that is set behind this look comes with a new S_PENDING.
      if (this.words[this.hints + word] !== 0) this.#collectHinted(pools, word);
    }
  }

  /** Takes the remote lists of this slot's pools among the 32 of a hint word; the bits of others stay. */
  #collectHinted(pools: PoolSet, word: number): void {
    const words = this.words;
    let mine = 0;
    for (let bit = 0; bit < 32; bit++) {
      if (words[headerOf(this.layout, word * 32 + bit) + P_OWNER] === this.slotNumber) mine |= 1 << bit;
    }
    let bits = Atomics.and(words, this.hints + word, ~mine) & mine;
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits);
      bits &= ~(1 << bit);
      this.#collectPool(pools, headerOf(this.layout, word * 32 + bit));
    }
  }

  /** Collecting another pool may just have given this one's arena back: a pool that is not this slot's is left alone. */
  #collectPool(pools: PoolSet, pool: number): void {
    if (this.words[pool + P_OWNER] === this.slotNumber) pools.collect(pool);
  }
}
