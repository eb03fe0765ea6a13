/**
 * Keepers: packages above the heap that hold something for a thread which must be given back when the thread is gone.
 *
 * A bit in the slot (S_KEEPERS; owner, or holder) for each root says whose. It is set before the package takes anything in
 * the name of the slot, and cleared when all is given back: by the thread as it detaches, or by who reaps it. A thread that
 * reaps a slot and does not have the package leaves the bit: the slot is abandoned then, and whoever takes it over, or tidies
 * it, and has the package does it first.
 *
 * If the thread dies here, the bit is still set, and it is done again: what a package does must be right twice.
 */
import { InvalidArgumentError } from './errors.ts';
import { S_KEEPERS } from './layout.ts';
import { rootIndex } from './roots.ts';

/** The keepers that one thread has. */
export class Keepers {
  readonly #words: Int32Array;
  readonly #keepers: Map<number, (slot: number) => void> = new Map();

  /** @param words - the heap as 32-bit words */
  constructor(words: Int32Array) {
    this.#words = words;
  }

  /**
   * Adds a keeper. What a thread that had the slot before left to it is given back first.
   *
   * @param word - the word index of the calling thread's slot
   * @throws {InvalidArgumentError} when there is no root of that name
   */
  add(name: string, giveBack: (slot: number) => void, word: number, slot: number): void {
    const index = rootIndex(this.#words, name);
    if (index < 0) throw new InvalidArgumentError('name', 'the name of a root', name);
    const inherited = !this.#keepers.has(index) && this.#words[word + S_KEEPERS] & (1 << index);
    this.#keepers.set(index, giveBack);
    if (inherited) giveBack(slot);
    this.#words[word + S_KEEPERS] |= 1 << index;
  }

  /** Gives back what is held for a slot, as far as this thread has the packages. Threads: the slot's own, or its holder. */
  giveBack(word: number, slot: number): void {
    for (const [index, giveBack] of this.#keepers) {
      if ((this.#words[word + S_KEEPERS] & (1 << index)) === 0) continue;
      giveBack(slot);
      this.#words[word + S_KEEPERS] &= ~(1 << index);
    }
  }
}
