/**
 * The remote set of a pool: the blocks of the pool that threads other than its owner have freed.
 *
 * One bit for each block, in a table of its own: block b of the pool is bit b mod 32 of the set's word b div 32. Two operations
 * change a word, both atomic:
 *
 *   or    (any thread that frees a block of the pool)   sets the block's bit
 *   and   (the pool's owner)                            clears the bits of blocks that it has put on its free list
 *
 * A free by another thread is that one instruction: it can't fail, there is nothing to compare and hence no ABA, and the
 * block itself is not touched. Its memory is in the cache of the core that used it last; a list through the blocks, which most
 * allocators keep, waits for it at each free, since no compare-and-swap passes the store of the link. From one thread to another
 * went 20 million blocks of 64 bytes a second through lists, and 39 million through sets, by turns (bench/alloc, xmalloc).
 *
 * And a block that is freed twice while it waits is found out: its bit is set.
 */

/** log2 of the words of a remote set that has room for the smallest blocks of a pool of 2^poolBits bytes, of 2^unitBits each. */
export function remoteBits(poolBits: number, unitBits: number): number {
  return Math.max(0, poolBits - unitBits - 5);
}

/** The blocks in a remote set, by their number in the pool, of which `carved` were ever handed out. Threads: any. */
export function remoteBlocks(words: Int32Array, set: number, carved: number): number[] {
  const blocks: number[] = [];
  for (let block = 0; block < carved; block += 32) {
    let left = Atomics.load(words, set + (block >> 5));
    for (; left !== 0; left &= left - 1) blocks.push(block + 31 - Math.clz32(left & -left));
  }
  return blocks;
}
