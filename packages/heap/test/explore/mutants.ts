/** Wrong versions of the code under test, each a single slip of the kind that one makes. All must be found. */
import type { Mutant } from '@sharena/interleave';

const spans = new URL('../../src/raw/spans.ts', import.meta.url);
const pools = new URL('../../src/pools/pool-set.ts', import.meta.url);
const frame = new URL('../../src/debug/frame.ts', import.meta.url);
const sites = new URL('../../src/debug/sites.ts', import.meta.url);
const level2 = new URL('../../src/object/arena-pools.ts', import.meta.url);

export const mutants: readonly Mutant[] = [
  // Spans
  {
    name: 'a page is claimed without comparing',
    file: spans,
    edit: { casToStore: 'Atomics.compareExchange(words, index, seen, claim)' },
  },
  {
    name: 'a span is released without comparing',
    file: spans,
    edit: { casToStore: 'controlWord(PAGE_CLAIM, this.#slot, 0)) !== seen) return false' },
  },
  {
    name: 'a claim in conflict keeps what it took',
    file: spans,
    edit: { drop: 'for (let back = i - 1; back >= 0; back--)' },
  },
  {
    name: 'the head of a span is free before its tails',
    file: spans,
    edit: {
      swap: [
        'for (let i = 1; i < pages; i++) Atomics.store(words, head + i, FREE_DIRTY)',
        'Atomics.store(words, head, FREE_DIRTY)',
      ],
    },
  },
  { name: 'released pages are not counted', file: spans, edit: { drop: 'Atomics.sub(words, H_PAGES_USED, pages)' } },
  { name: 'the tails are not marked', file: spans, edit: { drop: 'controlWord(PAGE_TAIL, 0, at)' } },
  // Frees by other threads
  { name: 'a push does not compare', file: pools, edit: { casToStore: 'remotePush(seen, unit))' } },
  {
    name: 'the remote list is taken without comparing',
    file: pools,
    edit: { casToStore: 'Atomics.compareExchange(words, this.remote + number, list, 0)' },
  },
  {
    name: 'a full pool stays parked',
    file: pools,
    edit: { drop: 'if (this.words[this.parked] === pool)' },
  },
  { name: 'the pool has no hint', file: level2, edit: { drop: 'Atomics.or(words, this.hints' } },
  {
    name: 'the owner is not told',
    file: level2,
    edit: { replace: 'if (owner !== 0) Atomics.store(', by: 'if (owner < 0) Atomics.store(' },
  },
  {
    name: 'only later pushes leave a hint',
    file: pools,
    edit: { replace: 'return seen === 0;', by: 'return seen !== 0;' },
  },
  {
    name: 'the owner is told before the hint is there',
    file: level2,
    edit: {
      replace: 'Atomics.or(words, this.hints + (number >>> 5), 1 << (number & 31));',
      by: 'const early = Atomics.load(words, this.owners + number); if (early !== 0) Atomics.store(words, slotWord(this.layout, early) + S_PENDING, 1); Atomics.or(words, this.hints + (number >>> 5), 1 << (number & 31)); if (early !== 0) return;',
    },
  },
  {
    name: 'a freed block is not linked to those before it',
    file: pools,
    edit: { drop: 'words[address >>> 2] = remoteHead(seen)' },
  },
  { name: 'collected blocks are not linked to the free ones', file: pools, edit: { drop: 'words[tail] = first;' } },
  { name: 'collected blocks still count as in use', file: pools, edit: { drop: 'words[pool + COUNT] -= count' } },
  {
    name: 'a full pool that gets blocks back stays out of its ring',
    file: pools,
    edit: { replace: 'if (first === 0 && used) this.linkFirst(pool);', by: 'if (first === 0 && used) {}' },
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
