/** Debug hooks: the same block freed by two threads, a death while a block is freed, and the same stack kept by two threads. */
import { check, type Env, scenario } from '@sharena/interleave';
import { BlockFrame } from '../../src/debug/frame.ts';
import { DebugHooks } from '../../src/debug/hooks.ts';
import { Sites } from '../../src/debug/sites.ts';
import type { Address, Allocator } from '../../src/domains.ts';
import { BadAddressError, MemoryCorruptionError } from '../../src/errors.ts';
import { plainKernel } from '../../src/memory/plain-kernel.ts';
import { blocksOut, checkInvariants, level2, MEMORY, nameOf, PAGES_AT } from './small-heap.ts';

const OWNER = 1;
/** With its frame a block of the larger of both classes. */
const SIZE = 8;

/** A thread that frees a block which another is freeing reads what that one writes: without an error in the program, nobody does. */
const benign = [
  {
    from: PAGES_AT,
    to: MEMORY >> 2,
    reason: 'whatever is read, the swap of the word at p-8 decides who frees the block',
  },
];

interface Shared {
  readonly block: Address;
}

function hooked(env: Env<unknown>, slot: number): DebugHooks {
  const inner = level2(env, slot);
  const frame = new BlockFrame(env.words, env.bytes, plainKernel(env.words).fill, false, undefined);
  return new DebugHooks(
    env.bytes,
    frame,
    'mem',
    inner,
    (block) => inner.usableSize(block),
    () => false,
  );
}

function allocated(env: Env<undefined>): Shared {
  return { block: hooked(env, OWNER).malloc(SIZE) };
}

/** Whether the free was accepted. */
function free(env: Env<Shared>, hooks: DebugHooks): boolean {
  try {
    hooks.free(env.shared.block);
    return true;
  } catch (error) {
    const dead = error instanceof MemoryCorruptionError && error.reason === 'already freed';
    if (!dead && !(error instanceof BadAddressError)) throw error;
    return false;
  }
}

function atRest(env: Env<Shared>, most: number): void {
  level2(env, OWNER).collect();
  checkInvariants(env, OWNER);
  check(blocksOut(env, OWNER) <= most, `${blocksOut(env, OWNER)} blocks are in use`);
}

export const doubleFree = scenario<Shared>({
  name: 'the owner of a pool and another thread free the same block under debug hooks',
  memory: MEMORY,
  setup: allocated,
  benign,
  threads: [
    { name: 'owner', prepare: (env) => hooked(env, OWNER), run: free },
    { name: 'other', prepare: (env) => hooked(env, 2), run: free },
  ],
  finally(env, { values }) {
    check(values.owner !== values.other, `both frees were ${values.owner === true ? 'accepted' : 'refused'}`);
    atRest(env, 0);
  },
  layout: nameOf,
});

export const dyingFree = scenario<Shared>({
  name: 'a thread dies while it frees a block under debug hooks, and the owner of the pool frees it, too',
  memory: MEMORY,
  setup: allocated,
  benign,
  threads: [
    { name: 'owner', prepare: (env) => hooked(env, OWNER), run: free },
    { name: 'other', prepare: (env) => hooked(env, 2), run: free, mortal: true },
  ],
  finally(env, { dead, values }) {
    check(values.owner === false || values.other !== true, 'both frees were accepted');
    atRest(env, dead.length); // what the dead thread was freeing may stay taken
  },
  layout: nameOf,
});

/** Hands out memory behind all else, a part of it for each thread, and counts what is out. */
class Bump implements Allocator {
  #at: Address;
  out = 0;

  constructor(index: number) {
    this.#at = 1024 + index * 2048;
  }

  malloc(size: number): Address {
    const at = this.#at;
    this.#at += (size + 7) & ~7;
    this.out++;
    return at;
  }

  calloc(nelem: number, elsize: number): Address {
    return this.malloc(nelem * elsize); // nothing was there before
  }

  realloc(): Address {
    return 0;
  }

  free(address: Address): void {
    if (address !== 0) this.out--;
  }
}

/** The record that the thread got, and how many of its blocks are out. */
function keep(env: Env): [Address, number] {
  const memory = new Bump(env.index);
  const record = new Sites(env.words, env.bytes, memory).intern('a');
  return [record, memory.out];
}

export const sameSite = scenario({
  name: 'two threads keep the same stack, the first of all',
  memory: 8192,
  threads: [
    { name: 'one', run: keep },
    { name: 'other', run: keep },
  ],
  finally(env, { values }) {
    const [one, outOfOne] = values.one as [Address, number];
    const [other, outOfOther] = values.other as [Address, number];
    check(one === other && one !== 0, `records ${one} and ${other}`);
    // One table and one record: what the slower thread made it has given back.
    check(outOfOne + outOfOther === 2, `${outOfOne} and ${outOfOther} blocks are out`);
    check(new Sites(env.words, env.bytes, new Bump(2)).textOf(one) === 'a', 'the text is another');
  },
});
