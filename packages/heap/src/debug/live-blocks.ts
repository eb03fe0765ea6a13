/**
 * Every block that is in use, whoever owns it: those of pools, of slabs, and of whole pages.
 *
 * Only loads. Exact while all threads are at rest; otherwise a block that comes or goes meanwhile may be missing or be named,
 * but nothing is read outside the heap and the walk ends. Blocks that wait for their pool's owner to take them back are free.
 */
import type { Address } from '../domains.ts';
import type { Geometry } from '../geometry.ts';
import {
  headerOf,
  type Layout,
  P_CLASS,
  P_COUNT,
  P_FREE,
  P_OWNER,
  P_VIRGIN,
  PAGE_BITS,
  PAGE_BYTES,
  remoteOf,
} from '../layout.ts';
import { type Grid, gridOf } from '../pools/grid.ts';
import { remoteBlocks } from '../pools/remote-set.ts';
import { SLAB_GRIDS } from '../raw/slabs.ts';
import { PAGE_BLOCK, PAGE_SLAB, pagePayload, pageState } from '../raw/spans.ts';

/** Is called with a block's address and the bytes that it can hold. */
export type BlockVisitor = (address: Address, capacity: number) => void;

/** Calls `visit` with every block that is in use, upwards in each kind. Threads: any. */
export function forEachLiveBlock(words: Int32Array, layout: Layout, geometry: Geometry, visit: BlockVisitor): void {
  const grid = gridOf(geometry);
  const pools = layout.pages * (PAGE_BYTES >> layout.poolBits);
  for (let number = 0; number < pools; number++) {
    if (words[headerOf(layout, number) + P_OWNER] !== 0) visitPool(words, layout, grid, number, visit);
  }
  for (let page = layout.firstPage; page < layout.endPage; page++) {
    const word = words[layout.spans + page];
    if (pageState(word) === PAGE_BLOCK) visit(page * PAGE_BYTES, pagePayload(word) * PAGE_BYTES);
    if (pageState(word) !== PAGE_SLAB) continue;
    visitPool(words, layout, SLAB_GRIDS[pagePayload(word) === 1 ? 0 : 1], page << (PAGE_BITS - layout.poolBits), visit);
  }
}

/**
 * Visits the blocks in use of one pool, or of a slab.
 *
 * @param grid - the size classes of the pool's set
 * @param number - the pool's number: its address in units of the heap's smallest pools
 */
function visitPool(words: Int32Array, layout: Layout, grid: Grid, number: number, visit: BlockVisitor): void {
  const pool = headerOf(layout, number);
  const size = grid.sizes[words[pool + P_CLASS]];
  if (words[pool + P_COUNT] <= 0 || size === undefined) return; // NO_CLASS is more than any class
  const start = number * 2 ** layout.poolBits;
  const carved = Math.min(words[pool + P_VIRGIN], 2 ** grid.poolBits) - grid.first;
  const free = new Set<Address>();
  for (const block of remoteBlocks(words, remoteOf(layout, number), carved / size)) {
    free.add(start + grid.first + block * size);
  }
  let block = words[pool + P_FREE] >>> 0;
  for (let left = carved / size; block !== 0 && left > 0; left--) {
    free.add(block);
    block = words[block >>> 2] >>> 0;
  }
  for (let offset = 0; offset + size <= carved; offset += size) {
    const address = start + grid.first + offset;
    if (!free.has(address)) visit(address, size);
  }
}
