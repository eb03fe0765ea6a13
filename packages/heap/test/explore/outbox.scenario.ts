/**
 * Blocks of one pool are freed by threads that do not own it, which gather them, hand them over many at a time and die as they do
 * so, while the owner takes them back and hands them out again.
 */
import { type Env, type Outcome, type Scenario, scenario } from '@sharena/interleave';
import {
  attach,
  everythingComesBack,
  give,
  held,
  MEMORY,
  nameOf,
  pass,
  type Thread,
  take,
  thread,
  threadOf,
} from './small-heap.ts';

/** The slots of the threads, by their names. */
const SLOT_OF: Readonly<Record<string, number>> = Object.freeze({ owner: 1, heir: 2, second: 3, freer: 4 });
/** Bytes of the blocks: a pool has five. */
const SMALL = 16;

type Actor = Scenario['threads'][number];

const actor = (name: string, run: (env: Env, mine: Thread) => void): Actor => ({
  name,
  prepare: (env) => thread(env, SLOT_OF[name]!),
  run: (env, mine: Thread) => run(env, mine),
});

/** Frees its blocks, `count` of them, and hands over what it gathered. */
function freeAll(env: Env, mine: Thread, count: number): void {
  for (let i = 0; i < count; i++) give(env, mine, i);
  mine.object.flush();
}

function reapAll(env: Env, mine: Thread): void {
  for (let name = env.untilDeath(); name !== undefined; name = env.untilDeath()) {
    mine.recovery.reap(threadOf(SLOT_OF[name]!));
  }
}

/** Takes back what others have freed, and hands one block out again. */
function takeAgain(env: Env, mine: Thread): void {
  mine.object.collect();
  take(env, mine, 10, 1, SMALL);
}

function atEnd(env: Env, { dead }: Outcome): void {
  everythingComesBack(
    env,
    held(env),
    dead.length,
    dead.map((name) => SLOT_OF[name]!),
  );
}

/** The owner's five blocks of one pool: `mine` are the freer's, `other` those of the second one, the rest its own. */
function onePool(name: string, mine: number, other: number, threads: readonly Actor[]): Scenario<void> {
  return scenario<void>({
    name,
    memory: MEMORY,
    setup(env) {
      attach(env, 4);
      const owner = thread(env, 1);
      for (let i = 0; i < mine; i++) take(env, owner, i, 4, SMALL);
      for (let i = 0; i < other; i++) take(env, owner, i, 3, SMALL);
      for (let i = mine + other; i < 5; i++) take(env, owner, i, 1, SMALL);
    },
    threads,
    finally: atEnd,
    layout: nameOf,
  });
}

export const gathering = onePool('a thread gathers blocks of another while that one takes some back', 3, 0, [
  actor('freer', (env, mine) => freeAll(env, mine, 3)),
  actor('owner', takeAgain),
]);

export const dyingGatherer = onePool('a thread dies while it gathers blocks of another and hands them over', 3, 0, [
  { ...actor('freer', (env, mine) => freeAll(env, mine, 3)), mortal: true },
  actor('heir', reapAll),
]);

export const dyingHandOver = onePool(
  'a thread dies while it hands a block over that its owner takes back and hands out again',
  1,
  0,
  [
    { ...actor('freer', (env, mine) => freeAll(env, mine, 1)), mortal: true },
    actor('owner', takeAgain),
    actor('heir', reapAll),
  ],
);

export const replacedStamp = onePool(
  'a thread dies while it hands a block over, and another one pushes on the same word',
  1,
  1,
  [
    { ...actor('freer', (env, mine) => freeAll(env, mine, 1)), mortal: true },
    actor('second', (env, mine) => freeAll(env, mine, 1)),
    actor('owner', takeAgain),
    actor('heir', reapAll),
  ],
);

export const dyingReaper = onePool(
  'a thread dies with blocks that it gathered, and so does who hands them over',
  2,
  0,
  [
    { ...actor('freer', (env, mine) => freeAll(env, mine, 2)), mortal: true },
    { ...actor('heir', reapAll), mortal: true },
    actor('second', reapAll),
  ],
);

/** Two pools whose entry in the outbox is the same: what is gathered of one is handed over when the other needs the entry. */
export const sharedEntry = scenario<void>({
  name: 'a thread dies while it hands over blocks of one pool to gather those of another',
  memory: MEMORY,
  setup(env) {
    attach(env, 4);
    const owner = thread(env, 1);
    // 18 pools of two blocks: the first and the last of them select the same entry.
    for (let i = 0; i < 36; i++) take(env, owner, i, 1);
    [0, 1, 34, 35].forEach((i, j) => {
      pass(env, 1, i, 4, j);
    });
  },
  threads: [{ ...actor('freer', (env, mine) => freeAll(env, mine, 4)), mortal: true }, actor('heir', reapAll)],
  finally: atEnd,
  layout: nameOf,
});
