/**
 * One logical thread: a generator, the results it was given, and what the scheduler must know of it.
 *
 * Invariant: a thread's private state is a function of its results alone. So to go back in time only the numbers below are
 * restored, and the generator is made again, and fed with the results kept, when the thread next runs (`stale`).
 */
import { type BulkRange, Context, isSteps, type StepGenerator, type View } from './context.ts';
import { HIGH, LOW, mix } from './hash.ts';
import { AWAIT, BULK, EVENT, FORGET, LATE_EVENT, PREPARED, WAIT } from './ops.ts';

export const READY = 0;
export const WAITING = 1;
export const DONE = 2;
export const DEAD = 3;

/** What the machine runs: the name and the function of a thread, made anew for each run. */
export interface ThreadBody {
  readonly name: string;
  readonly mortal: boolean;
  /** The results that the thread got while it prepared itself, alone; undefined if it has no preparation. */
  readonly prologue: readonly unknown[] | undefined;
  /** Begins the thread: its generator, or a plain value if it has no steps at all. */
  start(context: Context): unknown;
}

/** A result that is thrown in the thread instead of being returned. */
export class Thrown {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

/** How the machine performs an operation on private memory when a thread is fed again. */
export type PrivateOperation = (context: Context) => unknown;

/** An event that waits until its thread next runs. */
export interface LateEvent {
  readonly oracle: string;
  readonly event: unknown;
}

const NO_EVENTS: readonly LateEvent[] = [];
const NO_TICKETS: readonly number[] = [];
export const LONGEST_CYCLE = 8;
const SAVED_NUMBERS = 14;

export class LogicalThread {
  readonly id: number;
  readonly body: ThreadBody;
  readonly context: Context = new Context();
  status: number = READY;
  /** The pending operation, as the races and the search see it. */
  kind = 0;
  word = -1;
  mask = 0;
  site = -1;
  timeout: number = Infinity;
  /** How many results it was given, and the hash of them. */
  count = 0;
  low = 0;
  high = 0;
  /** Number of the last step that changed something, and the length of the idle cycle that it is in (0: none). */
  lastChange = 0;
  period = 0;
  deathsSeen = 0;
  late: readonly LateEvent[] = NO_EVENTS;
  settled: readonly number[] = NO_TICKETS;
  value: unknown = undefined;
  stale = false;
  /** One entry per result: key of the step, its place and the word it saw, the value seen, the hash after it. */
  keys: Int32Array<ArrayBuffer> = new Int32Array(256);
  sites: Int32Array<ArrayBuffer> = new Int32Array(256);
  words: Int32Array<ArrayBuffer> = new Int32Array(256);
  seen: Int32Array<ArrayBuffer> = new Int32Array(256);
  lows: Int32Array<ArrayBuffer> = new Int32Array(256);
  highs: Int32Array<ArrayBuffer> = new Int32Array(256);
  results: unknown[] = [];
  private generator: StepGenerator | null = null;

  constructor(id: number, body: ThreadBody) {
    this.id = id;
    this.body = body;
  }

  /** Back to the beginning; runs up to the first operation. */
  restart(isPrivate: (array: View) => boolean, perform: PrivateOperation): IteratorResult<unknown, unknown> {
    this.status = READY;
    this.count = 0;
    this.low = mix(this.id, 1, LOW);
    this.high = mix(this.id, 1, HIGH);
    this.lastChange = 0;
    this.period = 0;
    this.deathsSeen = 0;
    this.late = NO_EVENTS;
    this.settled = NO_TICKETS;
    this.value = undefined;
    this.stale = false;
    this.results.length = 0;
    return this.begin(isPrivate, perform);
  }

  private begin(isPrivate: (array: View) => boolean, perform: PrivateOperation): IteratorResult<unknown, unknown> {
    this.context.rewind();
    const started = this.body.start(this.context);
    if (!isSteps(started)) {
      this.generator = null;
      return { done: true, value: started };
    }
    this.generator = started;
    const first = started.next();
    return this.body.prologue === undefined ? first : this.feed(this.body.prologue, isPrivate, perform);
  }

  /** Gives the thread what it got when it prepared itself; the shared memory has the traces of it already. */
  private feed(prologue: readonly unknown[], isPrivate: (array: View) => boolean, perform: PrivateOperation): IteratorResult<unknown, unknown> {
    const { context } = this;
    for (let fed = 0; context.kind !== PREPARED; ) {
      if (tellsOnly(context.kind)) this.resume(undefined);
      else if (isPrivateOperation(context, isPrivate)) this.resume(perform(context));
      else this.resume(prologue[fed++]);
    }
    return this.resume(undefined);
  }

  /** Gives the generator the result of its pending operation. */
  resume(result: unknown): IteratorResult<unknown, unknown> {
    const context = this.context;
    if (result === 'timed-out' && (context.kind === WAIT || context.kind === AWAIT)) context.clock += context.b as number;
    if (result instanceof Thrown) return this.generator!.throw(result.error);
    return this.generator!.next(result);
  }

  /** Makes the generator again and feeds it all results kept, so that it stands at its pending operation. */
  rebuild(isPrivate: (array: View) => boolean, perform: PrivateOperation): void {
    this.stale = false;
    this.begin(isPrivate, perform);
    for (let fed = 0; ;) {
      const context = this.context;
      if (tellsOnly(context.kind)) this.resume(undefined);
      else if (isPrivateOperation(context, isPrivate)) this.resume(perform(context));
      else if (fed === this.count) return;
      else this.resume(this.results[fed++]);
    }
  }

  /** Adds a step to the history; `changed` says that it was more than looking. */
  record(key: number, word: number, value: number, changed: boolean, resultWord: number): void {
    const n = this.count++;
    if (n === this.keys.length) this.enlarge();
    this.keys[n] = key;
    this.sites[n] = this.site;
    this.words[n] = word;
    this.seen[n] = value;
    this.low = mix(this.low, resultWord, LOW);
    this.high = mix(this.high, resultWord, HIGH);
    this.lows[n] = this.low;
    this.highs[n] = this.high;
    if (changed) {
      this.lastChange = n + 1;
      this.period = 0;
      return;
    }
    if (n - this.lastChange > 0) this.findCycle(n);
    else this.period = 0;
  }

  /** What the thread saw so far counts no more, but for `state`. */
  forget(state: number): void {
    this.low = mix(state, this.id + 3, LOW);
    this.high = mix(state, this.id + 3, HIGH);
    this.lastChange = this.count;
    this.period = 0;
  }

  /**
   * Two equal rounds without any change: the thread spins. Its hash becomes that of the round before, so that however long it
   * spins it is one state; the machine does not choose it again until a word that it looked at has changed.
   */
  private findCycle(n: number): void {
    this.period = 0;
    const keys = this.keys;
    const longest = Math.min(LONGEST_CYCLE, (n + 1 - this.lastChange) >> 1);
    for (let p = 1; p <= longest; p++) {
      let j = 0;
      while (j < p && keys[n - j] === keys[n - j - p]) j++;
      if (j < p) continue;
      this.period = p;
      this.low = this.lows[n - p]!;
      this.high = this.highs[n - p]!;
      this.lows[n] = this.low;
      this.highs[n] = this.high;
      return;
    }
  }

  /**
   * Called when the thread stands before its next operation. If that is not the one that its cycle has here, the spin has ended
   * by itself: the thread is in a new state, the same however long it spun, and others may run before it goes on.
   */
  checkCycle(): void {
    if (this.period === 0) return;
    const same = this.count - this.period;
    if (this.sites[same] === this.site && this.words[same] === this.word) return;
    this.period = 0;
    this.lastChange = this.count;
    this.low = mix(this.low, this.site, HIGH);
    this.high = mix(this.high, this.site, LOW);
  }

  private enlarge(): void {
    this.keys = doubled(this.keys);
    this.sites = doubled(this.sites);
    this.words = doubled(this.words);
    this.seen = doubled(this.seen);
    this.lows = doubled(this.lows);
    this.highs = doubled(this.highs);
  }

  /** Writes the restorable numbers into `into` at this thread's place. */
  save(into: Int32Array): void {
    const at = this.id * SAVED_NUMBERS;
    into[at] = this.status;
    into[at + 1] = this.kind;
    into[at + 2] = this.word;
    into[at + 3] = this.mask;
    into[at + 4] = this.site;
    into[at + 5] = this.timeout === Infinity ? -1 : Math.ceil(this.timeout);
    into[at + 6] = this.count;
    into[at + 7] = this.low;
    into[at + 8] = this.high;
    into[at + 9] = this.lastChange;
    into[at + 10] = this.period;
    into[at + 11] = this.deathsSeen;
  }

  load(from: Int32Array): void {
    const at = this.id * SAVED_NUMBERS;
    this.status = from[at]!;
    this.kind = from[at + 1]!;
    this.word = from[at + 2]!;
    this.mask = from[at + 3]!;
    this.site = from[at + 4]!;
    this.timeout = from[at + 5] === -1 ? Infinity : from[at + 5]!;
    const count = from[at + 6]!;
    if (count < this.count) {
      this.stale = true;
      this.results.length = count;
    }
    this.count = count;
    this.low = from[at + 7]!;
    this.high = from[at + 8]!;
    this.lastChange = from[at + 9]!;
    this.period = from[at + 10]!;
    this.deathsSeen = from[at + 11]!;
  }
}

/** True for an operation on memory that no other thread can see: it is done again, not remembered. */
export function isPrivateOperation(context: Context, isPrivate: (array: View) => boolean): boolean {
  const view = context.kind === BULK ? (context.a as BulkRange).view : context.array;
  return view !== null && isPrivate(view);
}

/** True for what gives no result: it is not in a thread's history. */
export function tellsOnly(kind: number): boolean {
  return kind === EVENT || kind === LATE_EVENT || kind === FORGET;
}

/** A saved state of `threads` threads. */
export function savedNumbers(threads: number): Int32Array<ArrayBuffer> {
  return new Int32Array(threads * SAVED_NUMBERS);
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
