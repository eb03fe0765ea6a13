/**
 * The pools of one slot: blocks of one size class each. The machine that level 1 (slabs) and level 2 (pools in arenas) share;
 * they differ in where a pool comes from (PoolSource), in their size classes, and in nothing else.
 *
 * A pool is in one of three states:
 *
 *   state | condition                             | where its header is linked
 *   ------|---------------------------------------|---------------------------------------------------------
 *   used  | 0 < count < capacity, P_FREE is set   | ring of its class (circular, headed by a sentinel in the slot)
 *   full  | count = capacity, P_FREE is 0         | nowhere
 *   empty | count = 0                             | with its source; or still in its ring, when the source parks it
 *
 *   new -> used | used -> full: take() hands out the last block | full -> used: a free, to the FRONT of its ring
 *   used -> empty: the last block is freed | full -> empty: only when many blocks come back at once
 *
 * take() uses the first pool of the ring: first the blocks freed last, then virgin ones upwards, linked one at a time, so
 * that no memory is touched before it is needed. This order is CPython's to the block: one thread that uses a heap
 * reproduces its addresses (test/golden.test.ts).
 *
 * Who may free: anyone. The owner pushes on the pool's free list with plain stores (give). Any other thread pushes on the
 * pool's remote word (giveRemote, remote-word.ts) with one swap; if that list was empty it tells the owner, and how is the
 * source's business.
 *
 * Which addresses are blocks: those at first + b * size, below the virgin area. With magic = 2^32 / size, rounded up, the low
 * 32 bits of n * magic are below magic exactly if n is a multiple of size (Lemire, Kaser, Kurz: Faster remainder by direct
 * computation, 2019; for the few sizes and offsets that there are, test/pools.test.ts tries all). So one multiplication and two
 * comparisons refuse whatever is not a block that was linked once.
 *
 * Moving a remote list to the free list takes several words, so P_COLLECT names the list first:
 *   1  P_COLLECT = list    2  swap remote: list -> 0    3  link its last block to P_FREE, P_FREE = its head    4  P_COLLECT = 0
 * If the owner dies behind 1 or 2, the list is whole, and either still in the remote word or named by P_COLLECT alone;
 * behind 3 its head is in the free list. So the one who takes over can tell what is left to do, and no block is lost.
 *
 * If the owner dies elsewhere in here: the free list is valid at every store, and what was carved less its length is in use. So
 * P_COUNT, the rings and the virgin block that was being linked can be repaired (repair.ts). A pool whose class is being
 * written says NO_CLASS: it is empty. The one block that was being handed out stays in use.
 */
import type { Address } from '../domains.ts';
import { BadAddressError } from '../errors.ts';
import {
  HEADER_BITS,
  type Layout,
  NO_CLASS,
  P_CLASS,
  P_COLLECT,
  P_COUNT,
  P_FREE,
  P_MAGIC,
  P_NEXT,
  P_PREV,
  P_VIRGIN,
  P_VIRGIN_MAX,
  S_COLLECTED,
  S_FAILED_SWAPS,
  S_FREEING,
  S_REMOTE_FREES,
} from '../layout.ts';
import type { Grid } from './grid.ts';
import { remoteCount, remoteHead, remotePush } from './remote-word.ts';

/** log2 of the words of a ring's sentinel. */
const SENTINEL_SHIFT = 2;
/** Where pools come from, and where they go when they are empty. Threads: the slot's owner. */
export interface PoolSource {
  /**
   * Called when a ring is empty: looks for blocks before a new pool is taken, in what other threads have freed and in what
   * those that are gone have left. Returns whether there may be some now.
   */
  refill(pools: PoolSet): boolean;
  /** Tells the owner of a pool, whoever it is, that the pool's remote list is no longer empty. Threads: any. */
  hint(number: number): void;
  /** A free pool for a class, as the word index of its header, or 0. Its header says which class it had last. */
  takePool(index: number): number;
  /** Takes back a pool of which no block is in use and which is in no ring. */
  givePool(pool: number): void;
  /**
   * Whether a pool that has just been emptied may stay in its ring. If so, the source names it in the set's parked word:
   * emptying it again asks nothing. `alone`: whether it is the only one in its ring.
   */
  parks(pool: number, alone: boolean): boolean;
  /** Called before a pool joins a ring that may hold a parked one. */
  unpark(): void;
}

const CLASS = P_CLASS;
const COUNT = P_COUNT;
const FREE = P_FREE;
const MAGIC = P_MAGIC;
const NEXT = P_NEXT;
const PREV = P_PREV;
const VIRGIN = P_VIRGIN;
const VIRGIN_MAX = P_VIRGIN_MAX;
const HEADER_SHIFT = HEADER_BITS;
/** The fields of headers that are written as numbers below: a field that moves is refused by the compiler. */
const FIELDS = [P_COUNT, P_FREE, P_NEXT, P_PREV, P_CLASS, P_VIRGIN, P_VIRGIN_MAX, P_MAGIC] as const;
FIELDS satisfies readonly [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * The pools of one slot.
 *
 * The fields are declared, not defined, and assigned once: so V8 takes them for constants, and reads the heap's memory at fixed
 * addresses. The constants of layout.ts have local names for the same reason: an imported binding is a load each time that it
 * is used. With `#private` fields and imported constants a pair of malloc and free took 9.9 ns, with these 3.6 (Node 20, alone).
 *
 * take(), give() and what they call most write the fields of headers as numbers, which FIELDS compares with layout.ts. V8 puts
 * 920 bytes of bytecode into one function at most, and a named constant takes six of them: with names, what is called when a
 * pool fills up stays outside of the caller's loop, and 1,000 blocks of random sizes, replaced at random, take 17.5 ns each
 * instead of 14.6.
 *
 * Threads: the slot's owner only, but see {@link PoolSet.giveRemote}.
 */
export class PoolSet {
  declare private readonly words: Int32Array;
  declare private readonly slot: number;
  declare private readonly rings: number;
  declare private readonly parked: number;
  declare private readonly headers: number;
  declare private readonly poolBits: number;
  declare private readonly remote: number;
  declare private readonly poolMask: number;
  declare private readonly unitBits: number;
  declare private readonly first: number;
  declare private readonly grid: Grid;
  declare private readonly source: PoolSource;

  /**
   * @param words - the heap as 32-bit words
   * @param slot - the slot's first word
   * @param rings - the first ring's sentinel
   * @param parked - the word that names the parked pool
   * @param layout - the heap's tables
   * @param grid - the size classes
   * @param source - where pools come from
   */
  constructor(
    words: Int32Array,
    slot: number,
    rings: number,
    parked: number,
    layout: Layout,
    grid: Grid,
    source: PoolSource,
  ) {
    this.words = words;
    this.slot = slot;
    this.rings = rings;
    this.parked = parked;
    this.headers = layout.headers;
    this.poolBits = layout.poolBits;
    this.remote = layout.remote;
    this.poolMask = (1 << grid.poolBits) - 1;
    this.unitBits = grid.unitBits;
    this.first = grid.first;
    this.grid = grid;
    this.source = source;
    if (words[rings + NEXT] === 0) this.initialiseRings(grid.sizes.length);
  }

  /** A block of a class, or 0 when there is no pool for it. */
  take(index: number): Address {
    const words = this.words;
    const sentinel = this.rings + (index << 2);
    const pool = words[sentinel + /* NEXT */ 2];
    if (pool === sentinel) return this.takeFromNewPool(index, sentinel) >>> 0;
    const address = words[pool + /* FREE */ 1];
    const next = words[address >>> 2];
    words[pool /* COUNT */]++;
    words[pool + /* FREE */ 1] = next;
    if (next === 0) this.extend(pool);
    return address >>> 0;
  }

  /**
   * Takes back a block of a pool that this slot owns.
   *
   * @throws {BadAddressError} when no block that is in use begins there, as far as {@link PoolSet} can tell
   */
  give(pool: number, address: Address): void {
    const words = this.words;
    const from = (address & this.poolMask) - this.first;
    const magic = words[pool + /* MAGIC */ 7] >>> 0;
    if (Math.imul(from, magic) >>> 0 >= magic || from >>> 0 >= (words[pool + /* VIRGIN */ 5] - this.first) >>> 0) {
      throw notABlock(address);
    }
    const first = words[pool + /* FREE */ 1];
    const count = words[pool /* COUNT */] - 1;
    if (first === (address | 0) || count < 0) throw freedAlready(address);
    words[address >>> 2] = first;
    words[pool + /* FREE */ 1] = address;
    words[pool /* COUNT */] = count;
    if (first === 0) this.linkFirst(pool);
    else if (count === 0) this.emptied(pool);
  }

  /**
   * Pushes a block of another slot's pool on that pool's remote list, and tells the owner if the list was empty. S_FREEING
   * names the block as long as that takes: whoever reaps this thread tells the owner in its stead (threads/recovery.ts).
   * Threads: any but the pool's owner.
   *
   * @param pool - the pool's header
   * @param address - the block
   * @throws {BadAddressError} when no block that is in use begins there, as far as can be told
   */
  giveRemote(pool: number, address: Address): void {
    this.check(pool, address);
    const words = this.words;
    const remote = this.remoteOf(pool);
    const unit = (address & this.poolMask) >> this.unitBits;
    words[this.slot + S_FREEING] = address;
    // benign: a stale word only makes the swap fail, and the swap answers the true one.
    let seen = words[remote];
    for (;;) {
      // benign: the block is the caller's until the swap; the owner reads the link after its own swap of the same word.
      words[address >>> 2] = this.blockAt(pool, remoteHead(seen));
      const found = Atomics.compareExchange(words, remote, seen, remotePush(seen, unit));
      if (found === seen) break;
      words[this.slot + S_FAILED_SWAPS]++;
      seen = found;
    }
    words[this.slot + S_REMOTE_FREES]++;
    if (seen === 0) this.tell(pool);
    words[this.slot + S_FREEING] = 0;
  }

  /** Tells the owner of a pool, whoever it is, that the pool's remote list is no longer empty. Threads: any. */
  tell(pool: number): void {
    this.source.hint((pool - this.headers) >> HEADER_BITS);
  }

  /**
   * Refuses an address at which no block of the pool begins that was ever handed out, and the block that was freed last by
   * the owner or by others. Threads: any.
   * benign: whoever holds a live block got it after it left these lists, so a word that is older than that does not occur
   */
  check(pool: number, address: Address): void {
    const words = this.words;
    const link = address | 0;
    if (!this.isBlock(pool, address)) throw notABlock(address);
    const remote = words[this.remoteOf(pool)];
    const given = remote !== 0 && link === this.blockAt(pool, remoteHead(remote));
    if (link === words[pool + FREE] || given || words[pool + COUNT] <= 0) throw freedAlready(address);
  }

  /**
   * Whether a block of class `index` begins at an address inside a pool, was handed out once and was not the last that its
   * owner freed. Less than {@link PoolSet.check} tells, from the header alone. Threads: any that holds the block.
   * benign: the words that a live block depends on do not change while it lives; the free list's head never names it
   */
  holds(pool: number, address: Address, index: number): boolean {
    const words = this.words;
    return words[pool + CLASS] === index && this.isBlock(pool, address) && words[pool + FREE] !== (address | 0);
  }

  /** Bytes in the blocks of a pool. Threads: any. */
  sizeOf(pool: number): number {
    return this.grid.sizes[this.words[pool + CLASS]];
  }

  /** Moves a pool's remote list to its free list; see the steps at the head of this file. */
  collect(pool: number): void {
    const words = this.words;
    const remote = this.remoteOf(pool);
    let list = Atomics.load(words, remote);
    if (list === 0) return; // an old hint
    for (;;) {
      words[pool + P_COLLECT] = list;
      const found = Atomics.compareExchange(words, remote, list, 0);
      if (found === list) break;
      words[this.slot + S_FAILED_SWAPS]++;
      list = found; // longer, never 0: nobody else takes it
    }
    this.splice(pool, list);
  }

  /** Links a pool with free blocks into the ring of its class, as the first. */
  link(pool: number): void {
    this.linkFirst(pool);
  }

  /** Gives every empty pool that was left in a ring back to the source. */
  giveEmpty(): void {
    const words = this.words;
    words[this.parked] = 0;
    for (let index = 0; index < this.grid.sizes.length; index++) {
      const sentinel = this.rings + (index << SENTINEL_SHIFT);
      for (let pool = words[sentinel + NEXT]; pool !== sentinel; ) {
        const next = words[pool + NEXT];
        if (words[pool + COUNT] === 0) {
          unlinkPool(words, pool);
          this.source.givePool(pool);
        }
        pool = next;
      }
    }
  }

  // ---- take, the slower ways --------------------------------------------------------------------------------------

  private takeFromNewPool(index: number, sentinel: number): Address {
    const words = this.words;
    if (this.source.refill(this) && words[sentinel + NEXT] !== sentinel) return this.take(index);
    const pool = this.source.takePool(index);
    if (pool === 0) return 0;
    if (words[pool + CLASS] !== index) this.begin(pool, index);
    words[pool + NEXT] = sentinel;
    words[pool + PREV] = sentinel;
    words[sentinel + NEXT] = pool;
    words[sentinel + PREV] = pool;
    return this.take(index);
  }

  /** Gives a pool its class and links its first two blocks; the others stay untouched. */
  private begin(pool: number, index: number): void {
    const words = this.words;
    const size = this.grid.sizes[index];
    const first = this.first;
    const block = this.blockAt(pool, first >> this.unitBits);
    words[pool + CLASS] = NO_CLASS;
    words[pool + MAGIC] = Math.ceil(2 ** 32 / size);
    words[pool + VIRGIN_MAX] = this.poolMask + 1 - size;
    words[pool + VIRGIN] = first + 2 * size;
    words[(block + size) >>> 2] = 0;
    words[block >>> 2] = block + size;
    words[pool + FREE] = block;
    words[pool + CLASS] = index;
  }

  /** The free list is empty: takes the pool, which is full, out of its ring, or links its next virgin block. */
  private extend(pool: number): void {
    const words = this.words;
    if (words[pool + /* VIRGIN */ 5] <= words[pool + /* VIRGIN_MAX */ 6]) return this.linkVirgin(pool);
    // A parked pool is always in a ring, so it is not parked any more.
    if (words[this.parked] === pool) words[this.parked] = 0;
    const next = words[pool + /* NEXT */ 2];
    const previous = words[pool + /* PREV */ 3];
    words[next + /* PREV */ 3] = previous;
    words[previous + /* NEXT */ 2] = next;
  }

  private linkVirgin(pool: number): void {
    const words = this.words;
    const virgin = words[pool + VIRGIN];
    const block = this.blockAt(pool, virgin >> this.unitBits);
    words[block >>> 2] = 0;
    words[pool + FREE] = block;
    words[pool + VIRGIN] = virgin + this.grid.sizes[words[pool + CLASS]];
  }

  // ---- give, the slower ways --------------------------------------------------------------------------------------

  /** The last block of a pool that is in a ring was freed. */
  private emptied(pool: number): void {
    const words = this.words;
    if (pool === words[this.parked]) return;
    if (this.source.parks(pool, words[pool + NEXT] === words[pool + PREV])) return;
    unlinkPool(words, pool);
    this.source.givePool(pool);
  }

  private splice(pool: number, list: number): void {
    const words = this.words;
    const count = remoteCount(list);
    const head = this.blockAt(pool, remoteHead(list));
    let tail = head;
    for (let i = 1; i < count; i++) tail = words[tail >>> 2];
    const first = words[pool + FREE];
    words[tail >>> 2] = first;
    words[pool + FREE] = head;
    words[pool + COUNT] -= count;
    words[this.slot + S_COLLECTED] += count;
    words[pool + P_COLLECT] = 0; // before the pool, and perhaps its arena, is given back
    const used = words[pool + COUNT] !== 0;
    if (first === 0 && used) this.linkFirst(pool);
    else if (first === 0) this.source.givePool(pool);
    else if (!used) this.emptied(pool);
  }

  // ---- blocks and rings -------------------------------------------------------------------------------------------

  /**
   * Whether a block that was linked once begins at `address`, which lies in the pool; see the head. Numbers before the first
   * block are beyond any, as unsigned ones. give() has the same comparison. Threads: any.
   * benign: a live block keeps its pool's class, and lies below the virgin area, which only shrinks while the block lives
   */
  private isBlock(pool: number, address: Address): boolean {
    const words = this.words;
    const from = (address & this.poolMask) - this.first;
    const magic = words[pool + MAGIC] >>> 0;
    return Math.imul(from, magic) >>> 0 < magic && from >>> 0 < (words[pool + VIRGIN] - this.first) >>> 0;
  }

  /** The link to the block that begins `unit` units into a pool: its address, as a signed number. */
  private blockAt(pool: number, unit: number): number {
    return (((pool - this.headers) >> HEADER_SHIFT) << this.poolBits) + (unit << this.unitBits);
  }

  /** The remote word of a pool. */
  private remoteOf(pool: number): number {
    return this.remote + ((pool - this.headers) >> HEADER_SHIFT);
  }

  private initialiseRings(classes: number): void {
    for (let index = 0; index < classes; index++) {
      const sentinel = this.rings + (index << SENTINEL_SHIFT);
      this.words[sentinel + PREV] = sentinel;
      this.words[sentinel + NEXT] = sentinel;
    }
  }

  private linkFirst(pool: number): void {
    const words = this.words;
    if (words[this.parked] !== 0) this.source.unpark();
    const sentinel = this.rings + (words[pool + /* CLASS */ 4] << 2);
    const next = words[sentinel + /* NEXT */ 2];
    words[pool + /* NEXT */ 2] = next;
    words[pool + /* PREV */ 3] = sentinel;
    words[next + /* PREV */ 3] = pool;
    words[sentinel + /* NEXT */ 2] = pool;
  }
}

/** Takes a pool out of its ring. Threads: the slot's owner. */
export function unlinkPool(words: Int32Array, pool: number): void {
  const next = words[pool + NEXT];
  const previous = words[pool + PREV];
  words[next + PREV] = previous;
  words[previous + NEXT] = next;
}

function notABlock(address: Address): BadAddressError {
  return new BadAddressError(address, 'is not the start of a live block');
}

function freedAlready(address: Address): BadAddressError {
  return new BadAddressError(address, 'was freed already');
}
