/** The words of the read-write lock, and the steps on them. The layout, and why they are right, is in `rw-lock.ts`. */
import { LockWaiting, ownerIn, unlockWord } from './robust-word.ts';
import { READERS } from './tuning.ts';
import type { Waiting } from './waiting.ts';

/** The writers' word. */
export const WRITER: number = 0;

/** What a writer sleeps on: how often a reader has left while there was a writer. */
const LEFT = 1;
/** The first readers' word. */
const FIRST = 2;

/** Makes this thread a reader, if there is no writer and a word is free. */
export function enterReader(words: Int32Array<SharedArrayBuffer>, owner: number): boolean {
  if (ownerIn(words, WRITER) !== 0) return false;
  const slot = claim(words, owner);
  if (slot === 0) return false;
  if (ownerIn(words, WRITER) === 0) return true;
  leave(words, slot);
  return false;
}

/** Ends one reading of this thread. False if it does not read. */
export function leaveReader(words: Int32Array<SharedArrayBuffer>, owner: number): boolean {
  const slot = find(words, owner, owner);
  if (slot === 0) return false;
  leave(words, slot);
  return true;
}

/** True if this thread reads. */
export function readsAs(words: Int32Array<SharedArrayBuffer>, owner: number): boolean {
  return find(words, owner, owner) !== 0;
}

/** True if nobody reads. */
export function noReader(words: Int32Array<SharedArrayBuffer>): boolean {
  for (let slot = FIRST; slot < FIRST + READERS; slot++) {
    if (Atomics.load(words, slot) !== 0) return false;
  }
  return true;
}

/** Frees the words of a dead reader, and wakes all who sleep on any. True if there was one. */
export function recoverReaders(words: Int32Array<SharedArrayBuffer>, dead: number): boolean {
  let found = false;
  for (let slot = FIRST; slot < FIRST + READERS; slot++) {
    if (Atomics.compareExchange(words, slot, dead, 0) === dead) found = true;
  }
  tellLeft(words);
  return found;
}

function claim(words: Int32Array<SharedArrayBuffer>, owner: number): number {
  for (let i = 0; i < READERS; i++) {
    const slot = slotOf(owner, i);
    if (Atomics.compareExchange(words, slot, 0, owner) === 0) return slot;
  }
  return 0;
}

/** The word that has this content; the search begins where that owner's words usually are. */
function find(words: Int32Array<SharedArrayBuffer>, owner: number, content: number): number {
  for (let i = 0; i < READERS; i++) {
    const slot = slotOf(owner, i);
    if (Atomics.load(words, slot) === content) return slot;
  }
  return 0;
}

function slotOf(owner: number, i: number): number {
  return ((owner + i) % READERS) + FIRST;
}

function leave(words: Int32Array<SharedArrayBuffer>, slot: number): void {
  Atomics.store(words, slot, 0);
  if (ownerIn(words, WRITER) !== 0) tellLeft(words);
}

function tellLeft(words: Int32Array<SharedArrayBuffer>): void {
  Atomics.add(words, LEFT, 1);
  Atomics.notify(words, LEFT);
}

/**
 * Waits for a turn to read, as a writer would: that is how one sleeps on the writers' word. If that takes the lock, nobody writes: it
 * claims its word under the writers' lock, and gives the lock back. If all words are taken it keeps the lock, since nobody could come in
 * anyway, and waits for a reader to leave, as a writer does.
 */
export class ReadWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  at: number = WRITER;
  expected: number = 0;
  private readonly owner: number;
  private readonly lock: LockWaiting;
  private isLocked = false;

  constructor(words: Int32Array<SharedArrayBuffer>, owner: number) {
    this.words = words;
    this.owner = owner;
    this.lock = new LockWaiting(words, WRITER, owner);
  }

  attempt(): boolean {
    return this.isLocked ? this.claimLocked() : enterReader(this.words, this.owner);
  }

  prepare(): boolean {
    if (!this.isLocked) this.isLocked = this.lock.prepare();
    if (this.isLocked) return this.claimLocked();
    this.at = WRITER;
    this.expected = this.lock.expected;
    return false;
  }

  giveUp(): boolean {
    if (this.isLocked) unlockWord(this.words, WRITER, this.owner, Infinity);
    return false;
  }

  private claimLocked(): boolean {
    this.at = LEFT;
    this.expected = Atomics.load(this.words, LEFT);
    if (claim(this.words, this.owner) === 0) return false;
    unlockWord(this.words, WRITER, this.owner, Infinity);
    return true;
  }
}

/** Waits for a turn to write: for the writers' word first, and then for the readers to leave. */
export class WriteWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  at: number = WRITER;
  expected: number = 0;
  private readonly owner: number;
  private readonly lock: LockWaiting;
  private isLocked = false;

  constructor(words: Int32Array<SharedArrayBuffer>, owner: number) {
    this.words = words;
    this.owner = owner;
    this.lock = new LockWaiting(words, WRITER, owner);
  }

  attempt(): boolean {
    if (!this.isLocked) this.isLocked = this.lock.attempt();
    return this.isLocked && this.isDrained();
  }

  prepare(): boolean {
    if (!this.isLocked) this.isLocked = this.lock.prepare();
    if (this.isLocked) return this.isDrained();
    this.at = WRITER;
    this.expected = this.lock.expected;
    return false;
  }

  giveUp(): boolean {
    if (this.isLocked) unlockWord(this.words, WRITER, this.owner, Infinity);
    return false;
  }

  private isDrained(): boolean {
    this.at = LEFT;
    this.expected = Atomics.load(this.words, LEFT);
    return noReader(this.words);
  }
}
