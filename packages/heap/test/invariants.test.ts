/** checkInvariants() sees damage: each test plants some, and reads the name of what it broke. */
import { describe, expect, test } from 'vitest';
import { geometryNamed } from '../src/geometry.ts';
import { SharedHeap } from '../src/heap.ts';
import * as L from '../src/layout.ts';
import { PAGE_CLAIM, PAGE_TAIL } from '../src/raw/spans.ts';
import { poolOf, slotOf } from './helpers.ts';

const PAGE = 65536;

/** A heap with pools in every state, and what the damage needs of it. */
interface Patient {
  readonly heap: SharedHeap;
  readonly words: Int32Array;
  /** The slot's first word. */
  readonly slot: number;
  /** The header of a pool with 3 free blocks and 3 in use, of 200 bytes. */
  readonly used: number;
  /** The first word of that pool. */
  readonly base: number;
  /** The header of a full pool. */
  readonly full: number;
  /** The object of the only arena. */
  readonly arena: number;
  /** The first word of the remote set of the used pool. */
  readonly remote: number;
  /** The control word of the first page of a block of three pages. */
  readonly block: number;
}

function layoutIn(heap: SharedHeap): L.Layout {
  return L.layoutOf(heap.words[L.H_PAGES], geometryNamed(heap.geometry));
}

function patient(): Patient {
  const heap = SharedHeap.create({ reserve: '8MiB' });
  const blocks = Array.from({ length: 6 }, () => heap.malloc(200));
  const full = Array.from({ length: 7 }, () => heap.malloc(512));
  const emptied = heap.malloc(300);
  heap.malloc(400);
  heap.free(emptied);
  const large = heap.raw.malloc(3 * PAGE);
  for (const block of blocks.slice(0, 3)) heap.free(block);
  const { words } = heap;
  const slot = slotOf(heap);
  const layout = layoutIn(heap);
  const numberOf = (block: number) => block >>> layout.poolBits;
  heap.checkInvariants({ atRest: true });
  return {
    heap,
    words,
    slot,
    used: L.headerOf(layout, numberOf(blocks[0])),
    base: poolOf(heap, blocks[0]) / 4,
    full: L.headerOf(layout, numberOf(full[0])),
    arena: words[slot + L.S_ARENAS] >>> 2,
    remote: L.remoteOf(layout, numberOf(blocks[0])),
    block: layout.spans + large / PAGE,
  };
}

const DAMAGE: readonly [invariant: string, what: string, plant: (p: Patient) => void][] = [
  ['I1', 'a used pool is in no ring', ({ words, used }) => unlink(words, used)],
  ['I1', 'the ring’s links do not meet', ({ words, used }) => words[used + L.P_PREV]--],
  ['I2', 'a pool counts a block too many', ({ words, used }) => words[used + L.P_COUNT]++],
  [
    'I3',
    'a free block lies between two blocks',
    ({ words, used }) => {
      words[used + L.P_FREE] += 8;
    },
  ],
  [
    'I3',
    'the free list runs in a circle',
    ({ words, used }) => {
      words[words[used + L.P_FREE] >>> 2] = words[used + L.P_FREE];
    },
  ],
  [
    'I3',
    'a virgin block is in the free list',
    ({ words, used, base }) => {
      words[used + L.P_FREE] = base * 4 + words[used + L.P_VIRGIN];
    },
  ],
  ['I2', 'a full pool has lost a block', ({ words, full }) => words[full + L.P_COUNT]--],
  [
    'I4',
    'a full pool is not full',
    ({ words, full }) => {
      words[full + L.P_COUNT]--;
      words[full + L.P_VIRGIN] -= 512;
    },
  ],
  [
    'I5',
    'a usable arena has no free pool',
    ({ words, arena }) => {
      words[arena + L.A_FREE_POOLS] = 0;
    },
  ],
  [
    'I6',
    'a finger points nowhere',
    ({ words, slot, arena }) => {
      words[slot + L.S_FINGERS + words[arena + L.A_FREE_POOLS]] = 0;
    },
  ],
  [
    'I7',
    'an unused object has an address',
    ({ words, arena }) => {
      words[arena + 8 + L.A_ADDRESS] = PAGE;
    },
  ],
  [
    'I7',
    'a pool belongs to nobody',
    ({ words, used }) => {
      words[used + L.P_OWNER] = 0;
    },
  ],
  [
    'I8',
    'a stacked pool is forgotten',
    ({ words, arena }) => {
      words[arena + L.A_STACK] = 0;
    },
  ],
  ['I10', 'the arenas are not those that are counted', ({ words, slot }) => words[slot + L.S_ARENAS_CURRENT]++],
  [
    'I10',
    'there were never as many arenas',
    ({ words, slot }) => {
      words[slot + L.S_ARENAS_HIGHWATER] = 0;
    },
  ],
  ['I12', 'a pool in a large block is this slot’s', plantOwner],
  [
    'I13',
    'blocks are off the grid',
    ({ words, used }) => {
      words[used + L.P_VIRGIN] += 4;
    },
  ],
  ['I13', 'multiples of another size are taken for blocks', ({ words, used }) => words[used + L.P_MAGIC]++],
  [
    'I13',
    'the last block would reach into the next pool',
    ({ words, used }) => {
      words[used + L.P_VIRGIN_MAX] += 8;
    },
  ],
  ['I14', 'an arena is longer than its span', shorten],
  [
    'R1',
    'more blocks came back than are in use',
    ({ words, remote }) => {
      words[remote] = 0b1111;
    },
  ],
  [
    'R2',
    'a block came back that was never handed out',
    ({ words, remote }) => {
      words[remote] = 1 << 12;
    },
  ],
  [
    'R3',
    'a free block came back from another thread',
    ({ words, remote }) => {
      words[remote] = 1;
    },
  ],
  [
    'S1',
    'a page of a span is free',
    ({ words, block }) => {
      words[block + 1] = 0;
    },
  ],
  ['S1', 'a page of a span belongs to another one', ({ words, block }) => words[block + 2]--],
  [
    'S1',
    'a span has no pages',
    ({ words, block }) => {
      words[block] &= ~0xffff;
    },
  ],
  [
    'S1',
    'a span ends behind the heap',
    ({ words, block }) => {
      words[block] |= 0xffff;
    },
  ],
  ['S2', 'a tail is longer than its head', ({ words, block }) => words[block]--],
  [
    'S2',
    'a tail has a free head',
    ({ words, block }) => {
      words[block] = 0;
    },
  ],
  ['S3', 'the pages in use are not those that are counted', ({ words }) => words[L.H_PAGES_USED]++],
];

function unlink(words: Int32Array, pool: number): void {
  words[words[pool + L.P_NEXT] + L.P_PREV] = words[pool + L.P_PREV];
  words[words[pool + L.P_PREV] + L.P_NEXT] = words[pool + L.P_NEXT];
}

/** Gives the last page of the arena's span back, as if it had been one page shorter all the time. */
function shorten({ words, heap, arena }: Patient): void {
  const { spans } = layoutIn(heap);
  const head = spans + (words[arena + L.A_ADDRESS] >>> 16);
  const pages = words[head] & 0xffff;
  words[head]--;
  words[head + pages - 1] = 0;
  words[L.H_PAGES_USED]--;
}

/** Makes the first pool of the large block the slot's. */
function plantOwner({ words, heap, block }: Patient): void {
  const layout = layoutIn(heap);
  const number = (block - layout.spans) << (L.PAGE_BITS - layout.poolBits);
  words[L.headerOf(layout, number) + L.P_OWNER] = heap.slot;
}

describe('damage is named', () => {
  test.each(DAMAGE)('%s: %s', (invariant, _, plant) => {
    const it = patient();
    plant(it);
    expect(() => it.heap.checkInvariants({ atRest: true })).toThrow(
      expect.objectContaining({
        code: 'ERR_SHARENA_CORRUPT',
        message: expect.stringContaining(`breaks ${invariant}:`),
      }),
    );
  });
});

test('a page that another thread is taking, and its tails, are no damage', () => {
  const { heap, words, block } = patient();
  words[block] = PAGE_CLAIM << 28;
  expect(words[block + 1] >>> 28).toBe(PAGE_TAIL);
  heap.checkInvariants();
});

test('at rest the slots of the other threads are checked as well', () => {
  const { heap, words, slot, used } = patient();
  heap.detach();
  using other = SharedHeap.create({ reserve: '8MiB' });
  other.checkInvariants({ atRest: true });
  const next = SharedHeap.attach(heap.handle);
  expect(slotOf(next)).toBe(slot);
  next.checkInvariants({ atRest: true });
  next.detach();
  words[used + L.P_COUNT]++;
  next.checkInvariants();
  expect(() => next.checkInvariants({ atRest: true })).toThrow('breaks I2');
});

test('once a thread has died, the count of pages may be off', () => {
  const { heap, words } = patient();
  words[L.H_PAGES_USED]++;
  heap.checkInvariants();
  words[L.H_DEATHS]++;
  heap.checkInvariants({ atRest: true });
});

test.each([null, 5, 'atRest', [], { atRest: 1 }, { atRest: null }])(
  'options that are none are refused: %j',
  (options) => {
    using heap = SharedHeap.create({ reserve: '4MiB' });
    expect(() => heap.checkInvariants(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_SHARENA_INVALID_ARGUMENT' }),
    );
  },
);
