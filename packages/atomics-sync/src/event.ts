/**
 * An event at a place in shared memory: set or not set, one word. Zeroed memory is an event that is not set.
 *
 *    31                          2    1      0
 *   +-----------------------------+----------+-------+
 *   |      how often it was set   | sleepers |  set  |
 *   +-----------------------------+----------+-------+
 *
 * Who waits sleeps while the word says: not set, sleepers, and this number. `set` sets the bit, adds 1 to the number, clears `sleepers`
 * and wakes all if it was set. A waiter is done when the event is set or the number has moved: it does not miss a set that
 * was reset at once. The number wraps after 2^30 sets between two looks of one waiter.
 * If the thread that sets dies before it notifies, `recover` wakes all.
 */
import type { AsyncWaitOptions, WaitOptions } from './arguments.ts';
import { deadlineOf } from './deadline.ts';
import { checkOwner } from './owner.ts';
import { ownWords, Placed, type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { block, type Waiting } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const WORD = 0;
const BYTES = 4;
const SET = 1;
const SLEEPERS = 2;
const ONE = 4;
const NUMBER = -4;

/** Something that happens, and that everybody may wait for: one word in shared memory. */
export class Event extends Placed implements Recoverable {
  /** Bytes that an event takes. */
  static readonly BYTES: number = BYTES;
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;

  /** The event at a place: 4 bytes, which are 0 before the first use. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): Event {
    return new Event(wordsAt(buffer, byteOffset, BYTES), options);
  }

  /** An event in a buffer of its own. */
  static create(options?: PlaceOptions): Event {
    return new Event(ownWords(BYTES), options);
  }

  /** True while it is set. */
  get isSet(): boolean {
    return (Atomics.load(this.words, WORD) & SET) !== 0;
  }

  /** Sets it, and wakes all who wait. What was written before is seen by them. */
  set(): void {
    let word = Atomics.load(this.words, WORD);
    while ((word & SET) === 0) {
      const seen = Atomics.compareExchange(this.words, WORD, word, ((word & NUMBER) + ONE) | SET);
      if (seen === word) break;
      word = seen;
    }
    if ((word & SLEEPERS) !== 0) Atomics.notify(this.words, WORD);
  }

  /** Makes it not set. */
  reset(): void {
    Atomics.and(this.words, WORD, ~SET);
  }

  /** Waits until it is set. False when the time was up. */
  wait(options?: WaitOptions): boolean {
    return block(new EventWaiting(this.words), deadlineOf(options));
  }

  /** The same without blocking the thread. */
  waitAsync(options?: AsyncWaitOptions): Promise<boolean> {
    return awaitTurn(new EventWaiting(this.words), options);
  }

  /** Wakes all who wait to look again: a thread may have died between setting it and waking them. True if anybody woke. */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    return Atomics.notify(this.words, WORD) > 0;
  }
}

class EventWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number = WORD;
  expected: number = 0;
  private readonly number: number;

  constructor(words: Int32Array<SharedArrayBuffer>) {
    this.words = words;
    this.number = Atomics.load(words, WORD) & NUMBER;
  }

  attempt(): boolean {
    return this.isOver(Atomics.load(this.words, WORD));
  }

  prepare(): boolean {
    const word = Atomics.or(this.words, WORD, SLEEPERS);
    this.expected = word | SLEEPERS;
    return this.isOver(word);
  }

  giveUp(): boolean {
    return this.attempt();
  }

  private isOver(word: number): boolean {
    return (word & SET) !== 0 || (word & NUMBER) !== this.number;
  }
}
