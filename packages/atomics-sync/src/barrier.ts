/**
 * A barrier at a place in shared memory: two words.
 *
 *   word 0   how many threads must arrive (1 to 1023)
 *   word 1
 *     31       30                       10 9          0
 *   +--------+----------------------------+------------+
 *   | broken |         generation         |  arrived   |
 *   +--------+----------------------------+------------+
 *
 * The swap of the last one to arrive sets `arrived` to 0 and adds 1 to `generation`, then it wakes all. So there is no moment at
 * which a generation has ended and the next has not begun, and no thread of the next can be counted into the one before.
 * Who waits sleeps on word 1 as it last saw it, and is done when `generation` has moved. Between two looks of one waiter it moves at most
 * once, unless more threads than must arrive use the barrier; then 2^21 times in between would go unnoticed.
 * Who gives up takes itself off `arrived`, if its generation has not ended by then.
 *
 * A thread that dies, before or after it arrived, will be missing in a generation to come. `recover` breaks the barrier: all who wait
 * and all who come get a BrokenError, until `reset`. If the last one dies between its swap and the notify, `recover` wakes the others,
 * and they go on.
 */
import { type AsyncWaitOptions, checkInteger, type WaitOptions } from './arguments.ts';
import { CompatibleBarrier } from './compatible/barrier.ts';
import { deadlineOf } from './deadline.ts';
import { BrokenError } from './errors.ts';
import { checkOwner } from './owner.ts';
import { ownWords, type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { block, type Waiting } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const PARTIES = 0;
const STATE = 1;
const BYTES = 8;
const ARRIVED = 0x3ff;
const GENERATION = 0x7fff_fc00;
const ONE_GENERATION = 0x400;
const BROKEN = -0x8000_0000;

/** What a thread at a barrier learns: `'last'` for one of them, `'passed'` for the others, false when the time was up. */
export type Passed = 'last' | 'passed';

/** Threads that wait for each other, again and again. Its static functions `init` and `wait` are those of atomics-sync. */
export class Barrier extends CompatibleBarrier implements Recoverable {
  /** Bytes that a barrier takes. */
  static readonly BYTES: number = BYTES;
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;

  /** The barrier at a place that somebody has formatted. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): Barrier {
    return new Barrier(wordsAt(buffer, byteOffset, BYTES), options);
  }

  /** Begins a barrier at a place: before any other thread uses it. */
  static format(buffer: ArrayBufferLike, byteOffset: number, parties: number, options?: PlaceOptions): Barrier {
    const words = wordsAt(buffer, byteOffset, BYTES);
    const barrier = new Barrier(words, options);
    barrier.reset(parties);
    return barrier;
  }

  /** A barrier in a buffer of its own, for at most 1023 threads. */
  static create(parties: number, options?: PlaceOptions): Barrier {
    return Barrier.format(ownWords(BYTES).buffer, 0, parties, options);
  }

  /** How many threads must arrive. */
  get parties(): number {
    return Atomics.load(this.words, PARTIES);
  }

  /**
   * Arrives, and waits until all have. False when the time was up: then this thread has not arrived.
   * @throws {@link BrokenError} if not all can come any more
   */
  wait(): Passed;
  wait(options: WaitOptions | undefined): Passed | false;
  wait(options?: WaitOptions): Passed | false {
    const waiting = new GenerationWaiting(this.words, deadlineOf(options));
    return block(waiting, waiting.deadline) && (waiting.isLast ? 'last' : 'passed');
  }

  /** The same without blocking the thread. */
  async waitAsync(options?: AsyncWaitOptions): Promise<Passed | false> {
    options?.signal?.throwIfAborted();
    const waiting = new GenerationWaiting(this.words, deadlineOf(options));
    return (await awaitTurn(waiting, options)) && (waiting.isLast ? 'last' : 'passed');
  }

  /** True from `break` or a recovery until `reset`. */
  get isBroken(): boolean {
    return Atomics.load(this.words, STATE) < 0;
  }

  /** Lets everybody who waits, and who comes, fail with a BrokenError. */
  break(): void {
    Atomics.or(this.words, STATE, BROKEN);
    Atomics.notify(this.words, STATE);
  }

  /** Begins anew, with another number of threads if you like. Nobody may be waiting. */
  reset(parties?: number): void {
    if (parties !== undefined) {
      checkInteger('parties', parties, 1, ARRIVED);
      Atomics.store(this.words, PARTIES, parties);
    }
    Atomics.and(this.words, STATE, GENERATION);
  }

  /** After the death of a thread that used the barrier: the same as `break()`. */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    this.break();
    return true;
  }
}

/** Arrives when it is made. */
class GenerationWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number = STATE;
  expected: number = 0;
  readonly isLast: boolean;
  readonly deadline: number;
  private readonly generation: number;

  constructor(words: Int32Array<SharedArrayBuffer>, deadline: number) {
    this.words = words;
    this.deadline = deadline;
    const parties = Atomics.load(words, PARTIES);
    for (let word = Atomics.load(words, STATE); ; ) {
      if (word < 0) throw broken();
      const arrived = (word & ARRIVED) + 1;
      const isLast = arrived >= parties;
      const seen = Atomics.compareExchange(
        words,
        STATE,
        word,
        isLast ? (word + ONE_GENERATION) & GENERATION : word + 1,
      );
      if (seen === word) {
        this.generation = word & GENERATION;
        this.isLast = isLast;
        break;
      }
      word = seen;
    }
    if (this.isLast) Atomics.notify(words, STATE);
  }

  attempt(): boolean {
    const word = Atomics.load(this.words, STATE);
    this.expected = word;
    if ((word & GENERATION) !== this.generation) return true;
    if (word < 0) throw broken();
    return false;
  }

  prepare(): boolean {
    return this.attempt();
  }

  giveUp(): boolean {
    for (let word = Atomics.load(this.words, STATE); (word & GENERATION) === this.generation; ) {
      const seen = Atomics.compareExchange(this.words, STATE, word, word - 1);
      if (seen === word) return false;
      word = seen;
    }
    return true;
  }
}

function broken(): BrokenError {
  return new BrokenError('not all threads can arrive at this barrier any more: one has died, or it was broken');
}
