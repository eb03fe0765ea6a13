/**
 * The cache of blocks: threads that take blocks from it and give them back at once, set its limit, and die while they do.
 *
 * Blocks are numbers that a source makes up, of which the last three digits are their size; it writes and clears names in one step, as the heap does to whoever sees the words
 * after a death. After every step no block may be named twice, but in a cell and a table that one slot has both in hand; at
 * the end the ledgers must say how many there are.
 */
import { check, type Env, scenario } from '@sharena/interleave';
import { BlockCache, type BlockSource } from '../../src/cache/block-cache.ts';
import { Cells } from '../../src/cache/cells.ts';
import { Ledger } from '../../src/cache/ledger.ts';
import {
  C_ADDRESS,
  C_SIZE,
  C_STATE,
  CELL_WORDS,
  L_ALLOCATED,
  L_FREED,
  LEDGER_WORDS,
  W_BLOCK_SIZE,
  W_BLOCKS_MAX,
  W_CELLS,
  W_CELLS_USED,
  W_LEDGERS,
} from '../../src/layout.ts';
import { Segments } from '../../src/store/segments.ts';

/** The store's block begins at word 0; four ledgers, and a segment of which three cells are there. */
const CELLS = W_LEDGERS + 5 * LEDGER_WORDS;
const [CELL_COUNT, SLOTS, NAMES] = [3, 4, 2] as const;
/** Two words for each slot, that name what its record has. */
const TABLES = CELLS + CELL_COUNT * CELL_WORDS;
const MEMORY = 4 * (TABLES + (SLOTS + 1) * NAMES);
const [EMPTY, CACHED] = [0, 1] as const;

interface Thread {
  readonly slot: number;
  readonly cache: BlockCache;
  readonly cells: Cells;
  readonly ledger: Ledger;
}

/** A source whose blocks can be resized in place only to the same size. */
function sourceOf(env: Env, maker: number): BlockSource {
  const made = { blocks: 0 };
  return {
    take(name, size) {
      made.blocks++;
      env.words[name] = (maker * 100 + made.blocks) * 1000 + size;
      return true;
    },
    give(name) {
      env.words[name] = 0;
    },
    resize: () => false,
  };
}

/** What a thread works with in the name of a slot: its own is its place among the threads, from 1. */
function thread(env: Env, slot: number = env.index + 1): Thread {
  const { words } = env;
  const blocks = sourceOf(env, 10 * (env.index + 2) + slot);
  const segments = new Segments(words, W_LEDGERS + slot * LEDGER_WORDS, blocks);
  const cells = new Cells(words, 0, slot, segments);
  const ledger = new Ledger(words, W_LEDGERS + slot * LEDGER_WORDS);
  return { slot, cells, ledger, cache: new BlockCache(words, 0, cells, ledger, blocks, () => undefined) };
}

function table(slot: number, i = 0): number {
  return TABLES + slot * NAMES + i;
}

/** A cache of `limit` cells, of which the first `cached` have blocks of 10 bytes. */
function cacheOf(limit: number, cached: number) {
  return (env: Env): undefined => {
    env.words[W_BLOCKS_MAX] = limit;
    env.words[W_BLOCK_SIZE] = 1000;
    env.words[W_CELLS] = CELLS * 4;
    env.words[W_CELLS_USED] = CELL_COUNT;
    for (let cell = 0; cell < cached; cell++) {
      const word = CELLS + cell * CELL_WORDS;
      env.words[word + C_STATE] = CACHED;
      env.words[word + C_ADDRESS] = (cell + 1) * 1000 + 10;
      env.words[word + C_SIZE] = 10;
    }
    env.words[W_LEDGERS + L_ALLOCATED] = cached; // slot 0 is nobody's
  };
}

/** Takes a block, looks that nobody else has it, and gives it back. */
function takeAndGive(env: Env, { slot, cache }: Thread, size = 10): void {
  check(cache.take(table(slot), size, true), 'there is room');
  check(env.words[table(slot)]! % 1000 === size, 'a block of another size');
  cache.give(table(slot), size);
}

/** As whoever reaps the slot. */
function reap(env: Env, slot: number): void {
  const { ledger, cells, cache } = thread(env, slot);
  ledger.settle();
  cells.release((address) => env.words[table(slot)] === address);
  if (env.words[table(slot)] !== 0) cache.free(table(slot));
}

function eachBlockHasOneName({ words }: Env): void {
  const seen = new Map<number, number>();
  for (let word = table(1); word < table(SLOTS + 1); word++) {
    const address = words[word]!;
    if (address === 0) continue;
    check(!seen.has(address), `block ${address} is in two tables`);
    seen.set(address, Math.floor((word - TABLES) / NAMES));
  }
  const cached = new Set<number>();
  for (let cell = 0; cell < CELL_COUNT; cell++) {
    const state = words[CELLS + cell * CELL_WORDS + C_STATE]!;
    const address = words[CELLS + cell * CELL_WORDS + C_ADDRESS]!;
    if (address === 0) continue;
    check(state !== EMPTY, `an empty cell names block ${address}`);
    check(!cached.has(address), `block ${address} is in two cells`);
    const size = words[CELLS + cell * CELL_WORDS + C_SIZE];
    check(state !== CACHED || size === address % 1000, `block ${address} is cached as one of ${size} bytes`);
    cached.add(address);
    const holder = seen.get(address);
    check(holder === undefined || state >>> 2 === holder, `block ${address} is in a cell and in a table`);
  }
}

/** How many blocks there are, by the ledgers and by their names. */
function nothingIsLost(env: Env): void {
  eachBlockHasOneName(env);
  const { words } = env;
  let left = 0;
  for (let slot = 0; slot <= SLOTS; slot++) {
    const ledger = W_LEDGERS + slot * LEDGER_WORDS;
    left += words[ledger + L_ALLOCATED]! - words[ledger + L_FREED]!;
  }
  let named = 0;
  for (let cell = 0; cell < CELL_COUNT; cell++) {
    const state = words[CELLS + cell * CELL_WORDS + C_STATE];
    check(state === EMPTY || state === CACHED, `cell ${cell} is held at the end`);
    if (state !== CACHED) continue;
    check(cell < words[W_BLOCKS_MAX]!, `cell ${cell} is beyond the limit`);
    named++;
  }
  for (let word = TABLES; word < TABLES + (SLOTS + 1) * NAMES; word++) if (words[word] !== 0) named++;
  check(left === named, `${left} blocks by the ledgers, ${named} by name`);
}

function nameOf(word: number): string | undefined {
  if (word === W_BLOCKS_MAX) return 'limit';
  if (word >= TABLES) return `table ${Math.floor((word - TABLES) / NAMES)}`;
  if (word >= CELLS) {
    const [cell, within] = [Math.floor((word - CELLS) / CELL_WORDS), (word - CELLS) % CELL_WORDS];
    return `cell ${cell} ${within === C_STATE ? 'state' : within === C_ADDRESS ? 'name' : within}`;
  }
  if (word < W_LEDGERS) return undefined;
  return `ledger ${Math.floor((word - W_LEDGERS) / LEDGER_WORDS)}.${(word - W_LEDGERS) % LEDGER_WORDS}`;
}

const user = (name: string, size?: number) => ({
  name,
  prepare: (env: Env) => thread(env),
  run: (env: Env, mine: Thread) => takeAndGive(env, mine, size),
});

/** Reaps slot 1 when ann dies. */
const reaper = {
  name: 'rob',
  run(env: Env): void {
    if (env.untilDeath() !== undefined) reap(env, 1);
  },
};

const secondReaper = {
  name: 'sue',
  run(env: Env): void {
    let deaths = 0;
    while (env.untilDeath() !== undefined) deaths++;
    if (deaths === 2) reap(env, 1);
  },
};

const always = { memory: MEMORY, invariant: eachBlockHasOneName, finally: nothingIsLost, layout: nameOf };

export const oneBlock = scenario({
  ...always,
  name: 'two threads want the one cached block, and the one cell',
  setup: cacheOf(1, 1),
  threads: [user('ann'), user('bob')],
});

export const twoCells = scenario({
  ...always,
  name: 'two threads take blocks from an empty cache and fill it',
  setup: cacheOf(2, 0),
  threads: [user('ann'), user('bob')],
});

export const moving = scenario({
  ...always,
  name: 'the cached block has the wrong size',
  setup: cacheOf(1, 1),
  threads: [user('ann', 20), user('bob')],
});

export const lowering = scenario({
  ...always,
  name: 'the limit is lowered while blocks are taken and given back',
  setup: cacheOf(2, 1),
  threads: [
    user('ann'),
    {
      name: 'bob',
      prepare: (env: Env) => thread(env),
      run(env: Env, { cache }: Thread): void {
        Atomics.store(env.words, W_BLOCKS_MAX, 0);
        cache.trim();
      },
    },
  ],
});

export const clearing = scenario({
  ...always,
  name: 'the cache is cleared while blocks are taken and given back',
  setup: cacheOf(2, 1),
  threads: [
    user('ann'),
    { name: 'bob', prepare: (env: Env) => thread(env), run: (_: Env, { cache }: Thread) => cache.clear(0) },
  ],
});

export const dyingUser = scenario({
  ...always,
  name: 'a thread dies while it takes a cached block and gives it back, and is reaped by one that may die too',
  setup: cacheOf(1, 1),
  threads: [{ ...user('ann'), mortal: true }, { ...reaper, mortal: true }, secondReaper],
});

export const dyingMover = scenario({
  ...always,
  name: 'a thread dies while it moves the cached block for its size',
  setup: cacheOf(1, 1),
  threads: [{ ...user('ann', 20), mortal: true }, { ...reaper, mortal: true }, secondReaper],
});

export const dyingAllocator = scenario({
  ...always,
  name: 'a thread dies while it takes a block of the heap and gives it back to the heap',
  setup: cacheOf(0, 0),
  threads: [{ ...user('ann'), mortal: true }, { ...reaper, mortal: true }, secondReaper],
});

export const dyingAmongOthers = scenario({
  ...always,
  name: 'a thread dies while it and another use the cache',
  setup: cacheOf(1, 1),
  threads: [{ ...user('ann'), mortal: true }, user('bob'), reaper],
});

export const dyingClearer = scenario({
  ...always,
  name: 'a thread dies while it clears the cache',
  setup: cacheOf(2, 2),
  threads: [
    {
      name: 'ann',
      mortal: true,
      prepare: (env: Env) => thread(env),
      run: (_: Env, { cache }: Thread) => cache.clear(0),
    },
    { ...reaper, mortal: true },
    secondReaper,
  ],
});
