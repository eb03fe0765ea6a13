/** Who holds an image: threads that open, release, close and reuse one record at once, hand it over, and die while they do. */
import { check, type Env, type Outcome, scenario } from '@sharena/interleave';
import {
  R_ALIGNMENT,
  R_CONTROL,
  R_HOLDERS,
  R_MODE,
  R_PARCELS,
  R_SENT,
  RECORD_WORDS,
  W_HOLDER_WORDS,
} from '../../src/layout.ts';
import { BUSY, control, FREE, generationOf, LIVE, slotOf, stateOf } from '../../src/records/control.ts';
import { Holders } from '../../src/records/holders.ts';
import { Leases } from '../../src/records/leases.ts';
import { Parcels } from '../../src/records/parcels.ts';

/** The store's block begins at word 0. One parcel: or most steps would look at words that are always 0. */
const RECORD = RECORD_WORDS;
const MEMORY = 4 * (2 * RECORD_WORDS + 4);
/** Where a thread leaves the handle that it sends: 0 while there is none. */
const MAIL = 2 * RECORD_WORDS;
const PARCELS = 1;
/** What the pixels of an image are: its generation and this, in two words that are written while it is made. */
const PIXELS = 70;

interface Thread {
  readonly holders: Holders;
  readonly leases: Leases;
  readonly parcels: Parcels;
}

/** What a thread works with in the name of a slot: its own is its place among the threads, from 1. */
function thread(env: Env, slot: number = env.index + 1): Thread {
  const holders = new Holders(env.words, 0, slot, (record) => destroy(env, record, slot), PARCELS);
  return { holders, leases: new Leases(holders), parcels: new Parcels(env.words, slot) };
}

function make(env: Env, { holders, leases }: Thread, generation: number): void {
  env.words[RECORD + R_MODE] = PIXELS + generation;
  env.words[RECORD + R_ALIGNMENT] = PIXELS + generation;
  Atomics.store(env.words, RECORD + R_SENT, 0);
  holders.hold(RECORD);
  Atomics.store(env.words, RECORD + R_CONTROL, control(generation, LIVE, 0));
  leases.made(RECORD, generation);
}

function destroy(env: Env, record: number, slot: number): void {
  const word = Atomics.load(env.words, record + R_CONTROL);
  check(stateOf(word) === BUSY && slotOf(word) === slot, 'an image is given back by who does not have it');
  env.words[record + R_MODE] = 0;
  env.words[record + R_ALIGNMENT] = 0;
  Atomics.store(env.words, record + R_CONTROL, control(generationOf(word), FREE, 0));
}

function look({ words }: Env, generation = 1): void {
  const pixels = PIXELS + generation;
  check(words[RECORD + R_MODE] === pixels && words[RECORD + R_ALIGNMENT] === pixels, 'the image is gone');
}

/** Opens the image if it is still there, looks at it, and gives it back. */
function visit(env: Env, { leases }: Thread): boolean {
  if (!leases.retain(RECORD, 1)) return false;
  look(env);
  leases.release(RECORD);
  return true;
}

/** As whoever reaps the slot. */
function reap(env: Env, slot: number): void {
  const word = Atomics.load(env.words, RECORD + R_CONTROL);
  if (stateOf(word) === BUSY && slotOf(word) === slot) destroy(env, RECORD, slot);
  thread(env, slot).holders.giveUp(RECORD);
}

function isGone(env: Env): void {
  check(stateOf(env.words[RECORD + R_CONTROL]) === FREE, `the record is in state ${stateOf(env.words[RECORD])}`);
  check(env.words[RECORD + R_HOLDERS] === 0, 'a slot still holds it');
  for (let i = 0; i < PARCELS; i++) check(env.words[RECORD + R_PARCELS + i] === 0, 'a reference is still on its way');
}

function nameOf(word: number): string | undefined {
  if (word === MAIL) return 'mail';
  const within = word - RECORD;
  if (within === R_CONTROL) return 'control';
  if (within === R_HOLDERS) return 'holders';
  return within >= R_PARCELS ? `parcel ${within - R_PARCELS}` : undefined;
}

/** An image that the owner, slot 1, holds, as it comes to run. */
const owner = {
  name: 'owner',
  prepare(env: Env): Thread {
    const mine = thread(env);
    env.words[W_HOLDER_WORDS] = 1;
    make(env, mine, 1);
    return mine;
  },
  run: (_: Env, { leases }: Thread) => leases.release(RECORD),
};

const visitor = (name: string) => ({ name, prepare: (env: Env) => thread(env), run: visit });

/** Reaps slot 2 when ann dies. It may die in it. */
const reaper = {
  name: 'rob',
  run(env: Env): void {
    if (env.untilDeath() !== undefined) reap(env, 2);
  },
};

/** As a thread that sees ann's death, and that of who saw it first. */
const secondReaper = {
  name: 'sue',
  run(env: Env): void {
    let deaths = 0;
    while (env.untilDeath() !== undefined) deaths++;
    if (deaths === 2) reap(env, 2);
  },
};

export const lastRelease = scenario({
  name: 'the last holder leaves while two threads open the image',
  memory: MEMORY,
  threads: [owner, visitor('ann'), visitor('bob')],
  finally: isGone,
  layout: nameOf,
});

/** ann opens and releases twice: what she closed and what was opened again must not be mistaken for each other. */
export const revived = scenario({
  name: 'an image that is being closed is opened again, and closed again',
  memory: MEMORY,
  threads: [
    owner,
    {
      name: 'ann',
      prepare: (env: Env) => thread(env),
      run: (env: Env, mine: Thread) => visit(env, mine) && visit(env, mine),
    },
    visitor('bob'),
  ],
  finally: isGone,
  layout: nameOf,
});

/** The record is used for another image at once: the old handle must not open it, nor hold it open, nor close it. */
export const reuse = scenario({
  name: 'a record is used again while an old handle is opened',
  memory: MEMORY,
  threads: [
    {
      ...owner,
      run(env: Env, mine: Thread): void {
        mine.leases.release(RECORD);
        const word = Atomics.load(env.words, RECORD + R_CONTROL);
        if (stateOf(word) !== FREE) return;
        const busy = control(2, BUSY, 1);
        if (Atomics.compareExchange(env.words, RECORD + R_CONTROL, word, busy) !== word) return;
        make(env, mine, 2);
        look(env, 2);
        mine.leases.release(RECORD);
      },
    },
    visitor('ann'),
  ],
  finally: isGone,
  layout: nameOf,
});

export const dyingVisitor = scenario({
  name: 'a thread dies while it opens, closes and gives back, and is reaped by one that may die too',
  memory: MEMORY,
  threads: [owner, { ...visitor('ann'), mortal: true }, { ...reaper, mortal: true }, secondReaper],
  finally: isGone,
  layout: nameOf,
});

export const dyingBetweenOthers = scenario({
  name: 'a thread dies while it opens and closes, among others that do the same',
  memory: MEMORY,
  threads: [owner, { ...visitor('ann'), mortal: true }, visitor('bob'), reaper],
  finally: isGone,
  layout: nameOf,
});

// ---- on their way ---------------------------------------------------------------------------------------------------

function send(env: Env, { parcels, leases }: Thread): void {
  const parcel = parcels.send(RECORD);
  check(parcel !== 0, 'there is room');
  leases.release(RECORD);
  Atomics.store(env.words, MAIL, parcel);
}

/** Takes over what was sent, if it has come. Returns whether it got it. */
function receive(env: Env, { parcels, leases }: Thread): boolean {
  const parcel = Atomics.load(env.words, MAIL);
  if (parcel === 0 || !leases.retain(RECORD, 1)) return false;
  const taken = parcels.take(RECORD, parcel);
  if (taken) look(env);
  leases.release(RECORD);
  return taken;
}

export const handOver = scenario({
  name: 'a reference is sent, and two threads want it',
  memory: MEMORY,
  threads: [
    { ...owner, run: send },
    { name: 'ann', prepare: (env: Env) => thread(env), run: receive },
    { name: 'bob', prepare: (env: Env) => thread(env), run: receive },
  ],
  finally(env: Env, { values }: Outcome): void {
    check(!(values['ann'] && values['bob']), 'two threads got one reference');
    if (values['ann'] || values['bob']) return isGone(env);
    check(stateOf(env.words[RECORD + R_CONTROL]) === LIVE, 'the reference is on its way, and the image is gone');
  },
  layout: nameOf,
});

/** What was sent stays for the receiver, whenever the sender dies; what was not sent is recalled by who knows. */
export const dyingSender = scenario({
  name: 'a thread dies while it sends its reference',
  memory: MEMORY,
  threads: [
    { ...owner, run: send, mortal: true },
    { name: 'ann', prepare: (env: Env) => thread(env), run: receive },
    {
      name: 'rob',
      prepare: (env: Env) => thread(env),
      run(env: Env): void {
        if (env.untilDeath() !== undefined) reap(env, 1);
      },
    },
  ],
  finally(env: Env, { values }: Outcome): void {
    if (values['ann']) return isGone(env);
    const sent = env.words[MAIL] !== 0;
    const live = stateOf(env.words[RECORD + R_CONTROL]) === LIVE;
    check(live || !sent, 'a handle was sent, and its image is gone');
    if (!live) return isGone(env);
    const last = thread(env, 4);
    check(last.leases.retain(RECORD, 1), 'the image can be opened');
    const parcel = last.parcels.sentBy(RECORD, 1);
    check(parcel !== 0 && last.parcels.take(RECORD, parcel), 'the reference can be recalled');
    last.leases.release(RECORD);
    isGone(env);
  },
  layout: nameOf,
});

/** A receiver that dies has the reference, and it goes with it; or it does not, and the sender takes it back. */
export const dyingReceiver = scenario({
  name: 'a thread dies while it takes a reference over',
  memory: MEMORY,
  threads: [
    { ...owner, run: send },
    { name: 'ann', prepare: (env: Env) => thread(env), run: receive, mortal: true },
    reaper,
  ],
  finally(env: Env): void {
    const sender = thread(env, 1);
    if (sender.leases.retain(RECORD, 1)) {
      sender.parcels.take(RECORD, env.words[MAIL]);
      sender.leases.release(RECORD);
    }
    isGone(env);
  },
  layout: nameOf,
});
