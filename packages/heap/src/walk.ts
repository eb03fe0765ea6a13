/**
 * Walking a heap: every span, the arenas of a slot, the pools of an arena. What statistics, maps and checks have in common.
 *
 * Only loads, from any thread, never waiting. Other threads may change the words meanwhile: a vector of arena objects may
 * even be given back under the walk. So an arena object that cannot be one is left out, and nobody reads outside the heap.
 */
import { blocksPerPool, type Geometry, POOLS_PER_ARENA } from './geometry.ts';
import {
  A_ADDRESS,
  A_POOL_ADDRESS,
  A_SOURCE,
  A_TOTAL_POOLS,
  ARENA_OBJECT_BYTES,
  headerOf,
  type Layout,
  P_CLASS,
  P_COUNT,
  PAGE_BYTES,
  remoteOf,
  S_ARENAS,
  S_ARENAS_LENGTH,
} from './layout.ts';
import type { Grid } from './pools/grid.ts';
import { remoteBlocks } from './pools/remote-set.ts';
import { SLAB_GRIDS } from './raw/slabs.ts';
import { PAGE_CLAIM, PAGE_FREE, PAGE_TAIL, pagePayload, pageSlot, pageState, type Spans } from './raw/spans.ts';
import { slotWord } from './threads/slots.ts';

/** A run of pages: a span, or pages that are free, or pages that are being taken or given back. */
export interface Run {
  /** The number of its first page. */
  readonly page: number;
  /** Its length. */
  readonly pages: number;
  /** State of its first page; PAGE_CLAIM for what belongs to no span yet, or no longer. */
  readonly state: number;
  /** The slot in the first page's word. */
  readonly slot: number;
}

/** The runs of pages that spans may use, upwards, without a gap. Threads: any. */
export function runsOf(spans: Spans): Run[] {
  const runs: Run[] = [];
  for (let page = spans.first; page < spans.end; ) {
    const run = runAt(spans, page);
    runs.push(run);
    page += run.pages;
  }
  return runs;
}

function runAt(spans: Spans, page: number): Run {
  const word = spans.wordOf(page);
  const slot = pageSlot(word);
  // A tail that is met here has no head: its span is being taken or given back.
  const state = pageState(word) === PAGE_TAIL ? PAGE_CLAIM : pageState(word);
  if (state !== PAGE_FREE && state !== PAGE_CLAIM) {
    return { page, pages: Math.min(Math.max(1, pagePayload(word)), spans.end - page), state, slot };
  }
  let end = page + 1;
  while (end < spans.end && isAlike(spans.wordOf(end), word)) end++;
  return { page, pages: end - page, state, slot };
}

function isAlike(a: number, b: number): boolean {
  return pageState(a) === pageState(b) && pageSlot(a) === pageSlot(b);
}

/** An arena of a slot. */
export interface ArenaPlace {
  /** Index of its object in the slot's vector. */
  readonly index: number;
  /** Address of its memory. */
  readonly address: number;
  /** Pools that fit: 64 or 63. */
  readonly totalPools: number;
  /** The number of its first pool: its address in units of pools. */
  readonly firstPool: number;
  /** The number behind the last pool that was carved. */
  readonly carvedEnd: number;
  /** The number of the source that its memory came from, 0 for spans of level 1. */
  readonly source: number;
}

/** The arenas of a slot, in the order of their objects. Threads: any. */
export function arenasOf(words: Int32Array, layout: Layout, geometry: Geometry, slotNumber: number): ArenaPlace[] {
  const slot = slotWord(layout, slotNumber);
  const vector = words[slot + S_ARENAS] >>> 2;
  const objectWords = ARENA_OBJECT_BYTES >> 2;
  const length = Math.min(words[slot + S_ARENAS_LENGTH], Math.floor((words.length - vector) / objectWords));
  const arenas: ArenaPlace[] = [];
  for (let index = 0; index < length; index++) {
    const arena = readArena(words, geometry, vector + index * objectWords, index);
    if (arena) arenas.push(arena);
  }
  return arenas;
}

function readArena(words: Int32Array, geometry: Geometry, object: number, index: number): ArenaPlace | undefined {
  const address = words[object + A_ADDRESS] >>> 0;
  const totalPools = words[object + A_TOTAL_POOLS];
  if (address === 0 || totalPools > POOLS_PER_ARENA || totalPools < POOLS_PER_ARENA - 1) return undefined;
  const poolBytes = 2 ** geometry.poolBits;
  const firstPool = Math.ceil(address / poolBytes);
  const carvedEnd = (words[object + A_POOL_ADDRESS] >>> 0) / poolBytes;
  const end = firstPool + totalPools;
  if (end * poolBytes > words.length * 4 || carvedEnd < firstPool || carvedEnd > end) return undefined;
  return { index, address, totalPools, firstPool, carvedEnd, source: words[object + A_SOURCE] };
}

/** What a pool holds. */
export interface PoolContents {
  /** Its size class. */
  readonly index: number;
  /** Blocks that it can hold. */
  readonly capacity: number;
  /** Blocks handed out, those in the remote set included; at least 1. */
  readonly count: number;
  /** Blocks in the remote set. */
  readonly pending: number;
}

/** What the pool with that number holds; undefined when it is empty or has no class yet. Every word is read once. */
export function readPool(
  words: Int32Array,
  layout: Layout,
  geometry: Geometry,
  number: number,
): PoolContents | undefined {
  const header = headerOf(layout, number);
  const count = words[header + P_COUNT];
  const index = words[header + P_CLASS];
  // NO_CLASS is more than any class.
  if (count <= 0 || index < 0 || index >= geometry.classes) return undefined;
  const capacity = blocksPerPool(geometry, index);
  if (count > capacity) return undefined;
  const pending = remoteBlocks(words, remoteOf(layout, number), capacity).length;
  return { index, capacity, count, pending: Math.min(pending, count) };
}

/** Bytes of a number of pages. */
export function pageBytes(pages: number): number {
  return pages * PAGE_BYTES;
}

/** The grid of slabs of that many pages. */
export function slabGrid(pages: number): Grid {
  return SLAB_GRIDS[pages === 1 ? 0 : 1];
}

/** What a slab holds. */
export interface SlabContents extends PoolContents {
  /** Size of its blocks in bytes. */
  readonly blockSize: number;
}

/** What the slab in that span holds; undefined when it is empty or is only being begun. Every word is read once. */
export function readSlab(
  words: Int32Array,
  layout: Layout,
  geometry: Geometry,
  { page, pages }: Run,
): SlabContents | undefined {
  const number = pageBytes(page) / 2 ** geometry.poolBits;
  const header = headerOf(layout, number);
  const count = words[header + P_COUNT];
  const index = words[header + P_CLASS];
  const blockSize = slabGrid(pages).sizes[index];
  if (count <= 0 || blockSize === undefined) return undefined;
  const capacity = Math.floor(pageBytes(pages) / blockSize);
  if (count > capacity) return undefined;
  const pending = remoteBlocks(words, remoteOf(layout, number), capacity).length;
  return { index, capacity, count, blockSize, pending: Math.min(pending, count) };
}
