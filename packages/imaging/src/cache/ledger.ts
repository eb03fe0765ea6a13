/**
 * Ledgers: what has become of the blocks of chains. Each slot counts for itself, with plain stores; the sums count.
 *
 *   allocated = freed + cached + live        over all slots, at every moment at which no thread is in here
 *
 * No death leaves a counter off. The slot writes down first what it is about to do, to which name, and what the counter says
 * (BEFORE, NAME, and DOING last). Then it does it; then settle() sets the counter by what the name says, and DOING to 0:
 *
 *   TAKING     allocated = before + 1 if the word names a block now, else before
 *   GIVING     freed     = before + 1 if it names none, else before
 *   MOVING     the same: the block went and came elsewhere, or only went
 *
 * settle() gives the same when it is called twice. If the thread dies here, whoever reaps the slot calls it: after the heap
 * has seen to it that names are right, and before anything else is done in the name of the slot.
 */
import {
  L_ALLOCATED,
  L_BEFORE,
  L_DOING,
  L_FAILED,
  L_FREED,
  L_NAME,
  L_NEW,
  L_REALLOCATED,
  L_REUSED,
} from '../layout.ts';

const NOTHING = 0;
const TAKING = 1;
const GIVING = 2;

/** The ledger of one slot. Threads: who acts in its name. */
export class Ledger {
  readonly #words: Int32Array;
  readonly #at: number;

  /**
   * @param words - the heap as 32-bit words
   * @param at - word index of the ledger
   */
  constructor(words: Int32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  /** A block is about to be taken from the heap, which writes its name. */
  taking(name: number): void {
    this.#begin(TAKING, name, L_ALLOCATED);
  }

  /** A block is about to be given back to the heap, or to be moved: its name goes, and comes again if it has moved. */
  giving(name: number): void {
    this.#begin(GIVING, name, L_FREED);
  }

  /** Counts what was begun by what has become of the name. */
  settle(): void {
    const words = this.#words;
    const doing = words[this.#at + L_DOING];
    if (doing === NOTHING) return;
    const isNamed = words[words[this.#at + L_NAME]] !== 0;
    const counts = doing === TAKING ? isNamed : !isNamed;
    const counter = doing === TAKING ? L_ALLOCATED : L_FREED;
    words[this.#at + counter] = words[this.#at + L_BEFORE] + (counts ? 1 : 0);
    words[this.#at + L_DOING] = NOTHING;
  }

  /** An image was asked for. */
  countNew(): void {
    this.#words[this.#at + L_NEW]++;
  }

  /** The heap had no room for a block. */
  countFailed(): void {
    this.#words[this.#at + L_FAILED]++;
  }

  /** A block came from the cache; it may have moved for its size. */
  countReused(moved: boolean): void {
    this.#words[this.#at + L_REUSED]++;
    if (moved) this.#words[this.#at + L_REALLOCATED]++;
  }

  #begin(doing: number, name: number, counter: number): void {
    this.#words[this.#at + L_BEFORE] = this.#words[this.#at + counter];
    this.#words[this.#at + L_NAME] = name;
    this.#words[this.#at + L_DOING] = doing;
  }
}
