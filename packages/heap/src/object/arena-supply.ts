/**
 * The supply of arenas of one thread: the source that it asks now, the sources that it asked before, and the heap's limit.
 *
 * Sources are functions of one thread, arenas outlive threads. So every source that a thread sets gets a number of its own in
 * the whole heap, and an arena object carries the number of the source that its memory came from (A_SOURCE; 0: spans of level
 * 1, which every thread can give back). A thread that took over an arena of another one's source keeps it: it serves pools
 * for as long as the heap lives, and is never given to a source that did not make it.
 *
 * The limit is a number of arenas for all threads together. H_ARENAS counts those that are there or being asked for: up
 * before the source is asked, down after it said no or took one back. So there are never more arenas than the limit. Without
 * one nothing is counted.
 *
 * If the thread dies here between the count and the arena, H_ARENAS stays one too high: the limit is one arena tighter.
 */
import type { Address } from '../domains.ts';
import { H_ARENA_LIMIT, H_ARENAS, H_SOURCES } from '../layout.ts';
import type { ArenaSource } from './arena-source.ts';

/** Number of the source that every thread has: spans of level 1. */
const SPANS = 0;

/** Who is told of arenas that come and go. */
export interface ArenaWatcher {
  /** Before a source is asked for an arena. */
  asking(): void;
  /** An arena has come. `custom`: from a source that this thread has set. */
  allocated(address: Address, size: number, custom: boolean): void;
  /** An arena has gone back. */
  released(address: Address, size: number, custom: boolean): void;
}

/** Checks what a source that a thread has set answers. @throws {BadAddressError} when it is not memory for an arena */
export type ArenaCheck = (address: Address, size: number) => void;

/** The supply of arenas of one thread. Threads: that one. */
export class ArenaSupply {
  readonly #words: Int32Array;
  readonly #check: ArenaCheck;
  readonly #watcher: ArenaWatcher | undefined;
  readonly #sources: Map<number, ArenaSource> = new Map();
  #current: number = SPANS;
  #asked: number = SPANS;
  #asking = false;

  /**
   * @param words - the heap as 32-bit words
   * @param spans - the source that every thread has
   * @param check - for what other sources answer
   * @param watcher - who is told
   */
  constructor(words: Int32Array, spans: ArenaSource, check: ArenaCheck = () => undefined, watcher?: ArenaWatcher) {
    this.#words = words;
    this.#check = check;
    this.#watcher = watcher;
    this.#sources.set(SPANS, spans);
  }

  /** The source that is asked now. */
  get source(): ArenaSource {
    return this.#sources.get(this.#current) as ArenaSource;
  }

  /** Number of the source that was asked last, for {@link ArenaSupply.free}. */
  get number(): number {
    return this.#asked;
  }

  /** Replaces the source. Arenas of the one before go back to that one. */
  use(source: ArenaSource): void {
    for (const [number, known] of this.#sources) {
      if (known !== source) continue;
      this.#current = number;
      return;
    }
    this.#current = Atomics.add(this.#words, H_SOURCES, 1) + 1;
    this.#sources.set(this.#current, source);
  }

  /** Whether this thread can give an arena back to the source with that number. */
  serves(number: number): boolean {
    return this.#sources.has(number);
  }

  /**
   * Memory for an arena, or 0: at the limit, when the source has none, and when the source itself asks for small blocks.
   *
   * @throws {BadAddressError} when the source answers memory in which no arena can be
   */
  alloc(size: number): Address {
    if (this.#asking || !this.#countUp()) return 0;
    const address = this.#ask(size);
    if (address !== 0) this.#watcher?.allocated(address, size, this.#asked !== SPANS);
    return address;
  }

  /** Gives an arena back to the source with that number. */
  free(address: Address, size: number, number: number): void {
    this.#sources.get(number)?.free(address, size);
    this.#countDown();
    this.#watcher?.released(address, size, number !== SPANS);
  }

  #ask(size: number): Address {
    let address = 0;
    this.#asking = true;
    this.#asked = this.#current;
    try {
      this.#watcher?.asking();
      const answer = this.source.alloc(size);
      if (answer !== 0 && this.#asked !== SPANS) this.#check(answer, size);
      address = answer;
    } finally {
      this.#asking = false;
      if (address === 0) this.#countDown();
    }
    return address;
  }

  #countUp(): boolean {
    const limit = Atomics.load(this.#words, H_ARENA_LIMIT);
    if (limit === 0 || Atomics.add(this.#words, H_ARENAS, 1) < limit) return true;
    this.#countDown();
    return false;
  }

  #countDown(): void {
    if (Atomics.load(this.#words, H_ARENA_LIMIT) !== 0) Atomics.sub(this.#words, H_ARENAS, 1);
  }
}
