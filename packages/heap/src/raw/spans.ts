/**
 * Spans: runs of 64 KiB pages that any thread can take and any thread can free, without a lock.
 *
 * Every page has one control word, and these words are the only truth about pages:
 *
 *    31       28 27                16 15                  0
 *   +-----------+--------------------+---------------------+
 *   |   state   |       slot         |       payload       |
 *   +-----------+--------------------+---------------------+
 *
 *   state | slot            | payload                        | the page
 *   ------|-----------------|--------------------------------|---------------------------------------------------------
 *   FREE  | 0               | 1 when it was used before      | may be claimed; payload 0 means that it still reads as zero
 *   CLAIM | who claims it   | 0                              | is being taken or given back by that slot
 *   TAIL  | 0               | page number of its head        | belongs to a span, and is not its first page
 *   ARENA | who took it     | length of the span in pages    | first page of an arena of level 2
 *   BLOCK | who took it     | length of the span in pages    | first page of a large block of level 1
 *   SLAB  | who owns it     | length of the span in pages    | first page of a slab: blocks of one medium size
 *   VECTOR| who took it     | length of the span in pages    | first page of a slot's vector of arena objects
 *   RESIZE| who resizes it  | the smaller of both lengths    | first page of a block that grows or shrinks in place
 *
 * Widths: a heap has at most 65536 pages, of which the first are tables, so page numbers and lengths fit 16 bits.
 * 256 slots fit the 12 bits. A word FREE|0 is the number 0.
 *
 * claim(n)   swap FREE -> CLAIM page by page, upwards; on a conflict put back what was taken and go on behind the page that
 *            was not free. Then TAIL into all but the first page, and the head word LAST: only from then on is there a span.
 * release    swap head -> CLAIM (who fails here frees a span twice), tails -> FREE, and the head page -> FREE last.
 *
 * No tags are needed: a swap from FREE is right whenever the page is free, however often it was taken in between, and a
 * swap from a head word is right because only the holder of the span may give it back.
 * Progress: of any claims in conflict the one that holds the highest page is hindered by none of the others.
 *
 * If the thread dies here, the pages that it was claiming or releasing say CLAIM(its slot), or TAIL of a head that says so.
 * Nobody else can use them, no other span is touched, and a later pass can set exactly these pages free.
 */
import { H_PAGES_PEAK, H_PAGES_USED, type Layout, PAGE_BYTES } from '../layout.ts';

/** State of a control word: the page may be claimed. */
export const PAGE_FREE = 0;
/** State of a control word: the page is being taken or given back. */
export const PAGE_CLAIM = 1;
/** State of a control word: a page of a span other than its first. */
export const PAGE_TAIL = 2;
/** State of a control word: the first page of an arena. */
export const PAGE_ARENA = 3;
/** State of a control word: the first page of a block. */
export const PAGE_BLOCK = 4;
/** State of a control word: the first page of a slab. */
export const PAGE_SLAB = 5;
/** State of a control word: the first page of a vector of arena objects. */
export const PAGE_VECTOR = 6;
/** State of a control word: the first page of a block that is growing or shrinking in place. */
export const PAGE_RESIZE = 7;

/** A control word of a free page that was used before: its bytes are arbitrary. */
const FREE_DIRTY = 1;
const STATE_SHIFT = 28;
const SLOT_SHIFT = 16;
const PAYLOAD_MASK = 0xffff;

/** The state in a control word. */
export function pageState(word: number): number {
  return word >>> STATE_SHIFT;
}

/** The slot in a control word. */
export function pageSlot(word: number): number {
  return (word >>> SLOT_SHIFT) & 0xfff;
}

/** The payload in a control word: the length of a head, the head of a tail. */
export function pagePayload(word: number): number {
  return word & PAYLOAD_MASK;
}

function controlWord(state: number, slot: number, payload: number): number {
  return (state << STATE_SHIFT) | (slot << SLOT_SHIFT) | payload;
}

/** The spans of one heap, as one thread works with them. Holds nothing but where the words are. */
export class Spans {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #table: number;
  readonly #first: number;
  readonly #end: number;
  readonly #slot: number;
  #releasedPages = 0;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param slot - the calling thread's slot, written into what it claims
   */
  constructor(words: Int32Array, layout: Layout, slot: number) {
    this.#words = words;
    this.#doubles = new Float64Array(words.buffer);
    this.#table = layout.spans;
    this.#first = layout.firstPage;
    this.#end = layout.endPage;
    this.#slot = slot;
  }

  /**
   * Takes a span. Threads: any. Never waits.
   *
   * @param pages - its length, at least 1
   * @param alignment - its first page's number is a multiple of this
   * @param state - {@link PAGE_ARENA} or {@link PAGE_BLOCK}
   * @param zero - whether its bytes must all be 0: pages that were used before are cleared
   * @returns the number of its first page, or 0 when there is no such run of free pages
   */
  claim(pages: number, alignment: number, state: number, zero: boolean): number {
    // Twice: two claims that meet in the last gap may both let go of it.
    for (let pass = 0; pass < 2; pass++) {
      let from = this.#first;
      for (;;) {
        const at = this.#findFree(from, pages, alignment);
        if (at < 0) break;
        const taken = this.#take(at, pages, zero);
        if (taken === pages) {
          this.#publish(at, pages, state);
          return at;
        }
        from = at + taken + 1;
      }
    }
    return 0;
  }

  /**
   * Gives a span back. Threads: any. Never waits.
   *
   * @param page - the number of its first page
   * @param state - the state that its head must have
   * @returns whether it was such a span; if not, nothing was changed
   */
  release(page: number, state: number): boolean {
    if (page < this.#first || page >= this.#end) return false;
    const words = this.#words;
    const head = this.#table + page;
    const seen = Atomics.load(words, head);
    if (pageState(seen) !== state) return false;
    if (Atomics.compareExchange(words, head, seen, controlWord(PAGE_CLAIM, this.#slot, 0)) !== seen) return false;
    const pages = pagePayload(seen);
    // Before the pages are free: or who claims them counts them twice, and the peak is more than there ever were.
    Atomics.sub(words, H_PAGES_USED, pages);
    for (let i = 1; i < pages; i++) Atomics.store(words, head + i, FREE_DIRTY);
    Atomics.store(words, head, FREE_DIRTY);
    this.#releasedPages += pages;
    return true;
  }

  /** Pages of the span that begins at `page` and has that state, or 0 when none does. Threads: any. */
  lengthOf(page: number, state: number): number {
    if (page < this.#first || page >= this.#end) return 0;
    const word = Atomics.load(this.#words, this.#table + page);
    return pageState(word) === state ? pagePayload(word) : 0;
  }

  /**
   * Writes another slot into the head of a span, if one with that state begins at `page`. Threads: who holds both slots.
   *
   * @param page - the number of its first page
   * @param state - the state that its head must have
   * @param slot - who owns it from now on
   */
  assign(page: number, state: number, slot: number): void {
    const word = this.wordOf(page);
    if (pageState(word) !== state) return;
    Atomics.store(this.#words, this.#table + page, controlWord(state, slot, pagePayload(word)));
  }

  /** The first page of the span that `address` lies in. Threads: who owns the span. */
  headOf(address: number): number {
    const page = Math.floor(address / PAGE_BYTES);
    const word = this.wordOf(page);
    return pageState(word) === PAGE_TAIL ? pagePayload(word) : page;
  }

  /** The control word of `page`. Threads: any; it may be stale when it is used. */
  wordOf(page: number): number {
    return Atomics.load(this.#words, this.#table + page);
  }

  /** Pages that this thread has given back, ever. */
  get releasedPages(): number {
    return this.#releasedPages;
  }

  /** The first page that spans may use. */
  get first(): number {
    return this.#first;
  }

  /** The first page number behind the heap. */
  get end(): number {
    return this.#end;
  }

  /** Bytes in free pages, counted by walking the control words. */
  freeBytes(): number {
    let free = 0;
    for (let page = this.#first; page < this.#end; page++) if (pageState(this.wordOf(page)) === PAGE_FREE) free++;
    return free * PAGE_BYTES;
  }

  /**
   * The first aligned run of `pages` free pages at or behind `from`, or -1. A guess: #take() makes sure.
   */
  #findFree(from: number, pages: number, alignment: number): number {
    const words = this.#words;
    const table = this.#table;
    let at = alignUp(from, alignment);
    for (let page = at; page < this.#end; ) {
      // benign: a stale word costs a failed swap, or a gap that is found on the next call
      const word = words[table + page];
      if (pageState(word) === PAGE_FREE) {
        page++;
        if (page - at === pages) return at;
        continue;
      }
      page = Math.max(page + 1, this.#behind(page, word));
      at = page = alignUp(page, alignment);
    }
    return -1;
  }

  /** The page behind the span that `page` belongs to, as far as its control word tells. */
  #behind(page: number, word: number): number {
    const state = pageState(word);
    if (state === PAGE_ARENA || state === PAGE_BLOCK) return page + pagePayload(word);
    if (state !== PAGE_TAIL) return page + 1;
    const head = pagePayload(word);
    // benign: as in #findFree()
    const headWord = this.#words[this.#table + head];
    const headState = pageState(headWord);
    return headState === PAGE_ARENA || headState === PAGE_BLOCK ? head + pagePayload(headWord) : page + 1;
  }

  /** Claims the pages from `at` upwards; returns how many it got before the first that it did not. Keeps all or none. */
  #take(at: number, pages: number, zero: boolean): number {
    const words = this.#words;
    const claim = controlWord(PAGE_CLAIM, this.#slot, 0);
    for (let i = 0; i < pages; i++) {
      const index = this.#table + at + i;
      const seen = Atomics.load(words, index);
      if (pageState(seen) !== PAGE_FREE || Atomics.compareExchange(words, index, seen, claim) !== seen) {
        for (let back = i - 1; back >= 0; back--) Atomics.store(words, this.#table + at + back, FREE_DIRTY);
        return i;
      }
      if (zero && seen === FREE_DIRTY) this.#clear(at + i);
    }
    return pages;
  }

  #publish(at: number, pages: number, state: number): void {
    const words = this.#words;
    const head = this.#table + at;
    for (let i = 1; i < pages; i++) Atomics.store(words, head + i, controlWord(PAGE_TAIL, 0, at));
    Atomics.store(words, head, controlWord(state, this.#slot, pages));
    this.#raisePeak(Atomics.add(words, H_PAGES_USED, pages) + pages);
  }

  #raisePeak(used: number): void {
    const words = this.#words;
    let peak = Atomics.load(words, H_PAGES_PEAK);
    while (used > peak) {
      const seen = Atomics.compareExchange(words, H_PAGES_PEAK, peak, used);
      if (seen === peak) return;
      peak = seen;
    }
  }

  /** Zeroes a page that the caller has claimed. As Float64Array: 4 to 8 times as fast as Uint8Array on shared memory. */
  #clear(page: number): void {
    this.#doubles.fill(0, (page * PAGE_BYTES) / 8, ((page + 1) * PAGE_BYTES) / 8);
  }
}

function alignUp(page: number, alignment: number): number {
  return Math.ceil(page / alignment) * alignment;
}
