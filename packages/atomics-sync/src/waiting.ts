/**
 * Waiting for a turn, and what is common to all primitives when they sleep.
 *
 * A primitive says in a {@link Waiting} how its turn is taken, and on which word to sleep; the sync driver is here, the async
 * driver in `waiting-async.ts`. The contract that makes both right:
 *
 * - `prepare` looks at shared memory again, and only then names a word and the value on which the thread may sleep. Every change
 *   that could give the turn changes that word first and notifies it afterwards. `Atomics.wait` compares and enqueues in one
 *   step, so a change between `prepare` and the sleep makes the sleep return at once: no wake-up is lost.
 * - Every wake-up is only a hint: whoever wakes calls `prepare` again. So it is always allowed to wake everybody, and that is what
 *   a waiter does that was aborted, and what `recover` does for a dead thread: the wake-up that it may have consumed reaches
 *   those for whom it was meant.
 *
 * If the thread dies here: asleep, the runtime removes it from the list of sleepers; awake, it may have consumed a wake-up,
 * which `recover` of the primitive makes good.
 */
import { remaining } from './deadline.ts';
import { WouldBlockError } from './errors.ts';
import { SPINS } from './tuning.ts';

/** A turn that somebody waits for. */
export interface Waiting {
  /** Where to sleep: set by `prepare` when it answers false. */
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly at: number;
  readonly expected: number;
  /** Takes the turn if it is free. Announces nothing. */
  attempt(): boolean;
  /** Takes the turn if it is free; else announces a sleeper and names the word. */
  prepare(): boolean;
  /** Ends the waiting without a turn. True if the turn had come in the meantime: then it is taken. */
  giveUp(): boolean;
}

const HAS_PAUSE: boolean = typeof Atomics.pause === 'function';
/** How long a thread tries that may not sleep, in milliseconds. */
const TRY_BEFORE_REFUSING = 5;

/** Tells the processor that this is a spin. */
export function relax(): void {
  if (HAS_PAUSE) Atomics.pause();
}

/**
 * Takes a turn, asleep while it is not to be had. False when the deadline came first.
 * A sleeper is reached in some 50 us, a spinner in less than one: so it spins a little first.
 */
export function block(waiting: Waiting, deadline: number): boolean {
  for (let i = 0; i < SPINS; i++) {
    if (waiting.attempt()) return true;
    relax();
  }
  for (;;) {
    if (waiting.prepare()) return true;
    const left = remaining(deadline);
    if (left <= 0) return waiting.giveUp();
    if (!sleep(waiting, left)) return tryAwake(waiting, deadline);
  }
}

/** Sleeps once. False if this thread may not sleep. */
function sleep(waiting: Waiting, milliseconds: number): boolean {
  try {
    Atomics.wait(waiting.words, waiting.at, waiting.expected, milliseconds);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** For a thread that may not sleep: tries for a while, and then says that it would have to. */
function tryAwake(waiting: Waiting, deadline: number): boolean {
  const until = Math.min(deadline, performance.now() + TRY_BEFORE_REFUSING);
  do {
    if (waiting.attempt()) return true;
    relax();
  } while (performance.now() < until);
  if (waiting.giveUp()) return true;
  if (until === deadline) return false;
  throw new WouldBlockError('This thread may not sleep (Atomics.wait is not allowed in it); use the async form');
}
