/**
 * Spans: threads that claim, release, resize and purge runs of pages at once, and die while they do.
 *
 * Whoever holds a page writes its mark into a word of its own beside the table: a page in two spans shows as another's mark.
 */
import { check, type Env, type Outcome, scenario } from '@sharena/interleave';
import {
  A_ADDRESS,
  H_FREED,
  H_PAGES_PEAK,
  H_PAGES_USED,
  type Layout,
  S_ARENAS,
  S_ARENAS_LENGTH,
  S_FAILED_SWAPS,
  SLOT_BYTES,
} from '../../src/layout.ts';
import {
  PAGE_ARENA,
  PAGE_BLOCK,
  PAGE_FREE,
  PAGE_TAIL,
  type PagePurger,
  pagePayload,
  pageSlot,
  pageState,
  Spans,
} from '../../src/raw/spans.ts';

/** The control words lie behind the header's counters; the pages themselves are not there, for nobody touches them. */
const TABLE = 28;
/** Who holds a page now: the mark of page p is word MARKS + p. */
const MARKS = TABLE + 8;
/** Whether a page was ever held. */
const EVER = MARKS + 8;
/** An arena object, for who takes an arena. */
const VECTOR = EVER + 8;
/** The name of a span. */
const NAME = VECTOR;
/** Slot 1; there are three. */
const SLOT1 = VECTOR + 8;
const SLOT_WORDS = SLOT_BYTES >> 2;
const MEMORY = 4 * (SLOT1 + 3 * SLOT_WORDS);

interface Shared {
  readonly pages: number;
}

function layout(pages: number): Layout {
  const nowhere = { slotCount: 0, headers: 0, poolBits: 12, remote: 0, remoteBits: 0, hints: 0 };
  return { ...nowhere, slots: SLOT1 - SLOT_WORDS, pages: pages + 1, spans: TABLE, firstPage: 1, endPage: pages + 1 };
}

/** The spans as the thread of a slot has them: the slot is its place among the threads, from 1. */
function spansOf(env: Env<Shared>, purger?: PagePurger): Spans {
  return new Spans(env.words, layout(env.shared.pages), env.index + 1, purger);
}

function hold(env: Env<Shared>, from: number, to: number): void {
  for (let page = from; page < to; page++) {
    check(env.words[MARKS + page] === 0, `page ${page} is in two spans`);
    env.words[MARKS + page] = env.index + 1;
    env.words[EVER + page] = 1;
  }
}

function letGo(env: Env<Shared>, from: number, to: number): void {
  for (let page = from; page < to; page++) {
    check(env.words[MARKS + page] === env.index + 1, `page ${page} was taken from its holder`);
    env.words[MARKS + page] = 0;
  }
}

function claim(env: Env<Shared>, spans: Spans, pages: number): number {
  const at = spans.claim(pages, 1, PAGE_BLOCK, false);
  if (at === 0) return 0;
  checkTails(spans, at, pages);
  hold(env, at, at + pages);
  return at;
}

function checkTails(spans: Spans, at: number, pages: number): void {
  for (let page = at + 1; page < at + pages; page++) {
    const word = spans.wordOf(page);
    check(pageState(word) === PAGE_TAIL && pagePayload(word) === at, `page ${page} is not a tail of page ${at}`);
  }
}

function release(env: Env<Shared>, spans: Spans, at: number, pages: number): void {
  letGo(env, at, at + pages);
  check(spans.release(at, PAGE_BLOCK), `page ${at} is not the head of a span`);
}

function take(env: Env<Shared>, pages: number): void {
  const spans = spansOf(env);
  const at = claim(env, spans, pages);
  if (at !== 0) release(env, spans, at, pages);
}

/** Makes a span that this thread holds longer or shorter; answers its length then. */
function resize(env: Env<Shared>, spans: Spans, at: number, pages: number, newPages: number): number {
  letGo(env, at + newPages, at + pages);
  if (!spans.resize(at, pages, PAGE_BLOCK, newPages)) return pages;
  check(spans.lengthOf(at, PAGE_BLOCK) === newPages, `the span at page ${at} does not have ${newPages} pages`);
  checkTails(spans, at, newPages);
  hold(env, at + pages, at + newPages);
  return newPages;
}

function names(word: number): string | undefined {
  if (word === H_PAGES_USED) return 'pages used';
  if (word === H_PAGES_PEAK) return 'pages peak';
  if (word === H_FREED) return 'freed';
  if (word >= SLOT1) {
    const within = (word - SLOT1) % SLOT_WORDS;
    const name = within === S_FAILED_SWAPS ? 'failed swaps' : `${within}`;
    return `slot ${Math.floor((word - SLOT1) / SLOT_WORDS) + 1}.${name}`;
  }
  if (word >= VECTOR) return `arena object, word ${word - VECTOR}`;
  if (word >= EVER) return `page ${word - EVER} was held`;
  if (word >= MARKS) return `mark ${word - MARKS}`;
  return word > TABLE ? `control ${word - TABLE}` : undefined;
}

/** All pages are free; those are dirty that were ever held, and no others. */
function noSpanIsLeft(env: Env<Shared>): void {
  for (let page = 1; page <= env.shared.pages; page++) {
    const word = env.words[TABLE + page];
    check(pageState(word) === PAGE_FREE, `page ${page} is not free`);
    check(pagePayload(word) === env.words[EVER + page], `page ${page} is dirty: ${pagePayload(word)}`);
  }
  check(env.words[H_PAGES_USED] === 0, `${env.words[H_PAGES_USED]} pages are counted as used`);
  check(everyPageIsFound(env), 'a free page lies below the one below which none is said to be free');
}

/** What a thread that comes later is told of free pages. */
function everyPageIsFound(env: Env<Shared>): boolean {
  const told = env.words[H_FREED] & 0xffff;
  for (let page = 1; page < told; page++) if (pageState(env.words[TABLE + page]) === PAGE_FREE) return false;
  return true;
}

/** Two claims that do not both fit. */
export const twoClaims = scenario<Shared>({
  name: 'two claims in three pages',
  memory: MEMORY,
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
  memory: MEMORY,
  setup: () => ({ pages: 3 }),
  threads: [
    { name: 'ann', run: (env) => take(env, 2) },
    { name: 'bob', run: (env) => take(env, 1) },
    { name: 'cem', run: (env) => take(env, 2) },
  ],
  finally: noSpanIsLeft,
  layout: names,
});

/** The heap is full, and is known to be; then one thread sets a page free while another looks for one. */
export const foreignRelease = scenario<Shared>({
  name: 'a page is set free while another thread searches',
  memory: MEMORY,
  setup(env) {
    const first = new Spans(env.words, layout(3), 2);
    for (let i = 0; i < 3; i++) first.claim(1, 1, PAGE_BLOCK, false);
    env.words[H_FREED] = (1 << 16) | 3; // some thread has looked, and found no free page below the third
    return { pages: 3 };
  },
  threads: [
    { name: 'ann', run: (env) => spansOf(env).claim(2, 1, PAGE_BLOCK, false) },
    { name: 'bob', run: (env) => spansOf(env).release(1, PAGE_BLOCK) },
  ],
  finally(env, { values }) {
    check(values['ann'] === 0, 'there are no two free pages');
    check(everyPageIsFound(env), 'a free page lies below the one below which none is said to be free');
  },
  layout: names,
});

/** The same span is given back by two threads: one of them is told. */
export const doubleRelease = scenario<Shared>({
  name: 'a span given back twice',
  memory: MEMORY,
  setup(env) {
    new Spans(env.words, layout(3), 3).claim(2, 1, PAGE_BLOCK, false);
    env.words.fill(1, EVER + 1, EVER + 3);
    return { pages: 3 };
  },
  threads: [
    { name: 'ann', run: (env) => spansOf(env).release(1, PAGE_BLOCK) },
    { name: 'bob', run: (env) => spansOf(env).release(1, PAGE_BLOCK) },
  ],
  finally(env, { values }) {
    check(values['ann'] !== values['bob'], 'the span went back twice, or not at all');
    noSpanIsLeft(env);
  },
  layout: names,
});

// ---- longer and shorter ---------------------------------------------------------------------------------------------

/** A span that grows over a page that another thread claims, gives back, or has as its own at the other end. */
export const resizeAmongNeighbours = scenario<Shared>({
  name: 'a span grows and shrinks while its neighbours are claimed and released',
  memory: MEMORY,
  setup(env) {
    new Spans(env.words, layout(3), 1).claim(1, 1, PAGE_BLOCK, false);
    env.words[MARKS + 1] = 1;
    return { pages: 3 };
  },
  threads: [
    {
      name: 'ann',
      run(env) {
        const spans = spansOf(env);
        const pages = resize(env, spans, 1, 1, 3);
        if (resize(env, spans, 1, pages, 1) !== 1) throw new Error('a span can always be made shorter');
      },
    },
    { name: 'bob', run: (env) => take(env, 1) },
  ],
  finally(env) {
    check(env.words[TABLE + 1] === ((PAGE_BLOCK << 28) | (1 << 16) | 1), 'the head is wrong');
    for (let page = 2; page <= 3; page++) {
      check(env.words[TABLE + page] === env.words[EVER + page], `page ${page} is not free, or not as it was`);
    }
    check(env.words[H_PAGES_USED] === 1, `${env.words[H_PAGES_USED]} pages are counted as used`);
    check(everyPageIsFound(env), 'a free page lies below the one below which none is said to be free');
  },
  layout: names,
});

/** Against the rules, and still harmless: one span is resized by two threads. Whoever comes second is refused. */
export const twoResizes = scenario<Shared>({
  name: 'a span is made longer by one thread and shorter by another',
  memory: MEMORY,
  setup(env) {
    new Spans(env.words, layout(4), 3).claim(2, 1, PAGE_BLOCK, false);
    return { pages: 4 };
  },
  threads: [
    { name: 'ann', run: (env) => spansOf(env).resize(1, 2, PAGE_BLOCK, 4) },
    { name: 'bob', run: (env) => spansOf(env).resize(1, 2, PAGE_BLOCK, 1) },
  ],
  finally(env, { values }) {
    check(values['ann'] !== values['bob'], 'both resized it, or none');
    const pages = values['ann'] ? 4 : 1;
    check(env.words[TABLE + 1] === ((PAGE_BLOCK << 28) | (3 << 16) | pages), 'the head is wrong');
    checkTails(new Spans(env.words, layout(4), 3), 1, pages);
    for (let page = 1 + pages; page <= 4; page++) {
      check(pageState(env.words[TABLE + page]) === PAGE_FREE, `page ${page} is not free`);
    }
    check(env.words[H_PAGES_USED] === pages, `${env.words[H_PAGES_USED]} pages are counted as used`);
  },
  layout: names,
});

// ---- purge ----------------------------------------------------------------------------------------------------------

/** Purges pages that nobody holds; what was held before reads as zero then. */
function purgerOf(env: Env<Shared>): PagePurger {
  return {
    purge(page, pages) {
      for (let i = page; i < page + pages; i++) {
        check(env.words[MARKS + i] === 0, `page ${i} is purged while it is in a span`);
        env.words[EVER + i] = 0;
      }
      return true;
    },
  };
}

export const purging = scenario<Shared>({
  name: 'free pages are purged while others are claimed and released',
  memory: MEMORY,
  setup(env) {
    env.words[TABLE + 1] = env.words[TABLE + 2] = 1;
    env.words[EVER + 1] = env.words[EVER + 2] = 1;
    return { pages: 3 };
  },
  threads: [
    { name: 'ann', run: (env) => spansOf(env).purge(purgerOf(env)) },
    { name: 'bob', run: (env) => take(env, 2) },
  ],
  finally: noSpanIsLeft,
  layout: names,
});

export const purgingRelease = scenario<Shared>({
  name: 'pages are purged by who releases them',
  memory: MEMORY,
  setup: () => ({ pages: 3 }),
  threads: [
    {
      name: 'ann',
      run(env) {
        const spans = spansOf(env, purgerOf(env));
        const at = claim(env, spans, 2);
        if (at !== 0) release(env, spans, at, 2);
      },
    },
    { name: 'bob', run: (env) => take(env, 2) },
  ],
  finally: noSpanIsLeft,
  layout: names,
});

// ---- death ----------------------------------------------------------------------------------------------------------

const ANN = 1;

/** Recovers what ann left. It may die in it, and then the next one does it again. */
function recoverAnn(env: Env<Shared>): void {
  if (env.untilDeath() !== undefined) spansOf(env).recover(ANN);
}

/** As a thread that sees ann's death, and that of who saw it first. */
function recoverAnnAgain(env: Env<Shared>): void {
  let deaths = 0;
  while (env.untilDeath() !== undefined) deaths++;
  if (deaths === 2) spansOf(env).recover(ANN);
}

/** Free; or in a span of ann's that is whole; and no page says that anybody works on it. */
function nothingIsStuck(env: Env<Shared>, { dead }: Outcome): void {
  let used = 0;
  for (let page = 1; page <= env.shared.pages; ) {
    const word = env.words[TABLE + page];
    if (pageState(word) === PAGE_FREE) {
      page++;
      continue;
    }
    check(pageState(word) === PAGE_BLOCK && dead.includes('ann'), `page ${page} was not set free`);
    check(pageSlot(word) === ANN, `page ${page} belongs to slot ${pageSlot(word)}`);
    checkTails(new Spans(env.words, layout(env.shared.pages), 3), page, pagePayload(word));
    used += pagePayload(word);
    page += pagePayload(word);
  }
  // A death between a swap and the count behind it: off by one span at most.
  const off = Math.abs(env.words[H_PAGES_USED] - used);
  check(off === 0 || (dead.includes('ann') && off <= 2), `${env.words[H_PAGES_USED]} pages are counted, ${used} used`);
}

export const dyingClaim = scenario<Shared>({
  name: 'a thread dies while it claims or releases, and is recovered by one that may die too',
  memory: MEMORY,
  setup: () => ({ pages: 3 }),
  threads: [
    { name: 'ann', run: (env) => take(env, 2), mortal: true },
    { name: 'rob', run: recoverAnn, mortal: true },
    { name: 'sue', run: recoverAnnAgain },
  ],
  finally: nothingIsStuck,
  layout: names,
});

export const dyingNeighbour = scenario<Shared>({
  name: 'a thread dies while it claims next to another',
  memory: MEMORY,
  setup: () => ({ pages: 3 }),
  threads: [
    { name: 'ann', run: (env) => claim(env, spansOf(env), 2), mortal: true },
    { name: 'bob', run: (env) => claim(env, spansOf(env), 2) },
    { name: 'rob', run: recoverAnn },
  ],
  finally(env, outcome) {
    for (const [index, name] of ['ann', 'bob'].entries()) {
      const at = outcome.values[name] as number | undefined;
      if (at) release({ ...env, index }, spansOf({ ...env, index }), at, 2);
    }
    nothingIsStuck(env, outcome);
  },
  layout: names,
});

export const dyingGrowth = scenario<Shared>({
  name: 'a thread dies while it makes a span longer and shorter',
  memory: MEMORY,
  setup: () => ({ pages: 3 }),
  threads: [
    {
      name: 'ann',
      run(env) {
        const spans = spansOf(env);
        const at = claim(env, spans, 1);
        release(env, spans, at, resize(env, spans, at, resize(env, spans, at, 1, 3), 1));
      },
      mortal: true,
    },
    { name: 'rob', run: recoverAnn, mortal: true },
    { name: 'sue', run: recoverAnnAgain },
  ],
  finally(env, outcome) {
    const word = env.words[TABLE + 1];
    check(pageState(word) === PAGE_FREE || pagePayload(word) !== 2, 'the span has a length that nobody gave it');
    nothingIsStuck(env, outcome);
  },
  layout: names,
});

export const dyingGrowthAmongNeighbours = scenario<Shared>({
  name: 'a thread dies while it makes a span longer, next to another that claims',
  memory: MEMORY,
  setup(env) {
    new Spans(env.words, layout(3), ANN).claim(1, 1, PAGE_BLOCK, false);
    return { pages: 3 };
  },
  threads: [
    { name: 'ann', run: (env) => spansOf(env).resize(1, 1, PAGE_BLOCK, 3), mortal: true },
    { name: 'bob', run: (env) => take(env, 1) },
    { name: 'rob', run: recoverAnn },
  ],
  finally(env) {
    const word = env.words[TABLE + 1];
    check(pageState(word) === PAGE_BLOCK && pageSlot(word) === ANN, 'the span is whole');
    check(pagePayload(word) === 1 || pagePayload(word) === 3, 'and has one length or the other');
    checkTails(new Spans(env.words, layout(3), 3), 1, pagePayload(word));
    for (let page = 1 + pagePayload(word); page <= 3; page++) {
      check(pageState(env.words[TABLE + page]) === PAGE_FREE, `page ${page} was not set free`);
    }
  },
  layout: names,
});

export const dyingPurge = scenario<Shared>({
  name: 'a thread dies while it purges',
  memory: MEMORY,
  setup(env) {
    env.words[TABLE + 1] = env.words[TABLE + 2] = 1;
    return { pages: 2 };
  },
  threads: [
    { name: 'ann', run: (env) => spansOf(env).purge(purgerOf(env)), mortal: true },
    { name: 'bob', run: (env) => take(env, 1) },
    { name: 'rob', run: recoverAnn },
  ],
  finally: nothingIsStuck,
  layout: names,
});

export const dyingArena = scenario<Shared>({
  name: 'a thread dies while it takes an arena and gives it back',
  memory: MEMORY,
  setup(env) {
    const slot = SLOT1 + (ANN - 1) * SLOT_WORDS;
    env.words[slot + S_ARENAS] = VECTOR * 4;
    env.words[slot + S_ARENAS_LENGTH] = 1;
    return { pages: 2 };
  },
  threads: [
    {
      name: 'ann',
      run(env) {
        const spans = spansOf(env);
        const at = spans.claim(2, 1, PAGE_ARENA, false);
        env.words[VECTOR + A_ADDRESS] = at * 65536;
        env.words[VECTOR + A_ADDRESS] = 0;
        spans.release(at, PAGE_ARENA);
      },
      mortal: true,
    },
    { name: 'rob', run: recoverAnn, mortal: true },
    {
      // As sue above, for the slot of rob too: it may have died while it released the arena.
      name: 'sue',
      run(env) {
        const dead: number[] = [];
        for (let name = env.untilDeath(); name !== undefined; name = env.untilDeath())
          dead.push(name === 'ann' ? ANN : 2);
        if (dead.length === 2) for (const slot of dead) spansOf(env).recover(slot);
      },
    },
  ],
  finally(env) {
    const named = env.words[VECTOR + A_ADDRESS] === 65536;
    check(pageState(env.words[TABLE + 1]) === (named ? PAGE_ARENA : PAGE_FREE), 'the arena is known or free');
    check(pageState(env.words[TABLE + 2]) === (named ? PAGE_TAIL : PAGE_FREE), 'and so is its second page');
  },
  layout: names,
});

/** After a death a name is 0, or names a whole span: no span is left that has no name, and no name that has no span. */
export const dyingNamed = scenario<Shared>({
  name: 'a thread dies while it takes a span with a name and gives it back, and is recovered by one that may die too',
  memory: MEMORY,
  setup: () => ({ pages: 2 }),
  threads: [
    {
      name: 'ann',
      run(env) {
        const spans = spansOf(env);
        const at = spans.claim(2, 1, PAGE_BLOCK, false, NAME);
        check(env.words[NAME] === at * 65536, 'the name is written');
        check(spans.release(at, PAGE_BLOCK, NAME), 'the span is there');
        check(env.words[NAME] === 0, 'the name is cleared');
      },
      mortal: true,
    },
    { name: 'rob', run: (env) => env.untilDeath() !== undefined && forgetAnn(env), mortal: true },
    {
      name: 'sue',
      run(env) {
        let deaths = 0;
        while (env.untilDeath() !== undefined) deaths++;
        if (deaths === 2) forgetAnn(env);
      },
    },
  ],
  finally(env) {
    const named = env.words[NAME] !== 0;
    check(!named || env.words[NAME] === 65536, 'the name is that of the span');
    check(pageState(env.words[TABLE + 1]) === (named ? PAGE_BLOCK : PAGE_FREE), 'there is a span, or there is no name');
    check(pageState(env.words[TABLE + 2]) === (named ? PAGE_TAIL : PAGE_FREE), 'and it is whole');
  },
  layout: names,
});

function forgetAnn(env: Env<Shared>): void {
  spansOf(env).forget(ANN);
  spansOf(env).recover(ANN);
}
