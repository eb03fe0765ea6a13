/**
 * Deadlines: points on the clock of `performance.now()`, which never jumps. `Infinity` is no deadline.
 * NaN never gets this far: `Atomics.wait` would take it for "for ever".
 */
import type { WaitOptions } from './arguments.ts';
import { show } from './arguments.ts';
import { InvalidError, OutOfRangeError } from './errors.ts';

/** The deadline that options ask for. */
export function deadlineOf(options: WaitOptions | undefined): number {
  if (options === undefined) return Infinity;
  // A number here would be a time-out that nobody sees.
  if (typeof options !== 'object') throw new InvalidError(`Expected \`options\` to be an object, got ${show(options)}`);
  const timeout = options?.timeout;
  if (timeout === undefined) return Infinity;
  checkTime('timeout', timeout);
  if (timeout < 0) throw new OutOfRangeError(`Expected \`timeout\` to be at least 0 milliseconds, got ${timeout}`);
  return timeout === Infinity ? Infinity : performance.now() + timeout;
}

/** The deadline that an absolute time of `Date.now()` means, from now on whatever the wall clock does. */
export function deadlineAt(timestamp: number): number {
  checkTime('timestamp', timestamp);
  return performance.now() + (timestamp - Date.now());
}

/** Milliseconds until a deadline; 0 or less when it has passed. */
export function remaining(deadline: number): number {
  return deadline === Infinity ? Infinity : deadline - performance.now();
}

function checkTime(name: string, time: unknown): void {
  if (typeof time !== 'number')
    throw new InvalidError(`Expected \`${name}\` to be a number of milliseconds, got ${show(time)}`);
  if (Number.isNaN(time)) throw new OutOfRangeError(`Expected \`${name}\` to be a number of milliseconds, got NaN`);
}
