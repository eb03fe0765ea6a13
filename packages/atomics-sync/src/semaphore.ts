/**
 * A fair semaphore at a place in shared memory, which knows who holds its permits. Its state: `semaphore-table.ts`.
 *
 * Permits belong to the thread that acquired them, and go back by its `release`, or by `recover` when it has died. Where permits are
 * made by one thread and used up by another, `add` makes and `forget` uses up.
 */
import { type AsyncWaitOptions, checkInteger, INT32_MAX_VALUE, type WaitOptions } from './arguments.ts';
import { CompatibleSemaphore } from './compatible/semaphore.ts';
import { deadlineOf } from './deadline.ts';
import { OutOfRangeError, TimeoutError } from './errors.ts';
import { Guard } from './guard.ts';
import { checkOwner } from './owner.ts';
import { type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { recoverWord } from './robust-word.ts';
import { entriesIn, formatTable, SemaphoreTable, tableWords } from './semaphore-table.ts';
import { block, type Waiting } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const SECTION = 0;
const HEAD_BYTES = 32;
const ENTRIES_MAX = 4096;

/** How to make a semaphore. */
export interface SemaphoreOptions extends PlaceOptions {
  /** How many holders and waiting calls it can know at once, 1 to 4096. Default 32. */
  readonly entries?: number | undefined;
}

/** A fair counting semaphore with owned permits. Its static functions `init`, `wait`, `post`, … are those of atomics-sync. */
export class Semaphore extends CompatibleSemaphore implements Recoverable {
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;
  private readonly table: SemaphoreTable;

  /** Bytes that a semaphore with so many entries takes. */
  static bytes(entries: number = 32): number {
    checkInteger('entries', entries, 1, ENTRIES_MAX);
    return tableWords(entries) * 4;
  }

  /** The semaphore at a place that somebody has formatted. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): Semaphore {
    const entries = entriesIn(wordsAt(buffer, byteOffset, HEAD_BYTES));
    return new Semaphore(wordsAt(buffer, byteOffset, Semaphore.bytes(entries)), options, entries);
  }

  /** Begins a semaphore at a place: before any other thread uses it. */
  static format(buffer: ArrayBufferLike, byteOffset: number, permits: number, options?: SemaphoreOptions): Semaphore {
    checkInteger('permits', permits, 0, INT32_MAX_VALUE);
    const entries = options?.entries ?? 32;
    const words = wordsAt(buffer, byteOffset, Semaphore.bytes(entries));
    formatTable(words, permits, entries);
    return new Semaphore(words, options, entries);
  }

  /** A semaphore in a buffer of its own. */
  static create(permits: number, options?: SemaphoreOptions): Semaphore {
    return Semaphore.format(new SharedArrayBuffer(Semaphore.bytes(options?.entries)), 0, permits, options);
  }

  /** @internal */
  constructor(words: Int32Array<SharedArrayBuffer>, options: PlaceOptions | undefined, entries: number) {
    super(words, options);
    this.table = new SemaphoreTable(words, this.owner, entries);
  }

  /** Permits that nobody holds now. Those who wait come first. */
  get available(): number {
    this.table.enter();
    const free = this.table.free;
    this.table.leave();
    return free;
  }

  /** Permits that this thread holds. */
  get held(): number {
    this.table.enter();
    const held = this.table.heldBy(this.owner);
    this.table.leave();
    return held;
  }

  /** Takes permits if they are free and nobody waits. */
  tryAcquire(permits: number = 1): boolean {
    checkInteger('permits', permits, 1, INT32_MAX_VALUE);
    const { table } = this;
    table.enter();
    try {
      return table.take(permits);
    } finally {
      table.leave();
    }
  }

  /**
   * Takes permits, asleep until they are free and all who came before have theirs. False when the time was up.
   * @throws {@link OutOfRangeError} if there are not so many permits in all, or all entries are taken
   */
  acquire(permits: number = 1, options?: WaitOptions): boolean {
    return this.tryAcquire(permits) || block(new PermitsWaiting(this.table, permits), deadlineOf(options));
  }

  /** The same without blocking the thread. */
  async acquireAsync(permits: number = 1, options?: AsyncWaitOptions): Promise<boolean> {
    return this.tryAcquire(permits) || (await awaitTurn(new PermitsWaiting(this.table, permits), options));
  }

  /** Takes permits until the end of the block. Throws a {@link TimeoutError} when the time is up. */
  guard(permits: number = 1, options?: WaitOptions): Guard {
    return this.guarded(this.acquire(permits, options), permits);
  }

  /** The same without blocking the thread. */
  async guardAsync(permits: number = 1, options?: AsyncWaitOptions): Promise<Guard> {
    return this.guarded(await this.acquireAsync(permits, options), permits);
  }

  private guarded(isHeld: boolean, permits: number): Guard {
    if (!isHeld) throw new TimeoutError(`${permits} permits were not free in time`);
    return new PermitsGuard(this, permits);
  }

  /**
   * Gives permits back.
   * @throws {@link PermissionError} if this thread holds fewer
   */
  release(permits: number = 1): void {
    checkInteger('permits', permits, 1, INT32_MAX_VALUE);
    const { table } = this;
    table.enter();
    try {
      table.release(permits);
    } finally {
      table.leave();
    }
  }

  /** Adds permits that did not exist: any thread may. */
  add(permits: number = 1): void {
    checkInteger('permits', permits, 1, INT32_MAX_VALUE);
    const { table } = this;
    table.enter();
    try {
      table.add(permits, INT32_MAX_VALUE);
    } finally {
      table.leave();
    }
  }

  /**
   * Uses permits up that this thread holds: they do not come back.
   * @throws {@link PermissionError} if it holds fewer
   */
  forget(permits: number = 1): void {
    checkInteger('permits', permits, 1, INT32_MAX_VALUE);
    const { table } = this;
    table.enter();
    try {
      table.forget(permits);
    } finally {
      table.leave();
    }
  }

  /** Gives back the permits of a dead thread, ends its waits, and lets those go on who can now. True if it had anything. */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    const wasInside = recoverWord(this.words, SECTION, deadOwner);
    const { table } = this;
    table.enter();
    const hadPermits = table.drop(deadOwner);
    table.leave();
    return hadPermits || wasInside;
  }
}

class PermitsGuard extends Guard {
  private readonly semaphore: Semaphore;
  private readonly permits: number;

  constructor(semaphore: Semaphore, permits: number) {
    super('acquired');
    this.semaphore = semaphore;
    this.permits = permits;
  }

  protected override giveBack(): void {
    this.semaphore.release(this.permits);
  }
}

class PermitsWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  at: number = 0;
  expected: number = 0;
  private entry = 0;
  private readonly table: SemaphoreTable;
  private readonly permits: number;

  constructor(table: SemaphoreTable, permits: number) {
    checkInteger('permits', permits, 1, INT32_MAX_VALUE);
    this.words = table.words;
    this.table = table;
    this.permits = permits;
  }

  /** Joins the queue at the first look: a place in it is what fairness is about. */
  attempt(): boolean {
    if (this.at === 0) return this.join();
    return Atomics.load(this.words, this.at) !== this.expected;
  }

  prepare(): boolean {
    return this.attempt();
  }

  giveUp(): boolean {
    if (this.at === 0) return false;
    const { table } = this;
    table.enter();
    const isGranted = Atomics.load(this.words, this.at) !== this.expected;
    if (!isGranted) table.unqueue(this.entry);
    table.leave();
    return isGranted;
  }

  private join(): boolean {
    const { table } = this;
    table.enter();
    try {
      return this.takeOrQueue();
    } finally {
      table.leave();
    }
  }

  private takeOrQueue(): boolean {
    const { table, permits } = this;
    if (table.take(permits)) return true;
    if (permits > table.total)
      throw new OutOfRangeError(`${permits} permits are asked for, and there are ${table.total} in all`);
    this.entry = table.queue(permits);
    this.at = table.ticketWord(this.entry);
    this.expected = Atomics.load(this.words, this.at);
    return false;
  }
}
