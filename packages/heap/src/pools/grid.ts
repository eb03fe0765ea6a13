/** Grids: which size classes a set of pools has, and where the blocks of each lie in a pool. */
import { classSize, type Geometry, POOL_OVERHEAD } from '../geometry.ts';

/** The constants of one set of pools. Sizes and offsets are in bytes. */
export interface Grid {
  /** log2 of the size of a pool; pools are aligned to it. */
  readonly poolBits: number;
  /** log2 of the unit of sizes and places: a pool has at most 1024 of them, and every block begins at one. */
  readonly unitBits: number;
  /** Size of the blocks of each class. */
  readonly sizes: readonly number[];
  /** Offset in the pool of its first block, the same for all classes. */
  readonly first: number;
}

/** The grid of level 2: classes one alignment apart, blocks right behind the header. */
export function gridOf(geometry: Geometry): Grid {
  const sizes = Array.from({ length: geometry.classes }, (_, index) => classSize(geometry, index));
  return Object.freeze({ poolBits: geometry.poolBits, unitBits: geometry.alignmentBits, first: POOL_OVERHEAD, sizes });
}
