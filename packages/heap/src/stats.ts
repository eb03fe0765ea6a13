/**
 * Statistics: what the heap holds, found by walking its structures.
 *
 * Everything is read with plain loads from words that other threads may be changing: exact when they are at rest,
 * otherwise each figure is one that was true at some moment.
 */
import { blocksPerPool, classSize, type Geometry, type GeometryName } from './geometry.ts';
import {
  A_ADDRESS,
  A_POOL_ADDRESS,
  ARENA_OBJECT_BYTES,
  H_PAGES_PEAK,
  headerOf,
  type Layout,
  NO_CLASS,
  numberOf,
  P_ARENA,
  P_CLASS,
  P_COUNT,
  P_OWNER,
  PAGE_BYTES,
  S_ARENAS,
  S_ARENAS_CURRENT,
  S_ARENAS_HIGHWATER,
  S_ARENAS_LENGTH,
  S_ARENAS_TOTAL,
  S_COLLECTED,
  S_RAW_BLOCKS,
  S_REMOTE_FREES,
} from './layout.ts';
import { type MemoryStats, memoryStats } from './memory/purge.ts';
import { remoteCount } from './pools/remote-word.ts';
import { PAGE_ARENA, PAGE_BLOCK, PAGE_FREE, PAGE_VECTOR, pagePayload, pageState, type Spans } from './raw/spans.ts';
import { SLOT_ABANDONED, SLOT_ALIVE, slotState, slotWord } from './threads/slots.ts';

/** How many spans of a kind there are, and their bytes (whole pages of 64 KiB). */
export interface SpanStats {
  /** Spans. */
  readonly count: number;
  /** Bytes. */
  readonly bytes: number;
}

/** What level 2 holds for one size class, over all threads. */
export interface ClassStats {
  /** Size of its blocks in bytes. */
  readonly size: number;
  /** Pools with a block in use, or one that the owner has not taken back yet. */
  readonly pools: number;
  /** Blocks in use. */
  readonly blocksInUse: number;
  /** Free blocks in these pools, those never handed out included. */
  readonly blocksAvailable: number;
}

/** Level 2 of all threads together. */
export interface ObjectStats {
  /** Arenas now. */
  readonly arenas: number;
  /** Arenas allocated, ever. */
  readonly arenasTotal: number;
  /** The sum of every thread's largest number of arenas at one time. */
  readonly arenasHighwater: number;
  /** Blocks in use: those of pools, and those that level 2 took from RAW. */
  readonly blocksInUse: number;
  /** Bytes in the blocks of pools in use, rounded up to their classes. */
  readonly bytesInUse: number;
  /** Blocks that other threads freed and the owner has not taken back yet. They count as available. */
  readonly remotePending: number;
  /** Blocks freed by another thread than their owner, ever. */
  readonly remoteFrees: number;
  /** Of those, taken back by their owner. */
  readonly collected: number;
  /** The size classes that have a pool in use. */
  readonly classes: readonly ClassStats[];
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
  /** Spans that hold arenas of level 2. */
  readonly arenas: SpanStats;
  /** Spans that hold blocks of level 1: large requests, pixels, tables. */
  readonly blocks: SpanStats;
  /** Threads that are attached. */
  readonly threads: number;
  /** Slots without a thread whose arenas hold live blocks; the next thread that attaches takes one over. */
  readonly abandonedSlots: number;
  /** Level 2. */
  readonly objects: ObjectStats;
  /** The memory itself, as the operating system sees it. */
  readonly memory: MemoryStats;
  /** What packages above the heap report, by their name: images, for example. */
  readonly [section: string]: unknown;
}

/** Walks a heap. Threads: any. */
export function collectStats(
  words: Int32Array<SharedArrayBuffer>,
  layout: Layout,
  geometry: Geometry,
  spans: Spans,
): HeapStats {
  const pages = { [PAGE_ARENA]: { count: 0, bytes: 0 }, [PAGE_BLOCK]: { count: 0, bytes: 0 } };
  let freeBytes = 0;
  for (let page = layout.firstPage; page < layout.endPage; page++) {
    const word = spans.wordOf(page);
    const state = pageState(word);
    if (state === PAGE_FREE) freeBytes += PAGE_BYTES;
    if (state !== PAGE_ARENA && state !== PAGE_BLOCK && state !== PAGE_VECTOR) continue;
    const kind = pages[state === PAGE_ARENA ? PAGE_ARENA : PAGE_BLOCK];
    kind.count++;
    kind.bytes += pagePayload(word) * PAGE_BYTES;
  }
  let threads = 0;
  let abandonedSlots = 0;
  for (let slot = 1; slot < layout.slotCount; slot++) {
    const state = slotState(words, layout, slot);
    if (state === SLOT_ALIVE) threads++;
    if (state === SLOT_ABANDONED) abandonedSlots++;
  }
  return {
    geometry: geometry.name,
    reserveBytes: layout.pages * PAGE_BYTES,
    tableBytes: layout.firstPage * PAGE_BYTES,
    usedBytes: pages[PAGE_ARENA].bytes + pages[PAGE_BLOCK].bytes,
    peakBytes: Atomics.load(words, H_PAGES_PEAK) * PAGE_BYTES,
    freeBytes,
    arenas: pages[PAGE_ARENA],
    blocks: pages[PAGE_BLOCK],
    threads,
    abandonedSlots,
    objects: objectStats(words, layout, geometry),
    memory: memoryStats(words),
  };
}

function objectStats(words: Int32Array, layout: Layout, geometry: Geometry): ObjectStats {
  const total = { arenas: 0, arenasTotal: 0, arenasHighwater: 0, remoteFrees: 0, collected: 0, rawBlocks: 0 };
  const classes = Array.from({ length: geometry.classes }, () => ({ pools: 0, inUse: 0 }));
  let remotePending = 0;
  for (let number = 1; number < layout.slotCount; number++) {
    const slot = slotWord(layout, number);
    total.arenas += words[slot + S_ARENAS_CURRENT];
    total.arenasTotal += words[slot + S_ARENAS_TOTAL];
    total.arenasHighwater += words[slot + S_ARENAS_HIGHWATER];
    total.remoteFrees += words[slot + S_REMOTE_FREES];
    total.collected += words[slot + S_COLLECTED];
    total.rawBlocks += words[slot + S_RAW_BLOCKS];
    forEachPool(words, layout, slot, (pool) => {
      const count = words[pool + P_COUNT];
      const index = words[pool + P_CLASS];
      if (count === 0 || index === NO_CLASS || index >= geometry.classes) return;
      const pending = remoteCount(words[layout.remote + numberOf(layout, pool)]);
      classes[index].pools++;
      classes[index].inUse += count - pending;
      remotePending += pending;
    });
  }
  const rows = classes.flatMap(({ pools, inUse }, index): ClassStats[] => {
    const capacity = pools * blocksPerPool(geometry, index);
    return pools === 0
      ? []
      : [{ size: classSize(geometry, index), pools, blocksInUse: inUse, blocksAvailable: capacity - inUse }];
  });
  return {
    arenas: total.arenas,
    arenasTotal: total.arenasTotal,
    arenasHighwater: total.arenasHighwater,
    blocksInUse: rows.reduce((sum, row) => sum + row.blocksInUse, total.rawBlocks),
    bytesInUse: rows.reduce((sum, row) => sum + row.blocksInUse * row.size, 0),
    remotePending,
    remoteFrees: total.remoteFrees,
    collected: total.collected,
    classes: rows,
  };
}

/** Calls `visit` with the header of every pool that a slot has carved. */
function forEachPool(words: Int32Array, layout: Layout, slot: number, visit: (pool: number) => void): void {
  const vector = words[slot + S_ARENAS] >>> 2;
  for (let index = 0; index < words[slot + S_ARENAS_LENGTH]; index++) {
    const arena = vector + index * (ARENA_OBJECT_BYTES >> 2);
    const address = words[arena + A_ADDRESS] >>> 0;
    if (address === 0) continue;
    const end = (words[arena + A_POOL_ADDRESS] >>> 0) >>> layout.poolBits;
    for (let number = Math.ceil(address / 2 ** layout.poolBits); number < end; number++)
      visit(headerOf(layout, number));
  }
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
