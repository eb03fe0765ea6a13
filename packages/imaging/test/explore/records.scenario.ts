/** References to images: threads that retain, release and reuse one record at once. */
import type { SharedHeap } from '@sharena/heap';
import { check, type Env, scenario } from '@sharena/interleave';
import { R_CONTROL, RECORD_WORDS, W_DIRECTORY } from '../../src/layout.ts';
import { Records } from '../../src/records.ts';

const SEGMENT = 128;
/** Words of a record that the maker writes before the image is live: what a reader must never find half done. */
const FIRST = 1;
const LAST = 8;
const MEMORY = (SEGMENT + 2 * RECORD_WORDS) * 4;

interface Shared {
  readonly record: number;
  readonly generation: number;
}

function recordsOf(env: Env): Records {
  const heap = { words: env.words, slot: env.index + 1 } as unknown as SharedHeap;
  return new Records(heap, 0);
}

/** An image whose pixels are one word in the record: `value`, written twice. */
function publish(env: Env, records: Records, record: number, value: number): number {
  env.words[record + FIRST] = value;
  env.words[record + LAST] = value;
  return records.publish(record);
}

/** One live image with one reference, in the first record. */
function oneImage(env: Env<undefined>): Shared {
  env.words[W_DIRECTORY] = SEGMENT * 4;
  env.words[SEGMENT + R_CONTROL] = (1 << 14) | (1 << 12); // BUSY, generation 1
  const generation = publish(env, recordsOf(env), SEGMENT, 7);
  return { record: SEGMENT, generation };
}

/** Opens the image if it is still there, looks at it, and gives it back. */
function visit(env: Env<Shared>): string {
  const { record, generation } = env.shared;
  const records = recordsOf(env);
  try {
    records.retain(record, generation);
  } catch {
    return 'gone';
  }
  check(env.words[record + FIRST] === 7 && env.words[record + LAST] === 7, 'the image changed under its reference');
  if (records.release(record, generation)) destroy(env, records, record);
  return 'seen';
}

/** Gives the last reference back, and the record with it. */
function drop(env: Env<Shared>): void {
  const { record, generation } = env.shared;
  const records = recordsOf(env);
  if (records.release(record, generation)) destroy(env, records, record);
}

function destroy(env: Env, records: Records, record: number): void {
  check(env.words[record + FIRST] === 7, 'the blocks went back twice');
  env.words[record + FIRST] = 0;
  env.words[record + LAST] = 0;
  records.giveBack(record);
}

function nameOf(word: number): string | undefined {
  if (word < SEGMENT) return word === W_DIRECTORY ? 'directory' : undefined;
  const within = (word - SEGMENT) % RECORD_WORDS;
  return within === R_CONTROL ? 'control' : `record word ${within}`;
}

function isFree(env: Env<Shared>): void {
  const state = (env.words[SEGMENT + R_CONTROL] >>> 12) & 3;
  check(state === 0, `the record is in state ${state}`);
}

export const lastRelease = scenario<Shared>({
  name: 'the last reference goes while two threads open the image',
  memory: MEMORY,
  setup: oneImage,
  threads: [
    { name: 'owner', run: drop },
    { name: 'ann', run: visit },
    { name: 'bob', run: visit },
  ],
  finally: isFree,
  layout: nameOf,
});

/** The record is used for another image at once: the old handle must not open it. */
export const reuse = scenario<Shared>({
  name: 'a record is used again while an old handle is opened',
  memory: MEMORY,
  setup: oneImage,
  threads: [
    {
      name: 'owner',
      run(env) {
        drop(env);
        const records = recordsOf(env);
        const word = Atomics.load(env.words, SEGMENT + R_CONTROL);
        if (((word >>> 12) & 3) !== 0) return;
        const busy = (((word >>> 14) + 1) << 14) | (1 << 12);
        if (Atomics.compareExchange(env.words, SEGMENT + R_CONTROL, word, busy) !== word) return;
        publish(env, records, SEGMENT, 9);
      },
    },
    { name: 'ann', run: visit },
  ],
  layout: nameOf,
});

/** A thread that dies with a reference, or in the middle of giving blocks back, leaves the image to nobody else. */
export const dyingVisitor = scenario<Shared>({
  name: 'a thread dies while it opens and releases an image',
  memory: MEMORY,
  setup: oneImage,
  threads: [
    { name: 'owner', run: drop },
    { name: 'ann', run: visit, mortal: true },
  ],
  finally(env, { dead }) {
    if (dead.length === 0) isFree(env);
  },
  layout: nameOf,
});
