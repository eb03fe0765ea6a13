/**
 * The invariants of a whole heap: those of one slot (object/invariants.ts), of its blocks (pools/block-check.ts), of the pages
 * (raw/span-check.ts), of its slabs (raw/slab-check.ts), and here those that tie them together.
 *
 *   I11 the parts of the slot's arenas, blocks to losses, add up to their size
 *   I12 the pools that the table of headers gives the slot are those of its arenas: what is counted there is all that it has
 *   I14 nothing overlaps: every arena lies in one span that is held, and no two arenas share a byte
 *
 * Reads only. The slot's owner must be at rest; with `atRest` all threads.
 */
import { SharenaError } from './errors.ts';
import { totalOf } from './format-stats.ts';
import type { Geometry } from './geometry.ts';
import { headerOf, type Layout, P_OWNER } from './layout.ts';
import { isHeld } from './object/arena-check.ts';
import { checkSlot } from './object/invariants.ts';
import { checkSlabs } from './raw/slab-check.ts';
import { checkSpans } from './raw/span-check.ts';
import { PAGE_CLAIM, PAGE_FREE, type Spans } from './raw/spans.ts';
import { threadStats } from './stats.ts';
import { SLOT_FREE, slotState } from './threads/slots.ts';
import { type ArenaPlace, arenasOf, pageBytes, type Run, runsOf } from './walk.ts';

/** Settings of `checkInvariants()`. */
export interface CheckOptions {
  /**
   * Says that no other thread uses the heap meanwhile: then the slots of all threads are checked, and the counts that all
   * share. If it is not so, what is well may be called corrupt.
   *
   * @defaultValue `false`
   */
  readonly atRest?: boolean;
}

/**
 * Checks a heap.
 *
 * @param slot - the calling thread's slot, undefined when it has none
 * @param atRest - whether no other thread uses the heap meanwhile
 * @throws {SharenaError} `ERR_SHARENA_CORRUPT`, naming the invariant and the place
 */
export function checkHeap(
  words: Int32Array,
  layout: Layout,
  geometry: Geometry,
  spans: Spans,
  slot: number | undefined,
  atRest: boolean,
): void {
  checkSpans(words, spans, atRest);
  const runs = runsOf(spans);
  const all = Array.from({ length: layout.slotCount - 1 }, (_, i) => i + 1);
  const slots = all.filter((each) => each === slot || (atRest && slotState(words, layout, each) !== SLOT_FREE));
  for (const each of slots) {
    checkSlot(words, layout, geometry, each);
    totalOf(threadStats(words, layout, geometry, runs, each).objects);
    checkOwners(words, layout, geometry, runs, each);
    checkSlabs(words, layout, runs, each);
  }
  checkOverlaps(
    geometry,
    spans,
    slots.flatMap((each) => arenasOf(words, layout, geometry, each)),
  );
}

function checkOwners(words: Int32Array, layout: Layout, geometry: Geometry, runs: readonly Run[], slot: number): void {
  let owned = 0;
  for (const { page, pages, state } of runs) {
    if (state === PAGE_FREE || state === PAGE_CLAIM) continue;
    const from = pageBytes(page) >>> geometry.poolBits;
    const to = from + (pageBytes(pages) >>> geometry.poolBits);
    for (let pool = from; pool < to; pool++) if (words[headerOf(layout, pool) + P_OWNER] === slot) owned++;
  }
  const arenas = arenasOf(words, layout, geometry, slot);
  const carved = arenas.reduce((sum, arena) => sum + arena.carvedEnd - arena.firstPool, 0);
  if (owned !== carved)
    throw broken(`I12: slot ${slot} has ${carved} pools in arenas, ${owned} in the table of headers`);
}

function checkOverlaps(geometry: Geometry, spans: Spans, arenas: readonly ArenaPlace[]): void {
  const sorted = [...arenas].sort((a, b) => a.address - b.address);
  let end = 0;
  for (const { address } of sorted) {
    if (address < end || !isHeld(spans, address, geometry.arenaBytes))
      throw broken(`I14: arena 0x${address.toString(16)}`);
    end = address + geometry.arenaBytes;
  }
}

function broken(what: string): SharenaError {
  return new SharenaError('ERR_SHARENA_CORRUPT', `the heap breaks ${what}`);
}
