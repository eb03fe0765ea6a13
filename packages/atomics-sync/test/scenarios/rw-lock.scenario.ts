/** The read-write lock: readers see a pair whole, writers are alone. */
import { check, type Env, scenario } from '@sharena/interleave';
import { RWLock } from '../../src/rw-lock.ts';
import { person } from './people.ts';
import { recoverer } from './recoverer.ts';

const [FIRST, SECOND] = [16, 17] as const;
const layout = {
  0: 'writer',
  1: 'left',
  2: 'reader 0',
  3: 'reader 1',
  4: 'reader 2',
  [FIRST]: 'first',
  [SECOND]: 'second',
};
const base = { memory: 72, layout };
const at = (env: Env, owner: number): RWLock => RWLock.at(env.buffer, 0, { owner });

function look(env: Env, died: boolean): void {
  check(
    died || env.words[FIRST] === env.words[SECOND],
    `${env.name} reads ${env.words[FIRST]} and ${env.words[SECOND]}`,
  );
}

function change(env: Env, lock: RWLock, died: boolean): void {
  if (died) env.words[SECOND] = env.words[FIRST]!;
  look(env, died);
  env.words[FIRST]!++;
  env.words[SECOND]!++;
  if (died) lock.markConsistent();
  lock.writeUnlock();
}

function read(env: Env, owner: number): void {
  const lock = at(env, owner);
  look(env, lock.readLock() === 'owner-died');
  lock.readUnlock();
}

function write(env: Env, owner: number): void {
  const lock = at(env, owner);
  change(env, lock, lock.writeLock() === 'owner-died');
}

function readInTime(env: Env, owner: number): void {
  const lock = at(env, owner);
  const held = lock.readLock({ timeout: 5 });
  if (held === false) return;
  look(env, held === 'owner-died');
  lock.readUnlock();
}

function writeInTime(env: Env, owner: number): void {
  const lock = at(env, owner);
  const held = lock.writeLock({ timeout: 5 });
  if (held !== false) change(env, lock, held === 'owner-died');
}

const recover = recoverer((env: Env, dead) => {
  at(env, 5).recover(dead);
});

export const readerAndWriter = scenario({
  ...base,
  name: 'read-write lock: a reader and a writer',
  threads: [person('ann', read), person('bob', write)],
});

export const twoReaders = scenario({
  ...base,
  name: 'read-write lock: two readers and a writer',
  threads: [person('ann', read), person('bob', read), person('cem', write)],
});

export const twoWriters = scenario({
  ...base,
  name: 'read-write lock: a reader and two writers',
  threads: [person('ann', read), person('bob', write), person('cem', write)],
});

export const timed = scenario({
  ...base,
  name: 'read-write lock: a reader and a writer with time limits, and a reader',
  threads: [person('ann', readInTime), person('bob', writeInTime), person('cem', read)],
});

export const dyingReader = scenario({
  ...base,
  name: 'read-write lock: a reader may die',
  threads: [person('ann', read, true), person('bob', write), recover],
});

export const dyingWriter = scenario({
  ...base,
  name: 'read-write lock: a writer may die',
  threads: [person('ann', read), person('bob', write, true), recover],
});

export const dyingAmongThree = scenario({
  ...base,
  name: 'read-write lock: any of two readers and a writer may die',
  threads: [person('ann', read, true), person('bob', read, true), person('cem', write, true), recover],
});
