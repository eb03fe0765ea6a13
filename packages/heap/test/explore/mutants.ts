/** Wrong versions of the code under test, each a single slip of the kind that one makes. All must be found. */
import type { Mutant } from '@sharena/interleave';

const spans = new URL('../../src/raw/spans.ts', import.meta.url);
const pools = new URL('../../src/pools/pool-set.ts', import.meta.url);
const frame = new URL('../../src/debug/frame.ts', import.meta.url);
const sites = new URL('../../src/debug/sites.ts', import.meta.url);
const level2 = new URL('../../src/object/arena-pools.ts', import.meta.url);
const counts = new URL('../../src/freelist/reference-count.ts', import.meta.url);
const list = new URL('../../src/freelist/free-list.ts', import.meta.url);
const listRecord = new URL('../../src/freelist/free-list-record.ts', import.meta.url);

export const mutants: readonly Mutant[] = [
  // Spans
  {
    name: 'a page is claimed without comparing',
    file: spans,
    edit: {
      replace: 'this.#swap(at + i, seen, this.#claimOf(seen))',
      by: '(this.#store(at + i, 1, this.#claimOf(seen)), true)',
    },
  },
  {
    name: 'a span is released without comparing',
    file: spans,
    edit: {
      replace: '!this.#swap(page, seen, controlWord(PAGE_CLAIM, this.#slot, FREE_DIRTY))',
      by: '(this.#store(page, 1, controlWord(PAGE_CLAIM, this.#slot, FREE_DIRTY)), false)',
    },
  },
  { name: 'a claim in conflict keeps what it took', file: spans, edit: { drop: 'this.#putBack(at, i);' } },
  {
    name: 'pages that were put back count as used before',
    file: spans,
    edit: { replace: 'pagePayload(this.wordOf(page)));', by: 'FREE_DIRTY);' },
  },
  {
    name: 'a name is cleared when its pages are free',
    file: spans,
    edit: {
      replace:
        'this.#words[name] = 0;\n      this.#words[this.#naming] = 0; // the word may be used for anything from now on\n    }\n    this.#setFree(page, pagePayload(seen));',
      by: '}\n    this.#setFree(page, pagePayload(seen));\n    if (name !== 0) {\n      this.#words[name] = 0;\n      this.#words[this.#naming] = 0;\n    }',
    },
  },
  {
    name: 'a name is cleared before its pages say CLAIM',
    file: spans,
    edit: {
      replace: 'if (name !== 0) this.#words[this.#naming] = name;\n    if (!this.#swap(page, seen',
      by: 'if (name !== 0) this.#words[name] = 0;\n    if (!this.#swap(page, seen',
    },
  },
  {
    name: 'nobody is told which name is being cleared',
    file: spans,
    edit: { replace: 'if (name !== 0) this.#words[this.#naming] = name;\n', by: '\n' },
  },
  {
    name: 'nobody is told which name is being written',
    file: spans,
    edit: { replace: 'this.#words[this.#naming] = name;\n      this.#words[name] = at', by: 'this.#words[name] = at' },
  },
  {
    name: 'a name of a span that is not whole stays',
    file: spans,
    edit: { replace: 'pageSlot(word) === dead) words[name] = 0;', by: 'pageSlot(word) === -1) words[name] = 0;' },
  },
  {
    name: 'the head of a span is free before its tails',
    file: spans,
    edit: { swap: ['this.#store(at + 1, pages - 1, free)', 'this.#store(at, 1, free)'] },
  },
  {
    name: 'released pages are not counted',
    file: spans,
    edit: { drop: 'Atomics.sub(this.#words, H_PAGES_USED, pages)' },
  },
  { name: 'the tails are not marked', file: spans, edit: { drop: 'this.#markTails(at, at + 1, at + pages)' } },
  {
    name: 'others are told of free pages before these are free',
    file: spans,
    edit: {
      replace: 'this.#store(at, 1, free);\n    this.#noteFreed(at);',
      by: 'this.#noteFreed(at);\n    this.#store(at, 1, free);',
    },
  },
  {
    name: 'others are not told of free pages',
    file: spans,
    edit: { replace: 'this.#store(at, 1, free);\n    this.#noteFreed(at);', by: 'this.#store(at, 1, free);' },
  },
  {
    name: 'no page is said to be free below one that became free meanwhile',
    file: spans,
    edit: { casToStore: 'Atomics.compareExchange(this.#words, H_FREED, freed' },
  },
  {
    name: 'a span is resized without taking its head',
    file: spans,
    edit: { drop: 'if (!this.#swap(page, seen, controlWord(PAGE_RESIZE' },
  },
  {
    name: 'a span that could not be made longer keeps its changed head',
    file: spans,
    edit: { drop: 'Atomics.store(this.#words, this.#table + page, seen);' },
  },
  {
    name: 'a span that is being resized names its larger length',
    file: spans,
    edit: { replace: 'Math.min(pages, newPages)', by: 'Math.max(pages, newPages)' },
  },
  {
    name: 'a resized span has its head before its tails',
    file: spans,
    edit: {
      swap: ['this.#markTails(page, page + pages', 'Atomics.store(this.#words, this.#table + page, seen - pages'],
    },
  },
  {
    name: 'pages are purged without being claimed',
    file: spans,
    edit: { drop: 'if (!this.#swap(page + pages, FREE_DIRTY' },
  },
  {
    name: 'pages are free before they are purged',
    file: spans,
    edit: {
      replace: 'const clean = purger.purge(page, claimed);',
      by: 'this.#store(page, claimed, PAGE_FREE); const clean = purger.purge(page, claimed);',
    },
  },
  {
    name: 'recovery begins with the heads',
    file: spans,
    edit: {
      replace: 'let reclaimed = this.#recoverTails(dead);\n    reclaimed += this.#recoverHeads(dead);',
      by: 'let reclaimed = this.#recoverHeads(dead);\n    reclaimed += this.#recoverTails(dead);',
    },
  },
  {
    name: 'recovery takes the tails of anybody',
    file: spans,
    edit: { drop: 'if (pageSlot(word) !== dead) return false;' },
  },
  {
    name: 'recovery leaves the tails that a growing span had not yet',
    file: spans,
    edit: { replace: 'return page >= head + pagePayload(word);', by: 'return false;' },
  },
  {
    name: 'recovery leaves the head of a span that was being resized',
    file: spans,
    edit: { drop: 'if (pageState(word) === PAGE_RESIZE) this.#store' },
  },
  {
    name: 'recovery leaves arenas that nobody knows',
    file: spans,
    edit: { drop: 'reclaimed += this.#recoverUnnamed(dead)' },
  },
  {
    name: 'recovery takes arenas that are known',
    file: spans,
    edit: { replace: ' || named.has(page)', by: '' },
  },
  // Frees by other threads
  {
    name: 'a bit is set by a load and a store',
    file: pools,
    edit: {
      replace: 'this.or(this.remoteOf(pool) + (block >> 5), bit);',
      by: 'Atomics.load(words, this.remoteOf(pool) + (block >> 5)); Atomics.store(words, this.remoteOf(pool) + (block >> 5), before | bit);',
    },
  },
  {
    name: 'bits that were set meanwhile are cleared with the others',
    file: pools,
    edit: { replace: 'this.and(set + (block >> 5), ~bits) & ~bits;', by: 'this.and(set + (block >> 5), 0) & 0;' },
  },
  {
    name: 'bits that were set meanwhile are left',
    file: pools,
    edit: { replace: 'this.and(set + (block >> 5), ~bits) & ~bits;', by: 'this.and(set + (block >> 5), ~bits) & 0;' },
  },
  {
    name: 'a full pool stays parked',
    file: pools,
    edit: { drop: 'if (words[this.parked] === pool)' },
  },
  { name: 'the pool has no hint', file: level2, edit: { drop: 'this.or(this.hints' } },
  {
    name: 'the owner is not told',
    file: level2,
    edit: { replace: 'if (owner !== 0) this.or(', by: 'if (owner < 0) this.or(' },
  },
  {
    name: 'only later frees leave a hint',
    file: pools,
    edit: { replace: 'if (before === 0) this.', by: 'if (before !== 0) this.' },
  },
  {
    name: 'the owner is told before the hint is there',
    file: level2,
    edit: {
      replace: 'this.or(this.hints + (number >>> 5), 1 << (number & 31));',
      by: 'this.or(slotWord(this.layout, 1) + S_PENDING, 1); this.or(this.hints + (number >>> 5), 1 << (number & 31)); if (number > 0) return;',
    },
  },
  {
    name: 'the owner forgets what it was told behind its look',
    file: level2,
    edit: { swap: ['this.and(pending, ~(1 << bit))', 'for (let id = bit + 1'] },
  },
  {
    name: 'the owner clears hints behind its look',
    file: level2,
    edit: { swap: ['this.and(this.hints + word, ~mine)', 'for (let left = mine'] },
  },
  {
    name: 'collected blocks are not linked to the free ones',
    file: pools,
    edit: { drop: 'words[block >>> 2] = first;' },
  },
  { name: 'collected blocks still count as in use', file: pools, edit: { drop: 'words[pool + COUNT] -= count' } },
  {
    name: 'a full pool that gets blocks back stays out of its ring',
    file: pools,
    edit: { replace: 'if (wasFull && used) this.linkFirst(pool);', by: 'if (wasFull && used) {}' },
  },
  // Records and free lists
  {
    name: 'a reference is dropped without comparing',
    file: counts,
    edit: { casToStore: 'Atomics.compareExchange(words, at + COUNT, seen, seen - 1)' },
  },
  {
    name: 'a reference is added without comparing',
    file: counts,
    edit: { casToStore: 'Atomics.compareExchange(words, at + COUNT, seen, seen + 1)' },
  },
  {
    name: 'a dead record is retained',
    file: counts,
    edit: { replace: 'if (seen <= 0) return 0;', by: 'if (seen < 0) return 0;' },
  },
  {
    name: 'a dead record is released',
    file: counts,
    edit: { replace: 'if (seen <= 0) return -1;', by: 'if (seen < -9) return -1;' },
  },
  {
    name: 'a block is in the list before it is linked to those before it',
    file: list,
    edit: { swap: ['words[address >>> 2] = head', 'words[at + HEAD] = address'] },
  },
  {
    name: 'the chain goes on from a block that was freed',
    file: listRecord,
    edit: {
      replace: 'words[slot + S_FREE_LISTS] = words[at + F_NEXT];\n    free(record,',
      by: "free(record, 'mem'); words[slot + S_FREE_LISTS] = words[at + F_NEXT]; if (words.length === 0) free(record,",
    },
  },
  {
    name: 'the record is given back while it is linked',
    file: list,
    edit: { swap: ['unlinkRecord(this.words', 'this.home.mem.free(record)'] },
  },
  // Debug hooks
  {
    name: 'a block is made dead without comparing',
    file: frame,
    edit: {
      replace: 'return Atomics.compareExchange(this.#words, (p - 8) >>> 2, alive, DEAD_WORD) === alive;',
      by: 'Atomics.store(this.#words, (p - 8) >>> 2, DEAD_WORD); return true;',
    },
  },
  {
    name: 'a stack is kept without comparing',
    file: sites,
    edit: { casToStore: 'Atomics.compareExchange(words, bucket, first, made | 0)' },
  },
  {
    name: 'a stack is looked for once only',
    file: sites,
    edit: { replace: 'if (found !== 0) {', by: 'if (found !== 0 && made === 0) {' },
  },
];
