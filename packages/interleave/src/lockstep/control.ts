/**
 * The turnstile in shared memory, by which the controller lets real threads take one atomic operation at a time.
 *
 * Per thread: its state, the grant that it waits for, and while it sleeps the word that it sleeps on and its ticket.
 * Invariant: a thread that is `PARKED`, `ASLEEP` or `WATCHING` does nothing until its grant changes; the controller grants only
 * when no thread is `RUNNING`.
 */

export const STARTING = 0;
export const PARKED = 1;
export const RUNNING = 2;
export const ASLEEP = 3;
export const WATCHING = 4;
export const ENDED = 5;
export const KILLED = 6;

export const GO = 1;
export const NOTIFIED = 2;
export const TIMED_OUT = 3;
export const NO_DEATH = 4;
/** A grant of `FIRST_DEATH + n` tells a watcher of the death of thread n. */
export const FIRST_DEATH = 16;

/** Words before those of the threads: a counter of news for the controller, the tickets of sleepers, the length of the log. */
export const NEWS = 0;
const TICKETS = 1;
const LOG_LENGTH = 2;
const FIRST_THREAD = 8;
const THREAD_WORDS = 8;
const STATE = 0;
const GRANT = 1;
const SLEEP_BUFFER = 2;
const SLEEP_WORD = 3;
const TICKET = 4;
const HAS_TIMEOUT = 5;

const LOG_BYTES = 1 << 20;

/** What a thread writes down for the controller: an oracle's event, its return value, or its error. */
export interface LogEntry {
  readonly thread: number;
  readonly oracle?: string;
  readonly event?: unknown;
  readonly value?: unknown;
  readonly error?: string;
}

// The originals: in a worker the global ones are replaced.
const { add, compareExchange, exchange, load, notify, store, wait } = Atomics;

export class Control {
  readonly words: Int32Array<SharedArrayBuffer>;
  private readonly log: Uint8Array<SharedArrayBuffer>;

  constructor(words: SharedArrayBuffer, log: SharedArrayBuffer) {
    this.words = new Int32Array(words);
    this.log = new Uint8Array(log);
  }

  static make(threads: number): { words: SharedArrayBuffer; log: SharedArrayBuffer } {
    return { words: new SharedArrayBuffer(4 * (FIRST_THREAD + threads * THREAD_WORDS)), log: new SharedArrayBuffer(LOG_BYTES) };
  }

  state(thread: number): number {
    return load(this.words, at(thread, STATE));
  }

  /** Says where a thread stands, and wakes the controller. */
  setState(thread: number, state: number): void {
    store(this.words, at(thread, STATE), state);
    add(this.words, NEWS, 1);
    notify(this.words, NEWS);
  }

  /** Waits, in the thread itself, until it is granted something. */
  takeGrant(thread: number, milliseconds: number): number {
    const index = at(thread, GRANT);
    if (wait(this.words, index, 0, milliseconds) === 'timed-out') throw new Error(`no turn in ${milliseconds} ms`);
    return exchange(this.words, index, 0);
  }

  grant(thread: number, what: number): void {
    store(this.words, at(thread, STATE), RUNNING);
    compareExchange(this.words, at(thread, GRANT), 0, what);
    notify(this.words, at(thread, GRANT));
  }

  /** Notes on what a thread goes to sleep. */
  fallAsleep(thread: number, buffer: number, word: number, hasTimeout: boolean): void {
    store(this.words, at(thread, SLEEP_BUFFER), buffer);
    store(this.words, at(thread, SLEEP_WORD), word);
    store(this.words, at(thread, HAS_TIMEOUT), hasTimeout ? 1 : 0);
    store(this.words, at(thread, TICKET), add(this.words, TICKETS, 1));
    this.setState(thread, ASLEEP);
  }

  hasTimeout(thread: number): boolean {
    return load(this.words, at(thread, HAS_TIMEOUT)) === 1;
  }

  /** Wakes the first sleepers of a word, in the order in which they went to sleep. */
  wake(threads: number, buffer: number, word: number, count: number): number {
    const sleepers = Array.from({ length: threads }, (_, thread) => thread)
      .filter((t) => this.state(t) === ASLEEP && load(this.words, at(t, SLEEP_BUFFER)) === buffer && load(this.words, at(t, SLEEP_WORD)) === word)
      .sort((a, b) => load(this.words, at(a, TICKET)) - load(this.words, at(b, TICKET)))
      .slice(0, count);
    for (const sleeper of sleepers) this.grant(sleeper, NOTIFIED);
    return sleepers.length;
  }

  /** Adds to the log; what a thread wrote is there even if it is killed just after. */
  write(entry: LogEntry): void {
    const bytes = new TextEncoder().encode(`${JSON.stringify(entry)}\n`);
    const start = add(this.words, LOG_LENGTH, bytes.length);
    if (start + bytes.length > this.log.length) throw new Error('the log of a lock-step run is full');
    this.log.set(bytes, start);
  }

  entries(): LogEntry[] {
    const text = new TextDecoder().decode(this.log.slice(0, load(this.words, LOG_LENGTH)));
    return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LogEntry);
  }
}

function at(thread: number, word: number): number {
  return FIRST_THREAD + thread * THREAD_WORDS + word;
}
