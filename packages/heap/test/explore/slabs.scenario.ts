/**
 * Slabs: frees by other threads, slabs that are emptied and released, adopted, and whose owner dies. Blocks of 8 KiB, eight to a
 * slab of one page. At the end every block is in use or free, and every page comes back.
 */
import { type Env, type Outcome, type Scenario, scenario } from '@sharena/interleave';
import {
  attach,
  everythingComesBack,
  give,
  held,
  MEMORY,
  nameOf,
  type Thread,
  take,
  thread,
  threadOf,
} from './small-heap.ts';

const SIZE = 8192;

/** The slots of the threads, by their names. */
const SLOT_OF: Readonly<Record<string, number>> = Object.freeze({ owner: 1, adopter: 2, heir: 3, freer: 4 });

type Thread1 = Scenario['threads'][number];

function working(name: string, run: (env: Env, mine: Thread) => void, mortal = false): Thread1 {
  return { name, mortal, prepare: (env) => thread(env, SLOT_OF[name]!), run: (env, mine: Thread) => run(env, mine) };
}

const owner = (run: (env: Env, mine: Thread) => void): Thread1 => working('owner', run);
const dying = (run: (env: Env, mine: Thread) => void): Thread1 => working('owner', run, true);

/** Frees blocks of the owner, which it was handed long ago. */
const freer = (...blocks: readonly number[]): Thread1 =>
  working('freer', (env, mine) => {
    for (const i of blocks) give(env, mine, i);
  });

const heir = working('heir', (env, mine) => {
  for (let name = env.untilDeath(); name !== undefined; name = env.untilDeath()) {
    mine.recovery.reap(threadOf(SLOT_OF[name]!));
  }
});

function atEnd(env: Env, { dead }: Outcome): void {
  everythingComesBack(
    env,
    held(env),
    dead.length,
    dead.map((name) => SLOT_OF[name]!),
  );
}

/**
 * `blocks`: how many the owner takes before the threads begin; the first `freers` belong to the freer. Of those, `given` are
 * the numbers that the owner gives back.
 */
function slabs(
  name: string,
  [blocks, freers]: readonly [number, number],
  given: readonly number[],
  threads: readonly Thread1[],
  last: (mine: Thread) => void = () => {},
): Scenario<void> {
  return scenario<void>({
    name,
    memory: MEMORY,
    setup(env) {
      attach(env, 4);
      const mine = thread(env, 1);
      for (let i = 0; i < blocks; i++) take(env, mine, i, i < freers ? 4 : 1, SIZE);
      for (const i of given) give(env, mine, i);
      last(mine);
    },
    threads,
    finally: atEnd,
    layout: nameOf,
  });
}

const takeOne = (env: Env, mine: Thread): void => take(env, mine, 20, mine.slot, SIZE);

// ---- blocks freed by others -----------------------------------------------------------------------------------------

export const fullSlab = slabs(
  'a block of a full slab is freed while its owner allocates',
  [8, 1],
  [],
  [owner(takeOne), freer(0)],
);

/** The owner has two slabs, the second one with all its blocks free but one: the first one is released when it is empty. */
export const emptyingSlab = slabs(
  'owner and another thread free the last two blocks of a slab, and the owner collects',
  [9, 1],
  [2, 3, 4, 5, 6, 7],
  [
    owner((env, mine) => {
      give(env, mine, 1);
      mine.slabs.collect();
      mine.slabs.releaseEmpty();
    }),
    freer(0),
  ],
);

export const emptiedByOthers = slabs(
  'another thread frees the last block of a slab while its owner gives empty ones back and claims another',
  [1, 1],
  [],
  [
    owner((env, mine) => {
      mine.slabs.collect();
      mine.slabs.releaseEmpty();
      takeOne(env, mine);
    }),
    freer(0),
  ],
);

// ---- the owner dies -------------------------------------------------------------------------------------------------

export const dyingClaim = slabs(
  'dies while it claims a slab, and releases it',
  [0, 0],
  [],
  [
    dying((env, mine) => {
      takeOne(env, mine);
      give(env, mine, 20);
      mine.slabs.releaseEmpty();
    }),
    heir,
  ],
);

export const dyingRelease = slabs(
  'dies while it fills one slab and empties another, which is released',
  [15, 0],
  [0, 1, 2, 3, 4, 5, 6],
  [
    dying((env, mine) => {
      takeOne(env, mine);
      give(env, mine, 20);
      give(env, mine, 7);
    }),
    heir,
  ],
);

export const dyingCollection = slabs(
  'dies while it takes back what others have freed',
  [8, 2],
  [],
  [dying(takeOne), heir, freer(0, 1)],
);

export const dyingFreer = slabs(
  'a thread dies while it frees a block of a full slab',
  [8, 1],
  [],
  [owner(takeOne), heir, { ...freer(0), mortal: true }],
);

// ---- the owner has left ---------------------------------------------------------------------------------------------

const adopter = working('adopter', takeOne);

export const adoption = slabs(
  'a block of an abandoned slot is freed while its slab is adopted',
  [7, 1],
  [],
  [adopter, freer(0)],
  (mine) => mine.recovery.leave(),
);

export const adoptionOfLast = slabs(
  'the last block of an abandoned slot is freed while its slab is adopted',
  [1, 1],
  [],
  [adopter, freer(0)],
  (mine) => mine.recovery.leave(),
);

export const dyingAdopter = slabs(
  'a thread dies while it adopts a slab',
  [7, 0],
  [],
  [working('adopter', takeOne, true), heir],
  (mine) => mine.recovery.leave(),
);
