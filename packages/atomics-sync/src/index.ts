/**
 * Locks and signals that live in shared memory.
 *
 * @packageDocumentation
 */
export { type AsyncWaitOptions, INT32_MAX_VALUE, INT32_MIN_VALUE, type WaitOptions } from './arguments.ts';
export { Barrier, type Passed } from './barrier.ts';
export { Channel } from './channel.ts';
export type { BarrierObject } from './compatible/barrier.ts';
export { SpinLock } from './compatible/spin-lock.ts';
export { Condition, type Waited } from './condition.ts';
export {
  BrokenError,
  ClosedError,
  DeadlockError,
  InvalidError,
  OutOfRangeError,
  PermissionError,
  SyncError,
  TimeoutError,
  WouldBlockError,
} from './errors.ts';
export { Event } from './event.ts';
export type { Guard, Held } from './guard.ts';
export { Latch, WaitGroup } from './latch.ts';
export { Mutex } from './mutex.ts';
export { Once } from './once.ts';
export { ownerOf, threadOwner } from './owner.ts';
export type { PlaceOptions, Recoverable } from './place.ts';
export { recover } from './recover.ts';
export { RWLock } from './rw-lock.ts';
export { Semaphore, type SemaphoreOptions } from './semaphore.ts';
