/** The async driver, under the mutex and the read-write lock, beside threads that block. */
import { check, type Env, lockWatch, scenario } from '@sharena/interleave';
import { LockWaiting, tryLockWord, unlockWord } from '../../src/robust-word.ts';
import { leaveReader, ReadWaiting, WRITER, WriteWaiting } from '../../src/rw-words.ts';
import { block } from '../../src/waiting.ts';
import { pend } from '../../src/waiting-async.ts';
import { person } from './people.ts';

const [LOCK, COUNT] = [0, 16] as const;
const layout = { 0: 'lock', [COUNT]: 'count' };
const watch = lockWatch();
const base = { memory: 72, layout };

function count(env: Env): void {
  watch.enters(env);
  env.words[COUNT]!++;
  watch.leaves(env);
}

async function lockAsync(env: Env, owner: number): Promise<void> {
  watch.asks(env);
  check(await pend(new LockWaiting(env.words, LOCK, owner), Infinity, undefined), 'a wait without limit ended');
  count(env);
  unlockWord(env.words, LOCK, owner, 1);
}

async function lockInTime(env: Env, owner: number): Promise<void> {
  if (!(await pend(new LockWaiting(env.words, LOCK, owner), 5, undefined))) return;
  count(env);
  unlockWord(env.words, LOCK, owner, 1);
}

async function lockBlocking(env: Env, owner: number): Promise<void> {
  if (!tryLockWord(env.words, LOCK, owner)) block(new LockWaiting(env.words, LOCK, owner), Infinity);
  count(env);
  unlockWord(env.words, LOCK, owner, 1);
}

async function readAsync(env: Env, owner: number): Promise<void> {
  await pend(new ReadWaiting(env.words, owner), Infinity, undefined);
  check(
    Atomics.load(env.words, WRITER) === 0 || (Atomics.load(env.words, COUNT) & 1) === 0,
    'a reader beside a writer',
  );
  leaveReader(env.words, owner);
}

async function writeAsync(env: Env, owner: number): Promise<void> {
  await pend(new WriteWaiting(env.words, owner), Infinity, undefined);
  Atomics.add(env.words, COUNT, 1);
  Atomics.add(env.words, COUNT, 1);
  unlockWord(env.words, WRITER, owner, Infinity);
}

export const three = scenario({
  ...base,
  name: 'async: two that await a lock, one that blocks',
  oracles: [watch],
  threads: [person('ann', lockAsync), person('bob', lockAsync), person('cem', lockBlocking)],
  finally: (env) => check(env.words[COUNT] === 3, `counted ${env.words[COUNT]}`),
});

export const timed = scenario({
  ...base,
  name: 'async: one awaits in time, one awaits, one blocks',
  oracles: [watch],
  threads: [person('ann', lockInTime), person('bob', lockAsync), person('cem', lockBlocking)],
});

export const readWrite = scenario({
  ...base,
  name: 'async: a reader and a writer',
  threads: [person('ann', readAsync), person('bob', writeAsync)],
});
