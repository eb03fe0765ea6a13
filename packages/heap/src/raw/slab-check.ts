/**
 * The invariants of the slabs of one slot: those of pools (pools/block-check.ts), and
 *
 *   I1  the ring of a class holds exactly the slabs of that class that have a free block; full ones are in no ring
 *
 * Reads only. The slot's owner must be at rest.
 */
import { SharenaError } from '../errors.ts';
import {
  headerOf,
  type Layout,
  NO_CLASS,
  P_CLASS,
  P_FREE,
  P_NEXT,
  P_PREV,
  PAGE_BITS,
  remoteOf,
  S_SLAB_RINGS,
} from '../layout.ts';
import { checkBlocks, type Extent } from '../pools/block-check.ts';
import { slotWord } from '../threads/slots.ts';
import { pageBytes, type Run, slabGrid } from '../walk.ts';
import { SLAB_GRIDS } from './slabs.ts';
import { PAGE_SLAB } from './spans.ts';

/**
 * Checks the slabs of the slot with that number.
 *
 * @param runs - all runs of pages
 * @throws {SharenaError} `ERR_SHARENA_CORRUPT`, naming the invariant and the slab
 */
export function checkSlabs(words: Int32Array, layout: Layout, runs: readonly Run[], slot: number): void {
  const inRings = slabsInRings(words, layout, slot);
  for (const run of runs) {
    if (run.state !== PAGE_SLAB || run.slot !== slot) continue;
    const header = headerOf(layout, run.page << (PAGE_BITS - layout.poolBits));
    if (words[header + P_CLASS] === NO_CLASS) continue;
    const expect = (holds: boolean, invariant: string, where: string): void => {
      if (!holds) throw broken(slot, invariant, `slab 0x${pageBytes(run.page).toString(16)}, ${where}`);
    };
    const ring = words[header + P_FREE] === 0 ? undefined : ringOf(run, words[header + P_CLASS]);
    expect(inRings.get(header) === ring, 'I1', 'its ring');
    inRings.delete(header);
    checkBlocks(words, extentOf(words, layout, run, header), expect);
  }
  if (inRings.size !== 0) throw broken(slot, 'I1', `${inRings.size} slabs in rings that are not its own`);
}

function extentOf(words: Int32Array, layout: Layout, { page, pages }: Run, header: number): Extent {
  const { first, sizes } = slabGrid(pages);
  return {
    header,
    address: pageBytes(page),
    bytes: pageBytes(pages),
    first,
    size: sizes[words[header + P_CLASS]],
    remote: remoteOf(layout, page << (PAGE_BITS - layout.poolBits)),
  };
}

/** The ring of a class: slabs of one page have the first ones. */
function ringOf({ pages }: Run, index: number): number {
  return pages === 1 ? index : SLAB_GRIDS[0].sizes.length + index;
}

/** Header of a slab -> ring, for all slabs in rings. */
function slabsInRings(words: Int32Array, layout: Layout, slot: number): Map<number, number> {
  const found = new Map<number, number>();
  const rings = SLAB_GRIDS[0].sizes.length + SLAB_GRIDS[1].sizes.length;
  for (let ring = 0; ring < rings; ring++) {
    const sentinel = slotWord(layout, slot) + S_SLAB_RINGS + 4 * ring;
    let previous = sentinel;
    for (let slab = words[sentinel + P_NEXT]; slab !== sentinel && slab !== 0; slab = words[slab + P_NEXT]) {
      if (found.has(slab) || words[slab + P_PREV] !== previous) throw broken(slot, 'I1', `ring ${ring} of slabs`);
      found.set(slab, ring);
      previous = slab;
    }
  }
  return found;
}

function broken(slot: number, invariant: string, where: string): SharenaError {
  return new SharenaError('ERR_SHARENA_CORRUPT', `slot ${slot} breaks ${invariant}: ${where}`);
}
