/** Spans: threads that claim and release runs of pages at once, and die while they do. */
import { check, type Env, scenario } from '@sharena/interleave';
import type { Layout } from '../../src/layout.ts';
import {
  PAGE_BLOCK,
  PAGE_CLAIM,
  PAGE_FREE,
  PAGE_TAIL,
  pagePayload,
  pageSlot,
  pageState,
  Spans,
} from '../../src/raw/spans.ts';

/** The control words lie behind the header's counters; the pages themselves are not there, for nobody touches them. */
const TABLE = 24;

function layout(pages: number): Layout {
  const nowhere = { slots: 0, slotCount: 0, headers: 0, poolBits: 12, remote: 0, hints: 0 };
  return { ...nowhere, pages: pages + 1, spans: TABLE, firstPage: 1, endPage: pages + 1 };
}

/** Which thread holds which page, in the view of the threads: told by each at once behind its claim. */
interface Shared {
  readonly pages: number;
}

function claim(env: Env<Shared>, spans: Spans, pages: number): number {
  const at = spans.claim(pages, 1, PAGE_BLOCK, false);
  if (at === 0) return 0;
  for (let page = at + 1; page < at + pages; page++) {
    const word = spans.wordOf(page);
    check(pageState(word) === PAGE_TAIL && pagePayload(word) === at, `page ${page} is not a tail of page ${at}`);
  }
  // The holder writes its mark into words of its own beside the table: a page in two spans shows as another's mark.
  for (let page = at; page < at + pages; page++) {
    check(env.words[markOf(env.shared.pages, page)] === 0, `page ${page} is in two spans`);
    env.words[markOf(env.shared.pages, page)] = env.index + 1;
  }
  return at;
}

function release(env: Env<Shared>, spans: Spans, at: number, pages: number): void {
  for (let page = at; page < at + pages; page++) {
    check(env.words[markOf(env.shared.pages, page)] === env.index + 1, `page ${page} was taken from its holder`);
    env.words[markOf(env.shared.pages, page)] = 0;
  }
  check(spans.release(at, PAGE_BLOCK), `page ${at} is not the head of a span`);
}

function markOf(pages: number, page: number): number {
  return TABLE + pages + 1 + page;
}

function take(env: Env<Shared>, pages: number): void {
  const spans = new Spans(env.words, layout(env.shared.pages), env.index + 1);
  const at = claim(env, spans, pages);
  if (at !== 0) release(env, spans, at, pages);
}

function names(word: number): string | undefined {
  if (word === 16) return 'pages used';
  if (word === 17) return 'pages peak';
  return word > TABLE ? `control or mark ${word - TABLE}` : undefined;
}

function noSpanIsLeft(env: Env<Shared>): void {
  for (let page = 1; page <= env.shared.pages; page++) {
    check(pageState(env.words[TABLE + page]) === PAGE_FREE, `page ${page} is not free`);
  }
  check(env.words[16] === 0, `${env.words[16]} pages are counted as used`);
}

/** Two claims that do not both fit. */
export const twoClaims = scenario<Shared>({
  name: 'two claims in three pages',
  memory: 4 * (TABLE + 8),
  setup: () => ({ pages: 3 }),
  threads: [
    { name: 'ann', run: (env) => take(env, 2) },
    { name: 'bob', run: (env) => take(env, 2) },
  ],
  finally: noSpanIsLeft,
  layout: names,
});

export const threeClaims = scenario<Shared>({
  name: 'three claims in three pages',
  memory: 4 * (TABLE + 8),
  setup: () => ({ pages: 3 }),
  threads: [
    { name: 'ann', run: (env) => take(env, 2) },
    { name: 'bob', run: (env) => take(env, 1) },
    { name: 'cem', run: (env) => take(env, 2) },
  ],
  finally: noSpanIsLeft,
  layout: names,
});

/** The same span is given back by two threads: one of them is told. */
export const doubleRelease = scenario<Shared>({
  name: 'a span given back twice',
  memory: 4 * (TABLE + 8),
  setup(env) {
    new Spans(env.words, layout(3), 9).claim(2, 1, PAGE_BLOCK, false);
    return { pages: 3 };
  },
  threads: [
    { name: 'ann', run: (env) => new Spans(env.words, layout(3), 1).release(1, PAGE_BLOCK) },
    { name: 'bob', run: (env) => new Spans(env.words, layout(3), 2).release(1, PAGE_BLOCK) },
  ],
  finally(env, { values }) {
    check(values['ann'] !== values['bob'], 'the span went back twice, or not at all');
    noSpanIsLeft(env);
  },
  layout: names,
});

/** What a thread that died in a claim or in a release leaves behind names it, and hinders nobody else. */
export const dyingClaim = scenario<Shared>({
  name: 'a thread dies while it claims or releases',
  memory: 4 * (TABLE + 10),
  setup: () => ({ pages: 4 }),
  threads: [
    { name: 'ann', run: (env) => take(env, 2), mortal: true },
    { name: 'bob', run: (env) => take(env, 2) },
  ],
  finally(env) {
    for (let page = 1; page <= 4; page++) checkPage(env, page);
  },
  layout: names,
});

/** Free; or claimed by the dead thread; or in a span that is whole; or the tail of a head that the dead thread claimed. */
function checkPage(env: Env<Shared>, page: number): void {
  const word = env.words[TABLE + page];
  if (pageState(word) === PAGE_FREE) return;
  if (pageState(word) === PAGE_CLAIM || pageState(word) === PAGE_BLOCK) {
    check(pageSlot(word) === 1, `page ${page} names slot ${pageSlot(word)}, which is alive and holds nothing`);
    return;
  }
  check(pageState(word) === PAGE_TAIL, `page ${page} has no state`);
  const head = env.words[TABLE + pagePayload(word)];
  check(pageSlot(head) === 1 && pageState(head) !== PAGE_FREE, `page ${page} is the tail of nothing`);
}
