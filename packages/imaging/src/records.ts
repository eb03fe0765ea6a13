/**
 * Records: one for each image, with the word that decides whether the image lives.
 *
 *    31                    14 13  12 11             0
 *   +------------------------+------+----------------+
 *   |       generation       | state|  references    |   in state BUSY: the slot that is at work
 *   +------------------------+------+----------------+
 *
 *   FREE(g)      -> BUSY(g+1)   by one swap: a thread makes a new image here
 *   BUSY(g)      -> LIVE(g, 1)  store, when every other word of the record is written
 *   LIVE(g, n)   -> LIVE(g, n+1) or LIVE(g, n-1)   by one swap each: retain and release, from any thread
 *   LIVE(g, 1)   -> BUSY(g)     by one swap: whoever drops the last reference gives the blocks back
 *   BUSY(g)      -> FREE(g)     store, when the blocks are given back
 *
 * A handle names record and generation. Retaining checks the generation and counts in the same swap, so an image cannot go
 * away between the two. 18 bits of generation wrap after 262144 images in one record; records are taken in turn, so even
 * with few of them in use a forgotten handle is refused for 262144 * 1024 images.
 *
 * If a thread dies in BUSY, the record names its slot, and nobody else uses it. If it dies while it holds references, the
 * image stays.
 */
import { HeapExhaustedError, type SharedHeap, SharenaError } from '@sharena/heap';
import { StaleHandleError } from './errors.ts';
import { R_CONTROL, RECORD_WORDS, SEGMENT_BITS, SEGMENTS, STORE_BYTES, W_DIRECTORY } from './layout.ts';

const FREE = 0;
const BUSY = 1;
const LIVE = 2;
const STATE_SHIFT = 12;
const STATE_MASK = 3;
const GENERATION_SHIFT = 14;
const GENERATION_MASK = 0x3ffff;
const COUNT_MASK = 0xfff;

const RECORDS_PER_SEGMENT = 1 << SEGMENT_BITS;

function control(generation: number, state: number, count: number): number {
  return ((generation & GENERATION_MASK) << GENERATION_SHIFT) | (state << STATE_SHIFT) | count;
}

function stateOf(word: number): number {
  return (word >>> STATE_SHIFT) & STATE_MASK;
}

function generationOf(word: number): number {
  return word >>> GENERATION_SHIFT;
}

/** The records of a store, as one thread works with them. Threads: any. Nothing here waits. */
export class Records {
  readonly #heap: SharedHeap;
  readonly #directory: number;
  #cursor: number;

  /**
   * @param heap - the heap
   * @param store - word index of the store's block
   */
  constructor(heap: SharedHeap, store: number) {
    this.#heap = heap;
    this.#directory = store + W_DIRECTORY;
    this.#cursor = (heap.slot * 61) & (RECORDS_PER_SEGMENT - 1); // threads begin at different lines
  }

  /** Takes a free record; it is BUSY with this thread's slot. Returns its index. */
  take(): number {
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const base = this.#segment(segment);
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

  /** The word index of a record. @throws {StaleHandleError} when there is no such record */
  wordOf(index: number): number {
    const segment = index >>> SEGMENT_BITS;
    const address = segment < SEGMENTS ? Atomics.load(this.#heap.words, this.#directory + segment) : 0;
    if (address === 0 || index !== index >>> 0) throw new StaleHandleError(`there is no image ${index}`);
    return (address >>> 2) + (index & (RECORDS_PER_SEGMENT - 1)) * RECORD_WORDS;
  }

  /** BUSY to LIVE with one reference. The words of the record are written before. Returns the generation. */
  publish(record: number): number {
    const generation = generationOf(Atomics.load(this.#heap.words, record + R_CONTROL));
    Atomics.store(this.#heap.words, record + R_CONTROL, control(generation, LIVE, 1));
    return generation;
  }

  /** BUSY to FREE. */
  giveBack(record: number): void {
    const generation = generationOf(Atomics.load(this.#heap.words, record + R_CONTROL));
    Atomics.store(this.#heap.words, record + R_CONTROL, control(generation, FREE, 0));
  }

  /** Adds a reference. @throws {StaleHandleError} when the image of that generation is gone */
  retain(record: number, generation: number): void {
    const words = this.#heap.words;
    let seen = this.expectLive(record, generation);
    for (;;) {
      if ((seen & COUNT_MASK) === COUNT_MASK) {
        throw new SharenaError('ERR_SHARENA_TOO_MANY_REFERENCES', `an image can have ${COUNT_MASK} references at most`);
      }
      const found = Atomics.compareExchange(words, record + R_CONTROL, seen, seen + 1);
      if (found === seen) return;
      seen = this.expectLive(record, generation);
    }
  }

  /**
   * Drops a reference that the caller holds.
   *
   * @returns whether it was the last one: then the record is BUSY, and the caller gives the blocks back
   */
  release(record: number, generation: number): boolean {
    const words = this.#heap.words;
    for (;;) {
      const seen = this.expectLive(record, generation);
      const last = (seen & COUNT_MASK) === 1;
      const next = last ? control(generation, BUSY, this.#heap.slot) : seen - 1;
      if (Atomics.compareExchange(words, record + R_CONTROL, seen, next) === seen) return last;
    }
  }

  /** The control word of a live image. @throws {StaleHandleError} when the image of that generation is gone */
  expectLive(record: number, generation: number): number {
    const word = Atomics.load(this.#heap.words, record + R_CONTROL);
    if (stateOf(word) === LIVE && generationOf(word) === generation) return word;
    throw new StaleHandleError('the image of this handle was released');
  }

  /** Calls `visit` with the word index of every live record. The image may be gone when it is looked at. */
  forEachLive(visit: (record: number) => void): void {
    const words = this.#heap.words;
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const base = Atomics.load(words, this.#directory + segment) >>> 2;
      if (base === 0) return;
      for (let i = 0; i < RECORDS_PER_SEGMENT; i++) {
        const record = base + i * RECORD_WORDS;
        if (stateOf(Atomics.load(words, record + R_CONTROL)) === LIVE) visit(record);
      }
    }
  }

  #claim(record: number): boolean {
    const words = this.#heap.words;
    const seen = Atomics.load(words, record + R_CONTROL);
    if (stateOf(seen) !== FREE) return false;
    const busy = control(generationOf(seen) + 1, BUSY, this.#heap.slot);
    return Atomics.compareExchange(words, record + R_CONTROL, seen, busy) === seen;
  }

  /** The word index of a segment, which is made when there is none. Of two made at once one is given back. */
  #segment(segment: number): number {
    const words = this.#heap.words;
    const known = Atomics.load(words, this.#directory + segment);
    if (known !== 0) return known >>> 2;
    const made = this.#heap.raw.calloc(1, STORE_BYTES);
    if (made === 0) throw new HeapExhaustedError(STORE_BYTES, this.#heap.stats().freeBytes);
    const found = Atomics.compareExchange(words, this.#directory + segment, 0, made | 0);
    if (found === 0) return made >>> 2;
    this.#heap.raw.free(made);
    return found >>> 2;
  }
}
