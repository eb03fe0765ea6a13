/**
 * Parcels: references to an image that are on their way from one thread to another. A parcel is a word of the record, and
 * as long as it is not 0 the image has a holder.
 *
 *    31                     8 7            0
 *   +------------------------+--------------+
 *   |     sender + 1         |    stamp     |     sender: the thread's id; ids are never used twice in a process
 *   +------------------------+--------------+
 *
 *   0 -> parcel   by one swap, by a thread that holds the image: giveAway()
 *   parcel -> 0   by one swap, by a thread that holds the image already: takeOver(), recall()
 *
 * So a parcel is taken once, whoever tries. The handle says which of the record's words it is, and its stamp: who tries again
 * with an old handle does not get a later parcel in its place (255 stamps, then they repeat).
 *
 * A message cannot be seen from outside: nobody can tell whether a handle was sent, arrived, or lies in a queue. So nobody's
 * death ends a parcel:
 *   - the sender dies: the parcel stays, the receiver takes it over when the message comes;
 *   - the receiver dies, or never takes over: the sender takes it back, by takeOver() with the handle that it sent. One of both gets it;
 *   - both are gone, or the sender died before it sent: recall(sender), by who knows that no message of that thread will come.
 */
import { PARCELS, R_PARCELS, R_SENT } from '../layout.ts';

const STAMP_BITS = 8;
const STAMPS = 255;
const INDEX_BITS = 4;

/** The parcels of records, as one thread sends and takes them. */
export class Parcels {
  readonly #words: Int32Array;
  readonly #sender: number;
  #stamp = 0;

  /**
   * @param words - the heap as 32-bit words
   * @param sender - the calling thread's id
   */
  constructor(words: Int32Array, sender: number) {
    this.#words = words;
    this.#sender = (sender + 1) << STAMP_BITS;
  }

  /** Sends a reference to an image that the caller holds. Returns its number for the handle, or 0 when all are on their way. */
  send(record: number): number {
    this.#stamp = (this.#stamp % STAMPS) + 1;
    Atomics.store(this.#words, record + R_SENT, 1); // from now on who looks for holders looks for parcels
    for (let i = 0; i < PARCELS; i++) {
      const at = record + R_PARCELS + i;
      if (Atomics.load(this.#words, at) !== 0) continue;
      const free = Atomics.compareExchange(this.#words, at, 0, this.#sender | this.#stamp) === 0;
      if (free) return (this.#stamp << INDEX_BITS) | i;
    }
    return 0;
  }

  /** Takes a parcel of an image that the caller holds. Returns whether it was there. */
  take(record: number, parcel: number): boolean {
    const at = record + R_PARCELS + (parcel & (PARCELS - 1));
    const seen = Atomics.load(this.#words, at);
    if (seen === 0 || (seen & ((1 << STAMP_BITS) - 1)) !== parcel >>> INDEX_BITS) return false;
    return Atomics.compareExchange(this.#words, at, seen, 0) === seen;
  }

  /** The number of a parcel of a record that a thread has sent, or 0. */
  sentBy(record: number, sender: number): number {
    for (let i = 0; i < PARCELS; i++) {
      const seen = Atomics.load(this.#words, record + R_PARCELS + i);
      if (seen >>> STAMP_BITS === sender + 1) return ((seen & ((1 << STAMP_BITS) - 1)) << INDEX_BITS) | i;
    }
    return 0;
  }
}
