/**
 * A bounded channel of 32-bit words between any number of senders and receivers, at a place in shared memory.
 *
 *   word 0  the section, see `robust-section.ts`        word 4  receivers may sleep: 1        word 8  capacity
 *   word 1  closed: 1                                   word 5  senders may sleep: 1          word 9 and on: the ring
 *   word 2  head: where the oldest word is              word 6  what receivers sleep on
 *   word 3  tail: where the next word goes              word 7  what senders sleep on
 *
 * Head and tail run from 0 to 2 * capacity - 1, so that an empty and a full ring differ. All words are read and written in the
 * section only, except 6 and 7, which sleepers watch.
 *
 * send: ring[tail] = value, then tail + 1: that one store makes it sent. receive: read ring[head], then head + 1.
 * So at every moment the ring is whole: a thread that dies inside has sent or received, or has not, and there is nothing to finish or to
 * undo. There is no claimed place that waits for its value, as in rings without a lock, where a death blocks all receivers.
 *
 * A receiver that finds nothing sets word 4, remembers word 6, leaves, and sleeps while word 6 is the same. A sender that finds word 4 set
 * adds 1 to word 6 and wakes one; if nobody woke it clears word 4. Whoever set it since has not gone to sleep yet, and will not, as word 6
 * has changed. Each send wakes one more, so as many wake as there are words. The same the other way round.
 *
 * If a thread dies between a send and its notify, or woken and before it receives, a word may lie beside a sleeper: `recover` wakes all.
 * A word that a dead thread had received is gone with it.
 */
import {
  type AsyncWaitOptions,
  checkInteger,
  INT32_MAX_VALUE,
  INT32_MIN_VALUE,
  type WaitOptions,
} from './arguments.ts';
import { deadlineOf } from './deadline.ts';
import { ClosedError } from './errors.ts';
import { checkOwner } from './owner.ts';
import { Placed, type PlaceOptions, type Recoverable, wordsAt } from './place.ts';
import { enterSection, leaveSection, sectionRepaired } from './robust-section.ts';
import { recoverWord } from './robust-word.ts';
import { block, type Waiting } from './waiting.ts';
import { awaitTurn } from './waiting-async.ts';

const SECTION = 0;
const CLOSED = 1;
const HEAD = 2;
const TAIL = 3;
const RECEIVERS = 4;
const SENDERS = 5;
const SENT = 6;
const RECEIVED = 7;
const CAPACITY = 8;
const RING = 9;
const CAPACITY_MAX = 2 ** 24;

/** A bounded queue of 32-bit words for any number of senders and receivers. What is sent first is received first. */
export class Channel extends Placed implements Recoverable {
  /** What its place must be a multiple of. */
  static readonly ALIGN: number = 4;

  /** Bytes that a channel of this capacity takes. */
  static bytes(capacity: number): number {
    checkInteger('capacity', capacity, 1, CAPACITY_MAX);
    return (RING + capacity) * 4;
  }

  /** The channel at a place that somebody has formatted. */
  static at(buffer: ArrayBufferLike, byteOffset: number = 0, options?: PlaceOptions): Channel {
    const capacity = Atomics.load(wordsAt(buffer, byteOffset, RING * 4), CAPACITY);
    return new Channel(wordsAt(buffer, byteOffset, Channel.bytes(capacity)), options);
  }

  /** Begins a channel at a place: before any other thread uses it. */
  static format(buffer: ArrayBufferLike, byteOffset: number, capacity: number, options?: PlaceOptions): Channel {
    const words = wordsAt(buffer, byteOffset, Channel.bytes(capacity));
    words.fill(0);
    Atomics.store(words, CAPACITY, capacity);
    return new Channel(words, options);
  }

  /** A channel in a buffer of its own. */
  static create(capacity: number, options?: PlaceOptions): Channel {
    return Channel.format(new SharedArrayBuffer(Channel.bytes(capacity)), 0, capacity, options);
  }

  /** The most words that it holds. */
  get capacity(): number {
    return this.words[CAPACITY]!;
  }

  /** How many words it holds now. */
  get size(): number {
    this.enter();
    const size = sizeOf(this.words);
    this.leave();
    return size;
  }

  /** True if nothing can be sent any more. Words may be left to receive. */
  get isClosed(): boolean {
    return Atomics.load(this.words, CLOSED) !== 0;
  }

  /**
   * Sends if there is room. False if there is none.
   * @throws {@link ClosedError} if the channel is closed
   */
  trySend(word: number): boolean {
    if ((word | 0) !== word) checkInteger('word', word, INT32_MIN_VALUE, INT32_MAX_VALUE);
    this.enter();
    const isRefused = this.words[CLOSED] !== 0;
    const isSent = !isRefused && put(this.words, word);
    this.leave();
    if (isRefused) throw new ClosedError('the channel is closed, so nothing can be sent');
    return isSent;
  }

  /** Sends, asleep while there is no room. False when the time was up. */
  send(word: number, options?: WaitOptions): boolean {
    return this.trySend(word) || block(new SendWaiting(this, this.words, word), deadlineOf(options));
  }

  /** The same without blocking the thread. */
  sendAsync(word: number, options?: AsyncWaitOptions): Promise<boolean> {
    return awaitTurn(new SendWaiting(this, this.words, word), options);
  }

  /** Receives the oldest word if there is one; else undefined. */
  tryReceive(): number | undefined {
    this.enter();
    const word = sizeOf(this.words) === 0 ? undefined : take(this.words);
    this.leave();
    return word;
  }

  /** Receives the oldest word, asleep while there is none. Undefined when the channel is closed and empty, or the time was up. */
  receive(options?: WaitOptions): number | undefined {
    const waiting = new ReceiveWaiting(this, this.words);
    block(waiting, deadlineOf(options));
    return waiting.word;
  }

  /** The same without blocking the thread. */
  async receiveAsync(options?: AsyncWaitOptions): Promise<number | undefined> {
    const waiting = new ReceiveWaiting(this, this.words);
    await awaitTurn(waiting, options);
    return waiting.word;
  }

  /** From now on nothing can be sent. Who waits to send fails; what was sent can be received. */
  close(): void {
    this.enter();
    this.words[RECEIVERS] = 1;
    this.words[SENDERS] = 1;
    Atomics.store(this.words, CLOSED, 1);
    wakeAll(this.words);
    this.leave();
  }

  /**
   * After the death of a thread that used the channel: lets the others in, and wakes them to look again. True if it died inside an operation.
   */
  recover(deadOwner: number): boolean {
    checkOwner(deadOwner);
    const held = recoverWord(this.words, SECTION, deadOwner);
    this.enter();
    wakeAll(this.words);
    this.leave();
    return held;
  }

  /**
   * Enters the section.
   * @internal
   */
  enter(): void {
    // There is nothing to repair, but sleepers may not have been woken.
    if (!enterSection(this.words, SECTION, this.owner)) return;
    wakeAll(this.words);
    sectionRepaired(this.words, SECTION, this.owner);
  }

  /**
   * Leaves the section.
   * @internal
   */
  leave(): void {
    leaveSection(this.words, SECTION, this.owner);
  }
}

/** In the section, as all that follow. */
function sizeOf(words: Int32Array<SharedArrayBuffer>): number {
  const size = words[TAIL]! - words[HEAD]!;
  return size >= 0 ? size : size + 2 * words[CAPACITY]!;
}

/** Outside of the section: a guess that saves entering it while spinning. `prepare` does not rely on it. */
function looksEmpty(words: Int32Array<SharedArrayBuffer>): boolean {
  return Atomics.load(words, TAIL) === Atomics.load(words, HEAD) && Atomics.load(words, CLOSED) === 0;
}

/** The same for a full ring. */
function looksFull(words: Int32Array<SharedArrayBuffer>): boolean {
  const distance = Math.abs(Atomics.load(words, TAIL) - Atomics.load(words, HEAD));
  return distance === words[CAPACITY] && Atomics.load(words, CLOSED) === 0;
}

function put(words: Int32Array<SharedArrayBuffer>, word: number): boolean {
  const capacity = words[CAPACITY]!;
  if (sizeOf(words) === capacity) return false;
  const tail = words[TAIL]!;
  words[RING + (tail < capacity ? tail : tail - capacity)] = word;
  words[TAIL] = tail + 1 === 2 * capacity ? 0 : tail + 1;
  if (words[RECEIVERS] !== 0) wakeOne(words, RECEIVERS, SENT);
  return true;
}

function take(words: Int32Array<SharedArrayBuffer>): number {
  const capacity = words[CAPACITY]!;
  const head = words[HEAD]!;
  const word = words[RING + (head < capacity ? head : head - capacity)]!;
  words[HEAD] = head + 1 === 2 * capacity ? 0 : head + 1;
  if (words[SENDERS] !== 0) wakeOne(words, SENDERS, RECEIVED);
  return word;
}

function wakeOne(words: Int32Array<SharedArrayBuffer>, flag: number, sequence: number): void {
  Atomics.add(words, sequence, 1);
  if (Atomics.notify(words, sequence, 1) === 0) words[flag] = 0;
}

function wakeAll(words: Int32Array<SharedArrayBuffer>): void {
  Atomics.add(words, SENT, 1);
  Atomics.notify(words, SENT);
  Atomics.add(words, RECEIVED, 1);
  Atomics.notify(words, RECEIVED);
}

class SendWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number = RECEIVED;
  expected: number = 0;
  private readonly channel: Channel;
  private readonly word: number;

  constructor(channel: Channel, words: Int32Array<SharedArrayBuffer>, word: number) {
    checkInteger('word', word, INT32_MIN_VALUE, INT32_MAX_VALUE);
    this.channel = channel;
    this.words = words;
    this.word = word;
  }

  attempt(): boolean {
    return !looksFull(this.words) && this.channel.trySend(this.word);
  }

  prepare(): boolean {
    const { words, channel } = this;
    channel.enter();
    const isRefused = words[CLOSED] !== 0;
    const isSent = !isRefused && put(words, this.word);
    if (!isSent) {
      words[SENDERS] = 1;
      this.expected = Atomics.load(words, RECEIVED);
    }
    channel.leave();
    if (isRefused) throw new ClosedError('the channel was closed, so nothing can be sent');
    return isSent;
  }

  giveUp(): boolean {
    return false;
  }
}

class ReceiveWaiting implements Waiting {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number = SENT;
  expected: number = 0;
  word: number | undefined;
  private readonly channel: Channel;

  constructor(channel: Channel, words: Int32Array<SharedArrayBuffer>) {
    this.channel = channel;
    this.words = words;
  }

  attempt(): boolean {
    return !looksEmpty(this.words) && this.look(false);
  }

  prepare(): boolean {
    return this.look(true);
  }

  giveUp(): boolean {
    return false;
  }

  private look(isLast: boolean): boolean {
    const { words, channel } = this;
    channel.enter();
    const isEmpty = sizeOf(words) === 0;
    const isOver = isEmpty && words[CLOSED] !== 0;
    if (!isEmpty) this.word = take(words);
    else if (isLast && !isOver) {
      words[RECEIVERS] = 1;
      this.expected = Atomics.load(words, SENT);
    }
    channel.leave();
    return !isEmpty || isOver;
  }
}
