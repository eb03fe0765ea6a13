/** Frees by other threads against the owner of the pool, who allocates, frees and collects meanwhile. */
import { check, type Env, ghostHeap, scenario } from '@sharena/interleave';
import { blocksOut, checkInvariants, level2, MEMORY, nameOf, SIZE } from './small-heap.ts';

const OWNER = 1;
const ghost = ghostHeap();

/** The blocks that the owner allocated before the threads began. */
interface Shared {
  readonly blocks: readonly number[];
}

/** The owner allocates `count` blocks: two fill a pool. */
function allocated(count: number): (env: Env<undefined>) => Shared {
  return (env) => {
    const heap = level2(env, OWNER);
    const blocks: number[] = [];
    for (let i = 0; i < count; i++) blocks.push(heap.malloc(SIZE));
    return { blocks };
  };
}

function freeRemotely(env: Env<Shared>, slot: number, block: number): void {
  const heap = level2(env, slot);
  ghost.allocated(env, block, SIZE); // long ago
  ghost.freeing(env, block);
  heap.free(block);
}

function allocateAndFree(env: Env<Shared>): void {
  const heap = level2(env, OWNER);
  const block = heap.malloc(SIZE);
  ghost.allocated(env, block, SIZE);
  ghost.freeing(env, block);
  heap.free(block);
}

/** Nothing waits for ever: one collection finds every block that was freed. `live`: blocks that nobody freed. */
function everythingComesBack(env: Env<Shared>, live: readonly number[]): void {
  const heap = level2(env, OWNER);
  heap.collect();
  checkInvariants(env, OWNER);
  check(blocksOut(env, OWNER) === live.length, `${blocksOut(env, OWNER)} blocks are in use, ${live.length} should be`);
  for (const block of live) heap.free(block);
  check(blocksOut(env, OWNER) === 0, `${blocksOut(env, OWNER)} blocks are lost`);
  checkInvariants(env, OWNER);
}

function freeOwn(env: Env<Shared>, block: number): void {
  const heap = level2(env, OWNER);
  ghost.allocated(env, block, SIZE); // long ago
  ghost.freeing(env, block);
  heap.free(block);
}

export const fullPool = scenario<Shared>({
  name: 'a block of a full pool is freed while its owner allocates',
  memory: MEMORY,
  oracles: [ghost],
  setup: allocated(2),
  threads: [
    { name: 'owner', run: allocateAndFree },
    { name: 'freer', run: (env) => freeRemotely(env, 2, env.shared.blocks[0]!) },
  ],
  finally: (env) => everythingComesBack(env, [env.shared.blocks[1]!]),
  layout: nameOf,
});

export const twoFreers = scenario<Shared>({
  name: 'both blocks of a full pool are freed by two threads while its owner allocates',
  memory: MEMORY,
  oracles: [ghost],
  setup: allocated(2),
  threads: [
    { name: 'owner', run: allocateAndFree },
    { name: 'freer', run: (env) => freeRemotely(env, 2, env.shared.blocks[0]!) },
    { name: 'other', run: (env) => freeRemotely(env, 3, env.shared.blocks[1]!) },
  ],
  finally: (env) => everythingComesBack(env, []),
  layout: nameOf,
});

/** Emptied once, so that it was parked in its ring; full now. */
function allocatedAfterParking(env: Env<undefined>): Shared {
  const heap = level2(env, OWNER);
  heap.free(heap.malloc(SIZE));
  return { blocks: [heap.malloc(SIZE), heap.malloc(SIZE)] };
}

export const parkedPool = scenario<Shared>({
  name: 'both blocks of a full pool that was parked before are freed by another thread while its owner allocates',
  memory: MEMORY,
  oracles: [ghost],
  setup: allocatedAfterParking,
  threads: [
    { name: 'owner', run: allocateAndFree },
    {
      name: 'freer',
      run(env) {
        for (const block of env.shared.blocks) freeRemotely(env, 2, block);
      },
    },
  ],
  finally: (env) => everythingComesBack(env, []),
  layout: nameOf,
});

export const emptyingPool = scenario<Shared>({
  name: 'owner and another thread free the last two blocks of a pool, and the owner collects',
  memory: MEMORY,
  oracles: [ghost],
  setup: allocated(3),
  threads: [
    {
      name: 'owner',
      run(env) {
        freeOwn(env, env.shared.blocks[0]!);
        level2(env, OWNER).collect();
      },
    },
    { name: 'freer', run: (env) => freeRemotely(env, 2, env.shared.blocks[1]!) },
  ],
  finally: (env) => everythingComesBack(env, [env.shared.blocks[2]!]),
  layout: nameOf,
});

export const dyingFreer = scenario<Shared>({
  name: 'a thread dies while it frees a block of another',
  memory: MEMORY,
  oracles: [ghost],
  setup: allocated(2),
  threads: [
    { name: 'owner', run: allocateAndFree },
    { name: 'freer', run: (env) => freeRemotely(env, 2, env.shared.blocks[0]!), mortal: true },
  ],
  finally(env, { dead }) {
    if (dead.length === 0) return everythingComesBack(env, [env.shared.blocks[1]!]);
    // The block that it was freeing may be lost, and with it the hint; nothing else is.
    level2(env, OWNER).collect();
    checkInvariants(env, OWNER);
    check(blocksOut(env, OWNER) <= 2, 'blocks appeared from nowhere');
  },
  layout: nameOf,
});
