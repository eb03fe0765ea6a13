/**
 * The cache of blocks, after Pillow's `ImagingMemoryArena` (Storage.c, get_block and return_block): a block of a chain that is
 * dropped is kept, up to a number of blocks, and the next block of any size is made of the one that was kept last.
 *
 * A block has one name at every moment, a word that holds its address: in the table of a record that is BUSY or LIVE, or in a
 * cell that is CACHED; in both while a slot moves it from one to the other and has the record BUSY and the cell HELD. The heap
 * writes and clears names in one step with taking and giving blocks back (NamedBlocks). So no death loses a block, and who
 * reaps the slot finds all that it was at: its record, its cell, and its ledger.
 */
import type { Address } from '@sharena/heap';
import { C_ADDRESS, C_SIZE, W_BLOCK_SIZE } from '../layout.ts';
import type { Cells } from './cells.ts';
import type { Ledger } from './ledger.ts';

/** Where blocks come from and go: the heap's named blocks. */
export interface BlockSource {
  /** Takes a block; its address is written into the word `name`. Returns whether there was room. */
  take(name: number, size: number, zero: boolean): boolean;
  /** Gives the block of a name back, and clears the name. */
  give(name: number): void;
  /** Makes it hold `size` bytes where it is. Returns whether it does. */
  resize(name: number, size: number): boolean;
}

/** The cache, for one slot. Threads: who acts in its name. */
export class BlockCache {
  readonly #words: Int32Array;
  readonly #store: number;
  readonly #cells: Cells;
  readonly #ledger: Ledger;
  readonly #blocks: BlockSource;
  readonly #zero: (address: Address, size: number) => void;

  /**
   * @param words - the heap as 32-bit words
   * @param store - word index of the store's block
   * @param cells - its cells, for the slot
   * @param ledger - the slot's ledger
   * @param blocks - where blocks come from
   * @param zero - sets bytes to 0
   */
  constructor(
    words: Int32Array,
    store: number,
    cells: Cells,
    ledger: Ledger,
    blocks: BlockSource,
    zero: (address: Address, size: number) => void,
  ) {
    this.#words = words;
    this.#store = store;
    this.#cells = cells;
    this.#ledger = ledger;
    this.#blocks = blocks;
    this.#zero = zero;
  }

  /**
   * Takes a block of `size` bytes: of the cache, else of the heap.
   *
   * @param name - index of the word for its address: 0, in a record that is BUSY with the slot
   * @param dirty - whether its bytes may be arbitrary
   * @returns whether there was room
   */
  take(name: number, size: number, dirty: boolean): boolean {
    const cell = this.#cells.holdCached();
    if (cell < 0) return this.#allocate(name, size, !dirty);
    const word = this.#cells.wordOf(cell);
    const address = this.#words[word + C_ADDRESS];
    const had = this.#words[word + C_SIZE];
    this.#words[name] = address;
    this.#cells.empty(cell);
    if (had !== size && !this.#fit(name, size)) return false;
    if (!dirty) this.#zero(this.#words[name] >>> 0, size);
    this.#ledger.countReused(this.#words[name] !== address);
    return true;
  }

  /**
   * Gives a block back: to the cache as long as that has room, else to the heap.
   *
   * @param name - index of the word that holds its address, in a record that is BUSY with the slot
   * @param size - bytes that it was asked for with
   */
  give(name: number, size: number): void {
    const cell = this.#cells.holdEmpty();
    if (cell < 0) return this.free(name);
    const most = this.#words[this.#store + W_BLOCK_SIZE];
    if (size > most && !this.#fit(name, most)) return this.#cells.empty(cell);
    const word = this.#cells.wordOf(cell);
    this.#words[word + C_SIZE] = Math.min(size, most);
    this.#words[word + C_ADDRESS] = this.#words[name];
    this.#words[name] = 0;
    this.#cells.cache(cell);
    // Whoever lowers the limit looks at the cells behind that; one of us sees the other.
    if (cell >= this.#cells.limit() && this.#cells.holdThis(cell)) this.#freeCell(cell);
  }

  /** Gives a block back to the heap. */
  free(name: number): void {
    this.#ledger.giving(name);
    this.#blocks.give(name);
    this.#ledger.settle();
  }

  /** Gives cached blocks back to the heap, the last one first, until `keep` are left. */
  clear(keep: number): void {
    for (let excess = this.#cells.count() - keep; excess > 0; excess--) {
      const cell = this.#cells.holdCached();
      if (cell < 0) return;
      this.#freeCell(cell);
    }
  }

  /** Gives the blocks back to the heap that lie in cells beyond the limit. */
  trim(): void {
    const limit = this.#cells.limit();
    this.#cells.forEach((_, cell) => {
      if (cell >= limit && this.#cells.holdThis(cell)) this.#freeCell(cell);
    });
  }

  #allocate(name: number, size: number, zero: boolean): boolean {
    this.#ledger.taking(name);
    const taken = this.#blocks.take(name, size, zero);
    this.#ledger.settle();
    if (!taken) this.#ledger.countFailed();
    return taken;
  }

  #freeCell(cell: number): void {
    this.free(this.#cells.wordOf(cell) + C_ADDRESS);
    this.#cells.empty(cell);
  }

  /** Makes a block hold `size` bytes, here or elsewhere; what is in it does not matter. Returns false when it is gone. */
  #fit(name: number, size: number): boolean {
    if (this.#blocks.resize(name, size)) return true;
    this.#ledger.giving(name);
    this.#blocks.give(name);
    const taken = this.#blocks.take(name, size, false);
    this.#ledger.settle();
    return taken;
  }
}
