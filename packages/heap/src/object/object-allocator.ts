/**
 * Level 2: pymalloc. Requests of 1 to 512 bytes from the slot's own pools (pools/pool-set.ts) in its arenas (arenas.ts);
 * all others, and those for which there is no pool, go to RAW.
 *
 * The pool that an address lies in, and who owns it, is told by the table of headers: one per pool, with owner 0 where none is.
 *
 * If a thread dies here: see pools/pool-set.ts and arena-pools.ts. Nothing is half done in this file itself.
 */
import { checkSize } from '../arguments.ts';
import type { Address, Allocator } from '../domains.ts';
import { type Geometry, SMALL_REQUEST_THRESHOLD } from '../geometry.ts';
import { HEADER_BITS, type Layout, P_OWNER, S_PARKED, S_RAW_BLOCKS, S_RINGS } from '../layout.ts';
import type { Fill, Kernel } from '../memory/kernel.ts';
import { plainKernel } from '../memory/plain-kernel.ts';
import { gridOf } from '../pools/grid.ts';
import { PoolSet } from '../pools/pool-set.ts';
import { slotWord } from '../threads/slots.ts';
import { ArenaPools, type Leftovers } from './arena-pools.ts';
import type { Arenas } from './arenas.ts';

const HEADER_SHIFT = HEADER_BITS;
const OWNER = P_OWNER;
const SMALL = SMALL_REQUEST_THRESHOLD;

/** Level 2 of one thread: the allocator behind the domains mem and obj. Threads: the slot's owner only, but see free(). */
export class ObjectAllocator implements Allocator {
  declare private readonly words: Int32Array;
  declare private readonly bytes: Uint8Array;
  declare private readonly fill: Fill;
  declare private readonly slotNumber: number;
  declare private readonly slot: number;
  declare private readonly headers: number;
  declare private readonly alignmentBits: number;
  declare private readonly poolBits: number;
  declare private readonly poolCount: number;
  declare private readonly source: ArenaPools;
  declare private readonly pools: PoolSet;
  declare private readonly raw: Allocator;
  /**
   * RAW's share of malloc and free. Functions that have captured what they use, made once: where a loop has no room for them,
   * V8 compiles them apart and still takes what they captured for constants. Methods would have to load it: a pair of 1 KiB
   * takes 7 ns instead of 14.
   */
  declare private readonly mallocRaw: (size: number) => Address;
  declare private readonly freeRaw: (address: Address) => void;

  /**
   * @param words - the heap as 32-bit words
   * @param bytes - the heap as bytes
   * @param layout - its tables
   * @param geometry - its constants
   * @param slot - the thread's slot
   * @param arenas - the slot's arenas
   * @param raw - what serves requests over 512 bytes, of 0 bytes, and those for which there is no pool
   * @param leftovers - what threads that are gone have left
   * @param kernel - for what other threads free, and what is cleared
   */
  constructor(
    words: Int32Array,
    bytes: Uint8Array,
    layout: Layout,
    geometry: Geometry,
    slot: number,
    arenas: Arenas,
    raw: Allocator,
    leftovers: Leftovers,
    kernel: Kernel = plainKernel(words),
  ) {
    this.words = words;
    this.bytes = bytes;
    this.fill = kernel.fill;
    this.slotNumber = slot;
    this.slot = slotWord(layout, slot);
    this.headers = layout.headers;
    this.alignmentBits = geometry.alignmentBits;
    this.poolBits = geometry.poolBits;
    this.poolCount = (layout.remote - layout.headers) >> HEADER_SHIFT;
    this.source = new ArenaPools(words, layout, geometry, slot, arenas, leftovers, kernel);
    this.pools = new PoolSet(
      words,
      this.slot,
      this.slot + S_RINGS,
      this.slot + S_PARKED,
      layout,
      gridOf(geometry),
      this.source,
      kernel,
    );
    this.raw = raw;
    const blocks = this.slot + S_RAW_BLOCKS;
    this.mallocRaw = (size) => {
      if (size >>> 0 !== size) checkSize('size', size);
      const address = raw.malloc(size);
      if (address !== 0) words[blocks]++;
      return address;
    };
    this.freeRaw = (address) => {
      if (address === 0) return;
      raw.free(address);
      words[blocks]--;
    };
  }

  /** See {@link Allocator}. Blocks of up to 512 bytes are aligned as the geometry says, larger ones as RAW's. */
  malloc(size: number): Address {
    const n = size >>> 0;
    if (n !== size || (n - 1) >>> 0 >= SMALL) return this.mallocRaw(size) >>> 0;
    const address = this.pools.take((n - 1) >> this.alignmentBits);
    return address !== 0 ? address : this.mallocRaw(size) >>> 0;
  }

  /** See {@link Allocator}. Exactly `nelem * elsize` bytes are cleared. */
  calloc(nelem: number, elsize: number): Address {
    checkSize('nelem', nelem);
    checkSize('elsize', elsize);
    const size = nelem * elsize;
    if (size === 0 || size > SMALL_REQUEST_THRESHOLD) return this.countRaw(this.raw.calloc(nelem, elsize));
    const address = this.malloc(size);
    if (address !== 0) this.fill(address, 0, size);
    return address;
  }

  /**
   * See {@link Allocator}. A block of a pool stays where it is as long as the new size needs more than three quarters of it.
   * A block of RAW never becomes a block of a pool: its size is not known here.
   */
  realloc(address: Address, size: number): Address {
    if (address === 0) return this.malloc(size);
    checkSize('size', size);
    const held = this.usableSize(address);
    if (held === 0) return this.raw.realloc(address, size);
    if (size <= held && 4 * size > 3 * held) return address;
    const moved = this.malloc(size);
    if (moved === 0) return 0;
    this.bytes.copyWithin(moved, address, address + Math.min(size, held));
    this.free(address);
    return moved;
  }

  /** See {@link Allocator}. Threads: any thread through its own allocator, whichever thread allocated the block. */
  free(address: Address): void {
    if (!this.isAddress(address)) return this.freeRaw(address);
    const pool = this.headers + ((address >>> this.poolBits) << HEADER_SHIFT);
    // benign: if this thread owns the pool, no other writes the word; if not, the block that the caller holds keeps it owned.
    const owner = this.words[pool + OWNER];
    if (owner === this.slotNumber) return this.pools.give(pool, address);
    if (owner === 0) return this.freeRaw(address);
    this.pools.giveRemote(pool, address);
  }

  /** Bytes that the block at `address` can hold, or 0 when it is not a block of a pool. Threads: any. */
  usableSize(address: Address): number {
    if (!this.isAddress(address)) return 0;
    const pool = this.headers + ((address >>> this.poolBits) << HEADER_SHIFT);
    if (this.words[pool + OWNER] === 0) return 0;
    this.pools.check(pool, address);
    return this.pools.sizeOf(pool);
  }

  /**
   * Whether a block of exactly `usable` bytes begins at `address`, as far as its pool's header tells: a quick form of
   * {@link ObjectAllocator.usableSize} that does not throw. Threads: any that holds the block.
   */
  holds(address: Address, usable: number): boolean {
    if (!this.isAddress(address)) return false;
    const pool = this.headers + ((address >>> this.poolBits) << HEADER_SHIFT);
    return this.words[pool + OWNER] !== 0 && this.pools.holds(pool, address, (usable - 1) >> this.alignmentBits);
  }

  /** Takes back the blocks that other threads have freed. Threads: the owner. */
  collect(): void {
    this.source.collect(this.pools);
  }

  /** Gives an emptied pool that waits in its ring back to its arena. Threads: the owner. */
  settle(): void {
    this.source.unpark();
  }

  // ---- RAW --------------------------------------------------------------------------------------------------------

  private countRaw(address: Address): Address {
    if (address !== 0) this.words[this.slot + S_RAW_BLOCKS]++;
    return address;
  }

  // ---- addresses --------------------------------------------------------------------------------------------------

  private isAddress(address: Address): boolean {
    return address >>> 0 === address && address >>> this.poolBits < this.poolCount;
  }
}
