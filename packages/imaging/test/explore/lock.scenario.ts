/** Threads that ask for the lock of one image at once, and die while they do. */
import { check, type Env, type Outcome, scenario } from '@sharena/interleave';
import { R_LOCK, RECORD_WORDS } from '../../src/layout.ts';
import { type LockMemory, lockAddress, needLock } from '../../src/pixels/lock-word.ts';

const RECORD = RECORD_WORDS;
/** A block for each thread; its first word is 1 while it is in use. */
const BLOCKS = 2 * RECORD_WORDS;
const [THREADS, BLOCK_WORDS] = [3, 2] as const;
const MEMORY = 4 * (BLOCKS + THREADS * BLOCK_WORDS);

function addressOf(thread: number): number {
  return 4 * (BLOCKS + thread * BLOCK_WORDS);
}

/** The lock, as the thread gets it; its block must be in use then. */
function ask(env: Env): number {
  const address = needLock(env.words, RECORD, memoryOf(env), 8);
  check(env.words[address >>> 2] === 1, 'the lock lies in a block that was given back');
  check(lockAddress(env.words, RECORD) === address, 'the image has another lock');
  return address;
}

function memoryOf(env: Env): LockMemory {
  return {
    calloc() {
      env.words[addressOf(env.index) >>> 2] = 1;
      return addressOf(env.index);
    },
    free(address) {
      check(address === addressOf(env.index), 'the block of another thread is given back');
      env.words[address >>> 2] = 0;
    },
  };
}

function inUse({ words }: Env): number {
  return [0, 1, 2].filter((thread) => words[addressOf(thread) >>> 2] === 1).length;
}

const layout = (word: number): string | undefined => (word === RECORD + R_LOCK ? 'lock' : undefined);

/** All get the same, and nothing else is in use in the end. */
export const together = scenario({
  name: 'three threads ask for a lock at once',
  memory: MEMORY,
  threads: ['ann', 'bob', 'cid'].map((name) => ({ name, run: ask })),
  finally(env: Env, { values }: Outcome): void {
    const [ann, bob, cid] = [values['ann'], values['bob'], values['cid']];
    check(ann === bob && bob === cid, `three threads got the locks ${ann}, ${bob}, ${cid}`);
    check(inUse(env) === 1, `${inUse(env)} blocks are in use`);
  },
  layout,
});

/** Who dies loses its own block at most; the others have a lock. */
export const dying = scenario({
  name: 'a thread dies while it asks for a lock',
  memory: MEMORY,
  threads: [
    { name: 'ann', run: ask, mortal: true },
    { name: 'bob', run: ask },
    { name: 'cid', run: ask },
  ],
  finally(env: Env, { values }: Outcome): void {
    check(values['bob'] === values['cid'], 'two threads have different locks');
    check(inUse(env) <= 2, `${inUse(env)} blocks are in use`);
  },
  layout,
});
