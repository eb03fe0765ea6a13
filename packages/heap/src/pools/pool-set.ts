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
 * pool's remote set (giveRemote, remote-set.ts) with one instruction; if that word was empty it tells the owner, and how is the
 * source's business.
 *
 * Which addresses are blocks: those at first + b * size, below the virgin area. With magic = 2^32 / size, rounded up, the low
 * 32 bits of n * magic are below magic exactly if n is a multiple of size (Lemire, Kaser, Kurz: Faster remainder by direct
 * computation, 2019; for the few sizes and offsets that there are, test/pools.test.ts tries all). So one multiplication and two
 * comparisons refuse whatever is not a block that was linked once.
 *
 * Moving the blocks of a remote set to the free list, word by word:
 *   1  link them to each other and to the free list    2  P_FREE = the first of them    3  P_COUNT    4  clear their bits
 * and again, until 4 finds no others: a freer tells the owner only if it found an empty word.
 * If the owner dies behind 2, the blocks are in the free list, and their bits still say that they wait. Nobody was handed one
 * meanwhile, so the one who takes over clears the bits of what is in the free list (repair.ts), and no block is lost.
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
  P_COUNT,
  P_FREE,
  P_MAGIC,
  P_NEXT,
  P_PREV,
  P_VIRGIN,
  P_VIRGIN_MAX,
  S_COLLECTED,
  S_FREEING,
  S_REMOTE_FREES,
} from '../layout.ts';
import type { AtomicBits } from '../memory/kernel.ts';
import type { Grid } from './grid.ts';

/** log2 of the words of a ring's sentinel. */
const SENTINEL_SHIFT = 2;
/** Where pools come from, and where they go when they are empty. Threads: the slot's owner. */
export interface PoolSource {
  /**
   * Called when a ring is empty: looks for blocks before a new pool is taken, in what other threads have freed and in what
   * those that are gone have left, no further than it takes to put a pool into that ring. Returns whether it may have done so.
   */
  refill(pools: PoolSet, ring: number): boolean;
  /** Tells the owner of a pool, whoever it is, that the pool's remote set is not empty. Threads: any. */
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
const FREEING = S_FREEING;
const REMOTE_FREES = S_REMOTE_FREES;
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
  declare private readonly remoteShift: number;
  declare private readonly reciprocalShift: number;
  declare private readonly poolMask: number;
  declare private readonly unitBits: number;
  declare private readonly first: number;
  declare private readonly grid: Grid;
  declare private readonly source: PoolSource;
  declare private readonly or: AtomicBits['or'];
  declare private readonly and: AtomicBits['and'];

  /**
   * @param words - the heap as 32-bit words
   * @param slot - the slot's first word
   * @param rings - the first ring's sentinel
   * @param parked - the word that names the parked pool
   * @param layout - the heap's tables
   * @param grid - the size classes
   * @param source - where pools come from
   * @param bits - for its remote sets
   */
  constructor(
    words: Int32Array,
    slot: number,
    rings: number,
    parked: number,
    layout: Layout,
    grid: Grid,
    source: PoolSource,
    bits: AtomicBits,
  ) {
    this.words = words;
    this.slot = slot;
    this.rings = rings;
    this.parked = parked;
    this.headers = layout.headers;
    this.poolBits = layout.poolBits;
    this.remote = layout.remote;
    this.remoteShift = layout.remoteBits;
    this.reciprocalShift = 16 - grid.unitBits;
    this.poolMask = (1 << grid.poolBits) - 1;
    this.unitBits = grid.unitBits;
    this.first = grid.first;
    this.grid = grid;
    this.source = source;
    this.or = bits.or;
    this.and = bits.and;
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
   * Puts a block of another slot's pool into that pool's remote set, and tells the owner if its word was empty. S_FREEING
   * names the block as long as that takes: whoever reaps this thread tells the owner in its stead (threads/recovery.ts).
   * Threads: any but the pool's owner.
   *
   * @param pool - the pool's header
   * @param address - the block
   * @throws {BadAddressError} when no block that is in use begins there, as far as can be told
   */
  giveRemote(pool: number, address: Address): void {
    if (!this.isBlock(pool, address)) throw notABlock(address);
    const words = this.words;
    const slot = this.slot;
    // benign: as in check()
    if ((address | 0) === words[pool + FREE] || words[pool + COUNT] <= 0) throw freedAlready(address);
    const block = this.blockNumber(pool, (address & this.poolMask) - this.first);
    const bit = 1 << (block & 31);
    words[slot + FREEING] = address;
    const before = this.or(this.remoteOf(pool) + (block >> 5), bit);
    if (before === 0) this.tell(pool);
    words[slot + FREEING] = 0;
    if ((before & bit) !== 0) throw freedAlready(address);
    words[slot + REMOTE_FREES]++;
  }

  /** Tells the owner of a pool, whoever it is, that the pool's remote set is not empty. Threads: any. */
  tell(pool: number): void {
    this.source.hint((pool - this.headers) >> HEADER_SHIFT);
  }

  /**
   * Refuses an address at which no block of the pool begins that was ever handed out, the block that its owner freed last, and
   * those that others have freed and that the owner has not taken back yet. Threads: any.
   * benign: whoever holds a live block got it after it left these lists, so a word that is older than that does not occur
   */
  check(pool: number, address: Address): void {
    const words = this.words;
    if (!this.isBlock(pool, address)) throw notABlock(address);
    const block = this.blockNumber(pool, (address & this.poolMask) - this.first);
    const given = words[this.remoteOf(pool) + (block >> 5)] & (1 << (block & 31));
    if ((address | 0) === words[pool + FREE] || given !== 0 || words[pool + COUNT] <= 0) throw freedAlready(address);
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

  /** Moves the blocks of a pool's remote set to its free list; see the steps at the head of this file. */
  collect(pool: number): void {
    const words = this.words;
    const set = this.remoteOf(pool);
    const wasFull = words[pool + FREE] === 0;
    let count = 0;
    const carved = this.blockNumber(pool, words[pool + VIRGIN] - this.first);
    for (let block = 0; block < carved; block += 32) {
      let bits = Atomics.load(words, set + (block >> 5));
      while (bits !== 0) {
        count += this.takeBack(pool, block, bits);
        bits = this.and(set + (block >> 5), ~bits) & ~bits; // who found a word that was not empty has not told
      }
    }
    if (count === 0) return; // an old hint
    words[this.slot + S_COLLECTED] += count;
    const used = words[pool + COUNT] !== 0;
    if (wasFull && used) this.linkFirst(pool);
    else if (wasFull) this.source.givePool(pool);
    else if (!used) this.emptied(pool);
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
    if (this.source.refill(this, sentinel) && words[sentinel + NEXT] !== sentinel) return this.take(index);
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

  /** Links the blocks whose bits are set to a pool's free list, `firstBlock` being bit 0. Returns how many. */
  private takeBack(pool: number, firstBlock: number, bits: number): number {
    const words = this.words;
    const size = this.grid.sizes[words[pool + CLASS]];
    const begin = this.blockAt(pool, this.first >> this.unitBits) + firstBlock * size;
    let first = words[pool + FREE];
    let count = 0;
    for (let left = bits; left !== 0; count++) {
      const bit = 31 - Math.clz32(left);
      left &= ~(1 << bit);
      const block = (begin + bit * size) | 0;
      words[block >>> 2] = first;
      first = block;
    }
    words[pool + FREE] = first;
    words[pool + COUNT] -= count;
    return count;
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

  /**
   * The number of the block that begins `from` bytes behind the first one, a multiple of the block size: a quotient by one
   * multiplication. In units of the alignment all numbers are below 1024, so that 16 bits of the reciprocal are enough.
   */
  private blockNumber(pool: number, from: number): number {
    const reciprocal = (this.words[pool + MAGIC] >>> this.reciprocalShift) + 1;
    return Math.imul(from >> this.unitBits, reciprocal) >>> 16;
  }

  /** The first word of a pool's remote set. */
  private remoteOf(pool: number): number {
    return this.remote + (((pool - this.headers) >> HEADER_SHIFT) << this.remoteShift);
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
