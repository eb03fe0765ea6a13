/**
 * A hand: all that acts in the name of one slot. The slot's own thread has one while it lives; whoever reaps the slot makes
 * one to finish what was begun. Nobody else acts in its name: the heap sees to it that one thread at a time has a slot.
 */
import type { Address, SharedHeap } from '@sharena/heap';
import { BlockCache } from '../cache/block-cache.ts';
import { Cells } from '../cache/cells.ts';
import { Ledger } from '../cache/ledger.ts';
import {
  INLINE_BLOCKS,
  LEDGER_WORDS,
  R_ALIGNMENT,
  R_BLOCKS,
  R_HEIGHT,
  R_INLINE,
  R_IS_BLOCK,
  R_LINES_PER_BLOCK,
  R_LOCK,
  R_MODE,
  R_SENT,
  R_STRIDE,
  R_TABLE,
  R_WIDTH,
  W_LEDGERS,
} from '../layout.ts';
import { Holders } from '../records/holders.ts';
import { Records } from '../records/records.ts';
import { blockBytes, type Cut } from './cut.ts';
import { Segments } from './segments.ts';

/** What an image is to be. */
export interface Shape {
  /** Index of the mode. */
  readonly mode: number;
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** Whether its bytes may be arbitrary. */
  readonly dirty: boolean;
  /** Whether it is a single segment, made so on purpose: not of the cache, and not counted. */
  readonly isBlock: boolean;
}

/** An image that was made: live, and held by the slot. */
export interface Made {
  /** Its record: a word index. */
  readonly record: number;
  /** The record's number. */
  readonly image: number;
  /** Its generation. */
  readonly generation: number;
}

/** What acts in the name of one slot. */
export class Hand {
  /** The slot's counters. */
  readonly ledger: Ledger;
  /** Where it takes new segments. */
  readonly segments: Segments;
  /** The places of the cache. */
  readonly cells: Cells;
  /** The cache. */
  readonly cache: BlockCache;
  /** The records. */
  readonly records: Records;
  /** Who holds them. */
  readonly holders: Holders;
  readonly #heap: SharedHeap;

  /**
   * @param heap - the heap, as the calling thread has it
   * @param store - word index of the store's block
   * @param slot - the slot
   */
  constructor(heap: SharedHeap, store: number, slot: number) {
    const { words, named } = heap;
    const ledger = store + W_LEDGERS + slot * LEDGER_WORDS;
    this.#heap = heap;
    this.ledger = new Ledger(words, ledger);
    this.segments = new Segments(words, ledger, named);
    this.cells = new Cells(words, store, slot, this.segments);
    this.cache = new BlockCache(words, store, this.cells, this.ledger, named, zeroing(heap));
    this.records = new Records(words, store, slot, this.segments);
    this.holders = new Holders(words, store, slot, (record) => this.destroy(record, true));
  }

  /** Makes an image. Undefined when the heap has no room for it: then everything was given back. */
  make(shape: Shape, cut: Cut): Made | undefined {
    const image = this.records.take();
    if (image < 0) return undefined;
    const record = this.records.find(image);
    this.#describe(record, shape, cut);
    if (!this.#makeTable(record, cut.blocks) || !this.#fillTable(record, shape, cut)) {
      this.destroy(record, true);
      return undefined;
    }
    this.holders.hold(record);
    return { record, image, generation: this.records.publish(record) };
  }

  /**
   * Gives back what a record has that is BUSY of the slot: its blocks in ascending order, its table, its lock, itself.
   *
   * @param isWhole - whether it was an image: then its blocks have their sizes, and may be cached
   */
  destroy(record: number, isWhole: boolean): void {
    const { words } = this.#heap;
    const table = words[record + R_TABLE] >>> 2;
    const isBlock = words[record + R_IS_BLOCK] === 1;
    const cut = cutOf(words, record);
    for (let i = 0; i < words[record + R_BLOCKS]; i++) {
      if (words[table + i] === 0) continue;
      if (isBlock) this.#heap.named.give(table + i);
      else if (!isWhole) this.cache.free(table + i);
      else this.cache.give(table + i, blockBytes(cut, words[record + R_HEIGHT], i));
    }
    words[record + R_BLOCKS] = 0;
    this.#freeLock(record);
    if (table === record + R_INLINE) words[record + R_TABLE] = 0;
    else if (table !== 0) this.#heap.named.give(record + R_TABLE);
    this.records.giveBack(record);
  }

  #describe(record: number, { mode, width, height, isBlock }: Shape, cut: Cut): void {
    const { words } = this.#heap;
    words[record + R_MODE] = mode;
    words[record + R_WIDTH] = width;
    words[record + R_HEIGHT] = height;
    words[record + R_STRIDE] = cut.stride;
    words[record + R_LINES_PER_BLOCK] = cut.linesPerBlock;
    words[record + R_IS_BLOCK] = isBlock ? 1 : 0;
    words[record + R_ALIGNMENT] = cut.alignment;
    Atomics.store(words, record + R_SENT, 0); // who comes too late for the last image may be looking
  }

  /** A table of no blocks. Only then it has entries. */
  #makeTable(record: number, blocks: number): boolean {
    const { words, named } = this.#heap;
    if (blocks > INLINE_BLOCKS) {
      if (!named.take(record + R_TABLE, blocks * 4, true)) return false;
    } else {
      words.fill(0, record + R_INLINE, record + R_INLINE + blocks);
      words[record + R_TABLE] = (record + R_INLINE) * 4;
    }
    words[record + R_BLOCKS] = blocks;
    return true;
  }

  #fillTable(record: number, { height, dirty, isBlock }: Shape, cut: Cut): boolean {
    const { words, named } = this.#heap;
    const table = words[record + R_TABLE] >>> 2;
    for (let i = 0; i < cut.blocks; i++) {
      const size = blockBytes(cut, height, i);
      const taken = isBlock ? named.take(table + i, size, !dirty) : this.cache.take(table + i, size, dirty);
      if (!taken) return false;
    }
    return true;
  }

  #freeLock(record: number): void {
    const lock = Atomics.exchange(this.#heap.words, record + R_LOCK, 0);
    if (lock !== 0) this.#heap.mem.free(lock >>> 0);
  }
}

/** How the image of a record is cut. */
export function cutOf(words: Int32Array, record: number): Cut {
  return {
    stride: words[record + R_STRIDE],
    linesPerBlock: words[record + R_LINES_PER_BLOCK],
    blocks: words[record + R_BLOCKS],
    alignment: words[record + R_ALIGNMENT],
  };
}

/** Zeroes bytes of blocks, which begin at multiples of 64. As Float64Array: 4 to 8 times as fast as Uint8Array. */
function zeroing(heap: SharedHeap): (address: Address, size: number) => void {
  const doubles = new Float64Array(heap.bytes.buffer);
  return (address, size) => {
    const end = address + size;
    doubles.fill(0, address / 8, Math.floor(end / 8));
    heap.bytes.fill(0, end - (end % 8), end);
  };
}
