/**
 * The owner of a slot dies, at every step of everything that it does; an heir reaps it, who may die too and be reaped by
 * another. At the end every block is in use or free, at most one for each death is lost, and all memory comes back.
 */
import { type Env, type Outcome, type Scenario, scenario } from '@sharena/interleave';
import {
  attach,
  everythingComesBack,
  give,
  held,
  MEMORY,
  nameOf,
  shortenVector,
  type Thread,
  take,
  thread,
  threadOf,
} from './small-heap.ts';

/** The slots of the threads, by their names. */
const SLOT_OF: Readonly<Record<string, number>> = Object.freeze({ owner: 1, heir: 2, second: 3, freer: 4 });

type Thread1 = Scenario['threads'][number];

/** Reaps everybody who dies, until nobody can any more. */
function reapAll(env: Env, mine: Thread): void {
  for (let name = env.untilDeath(); name !== undefined; name = env.untilDeath()) {
    mine.recovery.reap(threadOf(SLOT_OF[name]!));
  }
}

const owner = (run: (env: Env, mine: Thread) => void): Thread1 => ({
  name: 'owner',
  mortal: true,
  prepare: (env) => thread(env, 1),
  run: (env, mine: Thread) => run(env, mine),
});

const heir: Thread1 = {
  name: 'heir',
  mortal: true,
  prepare: (env) => thread(env, 2),
  run: (env, mine: Thread) => reapAll(env, mine),
};

const second: Thread1 = {
  name: 'second',
  prepare: (env) => thread(env, 3),
  run: (env, mine: Thread) => reapAll(env, mine),
};

/** Frees the owner's block number `i`, which it was handed long ago. */
const freer = (...blocks: readonly number[]): Thread1 => ({
  name: 'freer',
  prepare: (env) => thread(env, 4),
  run(env, mine: Thread) {
    for (const i of blocks) give(env, mine, i);
  },
});

function atEnd(env: Env, { dead }: Outcome): void {
  everythingComesBack(
    env,
    held(env),
    dead.length,
    dead.map((name) => SLOT_OF[name]!),
  );
}

/** `blocks`: how many blocks the owner has when it begins, two in a pool; the first ones belong to the freer. */
function death(
  name: string,
  blocks: number,
  freers: number,
  others: readonly Thread1[],
  run: (env: Env, mine: Thread) => void,
): Scenario<void> {
  return scenario<void>({
    name,
    memory: MEMORY,
    setup(env) {
      attach(env, 4);
      const mine = thread(env, 1);
      for (let i = 0; i < blocks; i++) take(env, mine, i, i < freers ? 4 : 1);
    },
    threads: [owner(run), ...others],
    finally: atEnd,
    layout: nameOf,
  });
}

export const firstArena = death('dies while it takes its first arena', 0, 0, [heir], (env, mine) => take(env, mine, 0));

export const firstPool = death('dies while it takes a pool for its first block', 2, 0, [heir], (env, mine) => {
  take(env, mine, 2);
});

export const lastBlock = death(
  'dies while it takes the last block of a pool, and gives it back',
  1,
  0,
  [heir],
  (env, mine) => {
    take(env, mine, 1);
    give(env, mine, 1);
  },
);

export const virginBlock = death('dies while it links a block that was never used', 0, 0, [heir], (env, mine) => {
  for (let i = 0; i < 3; i++) take(env, mine, i, 1, 16);
});

export const emptyPool = death('dies while it empties a pool', 3, 0, [heir], (env, mine) => {
  give(env, mine, 2);
  give(env, mine, 1);
  give(env, mine, 0);
});

export const collection = death(
  'dies while it takes back what others have freed',
  3,
  2,
  [heir, freer(0, 1)],
  (_env, mine) => {
    mine.object.collect();
  },
);

/** Into a pool that has free blocks of its own. */
export const collectionInto = scenario<void>({
  name: 'dies while it takes back a block to others that are free',
  memory: MEMORY,
  setup(env) {
    attach(env, 4);
    const mine = thread(env, 1);
    for (let i = 0; i < 3; i++) take(env, mine, i, i === 0 ? 4 : 1, 16);
    give(env, mine, 1);
  },
  threads: [owner((_env, mine) => mine.object.collect()), heir, freer(0)],
  finally: atEnd,
  layout: nameOf,
});

export const reuse = death(
  'dies while it takes back what others have freed, for a block',
  2,
  1,
  [heir, freer(0)],
  (env, mine) => {
    take(env, mine, 2);
  },
);

export const leaving = death('dies while it detaches', 3, 0, [heir], (_env, mine) => mine.recovery.leave());

export const leavingEmpty = death('dies while it gives its memory back and detaches', 1, 0, [heir], (env, mine) => {
  give(env, mine, 0);
  mine.recovery.leave();
});

/** The last blocks of the first of two arenas: giving them back gives the arena back. */
function twoArenas(name: string, freers: number, others: readonly Thread1[], run: (env: Env, mine: Thread) => void) {
  return scenario<void>({
    name,
    memory: MEMORY,
    setup(env) {
      attach(env, 4);
      const mine = thread(env, 1);
      for (let i = 0; i < 129; i++) take(env, mine, i, i < freers ? 4 : 1);
      for (let i = 2; i < 128; i++) give(env, mine, i);
      mine.arenas.unpark();
    },
    threads: [owner(run), ...others],
    finally: atEnd,
    layout: nameOf,
  });
}

export const arenaRelease = twoArenas('dies while it empties an arena and gives it back', 0, [heir], (env, mine) => {
  give(env, mine, 0);
  give(env, mine, 1);
});

export const arenaReleasedByCollection = twoArenas(
  'dies while a collection gives an arena back',
  2,
  [heir, freer(0, 1)],
  (env, mine) => {
    mine.object.collect();
    take(env, mine, 0);
  },
);

export const vectorGrows = scenario<void>({
  name: 'dies while its vector of arena objects grows',
  memory: MEMORY,
  setup(env) {
    attach(env, 4);
    const mine = thread(env, 1);
    for (let i = 0; i < 128; i++) take(env, mine, i);
    shortenVector(env, 1);
  },
  threads: [owner((env, mine) => take(env, mine, 128)), heir],
  finally: atEnd,
  layout: nameOf,
});

export const twoDeaths = death('dies, and so does its heir', 3, 0, [heir, second], (env, mine) => {
  give(env, mine, 2);
});

export const twoDeathsInCollection = death(
  'dies in a collection, and so does its heir',
  2,
  1,
  [heir, second, freer(0)],
  (_env, mine) => {
    mine.object.collect();
  },
);

export const dyingFreer = scenario<void>({
  name: 'a thread dies while it frees a block of another, who is told of it all the same',
  memory: MEMORY,
  setup(env) {
    attach(env, 4);
    const mine = thread(env, 1);
    for (let i = 0; i < 3; i++) take(env, mine, i, i === 0 ? 4 : 1);
  },
  threads: [
    { ...freer(0), mortal: true },
    { ...heir, mortal: false },
    { name: 'owner', prepare: (env) => thread(env, 1), run: (_env, mine: Thread) => mine.object.collect() },
  ],
  finally: atEnd,
  layout: nameOf,
});
