/** Looks into level 2 for tests, by the names of layout.ts. */
import { geometryNamed } from '../src/geometry.ts';
import type { SharedHeap } from '../src/heap.ts';
import * as L from '../src/layout.ts';

/** The word index of the slot of this thread. */
export function slotOf(heap: SharedHeap): number {
  const { slots } = L.layoutOf(heap.words[L.H_PAGES], geometryNamed(heap.geometry));
  return slots + heap.slot * (L.SLOT_BYTES >> 2);
}

function arenaObject(heap: SharedHeap, id: number): number {
  return (heap.words[slotOf(heap) + L.S_ARENAS] >>> 2) + (id - 1) * (L.ARENA_OBJECT_BYTES >> 2);
}

/** The usable arenas in their order, as `[index of the arena object, free pools]`. */
export function usableArenas(heap: SharedHeap): [number, number][] {
  const list: [number, number][] = [];
  for (let id = heap.words[slotOf(heap) + L.S_USABLE]; id !== 0; id = heap.words[arenaObject(heap, id) + L.A_NEXT]) {
    list.push([id - 1, heap.words[arenaObject(heap, id) + L.A_FREE_POOLS]]);
  }
  return list;
}

/** Free pools over the usable arenas. */
export function usableFreePools(heap: SharedHeap): number {
  return usableArenas(heap).reduce((sum, [, free]) => sum + free, 0);
}

/** The fingers that are set: free pools -> index of the arena object. */
export function fingers(heap: SharedHeap): Record<number, number> {
  const set: Record<number, number> = {};
  for (let free = 0; free <= 64; free++) {
    const id = heap.words[slotOf(heap) + L.S_FINGERS + free];
    if (id !== 0) set[free] = id - 1;
  }
  return set;
}

/** The header of the pool that `address` lies in. */
export function poolHeader(heap: SharedHeap, address: number): Record<'count' | 'free' | 'virgin' | 'virginMax', number> {
  const at = heap.locate(address);
  if (!at) throw new Error(`${address} lies in no pool`);
  const pool = (address - at.offset) / 4;
  return {
    count: heap.words[pool + L.P_COUNT],
    free: heap.words[pool + L.P_FREE],
    virgin: heap.words[pool + L.P_VIRGIN],
    virginMax: heap.words[pool + L.P_VIRGIN_MAX],
  };
}

/** Where an address lies, as the traces write it: `a0/p1+48`. */
export function place(heap: SharedHeap, address: number): string {
  const at = heap.locate(address);
  return at ? `a${at.arena}/p${at.pool}+${at.offset}` : 'raw';
}
