/**
 * The memory map: where every word of the heap lies, how wide its parts are, and who may write it.
 * No other file writes a literal offset.
 *
 * The heap is ONE fixed, shared WebAssembly.Memory, addressed by byte offsets (unsigned 32 bits; 0 is null) and read
 * and written as 32-bit words. "atomic" words change by Atomics only; "owner" words are written with plain stores by one
 * thread at a time and may be read by others when that owner is known to be gone, or loosely, for statistics.
 *
 *   byte 0            header          4 KiB                 written once by create(), but for the counters and roots
 *        4 KiB        slots           256 x 2 KiB           one per attached thread (slot 0 is never used)
 *        516 KiB      spans           4 B per 64 KiB page   atomic: one control word per page
 *        …            headers         64 B per pool         owner: the pool's header, its owner's slot among its words
 *        …            remote          1 bit per unit        atomic: blocks of this pool freed by other threads
 *        …            hints           1 bit per pool        atomic: "its remote set may be non-empty"
 *        …            (up to the next 64 KiB page)
 *        first page   pages           64 KiB each           spans: arenas of pools, slabs, and large blocks of level 1
 *
 * A table is as long as the reserve needs; untouched parts of it cost no memory. Tables are type-stable: a late write into one
 * (a hint for a pool that is gone) can mislead nobody for long and corrupts nothing.
 *
 * A pool's header is not in the pool, though its first block begins 48 bytes into it, as if it were. At the start of pools, all
 * headers would lie in the same few sets of the first-level cache; in a table they fill it evenly, and no block that is written
 * over its end can harm one: a pair of malloc and free took 2.7 ns with headers in the pools and 2.4 so, 1,000 blocks of random
 * sizes, replaced at random, 14.4 ns each and 13.5.
 * "A pool" in the code is the word index of its header; its number is its address in units of the geometry's pools. A slab's
 * header is that of the first pool number that it covers.
 */
import type { Geometry } from './geometry.ts';
import { remoteBits } from './pools/remote-set.ts';

/** Bytes in a page: what level 1 hands out, and the alignment of every span. */
export const PAGE_BYTES = 65536;
/** log2 of {@link PAGE_BYTES}. */
export const PAGE_BITS = 16;
/** Pages in the largest heap: 4 GiB. A page's number fits 16 bits. */
export const MAX_PAGES = 65536;

/** `'SHAR'`, little-endian: the first word of a heap. */
export const MAGIC = 0x52414853;
/** Grows by one whenever a word changes its place or meaning. */
export const LAYOUT_VERSION = 4;

// ---- The header: word indexes from byte 0 ---------------------------------------------------------------------------

/** Word: {@link MAGIC}. Stored last by create(), so that a half-written header is not taken for a heap. */
export const H_MAGIC = 0;
/** Word: {@link LAYOUT_VERSION}. */
export const H_VERSION = 1;
/** Word: the geometry's id. */
export const H_GEOMETRY = 2;
/** Word: pages in the reserve. */
export const H_PAGES = 3;
/** Two words: the heap's random id, the low 32 bits and the high 21 bits. */
export const H_ID = 4;
/** Word: pages that were asked for; more than {@link H_PAGES} when the system refused. */
export const H_PAGES_ASKED = 6;
/** Word: which allocators serve the domains, and whether debug hooks stand before them. Every thread reads it from here. */
export const H_MALLOC = 7;
/** Word: arenas that level 2 may have at one time, 0 for no limit. */
export const H_ARENA_LIMIT = 8;
/** Word: when freed pages go back to the system, see memory/purge.ts. */
export const H_PURGE = 9;
/** Word, atomic: sources of arenas that threads have set, ever. The number of the last one. */
export const H_SOURCES = 10;
/** Word, atomic: pages that are in spans now. Statistics: a death between a claim and its count leaves it off. */
export const H_PAGES_USED = 16;
/** Word, atomic: the largest value of {@link H_PAGES_USED} so far. */
export const H_PAGES_PEAK = 17;
/** Word, atomic: arenas that level 2 has now, all slots together. Counted only while there is a limit. */
export const H_ARENAS = 18;
/** Word, atomic: threads that died and were reaped. */
export const H_DEATHS = 19;
/** Word, atomic: blocks that a dead thread was giving back, of which nobody can tell whether they came back. */
export const H_LOST_BLOCKS = 20;
/** Word, atomic: pages that dead threads were claiming or releasing, set free by who reaped them. */
export const H_RECLAIMED_PAGES = 21;
/** Word, atomic: arenas and slabs of abandoned slots that a live thread took over. */
export const H_ADOPTIONS = 22;
/** Word, atomic: pages given back to the system, ever. */
export const H_PURGED_PAGES = 23;
/** Two words, atomic, as one 64-bit number: serial number of the last allocation under debug hooks. */
export const H_SERIAL = 24;
/**
 * Word, atomic: `count << 16 | page`: how often pages were set free, modulo 2^16, and a page below which none is free.
 * A hint for searches: it lags behind a thread that is setting pages free, and for good when that thread dies before it tells.
 */
export const H_FREED = 26;
/** Word, atomic: address of the table of stacks at which blocks were allocated, 0 when there is none; see debug/sites.ts. */
export const H_SITES = 27;
/** {@link SLOTS} bits in words, atomic: the slots that are abandoned; see threads/slots.ts. */
export const H_ABANDONED = 32;
/** 16 pairs of words, atomic: (key, address) of what the packages above keep in the heap. A key is set once, 0 to key. */
export const H_ROOTS = 64;
/** How many roots there are. */
export const ROOTS = 16;

const HEADER_BYTES = 4096;

// ---- A slot: 2 KiB for each attached thread; word indexes from the slot's first word ------------------------------

/** Bytes of a slot. */
export const SLOT_BYTES = 2048;
/** Slots in the table. A slot's number fits 8 bits; slot 0 is never used, so that 0 means "nobody". */
export const SLOTS = 256;

/** Word, atomic, any thread: `threadId << 3 | state`, see threads/slots.ts. */
export const S_STATE = 0;
/**
 * Word, atomic, any thread: bit i: some pool of the arenas whose objects have the indexes i, i + 32, … has a hint. In a line of
 * its own: other threads write it.
 */
export const S_PENDING = 16;
/** Word, atomic, any thread: bit i: of the slabs that begin at the pages i, i + 32, … one may have a remote set. Same line. */
export const S_PENDING_SLABS = 17;
/** {@link S_PENDING} or {@link S_PENDING_SLABS} that send to everything. */
export const PENDING_ALL = -1;
// From here on: owner.
/** Word: address of the vector of arena objects, 0 when there is none yet. */
export const S_ARENAS = 32;
/** Word: arena objects in the vector. */
export const S_ARENAS_LENGTH = 33;
/** Word: index + 1 of the first unused arena object, 0 when there is none. */
export const S_UNUSED = 34;
/** Word: index + 1 of the first usable arena, 0 when there is none. */
export const S_USABLE = 35;
/** Word: arenas allocated now. */
export const S_ARENAS_CURRENT = 36;
/** Word: arenas allocated, ever. */
export const S_ARENAS_TOTAL = 37;
/** Word: most arenas at one time. */
export const S_ARENAS_HIGHWATER = 38;
/** Word, signed: RAW blocks that this slot's level 2 took, less those it gave back. The sum over all slots counts. */
export const S_RAW_BLOCKS = 39;
/** Word: blocks of other slots that this slot freed. */
export const S_REMOTE_FREES = 40;
/** Word: blocks of this slot that it took back from remote sets. */
export const S_COLLECTED = 41;
/** Word: swaps of shared words that failed because another thread changed the word first. */
export const S_FAILED_SWAPS = 42;
/** Word: address of the block of another slot that this thread is giving back, 0 when it is not doing so. */
export const S_FREEING = 43;
/** Word: address of the first record of this slot's free lists of level 3, 0 when there is none. */
export const S_FREE_LISTS = 44;
/** Word: index of the word whose block this thread is taking or giving back, 0 when none; see raw/named-blocks.ts. */
export const S_NAMING = 45;
/** Word: bit i: the package that keeps root i has something to give back when this slot's thread is gone; see keepers.ts. */
export const S_KEEPERS = 47;
/** Word: an emptied pool that was left in its ring, a word index; 0 when there is none. See object/arenas.ts. */
export const S_PARKED = 46;
/** Two words: the same of slabs, of one page and of four; see raw/slabs.ts. */
export const S_PARKED_SLABS = 10;
/** 65 words: fingers; word k is index + 1 of the last usable arena with k free pools, 0 when there is none. */
export const S_FINGERS = 48;
/**
 * 64 rings of 4 words: the sentinel of ring i lies at word `S_RINGS + 4 i` and is used like a pool's header of which only
 * {@link P_NEXT} and {@link P_PREV} exist.
 */
export const S_RINGS = 128;
/** The same for the 32 size classes of slabs. */
export const S_SLAB_RINGS = 384;

// ---- A pool's header: 16 words, one line of cache; word indexes from its first. Owner, all of them. ------------------

/** log2 of the words of a pool's header. */
export const HEADER_BITS = 4;
/** Word: blocks handed out, those in the remote set included. */
export const P_COUNT = 0;
/**
 * Word: address of the first free block, as a signed number; 0 when the pool is full. The first word of each links the next.
 * Addresses, not word indexes: between being freed and being handed out again a block's link is not even shifted.
 */
export const P_FREE = 1;
/** Word: next pool in the ring of its class, or in its arena's stack of free pools. */
export const P_NEXT = 2;
/** Word: previous pool in the ring. */
export const P_PREV = 3;
/** Word: size class, {@link NO_CLASS} when the pool was just carved. */
export const P_CLASS = 4;
/** Word: byte offset in the pool of the first block that was never linked ("virgin"). */
export const P_VIRGIN = 5;
/** Word: the largest offset that {@link P_VIRGIN} may have and still name a block. */
export const P_VIRGIN_MAX = 6;
/** Word: 2^32 divided by the block size, rounded up: tells multiples of it; see pools/pool-set.ts. */
export const P_MAGIC = 7;
/** Word: the slot whose level 2 carved the pool, 0 when none did. Slabs are owned by their page's control word instead. */
export const P_OWNER = 8;
/** Word: index of its arena object. Written when the pool is carved, or adopted. */
export const P_ARENA = 9;

/** {@link P_CLASS} of a pool that never had a class: forces its header to be filled in. */
export const NO_CLASS = 0xffff;

// ---- An arena object: 8 words in the vector. Owner. -----------------------------------------------------------------

/** Bytes of an arena object. */
export const ARENA_OBJECT_BYTES = 32;
/** Word: address of the arena's memory, 0 iff the object is on the list of unused ones. */
export const A_ADDRESS = 0;
/** Word: address of the next pool to carve; only moves up. */
export const A_POOL_ADDRESS = 1;
/** Word: free pools and pools never carved. */
export const A_FREE_POOLS = 2;
/** Word: 64, or 63 when the memory does not begin at a pool's boundary. */
export const A_TOTAL_POOLS = 3;
/** Word: the stack of empty pools, linked by {@link P_NEXT}; a word index, 0 when empty. */
export const A_STACK = 4;
/** Word: index + 1 of the next unused object, or of the next usable arena; 0 ends the list. */
export const A_NEXT = 5;
/** Word: index + 1 of the previous usable arena; 0 at the head. */
export const A_PREV = 6;
/** Word: number of the source that its memory came from: 0 for spans of level 1, else one that {@link H_SOURCES} counted. */
export const A_SOURCE = 7;

// ---- A free list's record: 4 words, a block of the MEM domain. Owner. ----------------------------------------------

/** Bytes of a free list's record. */
export const FREE_LIST_BYTES = 16;
/** Word: address of the next record of the same slot, 0 at the end; the first is named by {@link S_FREE_LISTS}. */
export const F_NEXT = 0;
/** Word: address of the block that was kept last, 0 when the list is empty. A kept block's first word names the next one. */
export const F_HEAD = 1;
/** Word: blocks in the list, or one less or more if the thread died in it. */
export const F_LENGTH = 2;
/** Word: the domain that the blocks belong to, 0 for OBJ and 1 for MEM. */
export const F_DOMAIN = 3;

// ---- A structured record's header: 2 words; its fields follow. ---------------------------------------------------

/** Bytes of the header. */
export const RECORD_HEADER_BYTES = 8;
/** Word: the type's tag, an odd number. Written by who makes the record; free blocks keep a link here, which is even. */
export const R_TAG = 0;
/** Word, atomic, any thread: how many references there are; 0 when the record is dead. */
export const R_COUNT = 1;

/** Where the tables of one heap begin. All are word indexes, but for `firstPage`. */
export interface Layout {
  /** Pages in the reserve. */
  readonly pages: number;
  /** The first slot (slot 0). */
  readonly slots: number;
  /** Slots in the table, slot 0 included: {@link SLOTS}, fewer where a small heap is explored. */
  readonly slotCount: number;
  /** The control word of page 0. */
  readonly spans: number;
  /** The header of pool 0. */
  readonly headers: number;
  /** log2 of the bytes of a pool. */
  readonly poolBits: number;
  /** The first word of the remote set of pool 0. */
  readonly remote: number;
  /** log2 of the words of a pool's remote set. A slab's is as long as its own units need, and begins at its first pool's. */
  readonly remoteBits: number;
  /** The hint word of pools 0 to 31. */
  readonly hints: number;
  /** The first page that spans may use: a page number. */
  readonly firstPage: number;
  /**
   * The first page number behind those that spans may use. The last page of the reserve is never handed out: so the address
   * behind any span fits 32 bits, and a kernel that reads a few bytes past the end of a block stays inside the memory.
   */
  readonly endPage: number;
}

/** Computes where the tables of a heap of `pages` pages begin. */
export function layoutOf(pages: number, geometry: Geometry): Layout {
  const { poolBits, alignmentBits } = geometry;
  const bits = remoteBits(poolBits, alignmentBits);
  const pools = pages * (PAGE_BYTES >> poolBits);
  const slots = HEADER_BYTES >> 2;
  const spans = slots + SLOTS * (SLOT_BYTES >> 2);
  const headers = (spans + pages + 15) & ~15; // each in a line of its own
  const remote = headers + (pools << HEADER_BITS);
  const hints = remote + (pools << bits);
  const end = hints + Math.ceil(pools / 32);
  const firstPage = Math.ceil((end * 4) / PAGE_BYTES);
  return Object.freeze({
    pages,
    slots,
    slotCount: SLOTS,
    spans,
    headers,
    poolBits,
    remote,
    remoteBits: bits,
    hints,
    firstPage,
    endPage: pages - 1,
  });
}

/** The header of the pool with that number: its address in units of pools. A word index. */
export function headerOf(layout: Layout, number: number): number {
  return layout.headers + (number << HEADER_BITS);
}

/** The first word of the remote set of the pool with that number. */
export function remoteOf(layout: Layout, number: number): number {
  return layout.remote + (number << layout.remoteBits);
}

/** The number of the pool with that header. */
export function numberOf(layout: Layout, pool: number): number {
  return (pool - layout.headers) >> HEADER_BITS;
}

/** The smallest reserve in pages: its tables, and one arena wherever its alignment puts it. */
export function minimumPages(geometry: Geometry): number {
  const arenaPages = geometry.arenaBytes / PAGE_BYTES;
  for (let pages = 2 * arenaPages; ; pages++) {
    const { firstPage, endPage } = layoutOf(pages, geometry);
    const aligned = Math.ceil(firstPage / arenaPages) * arenaPages;
    // One page more: the vector of arena objects.
    if (aligned + arenaPages + 1 <= endPage) return pages;
  }
}
