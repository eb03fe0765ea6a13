/**
 * Purge: which free pages go back to the operating system, and when.
 *
 * A freed page serves again, but the process keeps its memory until it is purged. The policy of a heap is one word of its
 * header (H_PURGE), written by create() and followed by every thread:
 *
 *   policy         | word          | pages go back
 *   ---------------|---------------|---------------------------------------------------------------------------------------
 *   'off'          | 0             | when somebody calls purge()
 *   'immediate'    | -1            | as soon as their span is released, before anybody else can take them
 *   { delay: ms }  | milliseconds  | by a timer in the thread that released a span, together with all that are free by then
 *
 * H_PURGED_PAGES is atomic and counts them. The pages themselves are claimed by who purges them; see raw/spans.ts, which
 * also says what happens if the thread dies meanwhile. With it dies its timer: what it had released is purged by the next
 * timer of another thread, or by purge().
 *
 * Where the system cannot take pages back (system.ts), every policy is 'off', and stats() says so.
 */
import { InvalidArgumentError } from '../errors.ts';
import { H_PAGES, H_PAGES_ASKED, H_PURGE, H_PURGED_PAGES, PAGE_BYTES } from '../layout.ts';
import { type SystemMemory, systemMemoryOf } from './system.ts';

/** When freed pages go back to the operating system. */
export type PurgePolicy =
  | 'off'
  | 'immediate'
  | {
      /** Milliseconds between a release and the purge, from 1 to 2147483647. */
      readonly delay: number;
    };

/** Opens the system's view of a heap; undefined where there is none. */
type OpenSystem = (buffer: SharedArrayBuffer) => SystemMemory | undefined;

const OFF = 0;
const IMMEDIATE = -1;
/** The longest delay that a timer can have. */
const MAX_DELAY = 2 ** 31 - 1;

/** The word of a policy. @throws {InvalidArgumentError} when it is none */
export function purgeWord(policy: PurgePolicy): number {
  if (policy === 'off') return OFF;
  if (policy === 'immediate') return IMMEDIATE;
  if (typeof policy !== 'object') {
    throw new InvalidArgumentError('purge', "'off', 'immediate' or { delay: milliseconds }", policy);
  }
  const { delay } = policy;
  if (Number.isInteger(delay) && delay >= 1 && delay <= MAX_DELAY) return delay;
  throw new InvalidArgumentError('purge.delay', `a whole number from 1 to ${MAX_DELAY}`, delay);
}

/** The policy of a word. */
function policyOf(word: number): PurgePolicy {
  if (word === OFF) return 'off';
  return word === IMMEDIATE ? 'immediate' : { delay: word };
}

/** Gives pages of one heap back to the system, for one thread. */
export class Purger {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #open: OpenSystem;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param words - the heap as 32-bit words
   * @param open - opens the system's view of it, when that is needed
   */
  constructor(words: Int32Array<SharedArrayBuffer>, open: OpenSystem = systemMemoryOf) {
    this.#words = words;
    this.#open = open;
  }

  /**
   * Gives pages back that the caller has claimed.
   *
   * @returns whether they read as zero now; if not, nothing has changed
   */
  purge(page: number, pages: number): boolean {
    if (!this.#open(this.#words.buffer)?.release(page * PAGE_BYTES, pages * PAGE_BYTES)) return false;
    Atomics.add(this.#words, H_PURGED_PAGES, pages);
    return true;
  }

  /**
   * What the heap's policy does with pages that are being released: purges them, or sees to it that `later` is called.
   * Undefined when it does nothing.
   *
   * @param later - purges all pages that are free
   */
  onRelease(later: () => void): { purge(page: number, pages: number): boolean } | undefined {
    const word = this.#words[H_PURGE];
    if (word === OFF || !this.#open(this.#words.buffer)) return undefined;
    if (word === IMMEDIATE) return this;
    return {
      purge: () => {
        this.#arm(word, later);
        return false;
      },
    };
  }

  /** Stops the timer. Returns whether there was one. */
  disarm(): boolean {
    const armed = this.#timer !== undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return armed;
  }

  #arm(delay: number, later: () => void): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      later();
    }, delay).unref();
  }
}

/** The memory of a heap and of its process. Sizes are in bytes. */
export interface MemoryStats {
  /** Address space that was reserved. */
  readonly reserveBytes: number;
  /** Address space that was asked for; more than was reserved where the system refused. */
  readonly requestedBytes: number;
  /**
   * What of the heap is in memory now, pages that were only read since they were purged included; undefined where the system
   * does not tell (without koffi, or not on Linux).
   */
  readonly residentBytes: number | undefined;
  /** What of the whole process is in memory now. */
  readonly processRss: number;
  /** When freed pages go back to the operating system. */
  readonly purge: PurgePolicy;
  /** Whether they can: on Linux, with koffi. If not, they stay resident until the heap is gone. */
  readonly purgeAvailable: boolean;
  /** Bytes that were given back to the system, ever. */
  readonly purgedBytes: number;
}

/** Looks at the memory of a heap. Threads: any. */
export function memoryStats(words: Int32Array<SharedArrayBuffer>, open: OpenSystem = systemMemoryOf): MemoryStats {
  const system = open(words.buffer);
  return {
    reserveBytes: words[H_PAGES] * PAGE_BYTES,
    requestedBytes: words[H_PAGES_ASKED] * PAGE_BYTES,
    residentBytes: system?.residentBytes(),
    processRss: process.memoryUsage.rss(),
    purge: policyOf(words[H_PURGE]),
    purgeAvailable: system !== undefined,
    purgedBytes: (Atomics.load(words, H_PURGED_PAGES) >>> 0) * PAGE_BYTES,
  };
}
