/**
 * Every block that is in use, whoever owns it: those of pools, and those of level 1.
 *
 * Only loads. Exact while all threads are at rest; otherwise a block that comes or goes meanwhile may be missing or be named,
 * but nothing is read outside the heap and the walk ends. Blocks that wait in a pool's remote list are free.
 */
import type { Address } from '../domains.ts';
import { blocksPerPool, classSize, type Geometry, POOL_OVERHEAD } from '../geometry.ts';
import { type Layout, P_CLASS, P_COUNT, P_FREE, P_VIRGIN, PAGE_BYTES } from '../layout.ts';
import { remoteCount, remoteHead } from '../object/remote-word.ts';
import { PAGE_BLOCK, pagePayload, pageState } from '../raw/spans.ts';

/** Is called with a block's address and the bytes that it can hold. */
export type BlockVisitor = (address: Address, capacity: number) => void;

/** Calls `visit` with every block that is in use, upwards in each kind. Threads: any. */
export function forEachLiveBlock(words: Int32Array, layout: Layout, geometry: Geometry, visit: BlockVisitor): void {
  const pools = layout.pages * (PAGE_BYTES >> geometry.poolBits);
  for (let number = 0; number < pools; number++) {
    if (words[layout.owners + number] !== 0) visitPool(words, layout, geometry, number, visit);
  }
  for (let page = layout.firstPage; page < layout.endPage; page++) {
    const word = words[layout.spans + page];
    if (pageState(word) === PAGE_BLOCK) visit(page * PAGE_BYTES, pagePayload(word) * PAGE_BYTES);
  }
}

function visitPool(words: Int32Array, layout: Layout, geometry: Geometry, number: number, visit: BlockVisitor): void {
  const pool = number << (geometry.poolBits - 2);
  const index = words[pool + P_CLASS];
  // NO_CLASS is more than any class.
  if (words[pool + P_COUNT] <= 0 || index < 0 || index >= geometry.classes) return;
  const size = classSize(geometry, index);
  const free = freeOffsets(words, layout, geometry, number, blocksPerPool(geometry, index));
  const end = Math.min(words[pool + P_VIRGIN], 1 << geometry.poolBits);
  for (let offset = POOL_OVERHEAD; offset + size <= end; offset += size) {
    if (!free.has(offset)) visit(pool * 4 + offset, size);
  }
}

/** Offsets of the blocks in a pool's free list and in its remote list. */
function freeOffsets(
  words: Int32Array,
  layout: Layout,
  geometry: Geometry,
  number: number,
  capacity: number,
): Set<number> {
  const pool = number << (geometry.poolBits - 2);
  const mask = (1 << geometry.poolBits) - 1;
  const free = new Set<number>();
  const add = (first: number, length: number) => {
    for (let at = first, left = length; at !== 0 && left > 0; at = words[pool + ((at & mask) >> 2)], left--)
      free.add(at);
  };
  add(words[pool + P_FREE], capacity);
  const remote = words[layout.remote + number];
  add(remoteHead(remote) << geometry.alignmentBits, remoteCount(remote));
  return free;
}
