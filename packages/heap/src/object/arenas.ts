/**
 * Arenas: 64 pools each, and the order in which they are drained.
 *
 * Arena objects lie in a vector that doubles (16, 32, 64, …). An object is in one of four states:
 *
 *   state   | condition                      | where it is linked
 *   --------|--------------------------------|------------------------------------------------------------------
 *   unused  | address = 0                    | singly, by A_NEXT from S_UNUSED; released ones are reused first
 *   usable  | 1 <= free pools                | doubly, by A_NEXT and A_PREV from S_USABLE
 *   full    | free pools = 0                 | nowhere
 *   (empty) | free pools = all: a usable one | as usable; at most one such, and only as the last of the list
 *
 * The usable arenas are sorted by their number of free pools, fewest first, and pools are always taken from the first one:
 * the fullest arenas fill up, and the emptiest get the chance to become wholly free and go back to level 1.
 * Finger k points to the LAST usable arena with k free pools (0: there is none). When a pool becomes free, its arena moves
 * behind the group that it leaves: one step with the fingers, however many arenas there are.
 *
 * A pool that becomes free meets one of four cases (the numbers are used in the code and in the tests):
 *   1  the arena is wholly free and not the last usable one: it goes back to the source. The last one is kept, so that a
 *      program on the brink of a new arena does not take and return it again and again.
 *   2  the arena was full: it becomes the first usable one.
 *   3  it stands before others with the same number of free pools: it moves behind them.
 *   4  it was the last of them already: the order is right.
 *
 * All words here are the owner's (the thread of the slot), plain. Other threads never follow these links.
 * If the owner dies here, every list can be rebuilt from the arena objects and the headers of the pools: A_ADDRESS,
 * A_POOL_ADDRESS and P_COUNT say which arenas there are and which of their pools are free.
 */
import type { Address } from '../domains.ts';
import { type Geometry, POOL_OVERHEAD, POOLS_PER_ARENA } from '../geometry.ts';
import {
  A_ADDRESS,
  A_FREE_POOLS,
  A_NEXT,
  A_POOL_ADDRESS,
  A_PREV,
  A_SOURCE,
  A_STACK,
  A_TOTAL_POOLS,
  ARENA_OBJECT_BYTES,
  headerOf,
  type Layout,
  NO_CLASS,
  P_ARENA,
  P_CLASS,
  P_COUNT,
  P_FREE,
  P_NEXT,
  P_OWNER,
  P_VIRGIN,
  PAGE_BYTES,
  S_ARENAS,
  S_ARENAS_CURRENT,
  S_ARENAS_HIGHWATER,
  S_ARENAS_LENGTH,
  S_ARENAS_TOTAL,
  S_FINGERS,
  S_PARKED,
  S_UNUSED,
  S_USABLE,
} from '../layout.ts';
import { unlinkPool } from '../pools/pool-set.ts';
import { PAGE_ARENA, PAGE_VECTOR, type Spans } from '../raw/spans.ts';
import { slotWord } from '../threads/slots.ts';
import type { ArenaSupply } from './arena-supply.ts';

const INITIAL_ARENA_OBJECTS = 16;
const OBJECT_WORDS = ARENA_OBJECT_BYTES >> 2;

/** The arenas of one slot. Threads: the slot's owner only. */
export class Arenas {
  declare private readonly words: Int32Array;
  declare private readonly layout: Layout;
  declare private readonly slotNumber: number;
  declare private readonly slot: number;
  declare private readonly poolBits: number;
  declare private readonly arenaBytes: number;
  declare private readonly spans: Spans;
  declare private readonly supply: ArenaSupply;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param geometry - its constants
   * @param slot - the slot's number
   * @param spans - where the vector of arena objects comes from
   * @param supply - where arenas come from
   */
  constructor(words: Int32Array, layout: Layout, geometry: Geometry, slot: number, spans: Spans, supply: ArenaSupply) {
    this.words = words;
    this.layout = layout;
    this.slotNumber = slot;
    this.slot = slotWord(layout, slot);
    this.poolBits = geometry.poolBits;
    this.arenaBytes = geometry.arenaBytes;
    this.spans = spans;
    this.supply = supply;
  }

  /**
   * Takes a free pool from the first usable arena; allocates an arena when there is none.
   *
   * @returns the word index of the pool's header, or 0. Its class is the last one that it had, or {@link NO_CLASS}.
   */
  takePool(): number {
    this.unpark();
    const words = this.words;
    const slot = this.slot;
    const id = words[slot + S_USABLE] || this.#addArena();
    if (id === 0) return 0;
    const arena = this.#object(id);
    const free = words[arena + A_FREE_POOLS];
    // The first arena has the fewest free pools and keeps its place with one less; only the fingers change.
    if (words[slot + S_FINGERS + free] === id) words[slot + S_FINGERS + free] = 0;
    if (free > 1) words[slot + S_FINGERS + free - 1] = id;
    const stacked = words[arena + A_STACK];
    const pool = stacked !== 0 ? stacked : this.#carve(arena, id);
    if (stacked !== 0) words[arena + A_STACK] = words[stacked + P_NEXT];
    words[arena + A_FREE_POOLS] = free - 1;
    if (free === 1) this.#unlinkFirst(arena);
    return pool;
  }

  /** Gives back a pool of which no block is in use and which is in no ring. */
  givePool(pool: number): void {
    this.unpark();
    const words = this.words;
    const slot = this.slot;
    const id = words[pool + P_ARENA] + 1;
    const arena = this.#object(id);
    words[pool + P_NEXT] = words[arena + A_STACK];
    words[arena + A_STACK] = pool;

    const before = words[arena + A_FREE_POOLS];
    const last = words[slot + S_FINGERS + before];
    if (last === id) this.#moveFinger(arena, before);
    const free = before + 1;
    words[arena + A_FREE_POOLS] = free;

    if (free === words[arena + A_TOTAL_POOLS] && words[arena + A_NEXT] !== 0 && this.canGoBack(arena)) {
      this.#unlink(arena);
      this.#release(arena, id); // case 1
      return;
    }
    if (free === 1) {
      this.#linkFirst(arena, id); // case 2
      if (words[slot + S_FINGERS + 1] === 0) words[slot + S_FINGERS + 1] = id;
      return;
    }
    if (words[slot + S_FINGERS + free] === 0) words[slot + S_FINGERS + free] = id;
    if (last === id) return; // case 4
    this.#unlink(arena); // case 3
    this.#linkBehind(arena, id, last);
  }

  /**
   * Whether a pool that was just emptied may stay in its ring, parked: when giving it back and taking a pool again would
   * answer this one and leave all else as it is. That is so if it is alone in its ring, and if its arena would be the first
   * usable one afterwards: because it was full (case 2), or because it is the first and remains so (case 4).
   *
   * One pool is parked at a time. Whatever looks at arenas, or links another pool into a ring, gives it back before. A thread
   * that allocates and frees one block again and again never gets here twice: the pair takes 2.3 ns instead of 50.
   */
  parks(pool: number, alone: boolean): boolean {
    this.unpark();
    if (!alone || !this.#staysFirst(this.words[pool + P_ARENA] + 1)) return false;
    this.words[this.slot + S_PARKED] = pool;
    return true;
  }

  /** Gives the parked pool back, unless it is in use again. */
  unpark(): void {
    const pool = this.words[this.slot + S_PARKED];
    if (pool === 0) return;
    this.words[this.slot + S_PARKED] = 0;
    if (this.words[pool + P_COUNT] !== 0) return;
    unlinkPool(this.words, pool);
    this.givePool(pool);
  }

  /** Arena objects in the vector; their ids are 1 to this. */
  get length(): number {
    return this.words[this.slot + S_ARENAS_LENGTH];
  }

  /** The address of the arena with that id, or 0 when the object is unused. */
  addressOf(id: number): Address {
    return this.words[this.#object(id) + A_ADDRESS] >>> 0;
  }

  /** Whether there is no free pool, and no memory that was never carved. */
  get isDry(): boolean {
    this.unpark();
    return this.words[this.slot + S_USABLE] === 0;
  }

  /**
   * Moves an arena of another slot into this one: as a copy of its object, then with its pools, and last by clearing the
   * address in the other vector. Until then the arena belongs to the other slot, should the thread die.
   *
   * The pools in the other slot's rings are the caller's business, and so is the look at the remote sets afterwards: frees
   * that found the other slot as the owner have told that one.
   *
   * Threads: the owner of this slot, which also holds the other one.
   *
   * @param from - the other slot's arenas
   * @param id - the arena there
   * @returns its id here, or 0 when there is no room for its object
   */
  adopt(from: Arenas, id: number): number {
    const words = this.words;
    const slot = this.slot;
    if (words[slot + S_UNUSED] === 0 && !this.#growVector()) return 0;
    const mine = words[slot + S_UNUSED];
    const arena = this.#object(mine);
    const theirs = from.#object(id);
    if (words[theirs + A_FREE_POOLS] > 0) from.#takeOut(theirs, id);
    words[slot + S_UNUSED] = words[arena + A_NEXT];
    for (let field = A_POOL_ADDRESS; field < OBJECT_WORDS; field++) words[arena + field] = words[theirs + field];
    words[arena + A_ADDRESS] = words[theirs + A_ADDRESS];
    this.forEachPool(mine, (pool) => {
      words[pool + P_ARENA] = mine - 1;
      Atomics.store(words, pool + P_OWNER, this.slotNumber);
    });
    this.spans.assign(words[arena + A_ADDRESS] >>> 0, PAGE_ARENA, this.slotNumber);
    words[theirs + A_ADDRESS] = 0; // from here on it is this slot's
    from.#forget(theirs, id);
    this.#count();
    if (words[arena + A_FREE_POOLS] > 0) this.#putIn(arena, mine);
    return mine;
  }

  /** Calls `visit` with every carved pool of an arena. */
  forEachPool(id: number, visit: (pool: number) => void): void {
    const words = this.words;
    const arena = this.#object(id);
    const first = Math.ceil((words[arena + A_ADDRESS] >>> 0) / (1 << this.poolBits));
    const end = (words[arena + A_POOL_ADDRESS] >>> 0) >>> this.poolBits;
    for (let number = first; number < end; number++) visit(headerOf(this.layout, number));
  }

  /** Gives every wholly free arena back to the source. Returns whether the slot still owns an arena. */
  releaseEmpty(): boolean {
    this.unpark();
    const words = this.words;
    const length = words[this.slot + S_ARENAS_LENGTH];
    for (let id = 1; id <= length; id++) {
      const arena = this.#object(id);
      const free = words[arena + A_FREE_POOLS];
      if (words[arena + A_ADDRESS] === 0 || free !== words[arena + A_TOTAL_POOLS] || !this.canGoBack(arena)) continue;
      this.#takeOut(arena, id);
      this.#release(arena, id);
    }
    return words[this.slot + S_ARENAS_CURRENT] !== 0;
  }

  /** Gives the vector of arena objects back. Only when the slot owns no arena. */
  releaseVector(): void {
    const words = this.words;
    const vector = words[this.slot + S_ARENAS] >>> 0;
    words[this.slot + S_UNUSED] = 0;
    words[this.slot + S_ARENAS_LENGTH] = 0;
    words[this.slot + S_ARENAS] = 0;
    if (vector !== 0) this.spans.release(vector / PAGE_BYTES, PAGE_VECTOR);
  }

  #staysFirst(id: number): boolean {
    const words = this.words;
    const arena = this.#object(id);
    const free = words[arena + A_FREE_POOLS];
    if (free === 0) return true;
    if (words[this.slot + S_USABLE] !== id || words[this.slot + S_FINGERS + free] !== id) return false;
    return free + 1 !== words[arena + A_TOTAL_POOLS] || words[arena + A_NEXT] === 0;
  }

  /** The word index of the arena object with that id (index + 1). */
  #object(id: number): number {
    return (this.words[this.slot + S_ARENAS] >>> 2) + (id - 1) * OBJECT_WORDS;
  }

  /** Carves the next pool. Its header is made valid before the pool counts as carved. */
  #carve(arena: number, id: number): number {
    const words = this.words;
    const address = words[arena + A_POOL_ADDRESS] >>> 0;
    const pool = headerOf(this.layout, address >>> this.poolBits);
    words[pool + P_COUNT] = 0;
    words[pool + P_FREE] = 0;
    words[pool + P_ARENA] = id - 1;
    words[pool + P_CLASS] = NO_CLASS;
    words[pool + P_VIRGIN] = POOL_OVERHEAD;
    // benign: who has a hint left to give for a pool that was here before gives it in vain
    words[pool + P_OWNER] = this.slotNumber;
    words[arena + A_POOL_ADDRESS] = address + (1 << this.poolBits);
    return pool;
  }

  /** Allocates an arena and makes it the only usable one. Returns its id, or 0. */
  #addArena(): number {
    const words = this.words;
    const slot = this.slot;
    if (words[slot + S_UNUSED] === 0 && !this.#growVector()) return 0;
    const address = this.supply.alloc(this.arenaBytes);
    if (address === 0) return 0;
    const id = words[slot + S_UNUSED];
    const arena = this.#object(id);
    const poolBytes = 1 << this.poolBits;
    const excess = address & (poolBytes - 1);
    const pools = excess === 0 ? POOLS_PER_ARENA : POOLS_PER_ARENA - 1;
    words[slot + S_UNUSED] = words[arena + A_NEXT];
    words[arena + A_NEXT] = 0;
    words[arena + A_PREV] = 0;
    words[arena + A_STACK] = 0;
    words[arena + A_FREE_POOLS] = pools;
    words[arena + A_TOTAL_POOLS] = pools;
    words[arena + A_SOURCE] = this.supply.number;
    words[arena + A_POOL_ADDRESS] = excess === 0 ? address : address + poolBytes - excess;
    words[arena + A_ADDRESS] = address;
    this.#count();
    words[slot + S_USABLE] = id;
    words[slot + S_FINGERS + pools] = id;
    return id;
  }

  /** One arena more. */
  #count(): void {
    const words = this.words;
    const slot = this.slot;
    words[slot + S_ARENAS_TOTAL]++;
    const current = ++words[slot + S_ARENAS_CURRENT];
    if (current > words[slot + S_ARENAS_HIGHWATER]) words[slot + S_ARENAS_HIGHWATER] = current;
  }

  /** The arena of that object went to another slot, with its place in the statistics. */
  #forget(arena: number, id: number): void {
    const words = this.words;
    const slot = this.slot;
    words[arena + A_NEXT] = words[slot + S_UNUSED];
    words[slot + S_UNUSED] = id;
    words[slot + S_ARENAS_CURRENT]--;
    const total = --words[slot + S_ARENAS_TOTAL];
    if (words[slot + S_ARENAS_HIGHWATER] > total) words[slot + S_ARENAS_HIGHWATER] = total;
  }

  /**
   * Doubles the vector, in a new span. Nobody but the owner holds an arena object's place, and ids stay as they are. The slot
   * names the new vector when all that the old one had is in it, and the length when the new objects are there too.
   */
  #growVector(): boolean {
    const words = this.words;
    const slot = this.slot;
    const length = words[slot + S_ARENAS_LENGTH];
    const grown = length === 0 ? INITIAL_ARENA_OBJECTS : length * 2;
    const old = words[slot + S_ARENAS] >>> 0;
    const pages = Math.ceil((grown * ARENA_OBJECT_BYTES) / PAGE_BYTES);
    const vector = this.spans.claim(pages, 1, PAGE_VECTOR, false) * PAGE_BYTES;
    if (vector === 0) return false;
    words.copyWithin(vector >>> 2, old >>> 2, (old >>> 2) + length * OBJECT_WORDS);
    for (let index = length; index < grown; index++) {
      const object = (vector >>> 2) + index * OBJECT_WORDS;
      words[object + A_ADDRESS] = 0;
      words[object + A_NEXT] = index + 1 < grown ? index + 2 : 0;
    }
    words[slot + S_ARENAS] = vector;
    words[slot + S_ARENAS_LENGTH] = grown;
    words[slot + S_UNUSED] = length + 1;
    if (old !== 0) this.spans.release(old / PAGE_BYTES, PAGE_VECTOR);
    return true;
  }

  /** Whether this thread has the source that an arena came from. If not, the arena serves on; see arena-supply.ts. */
  private canGoBack(arena: number): boolean {
    return this.supply.serves(this.words[arena + A_SOURCE]);
  }

  /** Gives an arena, which is in no list, back to the source; its object is the first to be used again. */
  #release(arena: number, id: number): void {
    const words = this.words;
    const slot = this.slot;
    const address: Address = words[arena + A_ADDRESS] >>> 0;
    const end = words[arena + A_POOL_ADDRESS] >>> 0;
    const firstPool = Math.ceil(address / (1 << this.poolBits));
    for (let number = firstPool; number < end >>> this.poolBits; number++) {
      words[headerOf(this.layout, number) + P_OWNER] = 0; // benign: as in #carve()
      words[headerOf(this.layout, number) + P_CLASS] = NO_CLASS; // as whoever has these pages next expects it
    }
    words[arena + A_NEXT] = words[slot + S_UNUSED];
    words[arena + A_ADDRESS] = 0;
    words[slot + S_UNUSED] = id;
    words[slot + S_ARENAS_CURRENT]--;
    this.supply.free(address, this.arenaBytes, words[arena + A_SOURCE]);
  }

  /** Takes a usable arena out of the list. */
  #takeOut(arena: number, id: number): void {
    const free = this.words[arena + A_FREE_POOLS];
    if (this.words[this.slot + S_FINGERS + free] === id) this.#moveFinger(arena, free);
    this.#unlink(arena);
  }

  /** Puts an arena with free pools into the list: behind all that have as many or fewer. */
  #putIn(arena: number, id: number): void {
    const words = this.words;
    const fingers = this.slot + S_FINGERS;
    const free = words[arena + A_FREE_POOLS];
    let group = free;
    while (group > 0 && words[fingers + group] === 0) group--;
    if (group > 0) this.#linkBehind(arena, id, words[fingers + group]);
    else this.#linkFirst(arena, id);
    words[fingers + free] = id;
  }

  /** Finger `free` points to this arena, which leaves its group: the one before it is the last of the group now, if any. */
  #moveFinger(arena: number, free: number): void {
    const words = this.words;
    const previous = words[arena + A_PREV];
    const moves = previous !== 0 && words[this.#object(previous) + A_FREE_POOLS] === free;
    words[this.slot + S_FINGERS + free] = moves ? previous : 0;
  }

  #linkFirst(arena: number, id: number): void {
    const words = this.words;
    const next = words[this.slot + S_USABLE];
    words[arena + A_PREV] = 0;
    words[arena + A_NEXT] = next;
    if (next !== 0) words[this.#object(next) + A_PREV] = id;
    words[this.slot + S_USABLE] = id;
  }

  #linkBehind(arena: number, id: number, previous: number): void {
    const words = this.words;
    const before = this.#object(previous);
    const next = words[before + A_NEXT];
    words[arena + A_PREV] = previous;
    words[arena + A_NEXT] = next;
    words[before + A_NEXT] = id;
    if (next !== 0) words[this.#object(next) + A_PREV] = id;
  }

  #unlinkFirst(arena: number): void {
    const words = this.words;
    const next = words[arena + A_NEXT];
    words[this.slot + S_USABLE] = next;
    if (next !== 0) words[this.#object(next) + A_PREV] = 0;
  }

  #unlink(arena: number): void {
    const words = this.words;
    const next = words[arena + A_NEXT];
    const previous = words[arena + A_PREV];
    if (previous === 0) words[this.slot + S_USABLE] = next;
    else words[this.#object(previous) + A_NEXT] = next;
    if (next !== 0) words[this.#object(next) + A_PREV] = previous;
  }
}
