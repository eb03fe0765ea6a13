/** A map of the heap: every run of pages, arena, pool and slab, as plain values for tools that draw it. */
import { classSize, type Geometry, type GeometryName } from './geometry.ts';
import { type Layout, PAGE_BYTES } from './layout.ts';
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
import { type ArenaPlace, arenasOf, pageBytes, type Run, readPool, readSlab, runsOf } from './walk.ts';

/**
 * What a run of pages is: free; being taken or given back; an arena, a slab, a block of RAW, a block that grows or shrinks,
 * or a vector of arena objects.
 */
export type RunState = 'free' | 'claimed' | 'arena' | 'block' | 'slab' | 'vector' | 'resizing';

const STATES: Readonly<Record<number, RunState>> = {
  [PAGE_FREE]: 'free',
  [PAGE_CLAIM]: 'claimed',
  [PAGE_ARENA]: 'arena',
  [PAGE_BLOCK]: 'block',
  [PAGE_SLAB]: 'slab',
  [PAGE_VECTOR]: 'vector',
  [PAGE_RESIZE]: 'resizing',
};

/** A run of pages: a span, or neighbours that are free or claimed. */
export interface RunMap {
  /** The number of its first page; its address is that times `pageBytes`. */
  readonly page: number;
  /** Its length in pages. */
  readonly pages: number;
  /** What it is. */
  readonly state: RunState;
  /** The slot that took it, or owns it; 0 for free pages. */
  readonly slot: number;
}

/** The blocks of a pool or slab. */
export interface BlocksMap {
  /** Where it begins. */
  readonly address: number;
  /** `empty`: no block in use. `full`: none free. `used`: some of both. `uncarved`: a pool that was never used. */
  readonly state: 'uncarved' | 'empty' | 'used' | 'full';
  /** Size of its blocks in bytes, 0 when it is empty or uncarved. */
  readonly blockSize: number;
  /** Blocks that it holds, 0 when it is empty or uncarved. */
  readonly capacity: number;
  /** Blocks in use. */
  readonly inUse: number;
  /** Blocks that other threads freed and the owner has not taken back yet; neither in use nor free. */
  readonly remotePending: number;
}

/** An arena of level 2. */
export interface ArenaMap {
  /** The slot that owns it. */
  readonly slot: number;
  /** Index of its object in the slot's vector. */
  readonly index: number;
  /** Where its memory begins. */
  readonly address: number;
  /** Its length. */
  readonly bytes: number;
  /** Whether its memory came from a source set by `setArenaSource()`. */
  readonly custom: boolean;
  /** Its pools, upwards. */
  readonly pools: readonly BlocksMap[];
}

/** A slab: a span of blocks of one medium size. */
export interface SlabMap extends BlocksMap {
  /** The slot that owns it. */
  readonly slot: number;
  /** Its length in bytes. */
  readonly bytes: number;
}

/** What lies where in a heap. Plain values: it goes through JSON and messages as it is. */
export interface HeapMap {
  /** The geometry of level 2. */
  readonly geometry: GeometryName;
  /** Bytes of a page. */
  readonly pageBytes: number;
  /** Pages in the reserve. */
  readonly pages: number;
  /** Pages of the tables at the front. */
  readonly tablePages: number;
  /** Pages that spans may use, upwards, without a gap. The last page of the reserve is never used. */
  readonly runs: readonly RunMap[];
  /** Arenas, by slot and index. */
  readonly arenas: readonly ArenaMap[];
  /** Slabs, upwards. */
  readonly slabs: readonly SlabMap[];
}

/** Describes a heap. Threads: any; exact while all are at rest. */
export function mapHeap(words: Int32Array, layout: Layout, geometry: Geometry, spans: Spans): HeapMap {
  const runs: RunMap[] = [];
  const slabs: SlabMap[] = [];
  for (const run of runsOf(spans)) {
    runs.push({ ...run, state: STATES[run.state] ?? 'claimed' });
    if (run.state === PAGE_SLAB) slabs.push(mapSlab(words, layout, geometry, run));
  }
  const arenas: ArenaMap[] = [];
  for (let slot = 1; slot < layout.slotCount; slot++) {
    for (const arena of arenasOf(words, layout, geometry, slot)) {
      arenas.push(mapArena(words, layout, geometry, slot, arena));
    }
  }
  const { pages, firstPage } = layout;
  return { geometry: geometry.name, pageBytes: PAGE_BYTES, pages, tablePages: firstPage, runs, arenas, slabs };
}

function mapArena(words: Int32Array, layout: Layout, geometry: Geometry, slot: number, arena: ArenaPlace): ArenaMap {
  const pools = Array.from({ length: arena.totalPools }, (_, i): BlocksMap => {
    const number = arena.firstPool + i;
    const place = number * 2 ** geometry.poolBits;
    if (number >= arena.carvedEnd) return unused(place, 'uncarved');
    const contents = readPool(words, layout, geometry, number);
    if (!contents) return unused(place, 'empty');
    return inUse(place, classSize(geometry, contents.index), contents);
  });
  const { index, address, source } = arena;
  return { slot, index, address, bytes: geometry.arenaBytes, custom: source !== 0, pools };
}

function mapSlab(words: Int32Array, layout: Layout, geometry: Geometry, run: Run): SlabMap {
  const address = pageBytes(run.page);
  const contents = readSlab(words, layout, geometry, run);
  const blocks = contents ? inUse(address, contents.blockSize, contents) : unused(address, 'empty');
  return { slot: run.slot, bytes: pageBytes(run.pages), ...blocks };
}

function unused(address: number, state: 'uncarved' | 'empty'): BlocksMap {
  return { address, state, blockSize: 0, capacity: 0, inUse: 0, remotePending: 0 };
}

function inUse(
  address: number,
  blockSize: number,
  { capacity, count, pending }: { capacity: number; count: number; pending: number },
): BlocksMap {
  const state = count === capacity ? 'full' : 'used';
  return { address, state, blockSize, capacity, inUse: count - pending, remotePending: pending };
}
