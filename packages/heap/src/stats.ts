/**
 * Statistics: what the heap holds, found by walking its structures.
 *
 * Everything is read with plain loads from words that other threads may be changing: exact when they are at rest,
 * otherwise each figure is one that was true at some moment. Nothing is counted on the fast paths.
 */
import { classSize, type Geometry, type GeometryName, POOL_OVERHEAD, POOLS_PER_ARENA } from './geometry.ts';
import {
  A_ADDRESS,
  ARENA_OBJECT_BYTES,
  H_ADOPTIONS,
  H_ARENA_LIMIT,
  H_DEATHS,
  H_LOST_BLOCKS,
  H_PAGES_PEAK,
  H_RECLAIMED_PAGES,
  headerOf,
  type Layout,
  P_ARENA,
  P_CLASS,
  P_OWNER,
  S_ARENAS,
  S_ARENAS_HIGHWATER,
  S_ARENAS_TOTAL,
  S_COLLECTED,
  S_FAILED_SWAPS,
  S_RAW_BLOCKS,
  S_REMOTE_FREES,
} from './layout.ts';
import { type MemoryStats, memoryStats } from './memory/purge.ts';
import {
  PAGE_ARENA,
  PAGE_BLOCK,
  PAGE_CLAIM,
  PAGE_FREE,
  PAGE_RESIZE,
  PAGE_SLAB,
  PAGE_VECTOR,
  type Spans,
} from './raw/spans.ts';
import { SLOT_ABANDONED, SLOT_ALIVE, slotState, slotWord } from './threads/slots.ts';
import { arenasOf, pageBytes, type Run, readPool, readSlab, runsOf } from './walk.ts';

/** How many spans of a kind there are, and their bytes (whole pages of 64 KiB). */
export interface SpanStats {
  /** Spans. */
  readonly count: number;
  /** Bytes. */
  readonly bytes: number;
}

/** What is held in blocks of one size class. */
export interface ClassStats {
  /** Size of its blocks in bytes. */
  readonly size: number;
  /** Pools, or slabs, with a block in use, or one that the owner has not taken back yet. */
  readonly pools: number;
  /** Blocks in use. */
  readonly blocksInUse: number;
  /** Free blocks in these pools, those never handed out included. */
  readonly blocksAvailable: number;
}

/** Slabs: spans of blocks of one medium size, up to 32 KiB. */
export interface SlabStats extends SpanStats {
  /** Slabs of which no block is in use. */
  readonly empty: number;
  /** Blocks that other threads freed and the owner has not taken back yet. They count as available. */
  readonly remotePending: number;
  /** The size classes that have a slab in use. */
  readonly classes: readonly ClassStats[];
}

/** Level 2: of one thread, or of all together. `arenaBytes` is the sum of the six figures behind it. */
export interface ObjectStats {
  /** Arenas now. */
  readonly arenas: number;
  /** Arenas allocated, ever. */
  readonly arenasTotal: number;
  /** The largest number of arenas at one time; of all threads: the sum of every thread's. */
  readonly arenasHighwater: number;
  /** Bytes of the arenas. */
  readonly arenaBytes: number;
  /** Bytes in the blocks of pools in use, rounded up to their classes. */
  readonly bytesInUse: number;
  /** Bytes in the free blocks of these pools. */
  readonly bytesAvailable: number;
  /** Bytes of the pools of which no block is in use, and of those never carved. */
  readonly unusedPoolBytes: number;
  /** Bytes of the headers of the pools in use. */
  readonly poolHeaderBytes: number;
  /** Bytes behind the last block of the pools in use. */
  readonly quantizationBytes: number;
  /** Bytes of arenas that begin between two pools, before their first pool and behind their last. */
  readonly alignmentBytes: number;
  /** Pools of which no block is in use, and those never carved. */
  readonly unusedPools: number;
  /**
   * Blocks in use: those of pools, and those that level 2 took from RAW. Of one thread it is less than its pools say, or
   * below 0, when the thread freed large blocks of others.
   */
  readonly blocksInUse: number;
  /** Blocks that other threads freed and the owner has not taken back yet. They count as available. */
  readonly remotePending: number;
  /** Blocks of pools and slabs freed by another thread than their owner, ever; of one thread: those that it freed. */
  readonly remoteFrees: number;
  /** Of those, taken back by their owner; of one thread: those that it took back. */
  readonly collected: number;
  /** The size classes that have a pool in use. */
  readonly classes: readonly ClassStats[];
}

/** What one thread owns. */
export interface ThreadStats {
  /** The thread's slot. */
  readonly slot: number;
  /** Its level 2. */
  readonly objects: ObjectStats;
  /** Its slabs. */
  readonly slabs: SlabStats;
  /** Swaps of shared words that this thread had to repeat, because another changed the word first. */
  readonly failedSwaps: number;
}

/** A free list of level 3. */
export interface FreeListContents {
  /** Size of its blocks in bytes. */
  readonly size: number;
  /** Blocks in it. They count as in use: to the levels below they are. */
  readonly blocks: number;
}

/** What a heap holds. Sizes are in bytes. */
export interface HeapStats {
  /** The geometry of level 2. */
  readonly geometry: GeometryName;
  /** Address space that was reserved. The system commits its pages when they are first touched. */
  readonly reserveBytes: number;
  /** Bytes of the tables at the front. */
  readonly tableBytes: number;
  /** Bytes in spans now. */
  readonly usedBytes: number;
  /** The most bytes in spans at one time. */
  readonly peakBytes: number;
  /** Bytes in free pages; they may lie in pieces. */
  readonly freeBytes: number;
  /** Bytes in pages that a thread is taking or giving back just now, or was when it died. */
  readonly claimedBytes: number;
  /** Spans that hold arenas of level 2, but for those of a source that a thread has set. */
  readonly arenas: SpanStats;
  /** Bytes that arenas may take at one time, all threads together; undefined without a limit. */
  readonly arenaLimitBytes: number | undefined;
  /** Slabs. */
  readonly slabs: SlabStats;
  /** Spans that hold blocks of level 1: large requests, pixels, tables. */
  readonly blocks: SpanStats;
  /** Spans that hold the vectors of arena objects. */
  readonly vectors: SpanStats;
  /** Threads that are attached. */
  readonly threads: number;
  /** Slots without a thread whose arenas hold live blocks; the next thread that attaches takes one over. */
  readonly abandonedSlots: number;
  /** Threads that died without detaching and whose slots were taken care of. */
  readonly deaths: number;
  /** Arenas and slabs of threads that are gone which a live thread took over. */
  readonly adoptions: number;
  /** Blocks that a thread was giving back when it died, and of which nobody can tell whether they came back. */
  readonly lostBlocks: number;
  /** Pages that a thread was taking or giving back when it died, and that were set free for it. */
  readonly reclaimedPages: number;
  /**
   * Contention: swaps of shared words that failed, because another thread changed the word first, and were repeated. It is all
   * the contention that there is: the heap has no locks, so nobody ever waits for one.
   */
  readonly failedSwaps: number;
  /** Level 2 of all threads together. */
  readonly objects: ObjectStats;
  /** The memory itself, as the operating system sees it. */
  readonly memory: MemoryStats;
  /** What the calling thread owns of all this; undefined when it has detached. */
  readonly self: ThreadStats | undefined;
  /** The calling thread's free lists, in the order in which they were made. */
  readonly freeLists: readonly FreeListContents[];
  /** What packages above the heap report, by their name: images, for example. */
  readonly [section: string]: unknown;
}

/** What a walk over level 2, or over slabs, has found of one size class. */
interface Found {
  size: number;
  pools: number;
  capacity: number;
  inUse: number;
}

/**
 * Walks a heap. Threads: any.
 *
 * @param self - the calling thread's slot, undefined when it has none
 * @param freeLists - the calling thread's free lists
 */
export function collectStats(
  words: Int32Array<SharedArrayBuffer>,
  layout: Layout,
  geometry: Geometry,
  spans: Spans,
  self: number | undefined,
  freeLists: readonly FreeListContents[] = [],
): HeapStats {
  const kinds = Array.from({ length: 16 }, () => ({ count: 0, bytes: 0 }));
  const runs = runsOf(spans);
  for (const { state, pages } of runs) {
    // A block that is being resized is a block.
    const kind = kinds[state === PAGE_RESIZE ? PAGE_BLOCK : state];
    kind.count++;
    kind.bytes += pageBytes(pages);
  }
  const slots = Array.from({ length: layout.slotCount - 1 }, (_, i) => i + 1);
  const states = slots.map((slot) => slotState(words, layout, slot));
  const header = (word: number): number => Atomics.load(words, word);
  return {
    geometry: geometry.name,
    reserveBytes: pageBytes(layout.pages),
    tableBytes: pageBytes(layout.firstPage),
    usedBytes: [PAGE_ARENA, PAGE_SLAB, PAGE_BLOCK, PAGE_VECTOR].reduce((sum, state) => sum + kinds[state].bytes, 0),
    peakBytes: pageBytes(header(H_PAGES_PEAK)),
    freeBytes: kinds[PAGE_FREE].bytes,
    claimedBytes: kinds[PAGE_CLAIM].bytes,
    memory: memoryStats(words),
    arenas: kinds[PAGE_ARENA],
    arenaLimitBytes: header(H_ARENA_LIMIT) === 0 ? undefined : header(H_ARENA_LIMIT) * geometry.arenaBytes,
    slabs: slabStats(words, layout, geometry, runs),
    blocks: kinds[PAGE_BLOCK],
    vectors: kinds[PAGE_VECTOR],
    threads: states.filter((state) => state === SLOT_ALIVE).length,
    abandonedSlots: states.filter((state) => state === SLOT_ABANDONED).length,
    deaths: header(H_DEATHS),
    adoptions: header(H_ADOPTIONS),
    lostBlocks: header(H_LOST_BLOCKS),
    reclaimedPages: header(H_RECLAIMED_PAGES),
    failedSwaps: sumOf(words, layout, slots, S_FAILED_SWAPS),
    objects: objectStats(words, layout, geometry, slots),
    self: self === undefined ? undefined : threadStats(words, layout, geometry, runs, self),
    freeLists,
  };
}

/**
 * What the slot with that number owns. Threads: any; exact in the slot's own thread.
 *
 * @param runs - all runs of pages, from {@link runsOf}
 */
export function threadStats(
  words: Int32Array,
  layout: Layout,
  geometry: Geometry,
  runs: readonly Run[],
  slot: number,
): ThreadStats {
  return {
    slot,
    objects: objectStats(words, layout, geometry, [slot]),
    slabs: slabStats(
      words,
      layout,
      geometry,
      runs.filter((run) => run.slot === slot),
    ),
    failedSwaps: sumOf(words, layout, [slot], S_FAILED_SWAPS),
  };
}

function sumOf(words: Int32Array, layout: Layout, slots: readonly number[], field: number): number {
  return slots.reduce((sum, slot) => sum + words[slotWord(layout, slot) + field], 0);
}

function objectStats(words: Int32Array, layout: Layout, geometry: Geometry, slots: readonly number[]): ObjectStats {
  const poolBytes = 1 << geometry.poolBits;
  const classes = Array.from({ length: geometry.classes }, (_, i) => found(classSize(geometry, i)));
  let remotePending = 0;
  let pools = 0;
  const arenas = slots.flatMap((slot) => arenasOf(words, layout, geometry, slot));
  for (const arena of arenas) {
    pools += arena.totalPools;
    for (let number = arena.firstPool; number < arena.carvedEnd; number++) {
      const contents = readPool(words, layout, geometry, number);
      if (!contents) continue;
      const { index, capacity, count, pending } = contents;
      addTo(classes[index], capacity, count - pending);
      remotePending += pending;
    }
  }
  const rows = rowsOf(classes);
  const used = classes.reduce((sum, each) => sum + each.pools, 0);
  const capacityBytes = classes.reduce((sum, each) => sum + each.capacity * each.size, 0);
  const bytesInUse = classes.reduce((sum, each) => sum + each.inUse * each.size, 0);
  return {
    arenas: arenas.length,
    arenasTotal: sumOf(words, layout, slots, S_ARENAS_TOTAL),
    arenasHighwater: sumOf(words, layout, slots, S_ARENAS_HIGHWATER),
    arenaBytes: arenas.length * geometry.arenaBytes,
    bytesInUse,
    bytesAvailable: capacityBytes - bytesInUse,
    unusedPoolBytes: (pools - used) * poolBytes,
    poolHeaderBytes: used * POOL_OVERHEAD,
    quantizationBytes: classes.reduce((sum, each) => sum + each.pools * ((poolBytes - POOL_OVERHEAD) % each.size), 0),
    alignmentBytes: (arenas.length * POOLS_PER_ARENA - pools) * poolBytes,
    unusedPools: pools - used,
    blocksInUse: classes.reduce((sum, each) => sum + each.inUse, sumOf(words, layout, slots, S_RAW_BLOCKS)),
    remotePending,
    remoteFrees: sumOf(words, layout, slots, S_REMOTE_FREES),
    collected: sumOf(words, layout, slots, S_COLLECTED),
    classes: rows,
  };
}

/** The slabs among these runs. */
function slabStats(words: Int32Array, layout: Layout, geometry: Geometry, runs: readonly Run[]): SlabStats {
  const classes = new Map<number, Found>();
  const stats = { count: 0, bytes: 0, empty: 0, remotePending: 0 };
  for (const run of runs) {
    if (run.state !== PAGE_SLAB) continue;
    stats.count++;
    stats.bytes += pageBytes(run.pages);
    const contents = readSlab(words, layout, geometry, run);
    if (!contents) {
      stats.empty++;
      continue;
    }
    const { blockSize, capacity, count, pending } = contents;
    const each = classes.get(blockSize) ?? found(blockSize);
    classes.set(blockSize, each);
    addTo(each, capacity, count - pending);
    stats.remotePending += pending;
  }
  return { ...stats, classes: rowsOf([...classes.values()].sort((a, b) => a.size - b.size)) };
}

function found(size: number): Found {
  return { size, pools: 0, capacity: 0, inUse: 0 };
}

function addTo(each: Found, capacity: number, inUse: number): void {
  each.pools++;
  each.capacity += capacity;
  each.inUse += inUse;
}

function rowsOf(classes: readonly Found[]): ClassStats[] {
  return classes
    .filter(({ pools }) => pools !== 0)
    .map(({ size, pools, capacity, inUse }) => ({
      size,
      pools,
      blocksInUse: inUse,
      blocksAvailable: capacity - inUse,
    }));
}

/** Where an address lies, in the terms of level 2. */
export interface Location {
  /** The slot that owns the pool. */
  readonly slot: number;
  /** Index of the arena object in that slot's vector. */
  readonly arena: number;
  /** The pool's number in its arena, by address. */
  readonly pool: number;
  /** Byte offset in the pool; the first block begins at 48. */
  readonly offset: number;
  /** Size of the pool's blocks in bytes. */
  readonly blockSize: number;
}

/** Finds the pool that `address` lies in; undefined when it lies in none. Threads: any. */
export function locate(words: Int32Array, layout: Layout, geometry: Geometry, address: number): Location | undefined {
  if (address >>> 0 !== address || address >>> 2 >= words.length) return undefined;
  const poolBytes = 1 << geometry.poolBits;
  const pool = headerOf(layout, address >>> geometry.poolBits);
  const slot = words[pool + P_OWNER];
  if (slot === 0) return undefined;
  const arena = words[pool + P_ARENA];
  const object = (words[slotWord(layout, slot) + S_ARENAS] >>> 2) + arena * (ARENA_OBJECT_BYTES >> 2);
  const firstPool = Math.ceil((words[object + A_ADDRESS] >>> 0) / poolBytes);
  return {
    slot,
    arena,
    pool: Math.floor(address / poolBytes) - firstPool,
    offset: address & (poolBytes - 1),
    blockSize: classSize(geometry, words[pool + P_CLASS]),
  };
}
