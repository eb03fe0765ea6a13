/**
 * Segments: blocks of 64 KiB that a directory names, made when they are first needed and never given back.
 *
 * A new segment has its name in the slot's ledger (L_SEGMENT) until it is in the directory, by one swap. Of two made at once
 * one is given back. If the thread dies here, the ledger names the segment: settle() looks whether the directory has it.
 */
import type { BlockSource } from '../cache/block-cache.ts';
import { L_SEGMENT, STORE_BYTES } from '../layout.ts';

/** Makes the segments of a store, for one slot. Threads: who acts in its name. */
export class Segments {
  readonly #words: Int32Array;
  readonly #name: number;
  readonly #blocks: BlockSource;

  /**
   * @param words - the heap as 32-bit words
   * @param ledger - word index of the slot's ledger
   * @param blocks - where blocks come from
   */
  constructor(words: Int32Array, ledger: number, blocks: BlockSource) {
    this.#words = words;
    this.#name = ledger + L_SEGMENT;
    this.#blocks = blocks;
  }

  /** The word index of the segment that the directory's word names; it is made when there is none. 0 when there is no room. */
  at(entry: number): number {
    const known = Atomics.load(this.#words, entry);
    if (known !== 0) return known >>> 2;
    if (!this.#blocks.take(this.#name, STORE_BYTES, true)) return 0;
    const made = this.#words[this.#name];
    const found = Atomics.compareExchange(this.#words, entry, 0, made);
    if (found === 0) this.#words[this.#name] = 0;
    else this.#blocks.give(this.#name);
    return (found === 0 ? made : found) >>> 2;
  }

  /** After a death: gives a segment back that is in no directory. */
  settle(directories: readonly (readonly [first: number, length: number])[]): void {
    const made = this.#words[this.#name];
    if (made === 0) return;
    for (const [first, length] of directories) {
      for (let at = first; at < first + length; at++) {
        if (Atomics.load(this.#words, at) === made) {
          this.#words[this.#name] = 0;
          return;
        }
      }
    }
    this.#blocks.give(this.#name);
  }
}
