/**
 * The invariants of the blocks of one pool or slab: every byte behind the header belongs to exactly one block that is free,
 * virgin, or handed out; and of those handed out, some may be in the remote set.
 *
 *   I2  free blocks + virgin blocks + count = capacity
 *   I3  every free block begins at a multiple of the block size behind the first, below P_VIRGIN, and occurs once
 *   I4  P_FREE is 0 iff the pool is full
 *   I13 blocks are aligned: the last place for a block is that of the class, and P_VIRGIN is on the grid
 *   R1  the remote set has no more blocks than count
 *   R2  every block of it lies below P_VIRGIN
 *   R3  no block of it is in the free list
 *
 * Reads only. The owner must be at rest; others may put blocks into the remote set meanwhile.
 */
import { P_COUNT, P_FREE, P_MAGIC, P_VIRGIN, P_VIRGIN_MAX } from '../layout.ts';
import { remoteBlocks } from './remote-set.ts';

/** A pool or slab, as the check needs it. Sizes and offsets are in bytes. */
export interface Extent {
  /** Word index of its header. */
  readonly header: number;
  /** Where it begins. */
  readonly address: number;
  /** Its length. */
  readonly bytes: number;
  /** Offset of its first block. */
  readonly first: number;
  /** Size of its blocks. */
  readonly size: number;
  /** The first word of its remote set. */
  readonly remote: number;
}

/** Told of everything that must hold. Throws when it does not. */
export type Expect = (holds: boolean, invariant: string, where: string) => void;

/** Checks the blocks of a pool or slab that has a class. */
export function checkBlocks(words: Int32Array, extent: Extent, expect: Expect): void {
  const { header, bytes, first, size } = extent;
  const virgin = words[header + P_VIRGIN];
  const carved = (virgin - first) / size;
  expect(words[header + P_MAGIC] >>> 0 === Math.ceil(2 ** 32 / size), 'I13', 'block size');
  expect(words[header + P_VIRGIN_MAX] === bytes - size, 'I13', 'last block');
  expect(Number.isInteger(carved) && carved >= 0, 'I13', `virgin block at ${virgin}`);
  const free = freeBlocks(words, extent, expect);
  const capacity = Math.floor((bytes - first) / size);
  const count = words[header + P_COUNT];
  const sum = `${free.size} free + ${capacity - carved} virgin + ${count} in use`;
  expect(free.size + (capacity - carved) + count === capacity, 'I2', `${sum} of ${capacity}`);
  expect((words[header + P_FREE] === 0) === (count === capacity), 'I4', `${count} of ${capacity} in use`);
  checkRemote(words, extent, free, expect);
}

function freeBlocks(words: Int32Array, extent: Extent, expect: Expect): Set<number> {
  const free = new Set<number>();
  for (let block = words[extent.header + P_FREE]; block !== 0; block = words[block >>> 2]) {
    const at = (block >>> 0) - extent.address;
    expect(isBlock(words, extent, at) && !free.has(at), 'I3', `free block at ${at}`);
    free.add(at);
  }
  return free;
}

function checkRemote(words: Int32Array, extent: Extent, free: ReadonlySet<number>, expect: Expect): void {
  const { first, size, bytes, remote } = extent;
  const waiting = remoteBlocks(words, remote, Math.floor((bytes - first) / size));
  expect(waiting.length <= words[extent.header + P_COUNT], 'R1', `${waiting.length} blocks in the remote set`);
  for (const block of waiting) {
    const at = first + block * size;
    expect(isBlock(words, extent, at), 'R2', `block at ${at} of the remote set`);
    expect(!free.has(at), 'R3', `block at ${at} of the remote set`);
  }
}

function isBlock(words: Int32Array, { header, first, size }: Extent, at: number): boolean {
  return at >= first && at < words[header + P_VIRGIN] && (at - first) % size === 0;
}
