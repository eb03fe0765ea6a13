/** What memory for an arena must be, when it comes from a source that somebody else wrote. Reads only. */
import type { Address } from '../domains.ts';
import { BadAddressError } from '../errors.ts';
import type { Geometry } from '../geometry.ts';
import { type Layout, PAGE_BITS, PAGE_BYTES } from '../layout.ts';
import { PAGE_ARENA, PAGE_BLOCK, PAGE_TAIL, pagePayload, pageState, type Spans } from '../raw/spans.ts';
import { arenasOf } from '../walk.ts';
import type { ArenaCheck } from './arena-supply.ts';

/** Alignment in bytes that an arena's memory must have at least. */
const ARENA_ALIGNMENT = 16;

/**
 * Refuses memory that is not the heap's, that belongs to no live block, or that another arena has already. Whether two
 * threads hand out the same memory at the same moment cannot be seen.
 */
export function arenaCheck(words: Int32Array, layout: Layout, geometry: Geometry, spans: Spans): ArenaCheck {
  return (address, size) => {
    const fits = Number.isInteger(address) && address > 0 && address + size <= layout.endPage * PAGE_BYTES;
    if (!fits) throw refused(address, `does not have ${size} bytes of the heap behind it`);
    if (address % ARENA_ALIGNMENT !== 0) throw refused(address, `is not a multiple of ${ARENA_ALIGNMENT}`);
    if (!isHeld(spans, address, size)) throw refused(address, `is not ${size} bytes of one live block`);
    for (let slot = 1; slot < layout.slotCount; slot++) {
      for (const arena of arenasOf(words, layout, geometry, slot)) {
        if (Math.abs(arena.address - address) < size) throw refused(address, 'has been given for an arena already');
      }
    }
  };
}

/** Whether all these bytes lie in one span that somebody holds. */
export function isHeld(spans: Spans, address: Address, size: number): boolean {
  const page = address >>> PAGE_BITS;
  if (page < spans.first) return false;
  const word = spans.wordOf(page);
  const head = pageState(word) === PAGE_TAIL ? pagePayload(word) : page;
  const headWord = spans.wordOf(head);
  const state = pageState(headWord);
  if (state !== PAGE_BLOCK && state !== PAGE_ARENA) return false;
  return address + size <= (head + pagePayload(headWord)) * PAGE_BYTES;
}

function refused(address: Address, reason: string): BadAddressError {
  return new BadAddressError(address, `from the arena source ${reason}`);
}
