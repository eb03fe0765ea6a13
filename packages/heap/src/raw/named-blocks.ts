/**
 * Blocks of level 1 with a name: a word of the heap that holds the block's address. Taking a block and writing its name is
 * one step to whoever sees the words after a death, and so is giving it back and clearing the name. (libpmemobj has the same
 * for the same reason: `pmemobj_alloc(&oid)`, `pmemobj_free(&oid)`.)
 *
 *   take    the name is written while the block's first page says CLAIM; then there is a block
 *   give    the first page says CLAIM again, the name is cleared; then the page is free
 *   resize  in place or not at all: the name stays right
 *
 * If the thread dies here, the slot's word S_NAMING tells which name it was at. A name whose page says CLAIM of the dead
 * slot is cleared by who reaps it (Spans.forget), and the page is set free. So after that a name is 0, or names a block.
 *
 * This is so for blocks of whole pages, above 32 KiB. A smaller one comes from a slab: its name is written after it was taken
 * and cleared before it goes back, so that the name never lies, but a death in between loses the block, as malloc's can.
 *
 * The blocks are not those of the RAW domain: hooks and wrappers do not see them.
 */
import { checkSize } from '../arguments.ts';
import type { Address } from '../domains.ts';
import { PAGE_BITS, PAGE_BYTES } from '../layout.ts';
import type { Fill } from '../memory/kernel.ts';
import type { RawAllocator } from './raw-allocator.ts';
import { SLAB_THRESHOLD, type Slabs, slabClass } from './slabs.ts';
import { PAGE_BLOCK, type Spans } from './spans.ts';

/** The named blocks of one heap, for one thread. */
export class NamedBlocks {
  readonly #words: Int32Array;
  readonly #fill: Fill;
  readonly #spans: Spans;
  readonly #slabs: Slabs;
  readonly #raw: RawAllocator;
  readonly #makeRoom: () => void;

  /** @internal */
  constructor(words: Int32Array, fill: Fill, spans: Spans, slabs: Slabs, raw: RawAllocator, makeRoom: () => void) {
    this.#words = words;
    this.#fill = fill;
    this.#spans = spans;
    this.#slabs = slabs;
    this.#raw = raw;
    this.#makeRoom = makeRoom;
  }

  /**
   * Takes a block of `size` bytes, aligned to 64 bytes, above 32 KiB to 64 KiB. Threads: any.
   *
   * @param name - index of a word that is 0, and that no other thread writes meanwhile
   * @param zero - whether its bytes must all be 0
   * @returns whether there was room; if not, nothing has changed
   */
  take(name: number, size: number, zero: boolean): boolean {
    checkSize('size', size);
    if (this.#takeSmall(name, size, zero) || this.#takePages(name, size, zero)) return true;
    this.#makeRoom();
    return this.#takeSmall(name, size, zero) || this.#takePages(name, size, zero);
  }

  /** Gives the block of a name back. Threads: any, alone with the name. @throws {BadAddressError} when it names none */
  give(name: number): void {
    const address: Address = this.#words[name] >>> 0;
    if (this.#spans.release(address >>> PAGE_BITS, PAGE_BLOCK, name)) return;
    this.#words[name] = 0;
    this.#raw.free(address);
  }

  /**
   * Makes the block of a name hold `size` bytes, where it is. Threads: any, alone with the name.
   *
   * @returns whether it does; if not, nothing has changed: it would have to move
   */
  resize(name: number, size: number): boolean {
    checkSize('size', size);
    const address: Address = this.#words[name] >>> 0;
    const usable = this.#raw.usableSize(address);
    const isPages = this.#spans.lengthOf(address >>> PAGE_BITS, PAGE_BLOCK) !== 0;
    if (!isPages) return size <= usable && 4 * size > 3 * usable;
    if (size <= SLAB_THRESHOLD) return false;
    return this.#spans.resize(address >>> PAGE_BITS, usable / PAGE_BYTES, PAGE_BLOCK, pagesFor(size));
  }

  /** Bytes that a block can hold. @throws {BadAddressError} when none begins there */
  usableSize(address: Address): number {
    return this.#raw.usableSize(address);
  }

  #takeSmall(name: number, size: number, zero: boolean): boolean {
    if (size > SLAB_THRESHOLD) return false;
    const block = this.#slabs.take(slabClass(size));
    if (block === 0) return false;
    if (zero) this.#fill(block, 0, size);
    this.#words[name] = block;
    return true;
  }

  #takePages(name: number, size: number, zero: boolean): boolean {
    const pages = pagesFor(size);
    return pages < this.#spans.end && this.#spans.claim(pages, 1, PAGE_BLOCK, zero, name) !== 0;
  }
}

function pagesFor(size: number): number {
  return Math.max(1, Math.ceil(size / PAGE_BYTES));
}
