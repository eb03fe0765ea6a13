/**
 * Every block that is in use, whoever owns it: those of pools, and those of level 1.
 *
 * Only loads. Exact while all threads are at rest; otherwise a block that comes or goes meanwhile may be missing or be named,
 * but nothing is read outside the heap and the walk ends. Blocks that wait for their pool's owner to take them back are free.
 */
import type { Address } from '../domains.ts';
import type { Geometry } from '../geometry.ts';
import { type Layout, P_CARVED, P_CLASS, P_COLLECT, P_COUNT, P_FREE, PAGE_BYTES } from '../layout.ts';
import { type Grid, gridOf } from '../pools/grid.ts';
import { remoteCount, remoteHead } from '../pools/remote-word.ts';
import { PAGE_BLOCK, pagePayload, pageState } from '../raw/spans.ts';

/** Is called with a block's address and the bytes that it can hold. */
export type BlockVisitor = (address: Address, capacity: number) => void;

/** Calls `visit` with every block that is in use, upwards in each kind. Threads: any. */
export function forEachLiveBlock(words: Int32Array, layout: Layout, geometry: Geometry, visit: BlockVisitor): void {
  const grid = gridOf(geometry);
  const pools = layout.pages * (PAGE_BYTES >> geometry.poolBits);
  for (let number = 0; number < pools; number++) {
    if (words[layout.owners + number] === 0) continue;
    visitPool(words, grid, number * 2 ** (geometry.poolBits - 2), words[layout.remote + number], visit);
  }
  for (let page = layout.firstPage; page < layout.endPage; page++) {
    const word = words[layout.spans + page];
    if (pageState(word) === PAGE_BLOCK) visit(page * PAGE_BYTES, pagePayload(word) * PAGE_BYTES);
  }
}

/**
 * Visits the blocks in use of one pool.
 *
 * @param grid - the size classes of the pool's set
 * @param pool - the pool's header, a word index
 * @param remote - its remote word
 */
function visitPool(words: Int32Array, grid: Grid, pool: number, remote: number, visit: BlockVisitor): void {
  const index = words[pool + P_CLASS];
  const size = grid.sizes[index];
  if (words[pool + P_COUNT] <= 0 || size === undefined) return; // NO_CLASS is more than any class
  const first = grid.firsts[index];
  const poolBytes = 2 ** grid.poolBits;
  const blocks = Math.min(words[pool + P_CARVED], Math.floor((poolBytes - first) / size));
  const free = new Set<number>();
  const add = (offset: number, length: number) => {
    for (let at = offset, left = Math.min(length, blocks); at !== 0 && left > 0; left--) {
      free.add(at);
      at = words[pool + ((at & (poolBytes - 1)) >> 2)];
    }
  };
  add(words[pool + P_FREE], blocks);
  for (const list of [remote, words[pool + P_COLLECT]]) add(remoteHead(list) << grid.unitBits, remoteCount(list));
  for (let offset = first; offset < first + blocks * size; offset += size) {
    if (!free.has(offset)) visit(pool * 4 + offset, size);
  }
}
