/**
 * Where the pools of level 2 come from and go to: the slot's arenas; and how their owner hears of blocks that others freed.
 *
 * Blocks that another thread frees are pushed on their pool's remote word, and if that list was empty the freer tells the owner's
 * inbox (pools/inbox.ts). The owner looks there when a ring is empty, before it takes a new pool.
 *
 * A freer that dies between its push and the inbox leaves a list that nobody was told of. Later frees of that pool find it
 * non-empty and do not tell either; whoever reaps the dead freer tells in its stead, and collectAll() asks nobody.
 *
 * Before the slot takes a new arena it looks at what dead and detached threads have left.
 */
import { headerOf, type Layout, M_INBOX, P_COUNT, P_FREE, P_OWNER, S_PENDING } from '../layout.ts';
import { Inbox, type InboxPlaces, setHint, tellInbox } from '../pools/inbox.ts';
import { type PoolSet, type PoolSource, unlinkPool } from '../pools/pool-set.ts';
import type { Arenas } from './arenas.ts';

/** Where the inbox of level 2 lies in a slot. */
export const OBJECT_INBOX: InboxPlaces = Object.freeze({ pending: S_PENDING, inbox: M_INBOX });

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
  declare private readonly inbox: Inbox;
  declare private readonly arenas: Arenas;
  declare private readonly leftovers: Leftovers;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param slot - the slot's number
   * @param arenas - the slot's arenas
   * @param leftovers - what threads that are gone have left
   */
  constructor(words: Int32Array, layout: Layout, slot: number, arenas: Arenas, leftovers: Leftovers) {
    this.words = words;
    this.layout = layout;
    this.slotNumber = slot;
    this.arenas = arenas;
    this.leftovers = leftovers;
    this.inbox = new Inbox(words, layout, slot, OBJECT_INBOX, (number) => this.#owns(headerOf(layout, number)));
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
    setHint(this.words, this.layout, number);
    // The owner may have changed since the push: read it now. Who takes a pool over looks at its remote word afterwards.
    const owner = Atomics.load(this.words, headerOf(this.layout, number) + P_OWNER);
    if (owner !== 0) tellInbox(this.words, this.layout, owner, OBJECT_INBOX, number);
  }

  /** See {@link PoolSource}. */
  refill(pools: PoolSet): boolean {
    return this.collect(pools) || (this.arenas.isDry && this.leftovers.adopt(this, pools));
  }

  /** Takes back what other threads have freed, as far as they told. Returns whether they told anything. */
  collect(pools: PoolSet): boolean {
    return this.inbox.take((number) => this.#collectPool(pools, headerOf(this.layout, number)));
  }

  /** Takes back all that other threads have freed: also what nobody told of, because the one who should have has died. */
  collectAll(pools: PoolSet): void {
    this.inbox.clear();
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

  /** Collecting another pool may just have given this one's arena back: a pool that is not this slot's is left alone. */
  #collectPool(pools: PoolSet, pool: number): void {
    if (this.#owns(pool)) pools.collect(pool);
  }

  #owns(pool: number): boolean {
    return this.words[pool + P_OWNER] === this.slotNumber;
  }
}
