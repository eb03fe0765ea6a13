/**
 * Level 3: free lists. A list keeps up to `limit` blocks of one size in front of level 2 and hands out the one kept last.
 *
 * A kept block stays allocated for level 2: it counts as in use and holds its pool and its arena. So the lists are cleared
 * whenever the thread gives memory back: by trim() and by detach().
 *
 * What free() checks: that a block of the list's size class begins at the address, which was handed out once, by one look at
 * its pool's header, and that it is not the head of the list or of the pool's own list. Only what that look does not know
 * (blocks of level 1, blocks behind debug hooks) is looked up in full. On Node 20 a pair of malloc and free took 1.3 times as
 * long as level 2's when one block goes to and fro, and 0.75 times when forty are taken and then given back; the check is 0.45
 * of it.
 *
 * Which thread may write: a list is one thread's. Its blocks may come from any thread: a block that another one allocated
 * sits in the list of the thread that freed it, until that thread hands it out again or gives it back to level 2, which
 * sends it home. The head of the list lies in shared memory; what happens if the thread dies stands in free-list-record.ts.
 */
import { checkOptions, type Names } from '../arguments.ts';
import type { Address, Allocator } from '../domains.ts';
import { BadAddressError, InvalidArgumentError } from '../errors.ts';
import { F_HEAD, F_LENGTH, FREE_LIST_BYTES } from '../layout.ts';
import { type FreeListDomain, linkRecord, popBlock, unlinkRecord } from './free-list-record.ts';

/** How many blocks CPython's free lists keep of a kind of object. */
export const FREE_LIST_LIMITS: Readonly<Record<'object' | 'float' | 'frame' | 'tuple', number>> = Object.freeze({
  object: 80,
  float: 100,
  frame: 200,
  tuple: 2000,
});

/** The smallest block of a list in bytes: one link. */
const LEAST_SIZE = 4;
/** The largest block of a list in bytes. What is larger takes whole pages. */
export const MOST_SIZE = 32768;
const MOST_LIMIT = 2 ** 31 - 1;

// As in pools/pool-set.ts: V8 takes local names and declared fields for constants.
const HEAD = F_HEAD;
const LENGTH = F_LENGTH;

/** Settings of a {@link FreeList}. */
export interface FreeListOptions {
  /** Size of the blocks in bytes, 4 to 32768. */
  readonly size: number;
  /**
   * How many blocks are kept at most; 0 keeps none.
   *
   * @defaultValue 80
   */
  readonly limit?: number;
  /**
   * The domain that blocks come from.
   *
   * @defaultValue `'obj'`
   */
  readonly domain?: FreeListDomain;
}

const OPTION_NAMES: Names<FreeListOptions> = { size: true, limit: true, domain: true };

/** What a {@link FreeList} did. The counters begin at 0 when the list is made. */
export interface FreeListStats {
  /** Calls of malloc() that the list served. */
  readonly hits: number;
  /** Calls of malloc() that went to level 2. */
  readonly misses: number;
  /** Calls of free() whose block was kept. */
  readonly kept: number;
  /** Calls of free() whose block went to level 2: the list was full, or disabled. */
  readonly dropped: number;
  /** Blocks in the list now. */
  readonly length: number;
  /** How many blocks it keeps at most; 0 when it is disabled. */
  readonly limit: number;
}

/** What a thread's free lists need of its heap. */
export interface FreeListHome {
  /** The heap as 32-bit words. */
  readonly words: Int32Array;
  /** The word index of the thread's slot. */
  readonly slot: number;
  /** The MEM domain. */
  readonly mem: Allocator;
  /** The OBJ domain. */
  readonly obj: Allocator;
  /** The lists of the thread that are not disabled. */
  readonly lists: Set<FreeList>;
  /** Level 2, for the quick check of a block. */
  readonly pools: {
    /** Whether a block of exactly `usable` bytes begins at an address, as far as its pool's header tells. */
    holds(address: Address, usable: number): boolean;
  };
  /** Bytes that a block can hold. @throws {BadAddressError} when it is not a live block */
  usableSize(address: Address): number;
  /** Whether an address lies in a pool of level 2. */
  isPooled(address: Address): boolean;
  /** @throws {HeapExhaustedError} */
  exhausted(size: number): never;
}

/**
 * A list of free blocks of one size: the block freed last is allocated first. One thread's; made by `heap.freeList()`.
 *
 * @example
 * ```ts
 * import { FREE_LIST_LIMITS, SharedHeap } from '@sharena/heap';
 *
 * using heap = SharedHeap.create({ reserve: '64MiB' });
 * const points = heap.freeList({ size: 24, limit: FREE_LIST_LIMITS.float });
 * const point = points.malloc();
 * heap.view(Float64Array, point, 3).set([1, 2, 3]);
 * points.free(point);
 * console.log(points.stats().length); // 1
 * ```
 */
export class FreeList {
  /** Size of the blocks in bytes. */
  declare readonly size: number;
  declare private readonly words: Int32Array;
  declare private readonly home: FreeListHome;
  declare private readonly pools: FreeListHome['pools'];
  declare private readonly domain: Allocator;
  /** Bytes that a block of this size holds, and whether level 2 serves it. */
  declare private readonly usable: number;
  declare private readonly pooled: boolean;
  declare private limit: number;
  /** Address of the record in shared memory, 0 when the list is disabled. */
  declare private record: Address;
  declare private hits: number;
  declare private misses: number;
  declare private cleared: number;
  declare private dropped: number;

  /**
   * @param home - the thread's heap
   * @param options - the list's settings
   * @internal
   */
  constructor(home: FreeListHome, options: FreeListOptions) {
    checkOptions('options', options, OPTION_NAMES);
    const { size, limit = FREE_LIST_LIMITS.object, domain = 'obj' } = options;
    checkWhole('size', size, LEAST_SIZE, MOST_SIZE);
    checkWhole('limit', limit, 0, MOST_LIMIT);
    if (domain !== 'mem' && domain !== 'obj') throw new InvalidArgumentError('domain', "'mem' or 'obj'", domain);
    this.size = size;
    this.words = home.words;
    this.home = home;
    this.pools = home.pools;
    this.domain = home[domain];
    this.limit = limit;
    this.hits = 0;
    this.misses = 0;
    this.cleared = 0;
    this.dropped = 0;
    const probe = this.domain.malloc(size) || home.exhausted(size);
    this.usable = home.usableSize(probe);
    this.pooled = home.isPooled(probe);
    this.domain.free(probe);
    this.record = home.mem.malloc(FREE_LIST_BYTES) || home.exhausted(FREE_LIST_BYTES);
    linkRecord(home.words, home.slot, this.record, domain);
    home.lists.add(this);
  }

  /** Whether {@link FreeList.disable} was called, by hand or by detach(). */
  get isDisabled(): boolean {
    return this.record === 0;
  }

  /**
   * A block with arbitrary contents: the one kept last, or one from level 2. Threads: the list's.
   *
   * @returns its address
   * @throws {HeapExhaustedError} when there is no room
   */
  malloc(): Address {
    const record = this.record;
    const address = record === 0 ? 0 : popBlock(this.words, record);
    if (address === 0) return this.miss();
    this.hits++;
    return address;
  }

  /**
   * Keeps a block, or gives it back to level 2 when the list is full or disabled. Threads: the list's; the block may come
   * from any thread, through a list or not.
   *
   * @param address - of a block of this list's size; 0 is ignored
   * @throws {BadAddressError} when `address` is not the start of a live block, when the block has another size class, or
   * when it is the one that this list or its pool was given last
   */
  free(address: Address): void {
    const record = this.record;
    if (record === 0 || address === 0) return this.drop(address);
    const words = this.words;
    const at = record >>> 2;
    const head = words[at + HEAD];
    if (head >>> 0 === address) throw new BadAddressError(address, 'was freed already');
    if (!this.pools.holds(address, this.usable) && !this.isOwnSize(address)) return this.drop(address);
    const length = words[at + LENGTH];
    if (length >= this.limit) return this.drop(address);
    words[address >>> 2] = head;
    words[at + HEAD] = address;
    words[at + LENGTH] = length + 1;
  }

  /** Gives every kept block back to level 2. Threads: the list's. */
  clear(): void {
    const record = this.record;
    if (record === 0) return;
    for (let block = popBlock(this.words, record); block !== 0; block = popBlock(this.words, record)) {
      this.cleared++;
      this.domain.free(block);
    }
  }

  /** Clears the list and keeps nothing from now on: blocks come from level 2 and go back to it. For good. */
  disable(): void {
    const record = this.record;
    if (record === 0) return;
    this.clear();
    this.record = 0;
    this.limit = 0;
    this.home.lists.delete(this);
    unlinkRecord(this.words, this.home.slot, record);
    this.home.mem.free(record);
  }

  /** What the list did, and how many blocks it holds. */
  stats(): FreeListStats {
    const length = this.record === 0 ? 0 : this.words[(this.record >>> 2) + LENGTH];
    return {
      hits: this.hits,
      misses: this.misses,
      kept: this.hits + this.cleared + length,
      dropped: this.dropped,
      length,
      limit: this.limit,
    };
  }

  private miss(): Address {
    const address = this.domain.malloc(this.size) || this.home.exhausted(this.size);
    this.misses++;
    return address;
  }

  private drop(address: Address): void {
    if (address === 0) return;
    this.domain.free(address);
    this.dropped++;
  }

  /**
   * Whether a block that is not in a pool of this list's class has its size all the same: a block of level 1, or one behind
   * debug hooks. If not: a mistake, unless it is a larger one that level 1 gave because level 2 had no room.
   */
  private isOwnSize(address: Address): boolean {
    const usable = this.home.usableSize(address);
    if (usable === this.usable) return true;
    if (usable >= this.size && !(this.pooled && this.home.isPooled(address))) return false;
    throw new BadAddressError(address, `holds ${usable} bytes, the blocks of this list hold ${this.usable}`);
  }
}

function checkWhole(argument: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InvalidArgumentError(argument, `a whole number from ${least} to ${most}`, value);
}
