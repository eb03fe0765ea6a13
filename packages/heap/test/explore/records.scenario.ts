/** The reference count of a record, and free lists whose thread dies, with who gives their blocks back. */
import { check, type Env, scenario } from '@sharena/interleave';
import { FreeList, type FreeListHome } from '../../src/freelist/free-list.ts';
import { releaseFreeLists } from '../../src/freelist/free-list-record.ts';
import { addReference, dropReference } from '../../src/freelist/reference-count.ts';
import { R_COUNT, S_FREE_LISTS, SLOT_BYTES } from '../../src/layout.ts';

// ---- Counts: a record at word 0; its fields: one that each holder writes, and how often it was destroyed.

const RECORD = 0;
const FIELDS = 2;
const DESTROYED = 6;

function release({ words }: Env, field: number): string {
  words[FIELDS + field] = 1; // the holder's own field: plain
  const left = dropReference(words, RECORD);
  if (left !== 0) return left < 0 ? 'refused' : 'released';
  words[DESTROYED]++;
  // What every holder wrote before its release is seen by the one who destroys.
  return `destroyed after ${words[FIELDS] + words[FIELDS + 1] + words[FIELDS + 2]}`;
}

const countNames = (word: number): string | undefined => (word === R_COUNT ? 'count' : undefined);

export const lastRelease = scenario({
  name: 'two releases, and a retain by who holds no reference of its own',
  memory: 32,
  setup(env) {
    env.words[R_COUNT] = 2;
    return undefined;
  },
  threads: [
    { name: 'ann', run: (env) => release(env, 0) },
    { name: 'bob', run: (env) => release(env, 1) },
    { name: 'cem', run: (env) => (addReference(env.words, RECORD) > 0 ? release(env, 2) : 'refused') },
  ],
  finally({ words }, { values }) {
    check(words[R_COUNT] === 0, `${words[R_COUNT]} references are left`);
    check(words[DESTROYED] === 1, `the record was destroyed ${words[DESTROYED]} times`);
    const came = values['cem'] === 'refused' ? 2 : 3;
    check(Object.values(values).includes(`destroyed after ${came}`), 'who destroyed it did not see all fields');
    check(values['ann'] !== 'refused' && values['bob'] !== 'refused', 'a holder was refused');
  },
  layout: countNames,
});

export const releasedTooOften = scenario({
  name: 'three releases of two references',
  memory: 32,
  setup(env) {
    env.words[R_COUNT] = 2;
    return undefined;
  },
  threads: [
    { name: 'ann', run: (env) => release(env, 0) },
    { name: 'bob', run: (env) => release(env, 1) },
    { name: 'cem', run: (env) => dropReference(env.words, RECORD) },
  ],
  finally({ words }, { values }) {
    const all = Object.values(values);
    check(words[R_COUNT] === 0, `the count is ${words[R_COUNT]}`);
    check(all.filter((value) => value === 'refused' || value === -1).length === 1, 'not one release was refused');
  },
  layout: countNames,
  benign: [{ from: FIELDS, to: FIELDS + 3, reason: 'one thread releases what it does not hold' }],
});

// ---- Lists: a slot at word 0, behind it what each block is, and blocks that are handed out one behind the other.

const BLOCKS_AT = SLOT_BYTES + 32;
const BLOCK_BYTES = 16;
const BLOCKS = 6;
/** What a block is: free, allocated, or in the hands of the program that uses the list. */
const FREE = 0;
const ALLOCATED = 1;
const HELD = 2;

function mark({ words }: Env, address: number, from: number, to: number): number {
  const at = (SLOT_BYTES >> 2) + (address - BLOCKS_AT) / BLOCK_BYTES;
  check(words[at] === from, `the block at ${address} is ${words[at]}, not ${from}`);
  words[at] = to;
  return address;
}

function countOf({ words }: Env, what: number): number {
  let count = 0;
  for (let at = SLOT_BYTES >> 2; at < BLOCKS_AT >> 2; at++) if (words[at] === what) count++;
  return count;
}

/** Hands out each block once. */
class Bump {
  readonly #env: Env;
  #next = 0;

  constructor(env: Env) {
    this.#env = env;
  }

  malloc(): number {
    return mark(this.#env, BLOCKS_AT + this.#next++ * BLOCK_BYTES, FREE, ALLOCATED);
  }

  calloc(): number {
    return this.malloc();
  }

  realloc(address: number): number {
    return address;
  }

  free(address: number): void {
    mark(this.#env, address, ALLOCATED, FREE);
  }
}

function freeList(env: Env): FreeList {
  const bump = new Bump(env);
  const home: FreeListHome = {
    words: env.words,
    slot: 0,
    mem: bump,
    obj: bump,
    lists: new Set(),
    pools: { holds: () => true },
    usableSize: () => BLOCK_BYTES,
    isPooled: () => true,
    exhausted: () => {
      throw new Error('no room');
    },
  };
  return new FreeList(home, { size: BLOCK_BYTES, limit: 3 });
}

function useList(env: Env): void {
  const list = freeList(env);
  const one = mark(env, list.malloc(), ALLOCATED, HELD);
  const two = mark(env, list.malloc(), ALLOCATED, HELD);
  const three = mark(env, list.malloc(), ALLOCATED, HELD);
  list.free(mark(env, one, HELD, ALLOCATED));
  list.free(mark(env, two, HELD, ALLOCATED));
  list.free(mark(env, three, HELD, ALLOCATED));
  const again = mark(env, list.malloc(), ALLOCATED, HELD);
  list.free(mark(env, again, HELD, ALLOCATED));
  list.disable();
}

function reap(env: Env): void {
  releaseFreeLists(env.words, 0, (address) => {
    mark(env, address, ALLOCATED, FREE);
  });
}

export const dyingList = scenario<undefined>({
  name: 'a thread dies in its free list, and so may who gives the blocks back; another one goes on',
  memory: BLOCKS_AT + BLOCKS * BLOCK_BYTES,
  setup: () => undefined,
  threads: [
    { name: 'owner', run: useList, mortal: true },
    {
      name: 'reaper',
      mortal: true,
      run(env) {
        if (env.untilDeath() === 'owner') reap(env);
      },
    },
  ],
  finally(env, { dead }) {
    reap(env);
    check(env.words[S_FREE_LISTS] === 0, 'a list is still linked');
    const lost = countOf(env, ALLOCATED);
    check(lost <= dead.length, `${lost} blocks are lost at ${dead.length} deaths`);
    check(dead.includes('owner') || countOf(env, HELD) === 0, 'the program ended with a block in its hands');
  },
  layout(word) {
    if (word === S_FREE_LISTS) return 'free lists';
    return word >= BLOCKS_AT >> 2 ? `block ${(word * 4 - BLOCKS_AT) / BLOCK_BYTES}` : undefined;
  },
});
