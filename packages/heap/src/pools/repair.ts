/**
 * Repairs a pool whose owner died in the middle of something.
 *
 * What is believed, because it is right at every store of the owner: the links of the free list, P_VIRGIN but for the block
 * that was being linked, and the remote set. All else follows from these:
 *
 *   the owner died                                    | what is found                        | what is done
 *   --------------------------------------------------|--------------------------------------|---------------------------
 *   while it gave the pool a class                     | P_CLASS = NO_CLASS                   | the pool is empty
 *   in collect(), behind P_FREE                       | a block with a bit in the free list   | its bit is cleared
 *   while it linked a virgin block                     | the free list begins at P_VIRGIN     | it is linked anew
 *   in take(), before it linked a virgin block         | no free block, but virgin ones       | the next one is linked
 *   in take() or give(), between list and count        | P_COUNT is off                       | carved less free blocks
 *
 * The block that take() had unlinked, and the one that give() had not linked yet, are in use for ever after: nobody can tell
 * them from blocks that the dead thread had handed on.
 *
 * Who may call this: one thread, which holds the dead owner's slot. Frees by others go on: they set bits of the remote set,
 * which nobody else clears, and none of a block that is free. If the caller dies in here, another call repairs the rest: each
 * store makes one line of the table true that was not, or leaves the pool as it was.
 *
 * A program that frees a block twice or writes into a free one can spoil the links. A link that leads to no block, or to a
 * block that the list has had already, ends the list: what was behind it stays in use.
 */
import {
  type Layout,
  NO_CLASS,
  numberOf,
  P_CLASS,
  P_COUNT,
  P_FREE,
  P_VIRGIN,
  P_VIRGIN_MAX,
  remoteOf,
} from '../layout.ts';
import type { Grid } from './grid.ts';
import { remoteBlocks } from './remote-set.ts';

/** The pools of one heap, to be repaired. Threads: one that holds the slot of the pool; see the head of this file. */
export class PoolRepair {
  readonly #words: Int32Array;
  readonly #layout: Layout;
  readonly #grid: Grid;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param grid - the size classes of the pools
   */
  constructor(words: Int32Array, layout: Layout, grid: Grid) {
    this.#words = words;
    this.#layout = layout;
    this.#grid = grid;
  }

  /** Repairs one pool: its lists and its counts, not its links to other pools. */
  repair(pool: number): void {
    const words = this.#words;
    const index = words[pool + P_CLASS];
    if (index === NO_CLASS || words[pool + P_VIRGIN] === this.#grid.first) return this.#clear(pool);
    const size = this.#grid.sizes[index];
    const blocks = this.#freeBlocks(pool);
    this.#finishCollect(pool, blocks);
    const free = blocks.size;
    const virgin = words[pool + P_VIRGIN];
    words[pool + P_COUNT] = this.#carved(pool) - free;
    if (words[pool + P_FREE] !== 0 || virgin > words[pool + P_VIRGIN_MAX]) return;
    words[this.#blockAt(pool, virgin) >>> 2] = 0;
    words[pool + P_FREE] = this.#blockAt(pool, virgin);
    words[pool + P_VIRGIN] = virgin + size;
  }

  /**
   * Whether a block is in the remote set or in the free list of its pool, as far as can be seen: the owner may be at work,
   * and move it from one to the other. Threads: any.
   * benign: links that have changed lead astray, but not out of the pool, nor for ever
   */
  isFree(pool: number, address: number): boolean {
    const words = this.#words;
    const mask = (1 << this.#grid.poolBits) - 1;
    const begin = this.#blockAt(pool, 0);
    const size = this.#grid.sizes[words[pool + P_CLASS]];
    const waits = (number: number): boolean => begin + this.#grid.first + number * size === (address | 0);
    if (this.#waiting(pool).some(waits)) return true;
    let block = words[pool + P_FREE];
    for (let i = 0; i < mask && block !== 0; i++) {
      if (block === (address | 0)) return true;
      block = words[(begin + ((block - begin) & mask)) >>> 2];
    }
    return false;
  }

  /** A pool that has no class, or whose first blocks were never linked, holds none. */
  #clear(pool: number): void {
    const words = this.#words;
    words[pool + P_COUNT] = 0;
    words[pool + P_FREE] = 0;
    words[pool + P_VIRGIN] = this.#grid.first;
  }

  /** Clears the bits of blocks that are in the free list already. */
  #finishCollect(pool: number, free: ReadonlySet<number>): void {
    const { first, sizes } = this.#grid;
    const size = sizes[this.#words[pool + P_CLASS]];
    for (const block of this.#waiting(pool)) {
      if (!free.has(this.#blockAt(pool, first + block * size))) continue;
      Atomics.and(this.#words, this.#setOf(pool) + (block >> 5), ~(1 << (block & 31)));
    }
  }

  /** The numbers of the blocks in the remote set. */
  #waiting(pool: number): number[] {
    return remoteBlocks(this.#words, this.#setOf(pool), this.#carved(pool));
  }

  /** How many blocks were ever linked. */
  #carved(pool: number): number {
    const words = this.#words;
    return (words[pool + P_VIRGIN] - this.#grid.first) / this.#grid.sizes[words[pool + P_CLASS]];
  }

  /** The blocks of the free list. Ends the list where it is spoilt. */
  #freeBlocks(pool: number): Set<number> {
    const words = this.#words;
    const blocks = new Set<number>();
    let link = pool + P_FREE;
    for (let block = words[link]; block !== 0; block = words[link]) {
      if (!this.#isBlock(pool, block) || blocks.has(block)) {
        words[link] = 0;
        break;
      }
      blocks.add(block);
      link = block >>> 2;
    }
    return blocks;
  }

  #isBlock(pool: number, block: number): boolean {
    const offset = (block - this.#blockAt(pool, 0)) | 0;
    if (offset < this.#grid.first || offset >= this.#words[pool + P_VIRGIN]) return false;
    return (offset - this.#grid.first) % this.#grid.sizes[this.#words[pool + P_CLASS]] === 0;
  }

  /** The link to the block that begins `offset` bytes into a pool: its address, as a signed number. */
  #blockAt(pool: number, offset: number): number {
    return (numberOf(this.#layout, pool) << this.#layout.poolBits) + offset;
  }

  /** The first word of the pool's remote set. */
  #setOf(pool: number): number {
    return remoteOf(this.#layout, numberOf(this.#layout, pool));
  }
}
