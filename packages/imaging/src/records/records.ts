/**
 * Records: one for each image. Its control word (control.ts) says who may write the others.
 *
 *   FREE(g)          -> BUSY(g+1, me)  by one swap: a slot makes a new image here
 *   BUSY(g, me)      -> LIVE(g)        store, when every other word of the record is written and the slot holds it
 *   LIVE(g), CLOSING(g, x)             see holders.ts
 *   BUSY(g, me)      -> FREE(g)        store, when all that the record has was given back
 *
 * A handle names record and generation. 18 bits of generation wrap after 262144 images in one record; a thread takes at least
 * 16 records in turn, so even with few of them in use a forgotten handle is refused for 262144 * 16 images.
 *
 * If the thread dies in BUSY, the record names its slot, and every block that it has has its name in the table: what was
 * begun is given back by who reaps the slot.
 */
import { SharenaError } from '@sharena/heap';
import { R_CONTROL, RECORD_WORDS, SEGMENT_BITS, SEGMENTS, W_RECORDS } from '../layout.ts';
import type { Segments } from '../store/segments.ts';
import { BUSY, control, FREE, generationOf, LIVE, stateOf } from './control.ts';

const RECORDS_PER_SEGMENT = 1 << SEGMENT_BITS;
/** Records that a thread takes in turn before it looks for others: in lines of cache that others leave alone. */
const HOME = 16;

/** The records of a store, for one slot. Threads: who acts in its name. Nothing here waits. */
export class Records {
  readonly #words: Int32Array;
  readonly #directory: number;
  readonly #slot: number;
  readonly #segments: Segments;
  readonly #home: number;
  #next = 0;
  #cursor = 0;

  /**
   * @param words - the heap as 32-bit words
   * @param store - word index of the store's block
   * @param slot - the slot
   * @param segments - where new segments come from
   */
  constructor(words: Int32Array, store: number, slot: number, segments: Segments) {
    this.#words = words;
    this.#directory = store + W_RECORDS;
    this.#slot = slot;
    this.#segments = segments;
    this.#home = (slot * HOME) & (RECORDS_PER_SEGMENT - 1);
  }

  /**
   * Takes a free record; it is BUSY with this slot.
   *
   * @returns its index, or -1 when there is no room for another segment
   * @throws {SharenaError} `ERR_SHARENA_TOO_MANY_IMAGES`
   */
  take(): number {
    const home = Atomics.load(this.#words, this.#directory) >>> 2;
    for (let i = 0; i < HOME && home !== 0; i++) {
      const index = this.#home + (this.#next++ & (HOME - 1));
      if (this.#claim(home + index * RECORD_WORDS)) return index;
    }
    return this.#takeAny();
  }

  #takeAny(): number {
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const base = this.#segments.at(this.#directory + segment);
      if (base === 0) return -1;
      for (let i = 0; i < RECORDS_PER_SEGMENT; i++) {
        const index = (this.#cursor + i) & (RECORDS_PER_SEGMENT - 1);
        if (!this.#claim(base + index * RECORD_WORDS)) continue;
        this.#cursor = index + 1;
        return segment * RECORDS_PER_SEGMENT + index;
      }
    }
    const most = SEGMENTS * RECORDS_PER_SEGMENT;
    throw new SharenaError(
      'ERR_SHARENA_TOO_MANY_IMAGES',
      `${most} images are alive, which is the most a heap can have`,
    );
  }

  /** The word index of a record, or 0 when there is no such record. */
  find(index: number): number {
    const segment = index >>> SEGMENT_BITS;
    const address = segment < SEGMENTS ? Atomics.load(this.#words, this.#directory + segment) : 0;
    if (address === 0 || index !== index >>> 0) return 0;
    return (address >>> 2) + (index & (RECORDS_PER_SEGMENT - 1)) * RECORD_WORDS;
  }

  /** BUSY to LIVE. The words of the record are written before, and the slot holds it. Returns the generation. */
  publish(record: number): number {
    const generation = generationOf(Atomics.load(this.#words, record + R_CONTROL));
    Atomics.store(this.#words, record + R_CONTROL, control(generation, LIVE, 0));
    return generation;
  }

  /** BUSY to FREE. */
  giveBack(record: number): void {
    const generation = generationOf(Atomics.load(this.#words, record + R_CONTROL));
    Atomics.store(this.#words, record + R_CONTROL, control(generation, FREE, 0));
  }

  /** Calls `visit` with the word index of every record, its index, and its control word, which may be old by then. */
  forEach(visit: (record: number, word: number, index: number) => void): void {
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const base = Atomics.load(this.#words, this.#directory + segment) >>> 2;
      if (base === 0) return;
      for (let i = 0; i < RECORDS_PER_SEGMENT; i++) {
        const record = base + i * RECORD_WORDS;
        visit(record, Atomics.load(this.#words, record + R_CONTROL), segment * RECORDS_PER_SEGMENT + i);
      }
    }
  }

  #claim(record: number): boolean {
    const seen = Atomics.load(this.#words, record + R_CONTROL);
    if (stateOf(seen) !== FREE) return false;
    const busy = control(generationOf(seen) + 1, BUSY, this.#slot);
    return Atomics.compareExchange(this.#words, record + R_CONTROL, seen, busy) === seen;
  }
}
