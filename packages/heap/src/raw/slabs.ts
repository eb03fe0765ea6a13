/**
 * Slabs: spans that hold blocks of one medium size, up to 32 KiB, owned by the slot that claimed them.
 *
 *   classes | block sizes                                         | slab
 *   --------|-----------------------------------------------------|----------------------------------
 *    0 - 7  | 64, 128, … 512                                      | 1 page (64 KiB)
 *    8 - 23 | 640, 768, 896, 1024, … four to a doubling … 8192    | 1 page
 *   24 - 31 | 10240, 12288, 14336, 16384, … 32768                 | 4 pages (256 KiB), aligned to them
 *
 * Blocks begin at the slab's first byte, so each is aligned to the largest power of two that divides its size: 64 at least,
 * and a block of 4096 bytes to 4096. At most a fifth of a block is beyond what was asked for, once that is over 512 bytes.
 *
 * The machine is that of level 2's pools (pools/pool-set.ts); the slab's header is that of the first pool number which it
 * covers. The owner is named by the control word of the slab's first page. A block that another thread frees goes into
 * the slab's remote set, and if its word was empty, a bit of the owner's S_PENDING_SLABS is set; the owner looks when a ring is empty:
 *
 *   freer:  set the block's bit (was the word empty?) -> set the slab's bit
 *   owner:  clear the slab's bit                      -> look at its remote set
 *
 * An emptied slab that is alone in its ring stays there, until trim() or until the heap has no room; others are released.
 *
 * If the thread dies here: what it was claiming or releasing says so in its control words (spans.ts). A slab whose header
 * says NO_CLASS, or is as it never was used, holds no block. Which slabs a slot owns is told by the control words alone.
 */
import type { Address } from '../domains.ts';
import {
  HEADER_BITS,
  headerOf,
  type Layout,
  NO_CLASS,
  numberOf,
  P_CLASS,
  P_COUNT,
  P_FREE,
  P_NEXT,
  P_VIRGIN,
  PAGE_BITS,
  PAGE_BYTES,
  PENDING_ALL,
  S_PARKED_SLABS,
  S_PENDING_SLABS,
  S_SLAB_RINGS,
} from '../layout.ts';
import type { AtomicBits } from '../memory/kernel.ts';
import { plainKernel } from '../memory/plain-kernel.ts';
import type { Grid } from '../pools/grid.ts';
import { PoolSet, type PoolSource, unlinkPool } from '../pools/pool-set.ts';
import { slotWord } from '../threads/slots.ts';
import { PAGE_SLAB, PAGE_TAIL, pagePayload, pageSlot, pageState, type Spans } from './spans.ts';

// Local names: what is imported is looked up at each call, see pools/pool-set.ts.
const slotOf = pageSlot;
const payloadOf = pagePayload;

/** The largest block in bytes. */
export const SLAB_THRESHOLD = 32768;
/** Classes in slabs of one page. */
const SMALL_CLASSES = 24;
/** Words from the first ring of the slot's slabs to that of its slabs of four pages. */
export const LARGE_RINGS: number = SMALL_CLASSES * 4;
const LARGE_PAGES = 4;
const LARGE_PAGE_BITS = 2;
/** Classes up to 512 bytes are 64 apart, four to a doubling above. */
const FINE_CLASSES = 8;

/** Size in bytes of the blocks of each class. */
const SIZES: readonly number[] = Array.from({ length: 32 }, (_, index) => {
  const coarse = index - FINE_CLASSES;
  return coarse < 0 ? (index + 1) * 64 : (5 + (coarse & 3)) << (7 + (coarse >> 2));
});

/** The grids of slabs of one page, and of four. A unit of the remote set is 1/1024 of the slab. */
export const SLAB_GRIDS: readonly [Grid, Grid] = [
  Object.freeze({ poolBits: PAGE_BITS, unitBits: 6, first: 0, sizes: SIZES.slice(0, SMALL_CLASSES) }),
  Object.freeze({ poolBits: PAGE_BITS + LARGE_PAGE_BITS, unitBits: 8, first: 0, sizes: SIZES.slice(SMALL_CLASSES) }),
];

/** The class for sizes of up to index * 64 bytes: all block sizes are multiples of 64. */
const CLASSES: Readonly<Uint8Array<ArrayBuffer>> = Uint8Array.from({ length: SLAB_THRESHOLD / 64 + 1 }, (_, index) =>
  SIZES.findIndex((each) => each >= index * 64),
);

/** The class that serves `size` bytes, 0 to {@link SLAB_THRESHOLD}. */
export function slabClass(size: number): number {
  return CLASSES[(size + 63) >> 6];
}

/** The smallest class for `size` bytes whose blocks are aligned to `alignment`, a power of two; -1 when there is none. */
export function alignedSlabClass(size: number, alignment: number): number {
  const least = Math.max(size, alignment);
  if (least > SLAB_THRESHOLD) return -1;
  return SIZES.findIndex((each) => each >= least && each % alignment === 0);
}

/** A slab. */
export interface SlabPlace {
  /** Its header. */
  readonly pool: number;
  /** The machine for slabs of its length. */
  readonly pools: PoolSet;
  /** Its size classes. */
  readonly grid: Grid;
}

/** What threads that are gone have left; see threads/recovery.ts. */
export interface SlabLeftovers {
  /** Takes slabs over in which a block is free. Returns whether it found any. */
  adoptSlabs(into: Slabs): boolean;
}

/** What the sources of slabs of either length share. */
interface SlabHome {
  /** As {@link PoolSource}. */
  refill(ring: number): boolean;
  /** As {@link PoolSource}, by the number of the slab's first page. */
  hint(page: number): void;
}

/** The slabs of one slot. Threads: the slot's owner only, but see {@link Slabs.free} and {@link Slabs.usableSize}. */
export class Slabs implements SlabHome {
  declare private readonly words: Int32Array;
  declare private readonly layout: Layout;
  declare private readonly slotNumber: number;
  declare private readonly pageBits: number;
  declare private readonly headers: number;
  declare private readonly headBits: number;
  declare private readonly spans: Spans;
  declare private readonly bits: AtomicBits;
  declare private readonly leftovers: SlabLeftovers | undefined;
  declare private readonly small: PoolSet;
  declare private readonly large: PoolSet;
  declare private readonly smallSource: SlabSource;
  declare private readonly largeSource: SlabSource;
  /** Whether the sources know all slabs of the slot: those that a predecessor claimed too. */
  private known: boolean;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param slot - the thread's slot
   * @param spans - the heap's pages, as the calling thread works with them
   * @param leftovers - where to look before a slab is claimed
   * @param bits - for what other threads free
   */
  constructor(
    words: Int32Array,
    layout: Layout,
    slot: number,
    spans: Spans,
    leftovers?: SlabLeftovers,
    bits: AtomicBits = plainKernel(words),
  ) {
    const at = slotWord(layout, slot);
    this.known = words[at + S_SLAB_RINGS + P_NEXT] === 0;
    this.words = words;
    this.layout = layout;
    this.slotNumber = slot;
    this.pageBits = PAGE_BITS - layout.poolBits;
    this.headers = layout.headers;
    this.headBits = this.pageBits + HEADER_BITS;
    this.spans = spans;
    this.bits = bits;
    this.leftovers = leftovers;
    this.smallSource = new SlabSource(words, layout, at + S_PARKED_SLABS, spans, 1, this);
    this.largeSource = new SlabSource(words, layout, at + S_PARKED_SLABS + 1, spans, LARGE_PAGES, this);
    const [small, large] = SLAB_GRIDS;
    const largeRings = at + S_SLAB_RINGS + LARGE_RINGS;
    this.small = new PoolSet(words, at, at + S_SLAB_RINGS, at + S_PARKED_SLABS, layout, small, this.smallSource, bits);
    this.large = new PoolSet(words, at, largeRings, at + S_PARKED_SLABS + 1, layout, large, this.largeSource, bits);
  }

  /** A block of a class, or 0 when there is no room for a slab. */
  take(index: number): Address {
    return index < SMALL_CLASSES ? this.small.take(index) : this.large.take(index - SMALL_CLASSES);
  }

  /**
   * Gives a block back. Threads: any.
   *
   * @param head - number of the slab's first page
   * @param word - the control word of that page
   * @param address - the block
   * @throws {BadAddressError} when no block that is in use begins there, as far as {@link PoolSet} can tell
   */
  free(head: number, word: number, address: Address): void {
    const pool = this.headers + (head << this.headBits);
    const pools = payloadOf(word) === 1 ? this.small : this.large;
    if (slotOf(word) === this.slotNumber) return pools.give(pool, address);
    pools.giveRemote(pool, address);
  }

  /** The slab that an address lies in; undefined when it lies in none. Threads: any; it may be stale when it is used. */
  slabAt(address: Address): SlabPlace | undefined {
    const page = address >>> PAGE_BITS;
    const word = this.spans.wordOf(page);
    const head = pageState(word) === PAGE_TAIL ? pagePayload(word) : page;
    const headWord = this.spans.wordOf(head);
    if (pageState(headWord) !== PAGE_SLAB) return undefined;
    const kind = pagePayload(headWord) === 1 ? 0 : 1;
    const pools = kind === 0 ? this.small : this.large;
    return { pool: headerOf(this.layout, head << this.pageBits), pools, grid: SLAB_GRIDS[kind] };
  }

  /** Bytes that the block at `address` can hold. Threads: any; as {@link Slabs.free} otherwise. */
  usableSize(head: number, word: number, address: Address): number {
    const pool = headerOf(this.layout, head << this.pageBits);
    const pools = pagePayload(word) === 1 ? this.small : this.large;
    pools.check(pool, address);
    return pools.sizeOf(pool);
  }

  /** See {@link PoolSource}. */
  refill(ring: number): boolean {
    return this.collect(ring) || this.leftovers?.adoptSlabs(this) === true;
  }

  /**
   * Takes back what other threads have freed, as far as they told; not more than it takes until `ring` has a slab.
   *
   * @returns whether others told anything
   */
  collect(ring?: number): boolean {
    const words = this.words;
    const pending = slotWord(this.layout, this.slotNumber) + S_PENDING_SLABS;
    // benign: a bit that is set behind this look is seen at the next one
    let left = words[pending];
    if (left === 0) return false;
    this.findOwn();
    while (left !== 0 && (ring === undefined || words[ring + P_NEXT] === ring)) {
      const bit = 31 - Math.clz32(left & -left);
      left &= left - 1;
      this.bits.and(pending, ~(1 << bit));
      this.smallSource.collectInto(this.small, bit);
      this.largeSource.collectInto(this.large, bit);
    }
    return true;
  }

  /** Takes back what other threads have freed, told of or not. */
  collectAll(): void {
    Atomics.store(this.words, slotWord(this.layout, this.slotNumber) + S_PENDING_SLABS, PENDING_ALL);
    this.collect();
  }

  /**
   * Takes over the slabs of a slot that this thread holds in which a block is free: out of its old ring, then the control
   * word, which is the truth, then into the new ring; then the remote set, of which the old owner may have been told.
   *
   * @returns how many there were
   */
  adoptFrom(other: Slabs): number {
    other.findOwn();
    return (
      this.smallSource.adoptFrom(other.smallSource, this.small, this.slotNumber) +
      this.largeSource.adoptFrom(other.largeSource, this.large, this.slotNumber)
    );
  }

  /** Releases the slabs of which no block is in use. */
  releaseEmpty(): void {
    this.small.giveEmpty();
    this.large.giveEmpty();
  }

  /** Whether the slot owns a slab. */
  get any(): boolean {
    this.findOwn();
    return this.smallSource.any || this.largeSource.any;
  }

  /** Tells a slab's owner that the slab's remote set is not empty. Threads: any. */
  hint(head: number): void {
    // The owner may have changed since the free: read it now. Who takes a slab over looks at its remote set afterwards.
    const owner = pageSlot(this.spans.wordOf(head));
    this.bits.or(slotWord(this.layout, owner) + S_PENDING_SLABS, 1 << (head & 31));
  }

  /** Finds the slabs of a slot that another thread had before, when they are asked for first. */
  private findOwn(): void {
    if (this.known) return;
    this.known = true;
    for (let page = this.spans.first; page < this.spans.end; page++) {
      const word = this.spans.wordOf(page);
      if (pageState(word) !== PAGE_SLAB || pageSlot(word) !== this.slotNumber) continue;
      const source = pagePayload(word) === 1 ? this.smallSource : this.largeSource;
      source.own(headerOf(this.layout, page << this.pageBits));
    }
  }
}

/** Where the slabs of one length come from. */
class SlabSource implements PoolSource {
  readonly #words: Int32Array;
  readonly #layout: Layout;
  readonly #parked: number;
  readonly #spans: Spans;
  readonly #pages: number;
  readonly #home: SlabHome;
  /** The headers of the slot's slabs of this length, by the number of their first page modulo 32. */
  readonly #own: readonly Set<number>[] = Array.from({ length: 32 }, () => new Set());

  constructor(words: Int32Array, layout: Layout, parked: number, spans: Spans, pages: number, home: SlabHome) {
    this.#words = words;
    this.#layout = layout;
    this.#parked = parked;
    this.#spans = spans;
    this.#pages = pages;
    this.#home = home;
  }

  get any(): boolean {
    return this.#own.some((each) => each.size !== 0);
  }

  own(pool: number): void {
    this.#ownOf(pool).add(pool);
  }

  refill(_: PoolSet, ring: number): boolean {
    return this.#home.refill(ring);
  }

  hint(number: number): void {
    this.#home.hint(number >> (PAGE_BITS - this.#layout.poolBits));
  }

  /** Collects the slabs that begin at the pages `bit`, `bit` + 32, … */
  collectInto(pools: PoolSet, bit: number): void {
    for (const pool of this.#own[bit]) pools.collect(pool);
  }

  adoptFrom(other: SlabSource, pools: PoolSet, slot: number): number {
    let adopted = 0;
    for (const pool of other.#own.flatMap((each) => [...each])) {
      if (this.#words[pool + P_FREE] === 0) continue; // full, and in no ring
      unlinkPool(this.#words, pool);
      this.#spans.assign(this.#pageOf(pool) * PAGE_BYTES, PAGE_SLAB, slot);
      other.#ownOf(pool).delete(pool);
      this.own(pool);
      pools.link(pool);
      pools.collect(pool);
      adopted++;
    }
    return adopted;
  }

  takePool(): number {
    const page = this.#spans.claim(this.#pages, this.#pages, PAGE_SLAB, false);
    if (page === 0) return 0;
    const words = this.#words;
    const pool = headerOf(this.#layout, page << (PAGE_BITS - this.#layout.poolBits));
    words[pool + P_CLASS] = NO_CLASS;
    words[pool + P_COUNT] = 0;
    words[pool + P_FREE] = 0;
    words[pool + P_VIRGIN] = 0;
    this.own(pool);
    return pool;
  }

  /** The header says that there is no block before the span can become anything else. */
  givePool(pool: number): void {
    this.#ownOf(pool).delete(pool);
    this.#words[pool + P_CLASS] = NO_CLASS;
    this.#spans.release(this.#pageOf(pool), PAGE_SLAB);
  }

  parks(pool: number, alone: boolean): boolean {
    if (alone) this.#words[this.#parked] = pool;
    return alone;
  }

  #ownOf(pool: number): Set<number> {
    return this.#own[this.#pageOf(pool) & 31];
  }

  #pageOf(pool: number): number {
    return numberOf(this.#layout, pool) >> (PAGE_BITS - this.#layout.poolBits);
  }

  /** A parked slab needs nothing: only the shortcut for it ends. */
  unpark(): void {
    this.#words[this.#parked] = 0;
  }
}
