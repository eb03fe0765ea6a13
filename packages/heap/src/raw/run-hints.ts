/**
 * Run hints: where the next search for free pages may begin.
 *
 * Without them each claim walks over all spans in front of the first gap that fits. A hint says of one kind of request
 * (length and alignment): no free run for it begins below this page. So the first run at or behind it is the first of all,
 * and remembering changes what a claim costs, not which pages it gets.
 *
 * Hints are private to a thread. It raises them by what it found, lowers them by what it releases itself, and learns of
 * other threads' releases from the word H_FREED. A hint that is too high, because another thread put pages back in the
 * middle of a search, costs one more walk from the first page and loses nothing. If the thread dies, its hints die with it.
 */

/** Kinds of requests that are remembered: programs use few sizes at a time, and level 2 uses three. */
const HINTS = 8;

/** The hints of one thread. */
export class RunHints {
  readonly #pages = new Int32Array(HINTS);
  readonly #alignments = new Int32Array(HINTS);
  readonly #from = new Int32Array(HINTS);
  #length = 0;
  #oldest = 0;

  /** The page below which no run of that kind begins; at least `lowest`. Shorter runs tell of longer ones. */
  begin(pages: number, alignment: number, lowest: number): number {
    let from = lowest;
    for (let i = 0; i < this.#length; i++) {
      const tells = this.#pages[i] <= pages && alignment % this.#alignments[i] === 0;
      if (tells && this.#from[i] > from) from = this.#from[i];
    }
    return from;
  }

  /** The first run of that kind was found, and taken: the next one begins at or behind `from`. */
  found(pages: number, alignment: number, from: number): void {
    let at = 0;
    while (at < this.#length && (this.#pages[at] !== pages || this.#alignments[at] !== alignment)) at++;
    if (at === HINTS) {
      at = this.#oldest;
      this.#oldest = (at + 1) % HINTS;
    }
    if (at === this.#length) this.#length++;
    this.#pages[at] = pages;
    this.#alignments[at] = alignment;
    this.#from[at] = from;
  }

  /** `page` and perhaps pages behind it were set free: runs that reach it may begin before it. */
  freed(page: number): void {
    for (let i = 0; i < this.#length; i++) {
      const from = page - this.#pages[i] + 1;
      if (this.#from[i] > from) this.#from[i] = from;
    }
  }

  /** Somebody set pages free, none of them below `lowest`. */
  freedFrom(lowest: number): void {
    for (let i = 0; i < this.#length; i++) if (this.#from[i] > lowest) this.#from[i] = lowest;
  }
}
