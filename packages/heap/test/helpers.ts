/** Looks into level 2 for tests, by the names of layout.ts; and level 2 by itself, over any source of arenas. */
import type { Address } from '../src/domains.ts';
import { type GeometryName, geometryNamed } from '../src/geometry.ts';
import * as L from '../src/layout.ts';
import type { ArenaSource } from '../src/object/arena-source.ts';
import { ArenaSupply } from '../src/object/arena-supply.ts';
import { Arenas } from '../src/object/arenas.ts';
import { checkSlot } from '../src/object/invariants.ts';
import { ObjectAllocator } from '../src/object/object-allocator.ts';
import { RawAllocator } from '../src/raw/raw-allocator.ts';
import { checkSlabs } from '../src/raw/slab-check.ts';
import { Slabs } from '../src/raw/slabs.ts';
import { PAGE_ARENA, Spans } from '../src/raw/spans.ts';
import { collectStats, type HeapStats, type Location, locate } from '../src/stats.ts';
import { Recovery } from '../src/threads/recovery.ts';
import { registerThread } from '../src/threads/slots.ts';
import { runsOf } from '../src/walk.ts';

/** The names of all geometries. */
export const GEOMETRY_NAMES: readonly GeometryName[] = ['classic8', 'classic16', 'modern'];

/** What these helpers need of a heap. A SharedHeap has it, and so has {@link Level2}. */
export interface Inspectable {
  readonly words: Int32Array;
  readonly slot: number;
  readonly geometry: GeometryName;
  locate(address: Address): Location | undefined;
  /** Gives a parked pool back first, so that the arenas are as CPython would have them. */
  checkInvariants(): void;
}

/** The word index of the slot of this thread. */
export function slotOf(heap: Inspectable): number {
  const { slots } = L.layoutOf(heap.words[L.H_PAGES], geometryNamed(heap.geometry));
  return slots + heap.slot * (L.SLOT_BYTES >> 2);
}

function arenaObject(heap: Inspectable, id: number): number {
  return (heap.words[slotOf(heap) + L.S_ARENAS] >>> 2) + (id - 1) * (L.ARENA_OBJECT_BYTES >> 2);
}

/** The usable arenas in their order, as `[index of the arena object, free pools]`. */
export function usableArenas(heap: Inspectable): [number, number][] {
  heap.checkInvariants();
  const list: [number, number][] = [];
  for (let id = heap.words[slotOf(heap) + L.S_USABLE]; id !== 0; id = heap.words[arenaObject(heap, id) + L.A_NEXT]) {
    list.push([id - 1, heap.words[arenaObject(heap, id) + L.A_FREE_POOLS]]);
  }
  return list;
}

/** Free pools over the usable arenas. */
export function usableFreePools(heap: Inspectable): number {
  return usableArenas(heap).reduce((sum, [, free]) => sum + free, 0);
}

/** Arena objects in the vector, and how many of them are on the list of unused ones. */
export function arenaObjects(heap: Inspectable): { vector: number; unused: number } {
  let unused = 0;
  for (let id = heap.words[slotOf(heap) + L.S_UNUSED]; id !== 0; id = heap.words[arenaObject(heap, id) + L.A_NEXT]) {
    unused++;
  }
  return { vector: heap.words[slotOf(heap) + L.S_ARENAS_LENGTH], unused };
}

/** The fingers that are set: free pools -> index of the arena object. */
export function fingers(heap: Inspectable): Record<number, number> {
  heap.checkInvariants();
  const set: Record<number, number> = {};
  for (let free = 0; free <= 64; free++) {
    const id = heap.words[slotOf(heap) + L.S_FINGERS + free];
    if (id !== 0) set[free] = id - 1;
  }
  return set;
}

/** The pools in the ring that serves `size`, first to last, each as the place of its first byte: `a0/p1`. */
export function ring(heap: Inspectable, size: number): string[] {
  heap.checkInvariants();
  const index = (size - 1) >> geometryNamed(heap.geometry).alignmentBits;
  const sentinel = slotOf(heap) + L.S_RINGS + 4 * index;
  const pools: string[] = [];
  for (let pool = heap.words[sentinel + L.P_NEXT]; pool !== sentinel; pool = heap.words[pool + L.P_NEXT]) {
    pools.push(place(heap, addressOfPool(heap, pool)).replace('+0', ''));
  }
  return pools;
}

/** The header of the pool that `address` lies in. */
export function poolHeader(
  heap: Inspectable,
  address: Address,
): Record<'count' | 'free' | 'virgin' | 'virginMax', number> {
  const at = poolOf(heap, address);
  const { poolBits } = geometryNamed(heap.geometry);
  const pool = L.headerOf(layoutFor(heap), at >>> poolBits);
  const free = heap.words[pool + L.P_FREE];
  return {
    count: heap.words[pool + L.P_COUNT],
    free: free === 0 ? 0 : (free >>> 0) - at,
    virgin: heap.words[pool + L.P_VIRGIN],
    virginMax: heap.words[pool + L.P_VIRGIN_MAX],
  };
}

function layoutFor(heap: Inspectable): L.Layout {
  return L.layoutOf(heap.words[L.H_PAGES], geometryNamed(heap.geometry));
}

function addressOfPool(heap: Inspectable, pool: number): Address {
  return L.numberOf(layoutFor(heap), pool) * 2 ** geometryNamed(heap.geometry).poolBits;
}

/** The address of the pool that `address` lies in. */
export function poolOf(heap: Inspectable, address: Address): Address {
  const at = heap.locate(address);
  if (!at) throw new Error(`${address} lies in no pool`);
  return address - at.offset;
}

/** Where an address lies, as the traces write it: `a0/p1+48`. */
export function place(heap: Inspectable, address: Address): string {
  const at = heap.locate(address);
  return at ? `a${at.arena}/p${at.pool}+${at.offset}` : 'raw';
}

/** How often a source of arenas was asked, and its answer; a test may change `answer`. */
export interface CountingSource extends ArenaSource {
  allocs: number;
  frees: number;
  /** Makes what the source answers from what it would answer; 0 refuses. */
  answer: (address: Address) => Address;
}

/**
 * Level 2 by itself: one slot's allocator over a memory of its own and a source of arenas that counts.
 *
 * Its arenas are spans with a page to spare, so that `answer` may move one up and it still lies in memory of its own.
 */
export class Level2 implements Inspectable {
  readonly geometry: GeometryName;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly layout: L.Layout;
  readonly spans: Spans;
  readonly slabs: Slabs;
  readonly raw: RawAllocator;
  readonly slot: number;
  readonly source: CountingSource;
  readonly arenas: Arenas;
  readonly recovery: Recovery;
  readonly object: ObjectAllocator;

  /**
   * @param geometry - the name of the geometry
   * @param pages - pages of the memory
   * @param of - another one, to share its memory: this one is then a second thread of the same heap
   */
  constructor(geometry: GeometryName, pages: number, of?: Level2) {
    const constants = geometryNamed(geometry);
    this.geometry = geometry;
    this.words = of?.words ?? new Int32Array(new SharedArrayBuffer(pages * L.PAGE_BYTES));
    this.words[L.H_PAGES] = pages;
    this.bytes = new Uint8Array(this.words.buffer);
    this.layout = L.layoutOf(pages, constants);
    this.slot = registerThread(this.words, this.layout, of ? of.slot + 1000 : 1000);
    this.spans = new Spans(this.words, this.layout, this.slot);
    this.slabs = new Slabs(this.words, this.layout, this.slot, this.spans);
    this.raw = new RawAllocator(this.words, this.bytes, this.layout, this.spans, this.slabs, () => undefined);
    this.source = countingSource(this.spans, constants.arenaBytes / L.PAGE_BYTES);
    const supply = new ArenaSupply(this.words, this.source);
    this.arenas = new Arenas(this.words, this.layout, constants, this.slot, this.spans, supply);
    this.recovery = new Recovery(this.words, this.layout, constants, this.slot, this.spans, supply, {
      free: () => undefined,
      adopted: () => undefined,
      giveBackKept: () => undefined,
    });
    this.object = new ObjectAllocator(
      this.words,
      this.bytes,
      this.layout,
      constants,
      this.slot,
      this.arenas,
      this.raw,
      this.recovery,
    );
  }

  locate(address: Address): Location | undefined {
    return locate(this.words, this.layout, geometryNamed(this.geometry), address);
  }

  stats(): HeapStats {
    this.object.settle();
    return collectStats(this.words, this.layout, geometryNamed(this.geometry), this.spans, this.slot);
  }

  checkInvariants(): void {
    this.object.settle();
    checkSlot(this.words, this.layout, geometryNamed(this.geometry), this.slot);
    checkSlabs(this.words, this.layout, runsOf(this.spans), this.slot);
  }
}

function countingSource(spans: Spans, arenaPages: number): CountingSource {
  const given = new Map<Address, number>();
  return {
    allocs: 0,
    frees: 0,
    answer: (address) => address,
    alloc(size) {
      this.allocs++;
      if (size !== arenaPages * L.PAGE_BYTES) throw new Error(`asked for ${size} bytes`);
      const page = spans.claim(arenaPages + 1, arenaPages, PAGE_ARENA, false);
      const address = page === 0 ? 0 : this.answer(page * L.PAGE_BYTES);
      if (address !== 0) given.set(address, page);
      else if (page !== 0) spans.release(page, PAGE_ARENA);
      return address;
    },
    free(address, size) {
      this.frees++;
      const page = given.get(address);
      if (page === undefined || size !== arenaPages * L.PAGE_BYTES) throw new Error(`gave back ${address}, ${size}`);
      given.delete(address);
      spans.release(page, PAGE_ARENA);
    },
  };
}
