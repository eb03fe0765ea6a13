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
 *   CLAIM | who claims it   | as of a free page              | is being taken, given back or purged by that slot
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
 * resize     swap head -> RESIZE with the length that is sure, so that nobody else gives the span back or resizes it.
 *            Longer: claim the pages behind it, TAIL into them, and the head with the new length last. On a conflict put back
 *            what was taken, and the head as it was. Shorter: the tails that go -> FREE, and the head last.
 * purge      swap FREE|1 -> CLAIM, let the system take the page's memory, then FREE|0: it reads as zero again.
 *
 * No tags are needed: a swap from FREE is right whenever the page is free, however often it was taken in between, and a
 * swap from a head word is right because only the holder of the span may give it back.
 * Progress: of any claims in conflict the one that holds the highest page is hindered by none of the others.
 *
 * A block may have a name: a word of the heap that holds its address (named-blocks.ts). It is written and cleared while the
 * first page says CLAIM, and S_NAMING tells which word it is: so forget() knows of every name whether it names a block.
 *
 * If the thread dies here, the pages that it was claiming, releasing or purging say CLAIM(its slot), or TAIL of a head that
 * says so; a span that it was resizing says RESIZE(its slot) and which of its pages are sure. Nobody else can use them, and
 * no other span is touched. recover() sets exactly these pages free.
 */
import {
  A_ADDRESS,
  ARENA_OBJECT_BYTES,
  H_FREED,
  H_PAGES_PEAK,
  H_PAGES_USED,
  H_RECLAIMED_PAGES,
  type Layout,
  PAGE_BITS,
  PAGE_BYTES,
  S_ARENAS,
  S_ARENAS_LENGTH,
  S_FAILED_SWAPS,
  S_NAMING,
  SLOT_BYTES,
} from '../layout.ts';
import { RunHints } from './run-hints.ts';

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
/** Most pages that are kept from claims at a time while they are purged: 4 MiB, some 100 microseconds. */
const PURGE_RUN = 64;
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

/** Gives the memory of pages back to the system; see memory/purge.ts. */
export interface PagePurger {
  /** Purges pages that the caller has claimed. Returns whether they read as zero now. */
  purge(page: number, pages: number): boolean;
}

/**
 * Clears pages faster than this thread's own views do: see memory/kernel.ts. An interface of its own, which a heap gives and explorations leave
 * out: an exploration that follows the kernel's stand-in takes five to seven times as long.
 */
export interface PageClearer {
  /** Sets `length` bytes from `address` to `value`. */
  fill(address: number, value: number, length: number): void;
}

/** The spans of one heap, as one thread works with them. Holds where the words are, and the thread's hints. */
export class Spans {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #clearer: PageClearer | undefined;
  readonly #table: number;
  readonly #slots: number;
  readonly #first: number;
  readonly #end: number;
  readonly #slot: number;
  readonly #naming: number;
  readonly #released: PagePurger | undefined;
  readonly #hints = new RunHints();
  /** The count in H_FREED up to which the hints know what was set free. */
  #known = 0;
  #releasedPages = 0;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param slot - the calling thread's slot, written into what it claims
   * @param released - is offered pages that are being released, before they are free
   * @param clearer - clears pages; without it they are cleared as Float64Array
   */
  constructor(words: Int32Array, layout: Layout, slot: number, released?: PagePurger, clearer?: PageClearer) {
    this.#words = words;
    this.#doubles = new Float64Array(words.buffer);
    this.#clearer = clearer;
    this.#table = layout.spans;
    this.#slots = layout.slots;
    this.#first = layout.firstPage;
    this.#end = layout.endPage;
    this.#slot = slot;
    this.#naming = layout.slots + slot * (SLOT_BYTES >> 2) + S_NAMING;
    this.#released = released;
  }

  /**
   * Takes a span: the first run of free pages that fits, as far as this thread knows. Threads: any. Never waits.
   *
   * @param pages - its length, at least 1
   * @param alignment - its first page's number is a multiple of this
   * @param state - what its head will say: {@link PAGE_ARENA}, {@link PAGE_BLOCK}, …
   * @param zero - whether its bytes must all be 0: pages that were used before are cleared
   * @param name - index of a word that gets the span's address before there is a span, 0 for none
   * @returns the number of its first page, or 0 when there is no such run of free pages
   */
  claim(pages: number, alignment: number, state: number, zero: boolean, name = 0): number {
    let from = this.#hints.begin(pages, alignment, this.#lowest());
    // Twice, the second time from the first page: two claims that meet in the last gap may both let go of it, and a hint
    // may be too high.
    for (let pass = 0; pass < 2; pass++, from = this.#first) {
      for (;;) {
        const at = this.#findFree(from, pages, alignment);
        if (at < 0) break;
        const taken = this.#take(at, pages);
        if (taken === pages) {
          this.#hints.found(pages, alignment, at + pages);
          this.#publish(at, pages, state, zero, name);
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
   * @param name - index of the word that holds its address and is cleared before anybody can take it, 0 for none
   * @returns whether it was such a span; if not, nothing was changed
   */
  release(page: number, state: number, name = 0): boolean {
    const seen = this.#headOf(page, state);
    if (seen === 0) return false;
    if (name !== 0) this.#words[this.#naming] = name;
    if (!this.#swap(page, seen, controlWord(PAGE_CLAIM, this.#slot, FREE_DIRTY))) {
      this.#words[this.#naming] = 0;
      return false;
    }
    if (name !== 0) {
      this.#words[name] = 0;
      this.#words[this.#naming] = 0; // the word may be used for anything from now on
    }
    this.#setFree(page, pagePayload(seen));
    this.#releasedPages += pagePayload(seen);
    return true;
  }

  /**
   * Makes a span longer or shorter where it is. What a longer one gains has arbitrary contents. Its slot stays in its head.
   * Threads: any, for a span that nobody else gives back or resizes meanwhile. Never waits.
   *
   * @param page - the number of its first page
   * @param pages - its length
   * @param state - the state of its head. If the thread dies here, recover() makes a {@link PAGE_BLOCK} of it.
   * @param newPages - the length that it should have, at least 1
   * @returns whether it has that length now; if not, nothing was changed
   */
  resize(page: number, pages: number, state: number, newPages: number): boolean {
    const seen = this.#headOf(page, state);
    if (seen === 0 || pagePayload(seen) !== pages || newPages < 1 || page + newPages > this.#end) return false;
    const gained = newPages - pages;
    if (gained === 0) return true;
    if (this.#freePages(page + pages, gained) < gained) return false;
    if (!this.#swap(page, seen, controlWord(PAGE_RESIZE, this.#slot, Math.min(pages, newPages)))) return false;
    if (gained > 0 && this.#take(page + pages, gained) < gained) {
      Atomics.store(this.#words, this.#table + page, seen);
      return false;
    }
    if (gained > 0) this.#markTails(page, page + pages, page + newPages);
    else this.#setFree(page + newPages, -gained);
    Atomics.store(this.#words, this.#table + page, seen - pages + newPages);
    if (gained > 0) this.#count(gained);
    return true;
  }

  /**
   * Gives the memory of all free pages that were used before back to the system. Threads: any. Never waits; a claim that
   * needs just these pages meanwhile passes over them, or finds no room.
   *
   * @returns pages that were given back
   */
  purge(purger: PagePurger): number {
    let purged = 0;
    for (let page = this.#first; page < this.#end; ) {
      const claimed = this.#claimDirty(page);
      if (claimed === 0) {
        page = this.#behind(page, this.wordOf(page));
        continue;
      }
      const clean = purger.purge(page, claimed);
      this.#store(page, claimed, clean ? PAGE_FREE : FREE_DIRTY);
      this.#noteFreed(page);
      if (!clean) break;
      purged += claimed;
      page += claimed;
    }
    return purged;
  }

  /**
   * Sets the pages free that a dead thread was claiming, releasing, resizing or purging, and the arenas and vectors that it
   * had taken and not yet entered, or given up and not yet released. Its other spans stay: they may hold live blocks.
   *
   * Threads: the one that reaps the slot, alone, before anybody takes an arena or the vector of the slot over. It may be run
   * again from the start if that thread dies in it.
   *
   * The count of pages in spans is right after it unless the thread died between one swap and the one behind it: pages that
   * were being claimed are not counted yet, and those that were being released are counted no more, at every step but that.
   *
   * @param dead - the slot
   */
  recover(dead: number): void {
    let reclaimed = this.#recoverTails(dead);
    reclaimed += this.#recoverHeads(dead);
    reclaimed += this.#recoverUnnamed(dead);
    if (reclaimed === 0) return;
    Atomics.add(this.#words, H_RECLAIMED_PAGES, reclaimed);
    this.#noteFreed(this.#first); // they may lie anywhere
  }

  /**
   * Clears the name that a dead thread was giving to a span, or taking from it, if there is no such span: its pages are still
   * being claimed, and recover() sets them free. Threads: the one that reaps the slot, before anything else.
   *
   * @param dead - the slot
   */
  forget(dead: number): void {
    const words = this.#words;
    const naming = this.#slots + dead * (SLOT_BYTES >> 2) + S_NAMING;
    const name = words[naming];
    if (name === 0) return;
    const word = this.wordOf(words[name] >>> PAGE_BITS);
    if (pageState(word) === PAGE_CLAIM && pageSlot(word) === dead) words[name] = 0;
    words[naming] = 0;
  }

  /** Pages of the span that begins at `page` and has that state, or 0 when none does. Threads: any. */
  lengthOf(page: number, state: number): number {
    return pagePayload(this.#headOf(page, state));
  }

  /**
   * Writes another slot into the head of the span that `address` lies in, if it has that state. Threads: who holds both slots.
   *
   * @param address - an address in the span
   * @param state - the state that its head must have
   * @param slot - who owns it from now on
   */
  assign(address: number, state: number, slot: number): void {
    const at = Math.floor(address / PAGE_BYTES);
    const page = pageState(this.wordOf(at)) === PAGE_TAIL ? pagePayload(this.wordOf(at)) : at;
    const word = this.wordOf(page);
    if (pageState(word) === state) this.#store(page, 1, controlWord(state, slot, pagePayload(word)));
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

  /** Bytes in free pages, counted by walking the control words. Threads: any; others may take them meanwhile. */
  freeBytes(): number {
    const words = this.#words;
    const table = this.#table;
    let free = 0;
    // benign: the count is of a moment that has passed when it is answered, whatever order the words are read in
    for (let page = this.#first; page < this.#end; page++) if (pageState(words[table + page]) === PAGE_FREE) free++;
    return free * PAGE_BYTES;
  }

  // ---- searching ----------------------------------------------------------------------------------------------------

  /** The page below which none is free, as far as other threads have told; their releases lower this thread's hints. */
  #lowest(): number {
    const freed = Atomics.load(this.#words, H_FREED);
    const told = Math.max(this.#first, freed & PAYLOAD_MASK);
    if (freed >>> SLOT_SHIFT === this.#known) return told;
    const free = this.#findFree(told, 1, 1);
    const lowest = free < 0 ? this.#end : free;
    // Only while nobody sets pages free: or a page that is free by now would be below it. Others keep the same count.
    Atomics.compareExchange(this.#words, H_FREED, freed, freed - (freed & PAYLOAD_MASK) + lowest);
    this.#hints.freedFrom(lowest);
    this.#known = freed >>> SLOT_SHIFT;
    return lowest;
  }

  /** Tells all threads that pages from `page` on, and none before it, were set free. Behind the stores that do so. */
  #noteFreed(page: number): void {
    const words = this.#words;
    let seen = Atomics.load(words, H_FREED);
    for (;;) {
      const next = (((seen >>> SLOT_SHIFT) + 1) << SLOT_SHIFT) | Math.min(seen & PAYLOAD_MASK, page);
      const found = Atomics.compareExchange(words, H_FREED, seen, next);
      if (found === seen) break;
      this.#countFailedSwap();
      seen = found;
    }
    if (seen >>> SLOT_SHIFT === this.#known) this.#known = (this.#known + 1) & PAYLOAD_MASK;
    this.#hints.freed(page);
  }

  /** The first aligned run of `pages` free pages at or behind `from`, or -1. A guess: #take() makes sure. */
  #findFree(from: number, pages: number, alignment: number): number {
    const words = this.#words;
    const table = this.#table;
    const end = this.#end;
    let at = alignUp(from, alignment);
    for (let page = at; page < end; ) {
      // benign: a stale word costs a failed swap, or a gap that is found on the next call
      const word = words[table + page];
      if (pageState(word) !== PAGE_FREE) at = page = alignUp(this.#behind(page, word), alignment);
      else if (++page - at === pages) return at;
    }
    return -1;
  }

  /** The page behind the span that `page` belongs to, as far as its control word tells. Behind `page` in any case. */
  #behind(page: number, word: number): number {
    if (pageState(word) >= PAGE_ARENA) return page + pagePayload(word);
    if (pageState(word) !== PAGE_TAIL) return page + 1;
    const head = pagePayload(word);
    // benign: as in #findFree()
    const headWord = this.#words[this.#table + head];
    if (pageState(headWord) < PAGE_ARENA) return page + 1;
    return Math.max(page + 1, head + pagePayload(headWord));
  }

  /** How many of the `pages` pages from `page` on are free, up to the first that is not. A guess, as #findFree(). */
  #freePages(page: number, pages: number): number {
    let free = 0;
    // benign: as in #findFree()
    while (free < pages && pageState(this.#words[this.#table + page + free]) === PAGE_FREE) free++;
    return free;
  }

  /** The head word of the span that begins at `page` and has that state, or 0. */
  #headOf(page: number, state: number): number {
    if (page < this.#first || page >= this.#end) return 0;
    const word = Atomics.load(this.#words, this.#table + page);
    return pageState(word) === state ? word : 0;
  }

  // ---- changing -----------------------------------------------------------------------------------------------------

  #swap(page: number, from: number, to: number): boolean {
    if (Atomics.compareExchange(this.#words, this.#table + page, from, to) === from) return true;
    this.#countFailedSwap();
    return false;
  }

  /** Claims the pages from `at` upwards; returns how many it got before the first that it did not. Keeps all or none. */
  #take(at: number, pages: number): number {
    for (let i = 0; i < pages; i++) {
      const seen = this.wordOf(at + i);
      if (pageState(seen) === PAGE_FREE && this.#swap(at + i, seen, this.#claimOf(seen))) continue;
      this.#putBack(at, i);
      return i;
    }
    return pages;
  }

  /** Puts claimed pages back as they were. */
  #putBack(at: number, pages: number): void {
    if (pages === 0) return;
    for (let page = at + pages - 1; page >= at; page--) this.#store(page, 1, pagePayload(this.wordOf(page)));
    this.#noteFreed(at);
  }

  /** Claims free pages that were used before, from `page` upwards; returns how many. */
  #claimDirty(page: number): number {
    let pages = 0;
    while (pages < PURGE_RUN && page + pages < this.#end) {
      // benign: the swap makes sure
      if (this.#words[this.#table + page + pages] !== FREE_DIRTY) break;
      if (!this.#swap(page + pages, FREE_DIRTY, this.#claimOf(FREE_DIRTY))) break;
      pages++;
    }
    return pages;
  }

  /** The word of a page that this slot claims and that was free with the word `free`. */
  #claimOf(free: number): number {
    return controlWord(PAGE_CLAIM, this.#slot, free);
  }

  /** Makes a span of claimed pages. */
  #publish(at: number, pages: number, state: number, zero: boolean, name: number): void {
    if (zero) this.#clear(at, pages);
    if (name !== 0) {
      this.#words[this.#naming] = name;
      this.#words[name] = at * PAGE_BYTES;
    }
    this.#markTails(at, at + 1, at + pages);
    this.#store(at, 1, controlWord(state, this.#slot, pages));
    if (name !== 0) this.#words[this.#naming] = 0;
    this.#count(pages);
  }

  /** The pages from `from` up to `to` belong to the span at `head`. */
  #markTails(head: number, from: number, to: number): void {
    this.#store(from, to - from, controlWord(PAGE_TAIL, 0, head));
  }

  /** Sets pages free whose first one keeps others away as long as it is not; it is the last one. */
  #setFree(at: number, pages: number): void {
    // Before the pages are free: or who claims them counts them twice, and the peak is more than there ever were.
    Atomics.sub(this.#words, H_PAGES_USED, pages);
    const clean = this.#released?.purge(at, pages) ?? false;
    const free = clean ? PAGE_FREE : FREE_DIRTY;
    this.#store(at + 1, pages - 1, free);
    this.#store(at, 1, free);
    this.#noteFreed(at);
  }

  #store(at: number, pages: number, word: number): void {
    const index = this.#table + at;
    for (let i = 0; i < pages; i++) Atomics.store(this.#words, index + i, word);
  }

  /** Zeroes those of the claimed pages that were used before. */
  #clear(at: number, pages: number): void {
    for (let page = at; page < at + pages; page++) {
      if (pagePayload(this.wordOf(page)) !== FREE_DIRTY) continue;
      if (this.#clearer !== undefined) this.#clearer.fill(page * PAGE_BYTES, 0, PAGE_BYTES);
      else this.#doubles.fill(0, (page * PAGE_BYTES) / 8, ((page + 1) * PAGE_BYTES) / 8);
    }
  }

  /** Counts pages that became part of a span. */
  #count(pages: number): void {
    const words = this.#words;
    const used = Atomics.add(words, H_PAGES_USED, pages) + pages;
    let peak = Atomics.load(words, H_PAGES_PEAK);
    while (used > peak) {
      const seen = Atomics.compareExchange(words, H_PAGES_PEAK, peak, used);
      if (seen === peak) return;
      this.#countFailedSwap();
      peak = seen;
    }
  }

  #countFailedSwap(): void {
    this.#words[this.#slots + this.#slot * (SLOT_BYTES >> 2) + S_FAILED_SWAPS]++;
  }

  // ---- after a death ------------------------------------------------------------------------------------------------

  /**
   * First the tails: as long as their head says CLAIM or RESIZE of the dead slot, they can be told from all others.
   * Returns how many there were.
   */
  #recoverTails(dead: number): number {
    let pages = 0;
    for (let page = this.#first; page < this.#end; page++) {
      const word = this.wordOf(page);
      if (pageState(word) !== PAGE_TAIL || !this.#isLost(page, pagePayload(word), dead)) continue;
      this.#store(page, 1, FREE_DIRTY);
      pages++;
    }
    return pages;
  }

  /** Whether the dead slot was taking or giving back this page of the span at `head`. */
  #isLost(page: number, head: number, dead: number): boolean {
    const word = this.wordOf(head);
    if (pageSlot(word) !== dead) return false;
    if (pageState(word) === PAGE_RESIZE) return page >= head + pagePayload(word);
    return pageState(word) === PAGE_CLAIM;
  }

  /** Then what names the dead slot: pages are free, spans have the length that is sure. Returns how many were set free. */
  #recoverHeads(dead: number): number {
    let pages = 0;
    for (let page = this.#first; page < this.#end; page++) {
      const word = this.wordOf(page);
      if (pageSlot(word) !== dead) continue;
      if (pageState(word) === PAGE_RESIZE) this.#store(page, 1, controlWord(PAGE_BLOCK, dead, pagePayload(word)));
      if (pageState(word) !== PAGE_CLAIM) continue;
      this.#store(page, 1, pagePayload(word));
      pages++;
    }
    return pages;
  }

  /** At last the arenas and vectors of the dead slot that it does not know. Returns how many pages they had. */
  #recoverUnnamed(dead: number): number {
    const named = this.#named(dead);
    let pages = 0;
    for (let page = this.#first; page < this.#end; page++) {
      const word = this.wordOf(page);
      if (pageSlot(word) !== dead || named.has(page)) continue;
      const unnamed = pageState(word) === PAGE_ARENA || pageState(word) === PAGE_VECTOR;
      if (unnamed && this.release(page, pageState(word))) pages += pagePayload(word);
    }
    return pages;
  }

  /** The pages at which the vector of a slot and its arenas begin. plain: their owner is dead. */
  #named(dead: number): ReadonlySet<number> {
    const words = this.#words;
    const slot = this.#slots + dead * (SLOT_BYTES >> 2);
    const vector = words[slot + S_ARENAS] >>> 0;
    const named = new Set([vector / PAGE_BYTES]);
    for (let index = 0; index < words[slot + S_ARENAS_LENGTH]; index++) {
      const object = (vector + index * ARENA_OBJECT_BYTES) >>> 2;
      named.add((words[object + A_ADDRESS] >>> 0) / PAGE_BYTES);
    }
    return named;
  }
}

function alignUp(page: number, alignment: number): number {
  const over = page % alignment;
  return over === 0 ? page : page - over + alignment;
}
