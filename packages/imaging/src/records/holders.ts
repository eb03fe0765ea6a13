/**
 * Who holds an image. The set of holders is itself the truth: a bit for each slot, and a word for each reference that is on
 * its way (parcels.ts). There is no count that could differ from the set: setting or clearing a bit twice is the same as
 * once, so whoever reaps a slot clears its bit in every record, whatever the thread was doing. How many references the
 * objects of one thread hold is that thread's own affair (leases.ts).
 *
 *   LIVE(g)        -> CLOSING(g, me)  by one swap, by who found no holder
 *   CLOSING(g, me) -> BUSY(g, me)     by one swap, by the same slot, when it found none again: it gives the blocks back
 *   CLOSING(g, me) -> LIVE(g)         by one swap, by the same slot, when it found one; it looks once more then
 *   CLOSING(g, x)  -> LIVE(g)         by one swap, by a thread that opens the image, or that reaps x
 *
 * open()  sets its bit, and then looks at the control word. LIVE of its generation: it has the image. CLOSING: it swaps that
 *         to LIVE and has the image. Else it is too late; its bit goes again, and with it what it may have kept others from
 *         closing: so it looks for holders itself.
 * leave() clears its bit, and looks for holders.
 *
 * Why no image is closed under a holder: a holder set its bit before it saw LIVE. Who closes looks at the bits behind its swap
 * to CLOSING and before its swap to BUSY; the word names it, so that nobody else's CLOSING is taken for its own. If the
 * holder saw LIVE before that swap to CLOSING its bit is seen; if after it, the word was swapped back, and the swap to BUSY fails.
 * Why none is left open: who clears the last bit finds LIVE, and closes, or CLOSING of another, which will look again if it
 * saw a bit.
 *
 * If the thread dies here, its bit may be set, or nobody's bit in a LIVE image, or the word says CLOSING or BUSY of its slot.
 * Whoever reaps it (store/recovery.ts) clears the bit, swaps CLOSING back and closes every image that nobody holds.
 */
import { PARCELS, R_CONTROL, R_HOLDERS, R_PARCELS, R_SENT, W_HOLDER_WORDS } from '../layout.ts';
import { BUSY, CLOSING, control, generationOf, LIVE, slotOf, stateOf } from './control.ts';

/** The holders of records, for one slot. Threads: who acts in its name. Nothing here waits. */
export class Holders {
  readonly #words: Int32Array;
  readonly #slot: number;
  readonly #word: number;
  readonly #bit: number;
  readonly #destroy: (record: number) => void;
  readonly #holderWords: number;
  readonly #parcels: number;

  /**
   * @param words - the heap as 32-bit words
   * @param store - word index of the store's block
   * @param slot - the slot
   * @param destroy - gives back what a record has that is BUSY of this slot
   * @param parcels - parcels in a record: fewer where they are explored
   */
  constructor(
    words: Int32Array,
    store: number,
    slot: number,
    destroy: (record: number) => void,
    parcels: number = PARCELS,
  ) {
    this.#words = words;
    this.#slot = slot;
    this.#word = R_HOLDERS + (slot >>> 5);
    this.#bit = 1 << (slot & 31);
    this.#destroy = destroy;
    this.#holderWords = store + W_HOLDER_WORDS;
    this.#parcels = parcels;
  }

  /** Has everybody who looks for holders look for this slot too. Before it holds anything. */
  enroll(): void {
    const needed = this.#word - R_HOLDERS + 1;
    for (;;) {
      const seen = Atomics.load(this.#words, this.#holderWords);
      if (seen >= needed || Atomics.compareExchange(this.#words, this.#holderWords, seen, needed) === seen) return;
    }
  }

  /** Holds an image that this slot is making. */
  hold(record: number): void {
    Atomics.or(this.#words, record + this.#word, this.#bit);
  }

  /** Holds an image that the slot does not hold yet. Returns whether there is one of that generation. */
  open(record: number, generation: number): boolean {
    if (!isOpen(Atomics.load(this.#words, record + R_CONTROL), generation)) return false;
    this.hold(record);
    for (;;) {
      const seen = Atomics.load(this.#words, record + R_CONTROL);
      if (!isOpen(seen, generation)) break;
      if (stateOf(seen) === LIVE || this.#swap(record, seen, control(generation, LIVE, 0))) return true;
    }
    this.leave(record);
    return false;
  }

  /** Holds the image no longer. Without another holder its blocks go back. */
  leave(record: number): void {
    Atomics.and(this.#words, record + this.#word, ~this.#bit);
    this.close(record);
  }

  /** Gives the blocks of an image back that nobody holds. */
  close(record: number): void {
    while (!this.isHeld(record)) {
      const seen = Atomics.load(this.#words, record + R_CONTROL);
      if (stateOf(seen) !== LIVE) return;
      const closing = control(generationOf(seen), CLOSING, this.#slot);
      if (!this.#swap(record, seen, closing)) continue;
      if (!this.isHeld(record)) {
        if (this.#swap(record, closing, control(generationOf(seen), BUSY, this.#slot))) this.#destroy(record);
        return;
      }
      this.#swap(record, closing, seen);
    }
  }

  /**
   * Nothing is held or closed in the name of the slot any more, in this record. Images that nobody holds are closed, whoever
   * left them. Threads: who has the slot and ends, or who reaps it; may be done again.
   */
  giveUp(record: number): void {
    const seen = Atomics.load(this.#words, record + R_CONTROL);
    if (stateOf(seen) === CLOSING && slotOf(seen) === this.#slot) {
      this.#swap(record, seen, control(generationOf(seen), LIVE, 0)); // fails when somebody has opened it
    }
    const holds = (Atomics.load(this.#words, record + this.#word) & this.#bit) !== 0;
    if (holds) this.leave(record);
    else this.close(record);
  }

  /**
   * Whether any slot, or a reference on its way, holds the image. The bits first: who sends a reference holds the image until
   * the parcel is there, and R_SENT was set before.
   */
  isHeld(record: number): boolean {
    const used = Atomics.load(this.#words, this.#holderWords);
    for (let i = 0; i < used; i++) if (Atomics.load(this.#words, record + R_HOLDERS + i) !== 0) return true;
    if (Atomics.load(this.#words, record + R_SENT) === 0) return false;
    for (let i = 0; i < this.#parcels; i++) if (Atomics.load(this.#words, record + R_PARCELS + i) !== 0) return true;
    return false;
  }

  #swap(record: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, record + R_CONTROL, from, to) === from;
  }
}

/** Whether a control word is that of an image of that generation which can be opened. */
function isOpen(word: number, generation: number): boolean {
  return stateOf(word) >= LIVE && generationOf(word) === generation;
}
