/**
 * Level 2: pymalloc. Pools of blocks of one size class, owned by the thread whose slot took their arena.
 *
 * A pool is in one of three states:
 *
 *   state | condition                             | where its header is linked
 *   ------|---------------------------------------|---------------------------------------------------------
 *   used  | 0 < count < capacity, P_FREE is set   | ring of its class (circular, headed by a sentinel in the slot)
 *   full  | count = capacity, P_FREE is 0         | nowhere
 *   empty | count = 0                             | its arena's stack; keeps its class and its free blocks
 *
 *   carve or pop -> used | used -> full: malloc takes the last block | full -> used: a free, to the FRONT of its ring
 *   used -> empty: the last block is freed, to the top of the stack | full -> empty: only when many blocks come back at once
 *
 * malloc takes from the first pool of the ring: first the blocks freed last, then virgin ones upwards, linked one at a time,
 * so that no memory is touched before it is needed. This order is CPython's to the block: one thread that uses a heap
 * reproduces its addresses (test/golden.test.ts).
 *
 * Who may free: anyone. The owner pushes on the pool's free list with plain stores. Any other thread pushes on the pool's
 * remote word (remote-word.ts) with one swap, and if that list was empty leaves a hint: the pool's bit, and the owner's
 * S_PENDING. The owner looks at S_PENDING when a ring is empty, before it takes a new pool:
 *
 *   freer:  push on the remote word (was empty?) -> set the bit -> set S_PENDING
 *   owner:  clear S_PENDING -> clear the bits    -> take the remote words of those pools
 *
 * A push that the owner does not see found its list empty after the owner took it, so it sets the hint anew: no block waits
 * for ever. A bit without a list costs one look.
 *
 * Moving a remote list to the free list takes several words, so P_COLLECT names the list first:
 *   1  P_COLLECT = list    2  swap remote: list -> 0    3  link its last block to P_FREE, P_FREE = its head    4  P_COLLECT = 0
 * If the owner dies behind 1 or 2, the list is whole, and either still in the remote word or named by P_COLLECT alone;
 * behind 3 its head is in the free list. So the one who takes over can tell what is left to do, and no block is lost.
 *
 * If the owner dies elsewhere in here: P_COUNT may be off by the one block that was being handed out or given back, and a
 * virgin block may be linked that P_VIRGIN does not count yet. Both follow from the free list, which is valid at every store.
 */
import { checkSize } from '../arguments.ts';
import type { Address, Allocator } from '../domains.ts';
import { BadAddressError } from '../errors.ts';
import { type Geometry, POOL_OVERHEAD, POOLS_PER_ARENA, SMALL_REQUEST_THRESHOLD } from '../geometry.ts';
import {
  type Layout,
  P_CLASS,
  P_COLLECT,
  P_COUNT,
  P_FREE,
  P_NEXT,
  P_PREV,
  P_VIRGIN,
  P_VIRGIN_MAX,
  S_COLLECTED,
  S_PENDING,
  S_RAW_BLOCKS,
  S_REMOTE_FREES,
  S_RINGS,
  SLOTS,
} from '../layout.ts';
import { slotWord } from '../threads/slots.ts';
import type { Arenas } from './arenas.ts';
import { remoteCount, remoteHead, remotePush } from './remote-word.ts';

/** log2 of the words of a ring's sentinel. */
const SENTINEL_SHIFT = 2;
/** Reciprocals are scaled by this; exact for the 1021 blocks and 64 classes that there are at most. */
const RECIPROCAL_BITS = 16;

/** Level 2 of one thread: the allocator behind the domains mem and obj. Threads: the slot's owner only, but see free(). */
export class ObjectAllocator implements Allocator {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #layout: Layout;
  readonly #slotNumber: number;
  readonly #slot: number;
  readonly #rings: number;
  readonly #owners: number;
  readonly #remote: number;
  readonly #hints: number;
  readonly #alignmentBits: number;
  readonly #poolBits: number;
  readonly #poolMask: number;
  readonly #reciprocals: Int32Array<ArrayBuffer>;
  readonly #arenas: Arenas;
  readonly #raw: Allocator;

  /**
   * @param words - the heap as 32-bit words
   * @param bytes - the heap as bytes
   * @param layout - its tables
   * @param geometry - its constants
   * @param slot - the thread's slot
   * @param arenas - the slot's arenas
   * @param raw - what serves requests over 512 bytes, of 0 bytes, and those for which there is no pool
   */
  constructor(
    words: Int32Array,
    bytes: Uint8Array,
    layout: Layout,
    geometry: Geometry,
    slot: number,
    arenas: Arenas,
    raw: Allocator,
  ) {
    this.#words = words;
    this.#bytes = bytes;
    this.#layout = layout;
    this.#slotNumber = slot;
    this.#slot = slotWord(layout, slot);
    this.#rings = this.#slot + S_RINGS;
    this.#owners = layout.owners;
    this.#remote = layout.remote;
    this.#hints = layout.hints;
    this.#alignmentBits = geometry.alignmentBits;
    this.#poolBits = geometry.poolBits;
    this.#poolMask = (1 << geometry.poolBits) - 1;
    this.#arenas = arenas;
    this.#raw = raw;
    this.#reciprocals = new Int32Array(geometry.classes);
    for (let index = 0; index < geometry.classes; index++) {
      this.#reciprocals[index] = Math.ceil(2 ** RECIPROCAL_BITS / (index + 1));
    }
    if (words[this.#rings + P_NEXT] === 0) this.#initialiseRings(geometry.classes);
  }

  /** See {@link Allocator}. Blocks of up to 512 bytes are aligned as the geometry says, larger ones to 64 KiB. */
  malloc(size: number): Address {
    const n = size >>> 0;
    if (n !== size || (n - 1) >>> 0 >= SMALL_REQUEST_THRESHOLD) return this.#mallocRaw(size);
    const words = this.#words;
    const index = (n - 1) >> this.#alignmentBits;
    const sentinel = this.#rings + (index << SENTINEL_SHIFT);
    const pool = words[sentinel + P_NEXT];
    if (pool === sentinel) return this.#mallocFromNewPool(index, sentinel, size);
    const block = pool + (words[pool + P_FREE] >> 2);
    const next = words[block];
    words[pool + P_COUNT]++;
    words[pool + P_FREE] = next;
    if (next === 0) this.#extend(pool);
    return block * 4;
  }

  /** See {@link Allocator}. Exactly `nelem * elsize` bytes are cleared. */
  calloc(nelem: number, elsize: number): Address {
    checkSize('nelem', nelem);
    checkSize('elsize', elsize);
    const size = nelem * elsize;
    if (size === 0 || size > SMALL_REQUEST_THRESHOLD) return this.#countRaw(this.#raw.calloc(nelem, elsize));
    const address = this.malloc(size);
    if (address !== 0) this.#bytes.fill(0, address, address + size);
    return address;
  }

  /**
   * See {@link Allocator}. A block of a pool stays where it is as long as the new size needs more than three quarters of it.
   * A block of RAW never becomes a block of a pool: its size is not known here.
   */
  realloc(address: Address, size: number): Address {
    if (address === 0) return this.malloc(size);
    checkSize('size', size);
    if (!this.#isPooled(address)) return this.#raw.realloc(address, size);
    const pool = (address & ~this.#poolMask) >>> 2;
    this.#checkBlock(pool, address);
    this.#checkNotFreed(pool, address);
    const held = (this.#words[pool + P_CLASS] + 1) << this.#alignmentBits;
    if (size <= held && 4 * size > 3 * held) return address;
    const moved = this.malloc(size);
    if (moved === 0) return 0;
    this.#bytes.copyWithin(moved, address, address + Math.min(size, held));
    this.free(address);
    return moved;
  }

  /** See {@link Allocator}. Threads: any thread through its own allocator, whichever thread allocated the block. */
  free(address: Address): void {
    const words = this.#words;
    // benign: if this thread owns the pool, no other writes the word; if not, the block that the caller holds keeps it owned.
    const owner = this.#isAddress(address) ? words[this.#owners + (address >>> this.#poolBits)] : 0;
    if (owner === 0) return this.#freeRaw(address);
    const pool = (address & ~this.#poolMask) >>> 2;
    this.#checkBlock(pool, address);
    if (owner !== this.#slotNumber) return this.#freeRemote(pool, address);
    const offset = address & this.#poolMask;
    const first = words[pool + P_FREE];
    const count = words[pool + P_COUNT] - 1;
    if (first === offset || count < 0) throw new BadAddressError(address, 'was freed already');
    words[address >>> 2] = first;
    words[pool + P_FREE] = offset;
    words[pool + P_COUNT] = count;
    if (first === 0) return this.#linkFirst(pool);
    if (count === 0) this.#empty(pool);
  }

  /** Bytes that the block at `address` can hold, or 0 when it is not a block of a pool. Threads: any. */
  usableSize(address: Address): number {
    if (!this.#isPooled(address)) return 0;
    const pool = (address & ~this.#poolMask) >>> 2;
    this.#checkBlock(pool, address);
    this.#checkNotFreed(pool, address);
    return (this.#words[pool + P_CLASS] + 1) << this.#alignmentBits;
  }

  /** Takes back every block that other threads have freed. Threads: the owner. */
  collect(): void {
    if (Atomics.exchange(this.#words, this.#slot + S_PENDING, 0) === 0) return;
    for (let id = this.#arenas.length; id > 0; id--) {
      const address = this.#arenas.addressOf(id);
      if (address !== 0) this.#collectArena(address >>> this.#poolBits);
    }
  }

  // ---- malloc, the slower ways ------------------------------------------------------------------------------------

  #mallocRaw(size: number): Address {
    checkSize('size', size);
    return this.#countRaw(this.#raw.malloc(size));
  }

  #countRaw(address: Address): Address {
    if (address !== 0) this.#words[this.#slot + S_RAW_BLOCKS]++;
    return address;
  }

  #mallocFromNewPool(index: number, sentinel: number, size: number): Address {
    const words = this.#words;
    // benign: a flag that is set behind this look is seen at the next one
    if (words[this.#slot + S_PENDING] !== 0) {
      this.collect();
      if (words[sentinel + P_NEXT] !== sentinel) return this.malloc(size);
    }
    const pool = this.#arenas.takePool();
    if (pool === 0) return this.#mallocRaw(size);
    words[pool + P_NEXT] = sentinel;
    words[pool + P_PREV] = sentinel;
    words[sentinel + P_NEXT] = pool;
    words[sentinel + P_PREV] = pool;
    words[pool + P_COUNT] = 1;
    if (words[pool + P_CLASS] !== index) return this.#firstBlock(pool, index);
    const block = pool + (words[pool + P_FREE] >> 2);
    words[pool + P_FREE] = words[block]; // not 0: an empty pool has linked two blocks at least
    return block * 4;
  }

  /** Gives the pool its class and hands out its first block; the second is linked, the others stay untouched. */
  #firstBlock(pool: number, index: number): Address {
    const words = this.#words;
    const size = (index + 1) << this.#alignmentBits;
    words[pool + P_CLASS] = index;
    words[pool + P_VIRGIN_MAX] = this.#poolMask + 1 - size;
    words[pool + P_VIRGIN] = POOL_OVERHEAD + 2 * size;
    words[pool + ((POOL_OVERHEAD + size) >> 2)] = 0;
    words[pool + P_FREE] = POOL_OVERHEAD + size;
    return pool * 4 + POOL_OVERHEAD;
  }

  /** The free list is empty: links the next virgin block, or takes the pool, which is full, out of its ring. */
  #extend(pool: number): void {
    const words = this.#words;
    const virgin = words[pool + P_VIRGIN];
    if (virgin > words[pool + P_VIRGIN_MAX]) return this.#unlink(pool);
    words[pool + (virgin >> 2)] = 0;
    words[pool + P_FREE] = virgin;
    words[pool + P_VIRGIN] = virgin + ((words[pool + P_CLASS] + 1) << this.#alignmentBits);
  }

  // ---- free, the slower ways --------------------------------------------------------------------------------------

  #freeRaw(address: Address): void {
    if (address === 0) return;
    this.#raw.free(address);
    this.#words[this.#slot + S_RAW_BLOCKS]--;
  }

  /** Pushes a block of another thread's pool on that pool's remote list. */
  #freeRemote(pool: number, address: Address): void {
    this.#checkNotFreed(pool, address);
    const words = this.#words;
    const number = address >>> this.#poolBits;
    const unit = (address & this.#poolMask) >> this.#alignmentBits;
    // benign: a stale word only makes the swap fail, and the swap answers the true one.
    let seen = words[this.#remote + number];
    for (;;) {
      // benign: the block is the caller's until the swap; the owner reads the link after its own swap of the same word.
      words[address >>> 2] = remoteHead(seen) << this.#alignmentBits;
      const found = Atomics.compareExchange(words, this.#remote + number, seen, remotePush(seen, unit));
      if (found === seen) break;
      seen = found;
    }
    words[this.#slot + S_REMOTE_FREES]++;
    if (seen === 0) this.#hint(number);
  }

  /** Tells a pool's owner that the pool's remote list is no longer empty. */
  #hint(number: number): void {
    const words = this.#words;
    Atomics.or(words, this.#hints + (number >>> 5), 1 << (number & 31));
    // The owner may have changed since the push: read it now. Who takes a pool over looks at its remote word afterwards.
    const owner = Atomics.load(words, this.#owners + number);
    if (owner !== 0) Atomics.store(words, slotWord(this.#layout, owner & (SLOTS - 1)) + S_PENDING, 1);
  }

  /** Looks at the hints of an arena whose first pool, or the one that its memory begins in, is `first`. */
  #collectArena(first: number): void {
    for (let word = first >>> 5; word <= (first + POOLS_PER_ARENA) >>> 5; word++) {
      // benign: a bit that is set behind this look comes with a new S_PENDING.
      if (this.#words[this.#hints + word] !== 0) this.#collectHinted(word);
    }
  }

  /** Takes the remote lists of this slot's pools among the 32 of a hint word; the bits of others stay. */
  #collectHinted(word: number): void {
    const words = this.#words;
    let mine = 0;
    for (let bit = 0; bit < 32; bit++) {
      if (words[this.#owners + word * 32 + bit] === this.#slotNumber) mine |= 1 << bit;
    }
    let bits = Atomics.and(words, this.#hints + word, ~mine) & mine;
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits);
      bits &= ~(1 << bit);
      this.#collectPool(word * 32 + bit);
    }
  }

  /**
   * Moves a pool's remote list to its free list; see the steps at the head of this file. A pool that is not this slot's is left
   * alone: collecting another one may just have given their arena back.
   */
  #collectPool(number: number): void {
    const words = this.#words;
    if (words[this.#owners + number] !== this.#slotNumber) return;
    const pool = number << (this.#poolBits - 2);
    let list = Atomics.load(words, this.#remote + number);
    if (list === 0) return; // an old hint
    for (;;) {
      words[pool + P_COLLECT] = list;
      const found = Atomics.compareExchange(words, this.#remote + number, list, 0);
      if (found === list) break;
      list = found; // longer, never 0: nobody else takes it
    }
    this.#splice(pool, list);
  }

  #splice(pool: number, list: number): void {
    const words = this.#words;
    const count = remoteCount(list);
    const head = remoteHead(list) << this.#alignmentBits;
    let tail = pool + (head >> 2);
    for (let i = 1; i < count; i++) tail = pool + (words[tail] >> 2);
    const first = words[pool + P_FREE];
    words[tail] = first;
    words[pool + P_FREE] = head;
    words[pool + P_COUNT] -= count;
    words[this.#slot + S_COLLECTED] += count;
    words[pool + P_COLLECT] = 0; // before the pool, and perhaps its arena, is given back
    const used = words[pool + P_COUNT] !== 0;
    if (first === 0 && used) this.#linkFirst(pool);
    else if (first === 0) this.#arenas.givePool(pool);
    else if (!used) this.#empty(pool);
  }

  // ---- rings ------------------------------------------------------------------------------------------------------

  #initialiseRings(classes: number): void {
    for (let index = 0; index < classes; index++) {
      const sentinel = this.#rings + (index << SENTINEL_SHIFT);
      this.#words[sentinel + P_PREV] = sentinel;
      this.#words[sentinel + P_NEXT] = sentinel;
    }
  }

  #linkFirst(pool: number): void {
    const words = this.#words;
    const sentinel = this.#rings + (words[pool + P_CLASS] << SENTINEL_SHIFT);
    const next = words[sentinel + P_NEXT];
    words[pool + P_NEXT] = next;
    words[pool + P_PREV] = sentinel;
    words[next + P_PREV] = pool;
    words[sentinel + P_NEXT] = pool;
  }

  #unlink(pool: number): void {
    const words = this.#words;
    const next = words[pool + P_NEXT];
    const previous = words[pool + P_PREV];
    words[next + P_PREV] = previous;
    words[previous + P_NEXT] = next;
  }

  #empty(pool: number): void {
    this.#unlink(pool);
    this.#arenas.givePool(pool);
  }

  // ---- addresses --------------------------------------------------------------------------------------------------

  #isAddress(address: Address): boolean {
    return address >>> 0 === address && address >>> 2 < this.#words.length;
  }

  #isPooled(address: Address): boolean {
    return this.#isAddress(address) && this.#words[this.#owners + (address >>> this.#poolBits)] !== 0;
  }

  /**
   * Refuses an address inside a pool at which no block begins, or whose block was never handed out. Division by the block
   * size is a multiplication: its reciprocal, rounded up, is exact for the few blocks of a pool.
   */
  #checkBlock(pool: number, address: Address): void {
    const words = this.#words;
    const offset = address & this.#poolMask;
    const from = offset - POOL_OVERHEAD;
    const units = from >> this.#alignmentBits;
    const index = words[pool + P_CLASS];
    const block = Math.imul(units, this.#reciprocals[index]) >>> RECIPROCAL_BITS;
    if (
      from < 0 ||
      units << this.#alignmentBits !== from ||
      Math.imul(block, index + 1) !== units ||
      offset >= words[pool + P_VIRGIN]
    ) {
      throw new BadAddressError(address, 'is not the start of a live block');
    }
  }

  /**
   * Refuses the first block of the pool's free list and of its remote list: what was freed last.
   * benign: whoever holds a live block got it after it left these lists, so a word that is older than that does not occur
   */
  #checkNotFreed(pool: number, address: Address): void {
    const offset = address & this.#poolMask;
    const remote = remoteHead(this.#words[this.#remote + (address >>> this.#poolBits)]) << this.#alignmentBits;
    if (offset === this.#words[pool + P_FREE] || offset === remote) {
      throw new BadAddressError(address, 'was freed already');
    }
  }
}
