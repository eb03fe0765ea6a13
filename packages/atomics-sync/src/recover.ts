/** Recovery of many primitives at once. */
import type { Recoverable } from './place.ts';

/**
 * Releases what a dead thread held in each of the primitives, and wakes who waits for it. Call it once for each thread that has died.
 * Threads: any; more than one may recover at once, and a thread that dies while it recovers does no harm if another one does it again.
 *
 * @returns how many of them the dead thread held something of
 * @example
 * ```ts
 * import { Worker } from 'node:worker_threads';
 * import { Mutex, ownerOf, recover } from '@sharena/atomics-sync';
 *
 * const mutex = Mutex.create();
 * const worker = new Worker('./worker.js', { workerData: mutex.buffer });
 * const owner = ownerOf(worker.threadId); // after its end the thread id is -1
 * worker.on('exit', () => recover(owner, [mutex]));
 * ```
 */
export function recover(deadOwner: number, primitives: Iterable<Recoverable>): number {
  let held = 0;
  for (const primitive of primitives) {
    if (primitive.recover(deadOwner)) held++;
  }
  return held;
}
