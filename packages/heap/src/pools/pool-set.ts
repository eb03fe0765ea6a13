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
 * pool's remote word (giveRemote, remote-word.ts) with one swap; if that list was empty it must tell the owner, and how is
 * its caller's business.
 *
 * Which addresses are blocks: block b of a pool begins at offset first + b * size. With size = odd * 2^k and the inverse i of
 * the odd part modulo 2^32, rotating (offset - first) * i right by k bits gives b if there is such a b, and otherwise a number
 * above every b: one multiplication and one comparison with P_CARVED refuse whatever is not a block that was linked once.
 * (Hacker's Delight, section 10-17.)
 *
 * Moving a remote list to the free list takes several words, so P_COLLECT names the list first:
 *   1  P_COLLECT = list    2  swap remote: list -> 0    3  link its last block to P_FREE, P_FREE = its head    4  P_COLLECT = 0
 * If the owner dies behind 1 or 2, the list is whole, and either still in the remote word or named by P_COLLECT alone;
 * behind 3 its head is in the free list. So the one who takes over can tell what is left to do, and no block is lost.
 *
 * If the owner dies elsewhere in here: the free list is valid at every store, and P_CARVED less its length is the number of
 * blocks in use, so P_COUNT, the rings and the virgin block that was being linked can be repaired (repair.ts). A pool whose
 * class is being written says NO_CLASS: it is empty. The one block that was being handed out stays in use.
 */
import type { Address } from '../domains.ts';
import { BadAddressError } from '../errors.ts';
import {
  NO_CLASS,
  P_CARVED,
  P_CLASS,
  P_COLLECT,
  P_COUNT,
  P_FREE,
  P_GRID,
  P_INVERSE,
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
/** Of {@link P_GRID}: the offset of block 0. */
const FIRST_MASK = 0x3ffff;
/** Of {@link P_GRID}: where log2 of the even part of the block size begins. */
const EVEN_SHIFT = 20;

/** Where pools come from, and where they go when they are empty. Threads: the slot's owner. */
export interface PoolSource {
  /** Called when a ring is empty: takes back what other threads have freed. Returns whether there may have been something. */
  collect(pools: PoolSet): boolean;
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

const CARVED = P_CARVED;
const CLASS = P_CLASS;
const COUNT = P_COUNT;
const FREE = P_FREE;
const GRID = P_GRID;
const INVERSE = P_INVERSE;
const NEXT = P_NEXT;
const PREV = P_PREV;

/**
 * The pools of one slot.
 *
 * The fields are declared, not defined, and assigned once: so V8 takes them for constants, and reads the heap's memory at fixed
 * addresses. The constants of layout.ts have local names for the same reason: an imported binding is a load each time that it
 * is used. A pair of malloc and free took 9.9 ns with `#private` fields and imported constants, 3.5 ns as it stands (Node 20).
 *
 * Threads: the slot's owner only, but see {@link PoolSet.giveRemote}. */
export class PoolSet {
  declare private readonly words: Int32Array;
  declare private readonly slot: number;
  declare private readonly rings: number;
  declare private readonly parked: number;
  declare private readonly remote: number;
  declare private readonly poolMask: number;
  declare private readonly unitBits: number;
  declare private readonly grid: Grid;
  declare private readonly source: PoolSource;

  /**
   * @param words - the heap as 32-bit words
   * @param slot - the slot's first word
   * @param rings - the first ring's sentinel
   * @param parked - the word that names the parked pool
   * @param remote - the remote word of the pool at address 0
   * @param grid - the size classes
   * @param source - where pools come from
   */
  constructor(
    words: Int32Array,
    slot: number,
    rings: number,
    parked: number,
    remote: number,
    grid: Grid,
    source: PoolSource,
  ) {
    this.words = words;
    this.slot = slot;
    this.rings = rings;
    this.parked = parked;
    this.remote = remote;
    this.poolMask = 2 ** grid.poolBits - 1;
    this.unitBits = grid.unitBits;
    this.grid = grid;
    this.source = source;
    if (words[rings + NEXT] === 0) this.initialiseRings(grid.sizes.length);
  }

  /** A block of a class, or 0 when there is no pool for it. */
  take(index: number): Address {
    const words = this.words;
    const sentinel = this.rings + (index << SENTINEL_SHIFT);
    const pool = words[sentinel + NEXT];
    if (pool === sentinel) return this.takeFromNewPool(index, sentinel);
    const block = pool + (words[pool + FREE] >> 2);
    const next = words[block];
    words[pool + COUNT]++;
    words[pool + FREE] = next;
    if (next === 0) this.extend(pool);
    return (block << 2) >>> 0;
  }

  /**
   * Takes back a block of a pool that this slot owns.
   *
   * @throws {BadAddressError} when no block that is in use begins there, as far as {@link PoolSet} can tell
   */
  give(pool: number, address: Address): void {
    const words = this.words;
    const offset = address & this.poolMask;
    const first = words[pool + FREE];
    const count = words[pool + COUNT] - 1;
    if (this.blockAt(pool, offset) >>> 0 >= words[pool + CARVED]) throw notABlock(address);
    if (first === offset || count < 0) throw freedAlready(address);
    words[address >>> 2] = first;
    words[pool + FREE] = offset;
    words[pool + COUNT] = count;
    if (first === 0) return this.linkFirst(pool);
    if (count === 0 && pool !== words[this.parked]) this.emptied(pool);
  }

  /**
   * Pushes a block of another slot's pool on that pool's remote list. Threads: any but the pool's owner.
   *
   * @param pool - the pool's header
   * @param number - the pool's number: its address in units of the heap's smallest pools
   * @param address - the block
   * @returns whether the list was empty: then the owner must be told
   * @throws {BadAddressError} when no block that is in use begins there, as far as can be told
   */
  giveRemote(pool: number, number: number, address: Address): boolean {
    this.check(pool, number, address);
    const words = this.words;
    const unit = (address & this.poolMask) >> this.unitBits;
    words[this.slot + S_FREEING] = address;
    // benign: a stale word only makes the swap fail, and the swap answers the true one.
    let seen = words[this.remote + number];
    for (;;) {
      // benign: the block is the caller's until the swap; the owner reads the link after its own swap of the same word.
      words[address >>> 2] = remoteHead(seen) << this.unitBits;
      const found = Atomics.compareExchange(words, this.remote + number, seen, remotePush(seen, unit));
      if (found === seen) break;
      words[this.slot + S_FAILED_SWAPS]++;
      seen = found;
    }
    words[this.slot + S_FREEING] = 0;
    words[this.slot + S_REMOTE_FREES]++;
    return seen === 0;
  }

  /**
   * Refuses an address at which no block of the pool begins that was ever handed out, and the block that was freed last by
   * the owner or by others. Threads: any.
   * benign: whoever holds a live block got it after it left these lists, so a word that is older than that does not occur
   */
  check(pool: number, number: number, address: Address): void {
    const words = this.words;
    const offset = address & this.poolMask;
    if (this.blockAt(pool, offset) >>> 0 >= words[pool + CARVED]) throw notABlock(address);
    const remote = remoteHead(words[this.remote + number]) << this.unitBits;
    if (offset === words[pool + FREE] || offset === remote || words[pool + COUNT] <= 0) throw freedAlready(address);
  }

  /** Bytes in the blocks of a pool. Threads: any. */
  sizeOf(pool: number): number {
    return this.grid.sizes[this.words[pool + CLASS]];
  }

  /** Moves a pool's remote list to its free list; see the steps at the head of this file. */
  collect(pool: number, number: number): void {
    const words = this.words;
    let list = Atomics.load(words, this.remote + number);
    if (list === 0) return; // an old hint
    for (;;) {
      words[pool + P_COLLECT] = list;
      const found = Atomics.compareExchange(words, this.remote + number, list, 0);
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
    if (this.source.collect(this) && words[sentinel + NEXT] !== sentinel) return this.take(index);
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
    const grid = this.grid;
    const size = grid.sizes[index];
    const first = grid.firsts[index];
    const even = 31 - Math.clz32(size & -size);
    words[pool + CLASS] = NO_CLASS;
    words[pool + GRID] = first | (even << EVEN_SHIFT);
    words[pool + INVERSE] = inverse(size >>> even);
    words[pool + CARVED] = 2;
    words[pool + P_VIRGIN_MAX] = this.poolMask + 1 - size;
    words[pool + P_VIRGIN] = first + 2 * size;
    words[pool + ((first + size) >> 2)] = 0;
    words[pool + (first >> 2)] = first + size;
    words[pool + FREE] = first;
    words[pool + CLASS] = index;
  }

  /** The free list is empty: links the next virgin block, or takes the pool, which is full, out of its ring. */
  private extend(pool: number): void {
    const words = this.words;
    const virgin = words[pool + P_VIRGIN];
    if (virgin > words[pool + P_VIRGIN_MAX]) return this.fill(pool);
    words[pool + (virgin >> 2)] = 0;
    words[pool + FREE] = virgin;
    words[pool + P_VIRGIN] = virgin + this.grid.sizes[words[pool + CLASS]];
    words[pool + CARVED]++;
  }

  /** Takes a full pool out of its ring. A parked pool is always in a ring, so it is not parked any more. */
  private fill(pool: number): void {
    if (this.words[this.parked] === pool) this.words[this.parked] = 0;
    unlinkPool(this.words, pool);
  }

  // ---- give, the slower ways --------------------------------------------------------------------------------------

  /** The last block of a pool that is in a ring was freed. */
  private emptied(pool: number): void {
    const words = this.words;
    if (this.source.parks(pool, words[pool + NEXT] === words[pool + PREV])) return;
    unlinkPool(words, pool);
    this.source.givePool(pool);
  }

  private splice(pool: number, list: number): void {
    const words = this.words;
    const count = remoteCount(list);
    const head = remoteHead(list) << this.unitBits;
    let tail = pool + (head >> 2);
    for (let i = 1; i < count; i++) tail = pool + (words[tail] >> 2);
    const first = words[pool + FREE];
    words[tail] = first;
    words[pool + FREE] = head;
    words[pool + COUNT] -= count;
    words[this.slot + S_COLLECTED] += count;
    words[pool + P_COLLECT] = 0; // before the pool, and perhaps its arena, is given back
    const used = words[pool + COUNT] !== 0;
    if (first === 0 && used) this.linkFirst(pool);
    else if (first === 0) this.source.givePool(pool);
    else if (!used && pool !== words[this.parked]) this.emptied(pool);
  }

  // ---- blocks and rings -------------------------------------------------------------------------------------------

  /** The number of the block at `offset`; when there is none, as an unsigned number more than any; see the head. */
  private blockAt(pool: number, offset: number): number {
    const grid = this.words[pool + GRID];
    const product = Math.imul(offset - (grid & FIRST_MASK), this.words[pool + INVERSE]);
    const even = grid >>> EVEN_SHIFT;
    return (product >>> even) | (product << (32 - even));
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
    this.source.unpark();
    const sentinel = this.rings + (words[pool + CLASS] << SENTINEL_SHIFT);
    const next = words[sentinel + NEXT];
    words[pool + NEXT] = next;
    words[pool + PREV] = sentinel;
    words[next + PREV] = pool;
    words[sentinel + NEXT] = pool;
  }
}

/** Takes a pool out of its ring. Threads: the slot's owner. */
export function unlinkPool(words: Int32Array, pool: number): void {
  const next = words[pool + NEXT];
  const previous = words[pool + PREV];
  words[next + PREV] = previous;
  words[previous + NEXT] = next;
}

/** The inverse of an odd number modulo 2^32, by Newton's method: each step doubles the bits that are right, from 3. */
function inverse(odd: number): number {
  let x = odd;
  for (let i = 0; i < 4; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

function notABlock(address: Address): BadAddressError {
  return new BadAddressError(address, 'is not the start of a live block');
}

function freedAlready(address: Address): BadAddressError {
  return new BadAddressError(address, 'was freed already');
}
