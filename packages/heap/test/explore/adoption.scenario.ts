/**
 * Slots that nobody has any more: live threads take arenas from them, new threads take them whole, others free blocks in them,
 * and all of these may die at it.
 */
import { check, type Env, type Outcome, type Scenario, scenario } from '@sharena/interleave';
import {
  attach,
  everythingComesBack,
  give,
  held,
  MEMORY,
  nameOf,
  register,
  type Thread,
  take,
  thread,
  threadOf,
} from './small-heap.ts';

/** The slots of the threads, by their names. Slot 1 is abandoned. */
const SLOT_OF: Readonly<Record<string, number>> = Object.freeze({ adopter: 2, second: 3, freer: 4 });

type Thread1 = Scenario['threads'][number];

function working(name: string, run: (env: Env, mine: Thread) => void): Thread1 {
  return {
    name,
    mortal: name === 'adopter',
    prepare: (env) => thread(env, SLOT_OF[name]!),
    run: (env, mine: Thread) => run(env, mine),
  };
}

const adopter = working('adopter', (env, mine) => take(env, mine, 0));

const freer = (...blocks: readonly number[]): Thread1 =>
  working('freer', (env, mine) => {
    for (const i of blocks) give(env, mine, i);
  });

const heir = working('second', (env, mine) => {
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

/** Slot 1 was left with `blocks` blocks, two in a pool; those of the freer come first. */
function abandoned(name: string, blocks: number, freers: number, threads: readonly Thread1[]): Scenario<void> {
  return scenario<void>({
    name,
    memory: MEMORY,
    setup(env) {
      attach(env, 4);
      const mine = thread(env, 1);
      for (let i = 0; i < blocks; i++) take(env, mine, i, i < freers ? 4 : 1);
      mine.recovery.leave();
    },
    threads,
    finally: atEnd,
    layout: nameOf,
  });
}

export const foreignFree = abandoned('a block of an abandoned slot is freed while the slot is adopted', 3, 1, [
  adopter,
  freer(0),
]);

export const lastFree = abandoned('the last block of an abandoned slot is freed while the slot is adopted', 1, 1, [
  adopter,
  freer(0),
]);

export const dyingAdopter = abandoned('a thread dies while it adopts', 3, 0, [adopter, heir]);

export const dyingAdopterAndFrees = abandoned('a thread dies while it adopts, and blocks are freed meanwhile', 3, 2, [
  adopter,
  heir,
  freer(0, 1),
]);

/** The first arena is full and stays; the second is adopted, as the first of its new slot. */
export const fullStays = abandoned('a thread dies while it adopts one arena of two', 129, 0, [adopter, heir]);

export const twoAdopters = abandoned('two threads adopt from one slot', 3, 0, [
  adopter,
  working('second', (env, mine) => take(env, mine, 0)),
]);

export const adoptionAndTrim = abandoned(
  'a thread adopts from a slot while another trims it and a third frees its last block',
  1,
  1,
  [adopter, working('second', (_env, mine) => mine.recovery.tidy()), freer(0)],
);

/** Two threads attach: an abandoned slot goes to one of them whole, with its blocks. */
export const registration = scenario<void>({
  name: 'two threads attach while one slot is abandoned',
  memory: MEMORY,
  setup(env) {
    attach(env, 1);
    const mine = thread(env, 1);
    take(env, mine, 0);
    mine.recovery.leave();
  },
  threads: ['ann', 'bob'].map((name, i) => ({ name, run: (env: Env) => register(env, threadOf(2 + i)) })),
  finally(env, { values }) {
    const slots = [values['ann'], values['bob']].sort();
    check(slots[0] === 1 && slots[1] === 2, `they have the slots ${slots}`);
    everythingComesBack(env, held(env), 0, []);
  },
  layout: nameOf,
});
