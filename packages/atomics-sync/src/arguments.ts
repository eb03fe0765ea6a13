/** Checks of arguments. What fails here has changed nothing. Hot paths compare numbers first and call these only to complain. */
import { InvalidError, OutOfRangeError } from './errors.ts';

/** The largest and the smallest number that an element of an Int32Array can hold. */
export const INT32_MAX_VALUE: number = 2 ** 31 - 1;
/** See {@link INT32_MAX_VALUE}. */
export const INT32_MIN_VALUE: number = -(2 ** 31);

/** Owners of the classes that are placed in memory take 28 bits of a word; the other bits are flags. */
export const OWNER_MAX: number = 2 ** 28 - 1;

/** How long to wait. */
export interface WaitOptions {
  /** Most milliseconds to wait, from now. Default: no limit. */
  readonly timeout?: number | undefined;
}

/** How long to wait, and what ends the waiting. */
export interface AsyncWaitOptions extends WaitOptions {
  /** Ends the waiting: the promise rejects with the signal's reason, and no trace of the waiter is left. */
  readonly signal?: AbortSignal | undefined;
}

/** Checks an integer that must lie between two bounds. */
export function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new InvalidError(`Expected \`${name}\` to be an integer from ${least} to ${most}, got ${show(value)}`);
  }
  if (value < least || value > most) {
    throw new OutOfRangeError(`Expected \`${name}\` to be an integer from ${least} to ${most}, got ${value}`);
  }
}

/** Throws what is wrong with the thread id of the compatible functions: an int32 other than 0. */
export function checkThreadId(threadId: unknown): void {
  if (threadId === 0) throw new InvalidError('Expected `threadId` to be an int32 other than 0, got 0');
  checkInteger('threadId', threadId, INT32_MIN_VALUE, INT32_MAX_VALUE);
}

/** Checks that a view of the compatible functions is over shared memory and long enough, and says so before anybody sleeps on it. */
export function checkShared(name: string, view: Int32Array, length: number): void {
  if (!(view instanceof Int32Array) || !isShared(view.buffer)) {
    throw new InvalidError(`Expected \`${name}\` to be an Int32Array over a SharedArrayBuffer, got ${show(view)}`);
  }
  if (view.length < length)
    throw new InvalidError(`Expected \`${name}\` to have ${length} elements, got ${view.length}`);
}

/** True for a SharedArrayBuffer, of whatever realm. */
export function isShared(buffer: unknown): buffer is SharedArrayBuffer {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
}

/** What an argument looks like in a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value);
  return String(value);
}
