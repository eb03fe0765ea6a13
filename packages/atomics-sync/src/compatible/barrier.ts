/**
 * The compatible barrier: `{ barrier: [count, waited, generation], mutex, cond }`, the first as 64-bit integers.
 *
 * `mutex` guards the three numbers. Who is not the last to arrive sleeps, without the mutex, while `generation` is what it was under
 * the mutex when it arrived; the last one adds 1 to it and wakes all. `cond` is not used any more.
 *
 * If the last to arrive dies inside: it writes waited = count first, then generation + 1, then waited = 0. So whoever finds
 * waited = count finishes what it began; if that adds to `generation` once more, it makes no difference to those who compare.
 * A thread that died before it arrived is missed for ever: the placed `Barrier` can be told of it.
 */

import { checkInteger, checkShared } from '../arguments.ts';
import { WouldBlockError } from '../errors.ts';
import { Placed } from '../place.ts';
import { CompatibleMutex } from './mutex.ts';

const COUNT = 0;
const WAITED = 1;
const GENERATION = 2;

/** What the compatible barrier consists of. */
export interface BarrierObject {
  /** How many must arrive, how many have, and how often all did. */
  readonly barrier: BigInt64Array<SharedArrayBuffer>;
  /** Guards the numbers. */
  readonly mutex: Int32Array<SharedArrayBuffer>;
  /** Kept for its shape. */
  readonly cond: Int32Array<SharedArrayBuffer>;
}

/** The static functions of atomics-sync's `Barrier`. */
export abstract class CompatibleBarrier extends Placed {
  /** A new barrier for `count` threads. */
  static init(count: number): BarrierObject {
    checkInteger('count', count, 1, Number.MAX_SAFE_INTEGER);
    const barrier = new BigInt64Array(new SharedArrayBuffer(24));
    Atomics.store(barrier, COUNT, BigInt(count));
    return { barrier, mutex: CompatibleMutex.init(), cond: new Int32Array(new SharedArrayBuffer(4)) };
  }

  /** Arrives, and sleeps until `count` threads have. True for the last one. */
  static wait({ barrier, mutex }: BarrierObject, threadId: number): boolean {
    CompatibleMutex.lock(mutex, threadId);
    const { isLast, generation } = arrive(barrier);
    CompatibleMutex.unlock(mutex, threadId);
    if (isLast) Atomics.notify(barrier, GENERATION);
    else sleep(barrier, generation);
    return isLast;
  }

  /** Frees the mutex of a dead thread, finishes what it began, and wakes all sleepers to look again. True if it held the mutex. */
  static recover({ barrier, mutex }: BarrierObject, deadThreadId: number): boolean {
    checkShared('mutex', mutex, 2);
    const held = CompatibleMutex.recover(mutex, deadThreadId);
    // As the dead thread itself: it cannot be there any more, and no id is needed that might be somebody's.
    CompatibleMutex.lock(mutex, deadThreadId);
    repair(barrier);
    CompatibleMutex.unlock(mutex, deadThreadId);
    Atomics.notify(barrier, GENERATION);
    return held;
  }
}

interface Arrival {
  readonly isLast: boolean;
  readonly generation: bigint;
}

/** Under the mutex. */
function arrive(barrier: BigInt64Array<SharedArrayBuffer>): Arrival {
  repair(barrier);
  const generation = Atomics.load(barrier, GENERATION);
  const waited = Atomics.add(barrier, WAITED, 1n) + 1n;
  if (waited < Atomics.load(barrier, COUNT)) return { isLast: false, generation };
  repair(barrier);
  return { isLast: true, generation };
}

/** Under the mutex: if all have arrived, begins the next generation. */
function repair(barrier: BigInt64Array<SharedArrayBuffer>): void {
  if (Atomics.load(barrier, WAITED) < Atomics.load(barrier, COUNT)) return;
  Atomics.add(barrier, GENERATION, 1n);
  Atomics.store(barrier, WAITED, 0n);
}

function sleep(barrier: BigInt64Array<SharedArrayBuffer>, generation: bigint): void {
  while (Atomics.load(barrier, GENERATION) === generation) {
    try {
      Atomics.wait(barrier, GENERATION, generation);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new WouldBlockError('This thread may not sleep, and others have not arrived at the barrier', { cause });
    }
  }
}
