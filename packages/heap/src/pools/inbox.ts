/**
 * The inbox of a slot: which of its pools have a remote list that waits to be taken back.
 *
 * Three levels of bits, so that a pool is found in a few steps among the million that a heap can have:
 *
 *   S_PENDING   one word of the slot         bit i: word i of the inbox is not 0
 *   inbox       32 words of the slot's mail  bit j of word i: some pool of group 32 i + j has a hint
 *   hints       one bit per pool, of all slots: its remote list may be non-empty
 *
 * A group is 2^inboxBits pools with neighbouring numbers, whoever owns them. Slabs have pending word and inbox of their own, and
 * share the hints: a slab's number is that of the first pool that it covers.
 *
 *   freer:  pushes on a remote word whose list was empty -> sets the hint -> the inbox' bit -> the pending bit
 *   owner:  takes the pending bits -> the inbox' words -> the hints of its pools -> their remote lists
 *
 * They meet in opposite directions: what the owner does not see on its way down was set behind it, and then the bits above are set
 * anew. So no list waits for ever, and a bit without a list costs one look. Every bit can be made again from the remote words.
 *
 * If a freer dies on its way up, nobody may be told: whoever reaps it tells in its stead (outbox.ts). If the owner dies on
 * its way down, bits are lost: its slot is collected without asking them (collectAll).
 */
import type { Layout } from '../layout.ts';
import { MAIL_WORDS } from '../layout.ts';
import { slotWord } from '../threads/slots.ts';

/** Where an inbox lies. */
export interface InboxPlaces {
  /** The pending word, from the slot's first word. */
  readonly pending: number;
  /** The first of the 32 words, from the first word of the slot's mail. */
  readonly inbox: number;
}

/** Tells a slot that the remote list of the pool with that number is no longer empty. Threads: any. */
export function tellInbox(words: Int32Array, layout: Layout, slot: number, places: InboxPlaces, number: number): void {
  const group = number >>> layout.inboxBits;
  Atomics.or(words, layout.mail + slot * MAIL_WORDS + places.inbox + (group >>> 5), 1 << (group & 31));
  Atomics.or(words, slotWord(layout, slot) + places.pending, 1 << (group >>> 5));
}

/** Sets the hint of the pool with that number, before its owner is looked up and told. Threads: any. */
export function setHint(words: Int32Array, layout: Layout, number: number): void {
  Atomics.or(words, layout.hints + (number >>> 5), 1 << (number & 31));
}

/** One of the inboxes of a slot. Threads: the slot's owner. */
export class Inbox {
  readonly #words: Int32Array;
  readonly #pending: number;
  readonly #inbox: number;
  readonly #hints: number;
  /** log2 of the hint words of a group. */
  readonly #groupBits: number;
  readonly #owns: (number: number) => boolean;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param slot - the slot's number
   * @param places - where its words lie
   * @param owns - whether the pool with that number is the slot's, and of this inbox' kind
   */
  constructor(words: Int32Array, layout: Layout, slot: number, places: InboxPlaces, owns: (number: number) => boolean) {
    this.#words = words;
    this.#pending = slotWord(layout, slot) + places.pending;
    this.#inbox = layout.mail + slot * MAIL_WORDS + places.inbox;
    this.#hints = layout.hints;
    this.#groupBits = layout.inboxBits - 5;
    this.#owns = owns;
  }

  /** Forgets who told, without looking: for who looks at all pools. */
  clear(): void {
    Atomics.store(this.#words, this.#pending, 0);
  }

  /** Calls `visit` with the number of each of the slot's pools that has a hint, and takes the hint. Returns whether any told. */
  take(visit: (number: number) => void): boolean {
    // benign: a bit that is set behind this look is seen at the next one
    if (this.#words[this.#pending] === 0) return false;
    let pending = Atomics.exchange(this.#words, this.#pending, 0);
    while (pending !== 0) {
      const i = 31 - Math.clz32(pending);
      pending &= ~(1 << i);
      this.#takeWord(i, visit);
    }
    return true;
  }

  #takeWord(i: number, visit: (number: number) => void): void {
    let groups = Atomics.exchange(this.#words, this.#inbox + i, 0);
    while (groups !== 0) {
      const j = 31 - Math.clz32(groups);
      groups &= ~(1 << j);
      const first = (i * 32 + j) << this.#groupBits;
      for (let word = first; word < first + (1 << this.#groupBits); word++) {
        // benign: a hint that is set behind this look comes with bits above it
        const bits = this.#words[this.#hints + word];
        if (bits !== 0) this.#takeHints(word, bits, visit);
      }
    }
  }

  /** The hints of other slots' pools stay. */
  #takeHints(word: number, seen: number, visit: (number: number) => void): void {
    let mine = 0;
    for (let bits = seen; bits !== 0; ) {
      const bit = 31 - Math.clz32(bits);
      bits &= ~(1 << bit);
      if (this.#owns(word * 32 + bit)) mine |= 1 << bit;
    }
    let taken = Atomics.and(this.#words, this.#hints + word, ~mine) & mine;
    while (taken !== 0) {
      const bit = 31 - Math.clz32(taken);
      taken &= ~(1 << bit);
      visit(word * 32 + bit);
    }
  }
}
