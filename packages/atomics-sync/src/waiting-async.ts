/**
 * The async driver of {@link Waiting}: the same steps as in `waiting.ts`, with `Atomics.waitAsync` for the sleep.
 *
 * An aborted waiter still stands in the runtime's list of sleepers, where it could swallow a wake-up. So it wakes everybody on its
 * word, itself included: its entry is gone, and whoever was meant looks again.
 * Where waitAsync is missing, the thread looks again on a timer.
 */
import type { AsyncWaitOptions } from './arguments.ts';
import { deadlineOf, remaining } from './deadline.ts';
import { holdProcess, releaseProcess } from './keep-alive.ts';
import type { Waiting } from './waiting.ts';

const HAS_WAIT_ASYNC: boolean = typeof Atomics.waitAsync === 'function';
/** Without waitAsync: milliseconds between two looks, at first and at most. */
const FIRST_LOOK = 1;
const LAST_LOOK = 16;

/** Awaits a turn with the process kept alive. False when the time was up; rejects with the signal's reason. */
export async function awaitTurn(waiting: Waiting, options: AsyncWaitOptions | undefined): Promise<boolean> {
  const deadline = deadlineOf(options);
  const signal = options?.signal;
  signal?.throwIfAborted();
  holdProcess();
  try {
    return await pend(waiting, deadline, signal);
  } finally {
    releaseProcess();
  }
}

/** The driver itself. */
export async function pend(waiting: Waiting, deadline: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (waiting.attempt()) return true;
  if (!HAS_WAIT_ASYNC) return look(waiting, deadline, signal);
  for (;;) {
    if (waiting.prepare()) return true;
    const left = remaining(deadline);
    if (left <= 0) return waiting.giveUp();
    const wait = Atomics.waitAsync(waiting.words, waiting.at, waiting.expected, left);
    if (!wait.async) continue;
    if (signal === undefined) await wait.value;
    else if (!(await endedBefore(wait.value, signal))) return abort(waiting, signal);
  }
}

/** Leaves the queue, and wakes all who may have been meant by a wake-up that came here. */
function abort(waiting: Waiting, signal: AbortSignal): boolean {
  const { words, at } = waiting;
  const isTaken = waiting.giveUp();
  Atomics.notify(words, at);
  if (isTaken) return true;
  throw signal.reason;
}

/** True if the sleep ended, false if the signal came first. */
function endedBefore(sleep: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  // unexplored: no signal comes in an exploration
  return new Promise((resolve) => {
    const onAbort = (): void => resolve(false);
    // unexplored: the same
    signal.addEventListener('abort', onAbort, { once: true });
    // unexplored: the same
    sleep.then(() => {
      // unexplored: the same
      signal.removeEventListener('abort', onAbort);
      resolve(!signal.aborted);
    });
  });
}

async function look(waiting: Waiting, deadline: number, signal: AbortSignal | undefined): Promise<boolean> {
  for (let pause = FIRST_LOOK; ; pause = Math.min(pause * 2, LAST_LOOK)) {
    if (waiting.attempt()) return true;
    if (signal?.aborted) return abort(waiting, signal);
    const left = remaining(deadline);
    if (left <= 0) return waiting.giveUp();
    // unexplored: only where waitAsync is missing
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, pause)));
  }
}
