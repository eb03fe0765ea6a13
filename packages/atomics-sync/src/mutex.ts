/**
 * A mutex at a place in shared memory, one word, see `robust-word.ts`. Zeroed memory is a free mutex.
 *
 * Not reentrant. Not fair: who comes while the lock is free takes it, before those that sleep; that is what makes it fast.
 * Whatever was written before an unlock is seen after the next lock.
 */
import type { AsyncWaitOptions, WaitOptions } from './arguments.ts';
import { CompatibleMutex } from './compatible/mutex.ts';
import { deadlineOf } from './deadline.ts';
import { DeadlockError, PermissionError, TimeoutError } from './errors.ts';
import { Guard, type Held } from './guard.ts';
import { checkOwner } from './owner.ts';
import { ownWords, type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { hasDied, LockWaiting, markWord, ownerIn, recoverWord, tryLockWord, unlockWord } from './robust-word.ts';
import { block } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const WORD = 0;
const BYTES = 4;

/** A mutex that survives its owner: one word in shared memory. Its static functions `init`, `lock`, … are those of atomics-sync. */
export class Mutex extends CompatibleMutex implements Recoverable {
  /** Bytes that a mutex takes. */
  static readonly BYTES: number = BYTES;
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;

  /** The mutex at a place: 4 bytes, which are 0 before the first use. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): Mutex {
    return new Mutex(wordsAt(buffer, byteOffset, BYTES), options);
  }

  /** A mutex in a buffer of its own. */
  static create(options?: PlaceOptions): Mutex {
    return new Mutex(ownWords(BYTES), options);
  }

  /**
   * Locks, asleep until it can. With a timeout it answers false when the time is up.
   * @returns how it was got: see {@link Held}
   * @throws {@link DeadlockError} if this thread holds it already
   * @throws {@link WouldBlockError} if it would have to sleep and may not
   */
  lock(): Held;
  lock(options: WaitOptions | undefined): Held | false;
  lock(options?: WaitOptions): Held | false {
    const { words, owner } = this;
    const word = Atomics.compareExchange(words, WORD, 0, owner);
    if (word === 0) return 'acquired';
    return this.lockSlowly(options);
  }

  private lockSlowly(options: WaitOptions | undefined): Held | false {
    const { words, owner } = this;
    if (ownerIn(words, WORD) === owner)
      throw new DeadlockError(`owner ${owner} holds this mutex already and would wait for itself`);
    return block(new LockWaiting(words, WORD, owner), deadlineOf(options)) && this.held();
  }

  /** Locks if that is possible at once. */
  tryLock(): Held | false {
    return tryLockWord(this.words, WORD, this.owner) && this.held();
  }

  /** Locks without blocking the thread. The lock belongs to the thread: any task of it may unlock. */
  async lockAsync(options?: AsyncWaitOptions): Promise<Held | false> {
    return (await awaitTurn(new LockWaiting(this.words, WORD, this.owner), options)) && this.held();
  }

  /**
   * Unlocks, and wakes a sleeper if there is one.
   * @throws {@link PermissionError} if this thread does not hold it
   */
  unlock(): void {
    const { words, owner } = this;
    if (unlockWord(words, WORD, owner, 1)) return;
    throw new PermissionError(
      `owner ${owner} unlocks a mutex that it does not hold; its owner is ${ownerIn(words, WORD)}`,
    );
  }

  /** Locks, and unlocks at the end of the block: `using guard = mutex.guard()`. Throws a {@link TimeoutError} when the time is up. */
  guard(options?: WaitOptions): Guard {
    return this.guarded(this.lock(options));
  }

  /** The same without blocking the thread. */
  async guardAsync(options?: AsyncWaitOptions): Promise<Guard> {
    return this.guarded(await this.lockAsync(options));
  }

  private guarded(held: Held | false): Guard {
    if (held === false) throw new TimeoutError('the mutex was not free in time');
    return new MutexGuard(held, this);
  }

  /** Says that what the mutex guards is whole again after an owner died. The owner only. */
  markConsistent(): void {
    if (!markWord(this.words, WORD, this.owner))
      throw new PermissionError(`owner ${this.owner} marks a mutex consistent that it does not hold`);
  }

  /** Who holds it, 0 if nobody does. May be stale when it is used. */
  get heldBy(): number {
    return ownerIn(this.words, WORD);
  }

  /**
   * Frees the mutex if a dead thread holds it, and wakes all who wait. Who locks next is told `'owner-died'`. True if it held it.
   * Call it for each thread that dies, even if it held nothing: it may have died with a wake-up that was meant for another.
   */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    return recoverWord(this.words, WORD, deadOwner);
  }

  /** Called with the lock held. */
  private held(): Held {
    return hasDied(this.words, WORD) ? 'owner-died' : 'acquired';
  }
}

class MutexGuard extends Guard {
  private readonly mutex: Mutex;

  constructor(held: Held, mutex: Mutex) {
    super(held);
    this.mutex = mutex;
  }

  protected override giveBack(): void {
    this.mutex.unlock();
  }
}
