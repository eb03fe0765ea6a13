/**
 * The shared state of the placed semaphore: who holds how many permits, and who waits for how many.
 *
 *   word 0  the section, see `robust-section.ts`       word 3  how many entries wait     (computed)
 *   word 1  permits in all                             word 4  the next ticket, odd
 *   word 2  permits that are free      (computed)      word 5  number of entries
 *   from word 8: the entries, 4 words each:   owner | held | wants | ticket
 *
 *   an entry is   free      owner = 0
 *                 waiting   ticket is odd: it waits for `wants` permits, and sleeps on its ticket
 *                 holding   ticket = 0: it holds `held` permits
 *
 * Everything is read and written in the section, except that a waiter watches its own ticket outside. Each step of an entry is
 * made by one store, which comes last: `owner` when it begins, `ticket` = 0 when permits are granted, `held` or `owner` when they are
 * given back. So the entries and word 1 are true at every moment, and words 2 and 3 are computed from them after a death (`repair`).
 *
 * Fair: permits go to the waiter with the oldest ticket, and to nobody else before it, however few they want. Tickets are compared by
 * their distance, so they may wrap; a ticket belongs to one wait only, so a waiter whose entry has come to hold another
 * ticket knows that its permits were granted (and given back by another task of its thread).
 *
 * Permits are handed to a waiter while it sleeps. If it is dead, its entry holds them, and `recover` gives them back.
 */
import { OutOfRangeError, PermissionError } from './errors.ts';
import { enterSection, leaveSection, sectionRepaired } from './robust-section.ts';

const SECTION = 0;
const TOTAL = 1;
const FREE = 2;
const WAITERS = 3;
const NEXT = 4;
const ENTRIES = 5;
const FIRST = 8;
const WIDTH = 4;
const OWNER = 0;
const HELD = 1;
const WANTS = 2;
const TICKET = 3;

/** Words of a semaphore with so many entries. */
export function tableWords(entries: number): number {
  return FIRST + entries * WIDTH;
}

/** How many entries a formatted table has. */
export function entriesIn(words: Int32Array<SharedArrayBuffer>): number {
  return Atomics.load(words, ENTRIES);
}

/** Makes a table: before any other thread uses it. */
export function formatTable(words: Int32Array<SharedArrayBuffer>, permits: number, entries: number): void {
  words.fill(0);
  words[TOTAL] = permits;
  words[FREE] = permits;
  words[NEXT] = 1;
  Atomics.store(words, ENTRIES, entries);
}

/** The table, as one thread uses it. */
export class SemaphoreTable {
  readonly words: Int32Array<SharedArrayBuffer>;
  private readonly owner: number;
  private readonly end: number;

  constructor(words: Int32Array<SharedArrayBuffer>, owner: number, entries: number) {
    this.words = words;
    this.owner = owner;
    this.end = tableWords(entries);
  }

  enter(): void {
    if (!enterSection(this.words, SECTION, this.owner)) return;
    this.repair();
    sectionRepaired(this.words, SECTION, this.owner);
  }

  leave(): void {
    leaveSection(this.words, SECTION, this.owner);
  }

  // In the section.

  get free(): number {
    return this.words[FREE]!;
  }

  get total(): number {
    return this.words[TOTAL]!;
  }

  /** Takes permits at once. False if there are too few, or somebody waits already. */
  take(permits: number): boolean {
    const { words } = this;
    if (words[WAITERS] !== 0 || words[FREE]! < permits) return false;
    const entry = this.ownEntry();
    if (entry !== 0) {
      words[entry + HELD] = words[entry + HELD]! + permits;
    } else {
      this.begin(this.freeEntry(), permits, 0);
    }
    words[FREE] = words[FREE]! - permits;
    return true;
  }

  /** Begins to wait. Answers the entry; its ticket is the one to watch. */
  queue(permits: number): number {
    const { words } = this;
    const entry = this.freeEntry();
    const ticket = words[NEXT]!;
    words[NEXT] = ticket + 2;
    this.begin(entry, permits, ticket);
    words[WAITERS] = words[WAITERS]! + 1;
    return entry;
  }

  /** The word that a waiter sleeps on, and what it expects there. */
  ticketWord(entry: number): number {
    return entry + TICKET;
  }

  /** Ends a wait that has not been granted: others behind it may have their turn. */
  unqueue(entry: number): void {
    this.words[entry + OWNER] = 0;
    this.words[WAITERS] = this.words[WAITERS]! - 1;
    this.grant();
  }

  /** Gives back permits of this thread. */
  release(permits: number): void {
    const { words } = this;
    const held = this.heldBy(this.owner);
    if (held < permits)
      throw new PermissionError(`owner ${this.owner} gives back ${permits} permits and holds ${held}`);
    let left = permits;
    for (let entry = FIRST; entry < this.end && left > 0; entry += WIDTH) {
      if (!this.holds(entry, this.owner)) continue;
      const part = Math.min(left, words[entry + HELD]!);
      if (part === words[entry + HELD]) words[entry + OWNER] = 0;
      else words[entry + HELD] = words[entry + HELD]! - part;
      left -= part;
    }
    words[FREE] = words[FREE]! + permits;
    this.grant();
  }

  /** Permits of this thread are used up for good. */
  forget(permits: number): void {
    const { words } = this;
    const held = this.heldBy(this.owner);
    if (held < permits) throw new PermissionError(`owner ${this.owner} uses up ${permits} permits and holds ${held}`);
    words[TOTAL] = words[TOTAL]! - permits;
    words[FREE] = words[FREE]! - permits;
    this.release(permits);
  }

  /** Adds new permits. */
  add(permits: number, most: number): void {
    const { words } = this;
    if (words[TOTAL]! + permits > most)
      throw new OutOfRangeError(`there would be ${words[TOTAL]! + permits} permits, there can be ${most}`);
    words[TOTAL] = words[TOTAL]! + permits;
    words[FREE] = words[FREE]! + permits;
    this.grant();
  }

  /** Gives back what a dead thread held, and ends its waits. True if there was anything. */
  drop(dead: number): boolean {
    let found = false;
    for (let entry = FIRST; entry < this.end; entry += WIDTH) {
      if (this.words[entry + OWNER] !== dead) continue;
      this.words[entry + OWNER] = 0;
      found = true;
    }
    this.repair();
    return found;
  }

  heldBy(owner: number): number {
    let held = 0;
    for (let entry = FIRST; entry < this.end; entry += WIDTH) {
      if (this.holds(entry, owner)) held += this.words[entry + HELD]!;
    }
    return held;
  }

  /** Computes what follows from the entries, and wakes all who have been granted permits: their waker may have died. */
  private repair(): void {
    const { words } = this;
    let held = 0;
    let waiters = 0;
    for (let entry = FIRST; entry < this.end; entry += WIDTH) {
      if (words[entry + OWNER] === 0) continue;
      if (Atomics.load(words, entry + TICKET) !== 0) {
        waiters++;
      } else {
        held += words[entry + HELD]!;
        Atomics.notify(words, entry + TICKET);
      }
    }
    words[FREE] = words[TOTAL]! - held;
    words[WAITERS] = waiters;
    this.grant();
  }

  /** Hands free permits to those who wait, the oldest first. */
  private grant(): void {
    const { words } = this;
    while (words[WAITERS]! > 0) {
      const entry = this.oldest();
      const wants = words[entry + WANTS]!;
      if (wants > words[FREE]!) return;
      words[entry + HELD] = wants;
      Atomics.store(words, entry + TICKET, 0);
      words[FREE] = words[FREE]! - wants;
      words[WAITERS] = words[WAITERS]! - 1;
      Atomics.notify(words, entry + TICKET);
    }
  }

  private oldest(): number {
    const { words } = this;
    const next = words[NEXT]!;
    let oldest = 0;
    let distance = 0;
    for (let entry = FIRST; entry < this.end; entry += WIDTH) {
      const ticket = Atomics.load(words, entry + TICKET);
      if (words[entry + OWNER] === 0 || ticket === 0) continue;
      const behind = (next - ticket) | 0;
      if (behind > distance) {
        distance = behind;
        oldest = entry;
      }
    }
    return oldest;
  }

  private begin(entry: number, permits: number, ticket: number): void {
    const { words } = this;
    words[entry + HELD] = ticket === 0 ? permits : 0;
    words[entry + WANTS] = permits;
    Atomics.store(words, entry + TICKET, ticket);
    words[entry + OWNER] = this.owner;
  }

  private holds(entry: number, owner: number): boolean {
    return this.words[entry + OWNER] === owner && Atomics.load(this.words, entry + TICKET) === 0;
  }

  private ownEntry(): number {
    for (let entry = FIRST; entry < this.end; entry += WIDTH) {
      if (this.words[entry + OWNER] === this.owner && this.holds(entry, this.owner)) return entry;
    }
    return 0;
  }

  private freeEntry(): number {
    for (let entry = FIRST; entry < this.end; entry += WIDTH) {
      if (this.words[entry + OWNER] === 0) return entry;
    }
    throw new OutOfRangeError(
      `all ${(this.end - FIRST) / WIDTH} entries of this semaphore are taken: format it with more`,
    );
  }
}
