/** A latch and a wait group at a place in shared memory: a count that comes to 0. The word, and what a death does to it: `countdown.ts`. */
import { type AsyncWaitOptions, checkInteger, type WaitOptions } from './arguments.ts';
import { breakCount, COUNT_MAX, countIn, lower, raise, restart, ZeroWaiting } from './countdown.ts';
import { deadlineOf } from './deadline.ts';
import { checkOwner } from './owner.ts';
import { ownWords, Placed, type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { block } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const WORD = 0;
const BYTES = 4;

abstract class Countdown extends Placed implements Recoverable {
  /** What is left. */
  get count(): number {
    return countIn(this.words, WORD);
  }

  /**
   * Waits until the count is 0. False when the time was up.
   * @throws {@link BrokenError} if it will not come to 0
   */
  wait(options?: WaitOptions): boolean {
    return block(new ZeroWaiting(this.words, WORD), deadlineOf(options));
  }

  /** The same without blocking the thread. */
  waitAsync(options?: AsyncWaitOptions): Promise<boolean> {
    return awaitTurn(new ZeroWaiting(this.words, WORD), options);
  }

  /** Lets everybody who waits, and who will, fail with a BrokenError, unless the count is 0. True if it was not. */
  break(): boolean {
    return breakCount(this.words, WORD);
  }

  /**
   * After the death of a thread that owed a part of the count: the same as `break()`. A supervisor that knows how much it
   * owed counts down for it instead.
   */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    return breakCount(this.words, WORD);
  }
}

/** A count that only goes down: threads wait until so many things have happened. */
export class Latch extends Countdown {
  /** Bytes that a latch takes. */
  static readonly BYTES: number = BYTES;
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;

  /** The latch at a place that somebody has formatted. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): Latch {
    return new Latch(wordsAt(buffer, byteOffset, BYTES), options);
  }

  /** Begins a latch at a place: before any other thread uses it. */
  static format(buffer: ArrayBufferLike, byteOffset: number, count: number, options?: PlaceOptions): Latch {
    checkInteger('count', count, 0, COUNT_MAX);
    const words = wordsAt(buffer, byteOffset, BYTES);
    restart(words, WORD, count);
    return new Latch(words, options);
  }

  /** A latch in a buffer of its own, with a count of at most 65535. */
  static create(count: number, options?: PlaceOptions): Latch {
    return Latch.format(new SharedArrayBuffer(BYTES), 0, count, options);
  }

  /** Takes from the count. At 0 all who wait go on. Answers what is left. */
  countDown(by: number = 1): number {
    checkInteger('by', by, 1, COUNT_MAX);
    return lower(this.words, WORD, by);
  }
}

/** A count of tasks: it goes up and down, and threads wait until all tasks are done. Zeroed memory has no tasks. */
export class WaitGroup extends Countdown {
  /** Bytes that a wait group takes. */
  static readonly BYTES: number = BYTES;
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;

  /** The wait group at a place: 4 bytes, which are 0 before the first use. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): WaitGroup {
    return new WaitGroup(wordsAt(buffer, byteOffset, BYTES), options);
  }

  /** A wait group in a buffer of its own. */
  static create(options?: PlaceOptions): WaitGroup {
    return new WaitGroup(ownWords(BYTES), options);
  }

  /** Adds tasks: before they are handed out, so that the count does not come to 0 too early. */
  add(tasks: number = 1): void {
    checkInteger('tasks', tasks, 1, COUNT_MAX);
    raise(this.words, WORD, tasks);
  }

  /** A task is done. Answers how many are left. */
  done(tasks: number = 1): number {
    checkInteger('tasks', tasks, 1, COUNT_MAX);
    return lower(this.words, WORD, tasks);
  }

  /** Begins anew without tasks, after it was broken. Nobody may be using it. */
  reset(): void {
    restart(this.words, WORD, 0);
  }
}
