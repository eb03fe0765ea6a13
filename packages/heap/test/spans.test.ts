/** Spans of pages: where they are put, what is in them, what is refused, and what is counted. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { geometryNamed } from '../src/geometry.ts';
import {
  A_ADDRESS,
  ARENA_OBJECT_BYTES,
  H_PAGES_PEAK,
  H_PAGES_USED,
  H_RECLAIMED_PAGES,
  type Layout,
  layoutOf,
  PAGE_BYTES,
  S_ARENAS,
  S_ARENAS_LENGTH,
  S_FAILED_SWAPS,
} from '../src/layout.ts';
import {
  PAGE_ARENA,
  PAGE_BLOCK,
  PAGE_CLAIM,
  PAGE_FREE,
  PAGE_RESIZE,
  PAGE_TAIL,
  PAGE_VECTOR,
  type PagePurger,
  pagePayload,
  pageSlot,
  pageState,
  Spans,
} from '../src/raw/spans.ts';
import { slotWord } from '../src/threads/slots.ts';

const PAGES = 64;
const SLOT = 7;

let words: Int32Array;
let bytes: Uint8Array;
let layout: Layout;
let spans: Spans;

beforeEach(() => {
  layout = layoutOf(PAGES, geometryNamed('classic8'));
  words = new Int32Array(new SharedArrayBuffer(PAGES * PAGE_BYTES));
  bytes = new Uint8Array(words.buffer);
  spans = new Spans(words, layout, SLOT);
});

function take(pages: number, alignment = 1): number {
  return spans.claim(pages, alignment, PAGE_BLOCK, false);
}

/** The bytes of all that Spans may change: tables and counters, as one string to compare. */
function tables(): string {
  return Buffer.from(words.buffer, 0, layout.firstPage * PAGE_BYTES).toString('latin1');
}

function page(number: number): Buffer {
  return Buffer.from(words.buffer, number * PAGE_BYTES, PAGE_BYTES) as Buffer;
}

describe('where a span is put', () => {
  test('spans follow each other from the first page on, each with a head that names its length and its taker', () => {
    expect([take(1), take(3), take(2)]).toEqual([spans.first, spans.first + 1, spans.first + 4]);
    const word = spans.wordOf(spans.first + 1);
    expect([pageState(word), pagePayload(word), pageSlot(word)]).toEqual([PAGE_BLOCK, 3, SLOT]);
    for (const tail of [spans.first + 2, spans.first + 3]) {
      expect([pageState(spans.wordOf(tail)), pagePayload(spans.wordOf(tail))]).toEqual([PAGE_TAIL, spans.first + 1]);
    }
  });

  test('the first gap that is long enough is taken, not the one that fits best', () => {
    const [, b, , d] = [take(1), take(4), take(1), take(2), take(1)];
    spans.release(b, PAGE_BLOCK);
    spans.release(d, PAGE_BLOCK);
    expect(take(2)).toBe(b);
    expect(take(3), 'two pages are left of the first gap, two of the second').toBe(d + 3);
    expect(take(2)).toBe(b + 2);
  });

  test('neighbours that were freed one by one are one gap', () => {
    const [a, b, c] = [take(2), take(3), take(1)];
    take(1);
    for (const span of [b, a, c]) spans.release(span, PAGE_BLOCK);
    expect(take(6)).toBe(a);
  });

  test.each([1, 2, 4, 16])('a span aligned to %i pages begins at a multiple of it', (alignment) => {
    take(1);
    for (const pages of [1, 2, 3]) {
      const at = take(pages, alignment);
      expect(at).toBeGreaterThan(0);
      expect(at % alignment).toBe(0);
    }
  });

  test('the last page of the reserve is never handed out', () => {
    const all = layout.endPage - layout.firstPage;
    expect(layout.endPage).toBe(PAGES - 1);
    expect(take(all + 1)).toBe(0);
    expect(take(all)).toBe(layout.firstPage);
    expect(spans.freeBytes()).toBe(0);
  });
});

describe('what is in it', () => {
  test('a page that was never used is not cleared: the system gave it as zeros', () => {
    // Nothing writes here before the page was handed out once; the mark shows that claim() does not touch it either.
    page(spans.first)[100] = 1;
    expect(spans.claim(1, 1, PAGE_BLOCK, true)).toBe(spans.first);
    expect(page(spans.first)[100]).toBe(1);
  });

  test('pages that were used before are cleared for those who ask for zeros, in all their bytes', () => {
    const at = take(2);
    bytes.fill(0xff, at * PAGE_BYTES, (at + 2) * PAGE_BYTES);
    spans.release(at, PAGE_BLOCK);
    page(at + 2)[0] = 1;
    expect(spans.claim(3, 1, PAGE_BLOCK, true)).toBe(at);
    expect(page(at).equals(Buffer.alloc(PAGE_BYTES))).toBe(true);
    expect(page(at + 1).equals(Buffer.alloc(PAGE_BYTES))).toBe(true);
    expect(page(at + 2)[0], 'the third was not used before').toBe(1);
  });

  test('who does not ask for zeros gets the bytes as they are', () => {
    const at = take(1);
    bytes.fill(0xff, at * PAGE_BYTES, (at + 1) * PAGE_BYTES);
    spans.release(at, PAGE_BLOCK);
    expect(take(1)).toBe(at);
    expect(page(at).equals(Buffer.alloc(PAGE_BYTES, 0xff))).toBe(true);
  });

  test('clearing a span leaves its neighbours alone', () => {
    const [a, b, c] = [take(1), take(1), take(1)];
    bytes.fill(0xff, a * PAGE_BYTES, (c + 1) * PAGE_BYTES);
    spans.release(b, PAGE_BLOCK);
    expect(spans.claim(1, 1, PAGE_BLOCK, true)).toBe(b);
    for (const neighbour of [a, c]) expect(page(neighbour).equals(Buffer.alloc(PAGE_BYTES, 0xff))).toBe(true);
  });
});

describe('what is refused', () => {
  test('a claim for which there is no run answers 0 and changes nothing', () => {
    const all = layout.endPage - layout.firstPage;
    const kept = Array.from({ length: all }, () => take(1));
    for (let i = 0; i < all; i += 2) spans.release(kept[i], PAGE_BLOCK);
    const before = tables();
    expect(take(2)).toBe(0);
    expect(take(1, PAGES)).toBe(0);
    expect(take(all)).toBe(0);
    expect(take(70000)).toBe(0);
    expect(tables()).toBe(before);
    expect(take(1)).toBe(kept[0]);
  });

  test('a span is released once, by its head, by its state', () => {
    const [a, b] = [take(3), spans.claim(4, 4, PAGE_ARENA, false)];
    const before = tables();
    for (const at of [a + 1, a + 2, 0, 1, layout.firstPage - 1, layout.endPage, PAGES, 70000, -1]) {
      expect(spans.release(at, PAGE_BLOCK), `page ${at}`).toBe(false);
      expect(spans.lengthOf(at, PAGE_BLOCK), `page ${at}`).toBe(0);
    }
    expect(spans.release(a, PAGE_ARENA)).toBe(false);
    expect(spans.release(b, PAGE_BLOCK)).toBe(false);
    expect(spans.release(b + 4, PAGE_BLOCK), 'a free page').toBe(false);
    expect(tables()).toBe(before);
    expect([spans.lengthOf(a, PAGE_BLOCK), spans.lengthOf(b, PAGE_ARENA)]).toEqual([3, 4]);

    expect(spans.release(a, PAGE_BLOCK)).toBe(true);
    const after = tables();
    expect(spans.release(a, PAGE_BLOCK)).toBe(false);
    expect(tables()).toBe(after);
  });

  test('a released span leaves free pages only', () => {
    const at = take(5);
    spans.release(at, PAGE_BLOCK);
    for (let i = at; i < at + 5; i++) {
      expect([pageState(spans.wordOf(i)), pageSlot(spans.wordOf(i))]).toEqual([PAGE_FREE, 0]);
    }
  });
});

describe('longer and shorter in place', () => {
  const word = (number: number) => {
    const seen = spans.wordOf(number);
    return [pageState(seen), pageSlot(seen), pagePayload(seen)];
  };

  test('a span takes the free pages behind it, and keeps its slot and its state', () => {
    const at = new Spans(words, layout, 3).claim(2, 1, PAGE_BLOCK, false);
    expect(spans.resize(at, 2, PAGE_BLOCK, 5)).toBe(true);
    expect(word(at)).toEqual([PAGE_BLOCK, 3, 5]);
    for (let tail = at + 1; tail < at + 5; tail++) expect(word(tail)).toEqual([PAGE_TAIL, 0, at]);
    expect(take(1)).toBe(at + 5);
    expect(words[H_PAGES_USED]).toBe(6);
    expect(words[H_PAGES_PEAK]).toBe(6);
  });

  test('a span gives the pages at its end back', () => {
    const at = new Spans(words, layout, 3).claim(5, 1, PAGE_BLOCK, false);
    expect(spans.resize(at, 5, PAGE_BLOCK, 2)).toBe(true);
    expect(word(at)).toEqual([PAGE_BLOCK, 3, 2]);
    expect(word(at + 1)).toEqual([PAGE_TAIL, 0, at]);
    expect(take(3)).toBe(at + 2);
    expect(words[H_PAGES_USED]).toBe(5);
    expect(words[H_PAGES_PEAK]).toBe(5);
  });

  test('what it gains was free before and may have any contents; what it gives back is cleared for who wants zeros', () => {
    const at = take(2);
    bytes.fill(0xff, at * PAGE_BYTES, (at + 2) * PAGE_BYTES);
    expect(spans.resize(at, 2, PAGE_BLOCK, 1)).toBe(true);
    expect(spans.resize(at, 1, PAGE_BLOCK, 2)).toBe(true);
    expect(page(at + 1).equals(Buffer.alloc(PAGE_BYTES, 0xff))).toBe(true);
    expect(spans.resize(at, 2, PAGE_BLOCK, 1)).toBe(true);
    expect(spans.claim(1, 1, PAGE_BLOCK, true)).toBe(at + 1);
    expect(page(at + 1).equals(Buffer.alloc(PAGE_BYTES))).toBe(true);
    expect(page(at).equals(Buffer.alloc(PAGE_BYTES, 0xff))).toBe(true);
  });

  test('refused, with nothing changed: not such a span, another length, no room, no page', () => {
    const [a, b] = [take(2), take(3)];
    const last = take(layout.endPage - layout.firstPage - 5);
    const before = tables();
    expect(spans.resize(a, 2, PAGE_BLOCK, 3), 'a neighbour').toBe(false);
    expect(spans.resize(last, spans.end - last, PAGE_BLOCK, spans.end - last + 1), 'the end').toBe(false);
    expect(spans.resize(b, 2, PAGE_BLOCK, 1), 'another length').toBe(false);
    expect(spans.resize(b, 3, PAGE_ARENA, 1), 'another state').toBe(false);
    expect(spans.resize(b + 1, 3, PAGE_BLOCK, 1), 'a tail').toBe(false);
    expect(spans.resize(0, 3, PAGE_BLOCK, 1), 'a table').toBe(false);
    expect(spans.resize(b, 3, PAGE_BLOCK, 0), 'no page').toBe(false);
    expect(spans.resize(b, 3, PAGE_BLOCK, 3), 'the same').toBe(true);
    expect(tables()).toBe(before);
  });
});

describe('where a search begins', () => {
  test('what another thread sets free is taken before pages that were never used', () => {
    const other = new Spans(words, layout, 3);
    const first = take(2);
    for (let round = 0; round < 20; round++) {
      expect(other.release(first, PAGE_BLOCK)).toBe(true);
      expect(take(2)).toBe(first);
    }
    expect(words[H_PAGES_PEAK]).toBe(2);
  });

  test('more kinds of requests than are remembered: each still gets the first run', () => {
    const kept = Array.from({ length: 11 }, (_, i) => take(i < 9 ? i + 1 : 1));
    for (const at of [kept[3], kept[7]]) spans.release(at, PAGE_BLOCK);
    expect(take(5)).toBe(kept[7]);
    expect(take(4)).toBe(kept[3]);
    expect(take(3)).toBe(kept[7] + 5);
  });

  test('a page below all hints, of which nobody was told, is found when there is no other', () => {
    const all = layout.endPage - layout.firstPage;
    for (let i = 0; i < all; i++) take(1);
    // As a thread leaves it that dies between the two.
    Atomics.store(words, layout.spans + layout.firstPage + 3, 1);
    expect(take(1)).toBe(layout.firstPage + 3);
    expect(take(1)).toBe(0);
  });
});

describe('another thread is faster', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Does something just before the n-th swap of a word from now on. */
  function beforeSwap(n: number, act: () => void): void {
    const { compareExchange } = Atomics;
    let swaps = 0;
    vi.spyOn(Atomics, 'compareExchange').mockImplementation(((...args: Parameters<typeof compareExchange>) => {
      if (++swaps === n) act();
      return compareExchange(...args);
    }) as typeof compareExchange);
  }

  const failedSwaps = () => words[slotWord(layout, SLOT) + S_FAILED_SWAPS];

  test('a claim goes on behind the page that it lost; what it puts back is as it was, and the swap is counted', () => {
    const used = take(1);
    spans.release(used, PAGE_BLOCK);
    const lost = layout.spans + used + 2;
    beforeSwap(3, () => Atomics.store(words, lost, (PAGE_BLOCK << 28) | (9 << 16) | 1));
    expect(spans.claim(3, 1, PAGE_BLOCK, true)).toBe(used + 3);
    expect([spans.wordOf(used), spans.wordOf(used + 1)], 'used before, and never used').toEqual([1, 0]);
    expect(failedSwaps()).toBe(1);
    expect(words[slotWord(layout, 9) + S_FAILED_SWAPS]).toBe(0);
  });

  test('a span that cannot grow for it is as it was', () => {
    const at = take(1);
    const used = take(1);
    spans.release(used, PAGE_BLOCK);
    beforeSwap(4, () => Atomics.store(words, layout.spans + at + 3, (PAGE_BLOCK << 28) | (9 << 16) | 1));
    expect(spans.resize(at, 1, PAGE_BLOCK, 4)).toBe(false);
    expect(spans.lengthOf(at, PAGE_BLOCK)).toBe(1);
    expect([spans.wordOf(at + 1), spans.wordOf(at + 2)]).toEqual([1, 0]);
    expect(words[H_PAGES_USED]).toBe(1);
  });
});

describe('pages that are purged', () => {
  /** Clears pages as the system does, and remembers them. */
  class Clearing implements PagePurger {
    readonly ranges: [number, number][] = [];
    readonly works: boolean;

    constructor(works: boolean) {
      this.works = works;
    }

    purge(at: number, pages: number): boolean {
      for (let i = at; i < at + pages; i++)
        expect(pageState(spans.wordOf(i)), 'nobody can take it').not.toBe(PAGE_FREE);
      this.ranges.push([at, pages]);
      if (this.works) bytes.fill(0, at * PAGE_BYTES, (at + pages) * PAGE_BYTES);
      return this.works;
    }
  }

  test('are those that are free and were used before, run by run; then they count as never used', () => {
    const [a, b, c, d] = [take(2), take(3), take(1), take(4)];
    for (const at of [a, c, d]) spans.release(at, PAGE_BLOCK);
    const purger = new Clearing(true);
    expect(spans.purge(purger)).toBe(7);
    expect(purger.ranges).toEqual([
      [a, 2],
      [c, 5],
    ]);
    for (const at of [a, c, d]) expect(spans.wordOf(at)).toBe(0);
    expect(spans.lengthOf(b, PAGE_BLOCK)).toBe(3);
    expect(spans.purge(purger)).toBe(0);
    expect(words[H_PAGES_USED]).toBe(3);
  });

  test('stay dirty when the system refuses', () => {
    const at = take(2);
    bytes.fill(0xff, at * PAGE_BYTES, (at + 2) * PAGE_BYTES);
    spans.release(at, PAGE_BLOCK);
    expect(spans.purge(new Clearing(false))).toBe(0);
    expect(spans.claim(2, 1, PAGE_BLOCK, true)).toBe(at);
    expect(page(at).equals(Buffer.alloc(PAGE_BYTES))).toBe(true);
  });

  test.each([true, false])('at their release: before they are free, whole or the end of a span (%o)', (works) => {
    const purger = new Clearing(works);
    spans = new Spans(words, layout, SLOT, purger);
    const at = take(5);
    const free = works ? 0 : 1;
    expect(spans.resize(at, 5, PAGE_BLOCK, 1)).toBe(true);
    spans.release(at, PAGE_BLOCK);
    expect(purger.ranges).toEqual([
      [at + 1, 4],
      [at, 1],
    ]);
    for (let i = at; i < at + 5; i++) expect(spans.wordOf(i)).toBe(free);
  });
});

describe('after a death', () => {
  const DEAD = 3;
  const word = (state: number, slot: number, payload: number) => (state << 28) | (slot << 16) | payload;
  const put = (at: number, ...wordsOfPages: number[]) => {
    for (const [i, value] of wordsOfPages.entries()) words[layout.spans + at + i] = value;
  };
  const get = (at: number, pages: number) => Array.from({ length: pages }, (_, i) => spans.wordOf(at + i));

  test('what it was claiming, releasing and purging is free; whoever is alive keeps theirs, and so does it its blocks', () => {
    const at = layout.firstPage;
    const mine = [word(PAGE_BLOCK, DEAD, 2), word(PAGE_TAIL, 0, at + 3)];
    const others = [word(PAGE_CLAIM, 4, 0), word(PAGE_TAIL, 0, at + 5)];
    put(at, word(PAGE_CLAIM, DEAD, 0), word(PAGE_CLAIM, DEAD, 1), word(PAGE_TAIL, 0, at + 1), ...mine, ...others);
    spans.recover(DEAD);
    expect(get(at, 7)).toEqual([0, 1, 1, ...mine, ...others]);
    expect(words[H_RECLAIMED_PAGES]).toBe(3);
    spans.recover(DEAD);
    expect(words[H_RECLAIMED_PAGES], 'the second time there is nothing left').toBe(3);
    expect(take(3)).toBe(at);
  });

  test('a span that it was resizing has the pages that are sure', () => {
    const at = layout.firstPage;
    const tail = word(PAGE_TAIL, 0, at);
    put(at, word(PAGE_RESIZE, DEAD, 2), tail, tail, word(PAGE_CLAIM, DEAD, 0));
    spans.recover(DEAD);
    expect(get(at, 4)).toEqual([word(PAGE_BLOCK, DEAD, 2), tail, 1, 0]);
    expect(words[H_RECLAIMED_PAGES]).toBe(2);
  });

  test('an arena or a vector that its slot does not name is released, and counted no more', () => {
    const dead = new Spans(words, layout, DEAD);
    const vector = dead.claim(1, 1, PAGE_VECTOR, true);
    const [known, unknown] = [dead.claim(4, 4, PAGE_ARENA, false), dead.claim(4, 4, PAGE_ARENA, false)];
    const old = dead.claim(1, 1, PAGE_VECTOR, false);
    const alive = spans.claim(4, 4, PAGE_ARENA, false);
    const slot = slotWord(layout, DEAD);
    words[slot + S_ARENAS] = vector * PAGE_BYTES;
    words[slot + S_ARENAS_LENGTH] = 16;
    words[((vector * PAGE_BYTES) >>> 2) + (7 * ARENA_OBJECT_BYTES) / 4 + A_ADDRESS] = known * PAGE_BYTES;
    spans.recover(DEAD);
    expect([spans.lengthOf(vector, PAGE_VECTOR), spans.lengthOf(known, PAGE_ARENA)]).toEqual([1, 4]);
    expect([spans.lengthOf(old, PAGE_VECTOR), spans.lengthOf(unknown, PAGE_ARENA)]).toEqual([0, 0]);
    expect(spans.lengthOf(alive, PAGE_ARENA)).toBe(4);
    expect(words[H_PAGES_USED]).toBe(9);
    expect(words[H_RECLAIMED_PAGES]).toBe(5);
  });
});

test('the counters: pages in spans now, and the most at one time', () => {
  const counters = () => [words[H_PAGES_USED], words[H_PAGES_PEAK]];
  const [a, b] = [take(3), take(4)];
  expect(counters()).toEqual([7, 7]);
  spans.release(a, PAGE_BLOCK);
  expect(counters()).toEqual([4, 7]);
  const c = take(2);
  expect(counters()).toEqual([6, 7]);
  take(2);
  expect(counters()).toEqual([8, 8]);
  expect(spans.freeBytes()).toBe((layout.endPage - layout.firstPage - 8) * PAGE_BYTES);
  spans.release(b, PAGE_BLOCK);
  spans.release(c, PAGE_BLOCK);
  expect(counters()).toEqual([2, 8]);
});

test('any sequence of claims, releases and resizes does what an array of pages does', () => {
  const call = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        pages: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer({ min: 7, max: 60 })),
        alignment: fc.constantFrom(1, 1, 1, 2, 4, 16),
        state: fc.constantFrom(PAGE_BLOCK, PAGE_ARENA),
        zero: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ release: fc.nat(1000) }) },
    { weight: 2, arbitrary: fc.record({ resize: fc.nat(1000), to: fc.integer({ min: 1, max: 12 }) }) },
  );

  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
      words.fill(0);
      spans = new Spans(words, layout, SLOT);
      /** What each page should hold: undefined when it is free. */
      const owner: (number | undefined)[] = Array(PAGES).fill(undefined);
      const live: { at: number; pages: number; state: number; mark: number }[] = [];
      let peak = 0;
      let mark = 0;
      const firstFit = (pages: number, alignment: number) => {
        for (
          let at = Math.ceil(layout.firstPage / alignment) * alignment;
          at + pages <= layout.endPage;
          at += alignment
        ) {
          if (owner.slice(at, at + pages).every((held) => held === undefined)) return at;
        }
        return 0;
      };
      for (const each of calls) {
        if ('release' in each) {
          if (live.length === 0) continue;
          const [span] = live.splice(each.release % live.length, 1);
          for (let i = 0; i < span.pages; i++) {
            expect([page(span.at + i)[0], page(span.at + i)[PAGE_BYTES - 1]]).toEqual([span.mark, span.mark]);
          }
          expect(spans.release(span.at, span.state)).toBe(true);
          owner.fill(undefined, span.at, span.at + span.pages);
        } else if ('resize' in each) {
          if (live.length === 0) continue;
          const span = live[each.resize % live.length];
          const behind = owner.slice(span.at + span.pages, Math.min(span.at + each.to, layout.endPage));
          const fits = span.at + each.to <= layout.endPage && behind.every((held) => held === undefined);
          expect(spans.resize(span.at, span.pages, span.state, each.to)).toBe(fits);
          if (!fits) continue;
          owner.fill(undefined, span.at, span.at + span.pages);
          owner.fill(span.mark, span.at, span.at + each.to);
          for (let i = span.at + span.pages; i < span.at + each.to; i++) {
            page(i)[0] = page(i)[PAGE_BYTES - 1] = span.mark;
          }
          span.pages = each.to;
        } else {
          const { pages, alignment, state, zero } = each;
          const at = spans.claim(pages, alignment, state, zero);
          expect(at).toBe(firstFit(pages, alignment));
          if (at === 0) continue;
          mark = (mark % 255) + 1;
          for (let i = at; i < at + pages; i++) {
            if (zero) expect([page(i)[0], page(i)[PAGE_BYTES - 1]]).toEqual([0, 0]);
            page(i)[0] = page(i)[PAGE_BYTES - 1] = mark;
          }
          live.push({ at, pages, state, mark });
          owner.fill(mark, at, at + pages);
        }
        const used = owner.filter((held) => held !== undefined).length;
        peak = Math.max(peak, used);
        expect([words[H_PAGES_USED], words[H_PAGES_PEAK]]).toEqual([used, peak]);
        for (const span of live) expect(spans.lengthOf(span.at, span.state)).toBe(span.pages);
      }
      expect(spans.freeBytes()).toBe(
        (layout.endPage - layout.firstPage - live.reduce((sum, span) => sum + span.pages, 0)) * PAGE_BYTES,
      );
    }),
    { numRuns: 200 },
  );
});
