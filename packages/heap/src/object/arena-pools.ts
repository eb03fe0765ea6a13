/**
 * Where the pools of level 2 come from and go to: the slot's arenas; and how their owner hears of blocks that others freed.
 *
 * A block that another thread frees goes into its pool's remote set; if its word of the set was empty, the freer leaves a
 * hint: the pool's bit, and that of its arena in the owner's S_PENDING. The owner looks there when a ring is empty, before it
 * takes a new pool:
 *
 *   freer:  set the block's bit (was the word empty?) -> set the pool's bit      -> set the arena's bit
 *   owner:  clear the arena's bit                     -> clear its pools' bits   -> look at the remote sets of those pools
 *
 * Each step is one instruction that reads and writes. So a free that the owner does not see comes behind the owner's look, finds
 * its word empty and leaves the hint anew: no block waits for ever. A hint without a block costs one look.
 *
 * A freer that dies between its block and its hint leaves a set that nobody was told of. Later frees of that word find it
 * non-empty and do not tell either; whoever reaps the dead freer tells in its stead (S_FREEING names the block), and
 * collectAll() asks nobody.
 *
 * Before the slot takes a new arena it looks at what dead and detached threads have left.
 */
import type { Geometry } from '../geometry.ts';
import { POOLS_PER_ARENA } from '../geometry.ts';
import { headerOf, type Layout, P_ARENA, P_COUNT, P_FREE, P_NEXT, P_OWNER, S_PENDING } from '../layout.ts';
import type { AtomicBits } from '../memory/kernel.ts';
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
  declare private readonly or: AtomicBits['or'];
  declare private readonly and: AtomicBits['and'];

  /** Which of the 32 groups of arenas is looked at next. */
  private turn = 0;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param geometry - its constants
   * @param slot - the slot's number
   * @param arenas - the slot's arenas
   * @param leftovers - what threads that are gone have left
   * @param bits - for hints
   */
  constructor(
    words: Int32Array,
    layout: Layout,
    geometry: Geometry,
    slot: number,
    arenas: Arenas,
    leftovers: Leftovers,
    bits: AtomicBits,
  ) {
    this.words = words;
    this.layout = layout;
    this.slotNumber = slot;
    this.slot = slotWord(layout, slot);
    this.hints = layout.hints;
    this.poolBits = geometry.poolBits;
    this.arenas = arenas;
    this.leftovers = leftovers;
    this.or = bits.or;
    this.and = bits.and;
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

  /** Tells a pool's owner that the pool's remote set is not empty. Threads: any. */
  hint(number: number): void {
    const words = this.words;
    this.or(this.hints + (number >>> 5), 1 << (number & 31));
    const pool = headerOf(this.layout, number);
    // The owner may have changed since the free: read it now. Who takes a pool over looks at its remote set afterwards.
    const owner = Atomics.load(words, pool + P_OWNER);
    // benign: an owner's word comes behind the arena's, adopt.ts
    if (owner !== 0) this.or(slotWord(this.layout, owner) + S_PENDING, 1 << (words[pool + P_ARENA] & 31));
  }

  /** See {@link PoolSource}. */
  refill(pools: PoolSet, ring: number): boolean {
    return this.collect(pools, ring) || (this.arenas.isDry && this.leftovers.adopt(this, pools));
  }

  /**
   * Takes back what other threads have freed, as far as they told; not more than it takes until `ring` has a pool. The arenas
   * take turns: while the owner lives on some, others free the rest of the pools of the next ones, and the more blocks come
   * back at once, the less each of them costs both sides.
   *
   * @returns whether others told anything
   */
  collect(pools: PoolSet, ring?: number): boolean {
    const words = this.words;
    const pending = this.slot + S_PENDING;
    // benign: a bit that is set behind this look is seen at the next one
    let left = words[pending];
    if (left === 0) return false;
    while (left !== 0 && (ring === undefined || words[ring + P_NEXT] === ring)) {
      const bit = nextBit(left, this.turn);
      this.turn = (bit + 1) & 31;
      left &= ~(1 << bit);
      this.and(pending, ~(1 << bit));
      for (let id = bit + 1; id <= this.arenas.length; id += 32) this.#collectArena(pools, id);
    }
    return true;
  }

  /** Takes back all that other threads have freed: also what nobody told of, because the one who should have has died. */
  collectAll(pools: PoolSet): void {
    Atomics.exchange(this.words, this.slot + S_PENDING, 0);
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

  /** Takes back what others have freed in all pools of one arena. */
  #collectPools(pools: PoolSet, id: number): void {
    this.arenas.forEachPool(id, (pool) => this.#collectPool(pools, pool));
  }

  /** Looks at the hints of an arena, and perhaps at some of its neighbours'. */
  #collectArena(pools: PoolSet, id: number): void {
    const address = this.arenas.addressOf(id);
    if (address === 0) return;
    const first = address >>> this.poolBits;
    for (let word = first >>> 5; word <= (first + POOLS_PER_ARENA) >>> 5; word++) this.#collectHinted(pools, word);
  }

  /** Takes back what others have freed in those of the 32 pools of a hint word that are this slot's; the bits of others stay. */
  #collectHinted(pools: PoolSet, word: number): void {
    const words = this.words;
    let mine = 0;
    // benign: a bit that is set behind this look comes with a new S_PENDING.
    for (let left = words[this.hints + word]; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left);
      if (words[headerOf(this.layout, word * 32 + bit) + P_OWNER] === this.slotNumber) mine |= 1 << bit;
    }
    if (mine === 0) return;
    this.and(this.hints + word, ~mine);
    for (let left = mine; left !== 0; left &= left - 1) {
      this.#collectPool(pools, headerOf(this.layout, word * 32 + 31 - Math.clz32(left & -left)));
    }
  }

  /** Collecting another pool may just have given this one's arena back: a pool that is not this slot's is left alone. */
  #collectPool(pools: PoolSet, pool: number): void {
    if (this.words[pool + P_OWNER] === this.slotNumber) pools.collect(pool);
  }
}

/** The first bit of `bits`, which is not 0, from bit `from` on and then from bit 0 on. */
function nextBit(bits: number, from: number): number {
  const behind = (bits >>> from) << from;
  const from0 = behind === 0 ? bits : behind;
  return 31 - Math.clz32(from0 & -from0);
}
