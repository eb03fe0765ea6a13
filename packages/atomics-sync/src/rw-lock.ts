/**
 * A read-write lock at a place in shared memory: many readers, or one writer. Writers go first.
 *
 *   word 0         the writers' lock, as in `robust-word.ts`; readers sleep on it as well
 *   word 1         how often a reader has left while there was a writer: what the writer sleeps on
 *   words 2 to 15  one for each reader inside: its owner, 0 if free
 *
 * The readers' words are the whole truth about readers: one swap takes the lock and says who did, so that recovery can give it back.
 *
 *   reader: swap 0 -> owner in a free word, then look at word 0; if there is a writer, free the word again and wait for word 0.
 *   writer: take word 0, which keeps new readers out, then wait until each readers' word is 0.
 *   reader leaves: its word = 0, then look at word 0; if there is a writer, word 1 + 1, and notify it.
 *
 * A reader writes its word before it looks at word 0, a writer writes word 0 before it looks at the readers' words, and all
 * threads agree on the order of these four: so one of the two sees the other, and they are never both inside. A writer reads word 1,
 * then the readers' words, and sleeps while word 1 is what it read: a reader whose word it found taken leaves later, sees the
 * writer, and changes word 1.
 *
 * A steady stream of writers keeps readers out. A thread that reads and locks again can wait for itself, if a writer came in between.
 * When 14 readers are inside, the next one takes the writers' lock and waits for one of them to leave.
 *
 * If a thread dies, `recover` frees its words, and wakes all who sleep on any. A writer's death is told to the next ones, writers and
 * readers, until a writer marks the lock consistent.
 */
import type { AsyncWaitOptions, WaitOptions } from './arguments.ts';
import { deadlineOf } from './deadline.ts';
import { DeadlockError, PermissionError, TimeoutError } from './errors.ts';
import { Guard, type Held } from './guard.ts';
import { checkOwner } from './owner.ts';
import { ownWords, Placed, type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { hasDied, markWord, ownerIn, recoverWord, tryLockWord, unlockWord } from './robust-word.ts';
import {
  enterReader,
  leaveReader,
  noReader,
  ReadWaiting,
  readsAs,
  recoverReaders,
  WRITER,
  WriteWaiting,
} from './rw-words.ts';
import { READERS } from './tuning.ts';
import { block } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const BYTES = (2 + READERS) * 4;

/** Many readers or one writer, writers first: 64 bytes in shared memory, at most 14 readers at once. */
export class RWLock extends Placed implements Recoverable {
  /** Bytes that the lock takes. */
  static readonly BYTES: number = BYTES;
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;
  /** The most readers that can be inside at once. */
  static readonly READERS: number = READERS;

  /** The lock at a place: 64 bytes, which are 0 before the first use. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): RWLock {
    return new RWLock(wordsAt(buffer, byteOffset, BYTES), options);
  }

  /** A lock in a buffer of its own. */
  static create(options?: PlaceOptions): RWLock {
    return new RWLock(ownWords(BYTES), options);
  }

  /**
   * Locks for reading. With a timeout it answers false when the time is up.
   * @throws {@link DeadlockError} if this thread holds it for writing
   */
  readLock(): Held;
  readLock(options: WaitOptions | undefined): Held | false;
  readLock(options?: WaitOptions): Held | false {
    const { words, owner } = this;
    if (enterReader(words, owner)) return this.held();
    if (ownerIn(words, WRITER) === owner)
      throw new DeadlockError(`owner ${owner} holds this lock for writing and would wait for itself`);
    return block(new ReadWaiting(words, owner), deadlineOf(options)) && this.held();
  }

  /** Locks for reading if that is possible at once. */
  tryReadLock(): Held | false {
    return enterReader(this.words, this.owner) && this.held();
  }

  /** Locks for reading without blocking the thread. */
  async readLockAsync(options?: AsyncWaitOptions): Promise<Held | false> {
    return (await awaitTurn(new ReadWaiting(this.words, this.owner), options)) && this.held();
  }

  /**
   * Gives back one reading lock of this thread.
   * @throws {@link PermissionError} if it has none
   */
  readUnlock(): void {
    if (!leaveReader(this.words, this.owner))
      throw new PermissionError(`owner ${this.owner} gives back a reading lock that it does not have`);
  }

  /**
   * Locks for writing. With a timeout it answers false when the time is up; readers that it kept out go on then.
   * @throws {@link DeadlockError} if this thread holds it already, for reading or for writing
   */
  writeLock(): Held;
  writeLock(options: WaitOptions | undefined): Held | false;
  writeLock(options?: WaitOptions): Held | false {
    const held = this.tryWriteLock();
    if (held !== false) return held;
    const { words, owner } = this;
    if (ownerIn(words, WRITER) === owner || readsAs(words, owner)) {
      throw new DeadlockError(`owner ${owner} holds this lock already and would wait for itself`);
    }
    return block(new WriteWaiting(words, owner), deadlineOf(options)) && this.held();
  }

  /** Locks for writing if that is possible at once. */
  tryWriteLock(): Held | false {
    const { words, owner } = this;
    if (!tryLockWord(words, WRITER, owner)) return false;
    if (noReader(words)) return this.held();
    unlockWord(words, WRITER, owner, Infinity);
    return false;
  }

  /** Locks for writing without blocking the thread. */
  async writeLockAsync(options?: AsyncWaitOptions): Promise<Held | false> {
    return (await awaitTurn(new WriteWaiting(this.words, this.owner), options)) && this.held();
  }

  /**
   * Unlocks after writing, and wakes all who wait: readers can go in together.
   * @throws {@link PermissionError} if this thread does not hold it for writing
   */
  writeUnlock(): void {
    if (!unlockWord(this.words, WRITER, this.owner, Infinity)) {
      throw new PermissionError(`owner ${this.owner} gives back a writing lock that it does not have`);
    }
  }

  /** Locks for reading until the end of the block. Throws a {@link TimeoutError} when the time is up. */
  readGuard(options?: WaitOptions): Guard {
    return new ReadGuard(inTime(this.readLock(options)), this);
  }

  /** Locks for writing until the end of the block. Throws a {@link TimeoutError} when the time is up. */
  writeGuard(options?: WaitOptions): Guard {
    return new WriteGuard(inTime(this.writeLock(options)), this);
  }

  /** The same as `readGuard` without blocking the thread. */
  async readGuardAsync(options?: AsyncWaitOptions): Promise<Guard> {
    return new ReadGuard(inTime(await this.readLockAsync(options)), this);
  }

  /** The same as `writeGuard` without blocking the thread. */
  async writeGuardAsync(options?: AsyncWaitOptions): Promise<Guard> {
    return new WriteGuard(inTime(await this.writeLockAsync(options)), this);
  }

  /** Says that what the lock guards is whole again after a writer died. Its writer only. */
  markConsistent(): void {
    if (!markWord(this.words, WRITER, this.owner))
      throw new PermissionError(`owner ${this.owner} does not hold this lock for writing`);
  }

  /** Frees what a dead thread held, for reading or writing, and wakes all who wait. True if it held anything. */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    const read = recoverReaders(this.words, deadOwner);
    return recoverWord(this.words, WRITER, deadOwner) || read;
  }

  private held(): Held {
    return hasDied(this.words, WRITER) ? 'owner-died' : 'acquired';
  }
}

function inTime(held: Held | false): Held {
  if (held === false) throw new TimeoutError('the lock was not free in time');
  return held;
}

class ReadGuard extends Guard {
  private readonly lock: RWLock;

  constructor(held: Held, lock: RWLock) {
    super(held);
    this.lock = lock;
  }

  protected override giveBack(): void {
    this.lock.readUnlock();
  }
}

class WriteGuard extends Guard {
  private readonly lock: RWLock;

  constructor(held: Held, lock: RWLock) {
    super(held);
    this.lock = lock;
  }

  protected override giveBack(): void {
    this.lock.writeUnlock();
  }
}
