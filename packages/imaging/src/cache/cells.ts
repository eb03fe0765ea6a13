/**
 * Cells: the places of the cache, one block each. There are as many as blocks may be cached, so their number is the limit,
 * and there is no count that could differ from them.
 *
 *   EMPTY      -> HELD(me)  by one swap: a slot is about to cache a block here
 *   HELD(me)   -> CACHED    store, when the cell's words are written and no other word names the block
 *   CACHED     -> HELD(me)  by one swap: a slot takes the block
 *   HELD(me)   -> EMPTY     store, when another word names the block, or it was given back; C_ADDRESS is 0 before
 *
 * The words of a cell are read and written by who has it HELD: so no tags are needed, whatever happened between a look at the
 * cell and the swap. A slot takes the block that it cached last, and caches in the cell that it emptied last, as far as it
 * remembers (#filled, #emptied: hints); else it takes from the highest cell and fills the lowest. So the cells of threads that
 * make and drop images are each thread's own, and a single thread sees a stack.
 *
 * If the thread dies here, the cell says HELD of its slot. If it names a block that no record of the dead slot names, the block
 * is the cell's, and CACHED again; else the cell is EMPTY: release().
 */
import {
  C_ADDRESS,
  C_STATE,
  CELL_SEGMENT_BITS,
  CELL_SEGMENTS,
  CELL_WORDS,
  W_BLOCKS_MAX,
  W_CELLS,
  W_CELLS_USED,
} from '../layout.ts';
import type { Segments } from '../store/segments.ts';

const EMPTY = 0;
const CACHED = 1;
const HELD = 2;
const SLOT_SHIFT = 2;
const PER_SEGMENT = 1 << CELL_SEGMENT_BITS;
/** Most blocks that a heap keeps, whatever the setting says. */
const MOST = CELL_SEGMENTS * PER_SEGMENT;
/** Hints that are remembered. */
const HINTS = 1024;

/** The cells of a cache, for one slot. Threads: who acts in its name. Nothing here waits. */
export class Cells {
  readonly #words: Int32Array;
  readonly #store: number;
  readonly #held: number;
  readonly #segments: Segments;
  readonly #filled: number[] = [];
  readonly #emptied: number[] = [];
  /** Where segments begin that were used: a directory's word is set once. */
  readonly #bases: number[] = [];
  /** What W_CELLS_USED was at least. */
  #known = 0;

  /**
   * @param words - the heap as 32-bit words
   * @param store - word index of the store's block
   * @param slot - the slot
   * @param segments - where new segments come from
   */
  constructor(words: Int32Array, store: number, slot: number, segments: Segments) {
    this.#words = words;
    this.#store = store;
    this.#held = (slot << SLOT_SHIFT) | HELD;
    this.#segments = segments;
  }

  /** How many blocks may be cached. */
  limit(): number {
    return Math.min(MOST, Atomics.load(this.#words, this.#store + W_BLOCKS_MAX));
  }

  /** Holds a cell with a block: the last one that this slot filled, or the highest. Returns its number, or -1. */
  holdCached(): number {
    for (let hint = this.#filled.pop(); hint !== undefined; hint = this.#filled.pop()) {
      if (this.#swap(this.wordOf(hint), CACHED)) return hint;
    }
    for (let cell = Atomics.load(this.#words, this.#store + W_CELLS_USED) - 1; cell >= 0; cell--) {
      // benign: the swap makes sure
      if (this.#words[this.wordOf(cell) + C_STATE] === CACHED && this.#swap(this.wordOf(cell), CACHED)) return cell;
    }
    return -1;
  }

  /** Holds one cell, if it has a block. */
  holdThis(cell: number): boolean {
    return this.#swap(this.wordOf(cell), CACHED);
  }

  /** Holds a cell without a block: the last one that this slot emptied, or the lowest. Returns its number, or -1. */
  holdEmpty(): number {
    const limit = this.limit();
    for (let hint = this.#emptied.pop(); hint !== undefined; hint = this.#emptied.pop()) {
      if (hint < limit && this.#swap(this.wordOf(hint), EMPTY)) return hint;
    }
    for (let cell = 0; cell < limit; cell++) {
      const word = this.#used(cell);
      if (word === 0) return -1;
      // benign: the swap makes sure
      if (this.#words[word + C_STATE] === EMPTY && this.#swap(word, EMPTY)) return cell;
    }
    return -1;
  }

  /** HELD to CACHED. */
  cache(cell: number): void {
    remember(this.#filled, cell);
    Atomics.store(this.#words, this.wordOf(cell) + C_STATE, CACHED);
  }

  /** HELD to EMPTY. */
  empty(cell: number): void {
    remember(this.#emptied, cell);
    this.#words[this.wordOf(cell) + C_ADDRESS] = 0;
    Atomics.store(this.#words, this.wordOf(cell) + C_STATE, EMPTY);
  }

  /** The word index of a cell that was used. */
  wordOf(cell: number): number {
    const segment = cell >>> CELL_SEGMENT_BITS;
    this.#bases[segment] ??= Atomics.load(this.#words, this.#store + W_CELLS + segment) >>> 2;
    return this.#bases[segment] + (cell & (PER_SEGMENT - 1)) * CELL_WORDS;
  }

  /** How many blocks are cached. */
  count(): number {
    let count = 0;
    this.forEach((word) => {
      if (Atomics.load(this.#words, word + C_STATE) === CACHED) count++;
    });
    return count;
  }

  /** Calls `visit` with the word index and the number of every cell that was ever used. */
  forEach(visit: (word: number, cell: number) => void): void {
    const used = Atomics.load(this.#words, this.#store + W_CELLS_USED);
    for (let cell = 0; cell < used; cell++) visit(this.wordOf(cell), cell);
  }

  /**
   * After a death: sets the cells right that the slot held.
   *
   * @param isNamed - whether a record of the dead slot names that address
   */
  release(isNamed: (address: number) => boolean): void {
    this.forEach((word) => {
      if (Atomics.load(this.#words, word + C_STATE) !== this.#held) return;
      const address = this.#words[word + C_ADDRESS];
      const isCached = address !== 0 && !isNamed(address);
      if (!isCached) this.#words[word + C_ADDRESS] = 0;
      Atomics.store(this.#words, word + C_STATE, isCached ? CACHED : EMPTY);
    });
  }

  /** The word index of a cell; its segment is made when there is none, and it counts as used before it is. 0 without room. */
  #used(cell: number): number {
    const used = this.#store + W_CELLS_USED;
    while (this.#known <= cell) {
      if (this.#segments.at(this.#store + W_CELLS + (cell >>> CELL_SEGMENT_BITS)) === 0) return 0;
      const seen = Atomics.load(this.#words, used);
      if (seen > cell || Atomics.compareExchange(this.#words, used, seen, cell + 1) === seen) this.#known = cell + 1;
    }
    return this.wordOf(cell);
  }

  #swap(word: number, from: number): boolean {
    return Atomics.compareExchange(this.#words, word + C_STATE, from, this.#held) === from;
  }
}

function remember(hints: number[], cell: number): void {
  if (hints.length === HINTS) hints.splice(0, HINTS / 2);
  hints.push(cell);
}
