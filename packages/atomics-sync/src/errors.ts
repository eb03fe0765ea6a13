/**
 * The errors of this package. Each has a stable `code`, `ERR_SHARENA_…`, and a message with the argument, the value and the bound.
 * Unless its documentation says otherwise, an error is thrown before anything has changed.
 */

const CODES: ReadonlySet<unknown> = new Set([
  'ERR_SHARENA_SYNC',
  'ERR_SHARENA_DEADLOCK',
  'ERR_SHARENA_NOT_OWNER',
  'ERR_SHARENA_INVALID_ARGUMENT',
  'ERR_SHARENA_OUT_OF_RANGE',
  'ERR_SHARENA_TIMEOUT',
  'ERR_SHARENA_WOULD_BLOCK',
  'ERR_SHARENA_BROKEN',
  'ERR_SHARENA_CLOSED',
]);

/**
 * The base of the errors of this package. Branch on `code`, or on a subclass.
 *
 * `instanceof SyncError` also holds for {@link OutOfRangeError}, which extends RangeError, and for errors of another copy of this package.
 */
export class SyncError extends Error {
  /** A stable name of the failure: `ERR_SHARENA_…`. */
  readonly code: string = 'ERR_SHARENA_SYNC';

  /** The class's name. */
  override get name(): string {
    return 'SyncError';
  }

  /** Goes by the code for this class, and by the class for its subclasses. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== SyncError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && 'code' in value && CODES.has(value.code);
  }
}

/** A thread asked for a lock that it holds already: it would wait for itself. */
export class DeadlockError extends SyncError {
  override readonly code: string = 'ERR_SHARENA_DEADLOCK';
  override get name(): string {
    return 'DeadlockError';
  }
}

/** A thread gives back what it does not hold. */
export class PermissionError extends SyncError {
  override readonly code: string = 'ERR_SHARENA_NOT_OWNER';
  override get name(): string {
    return 'PermissionError';
  }
}

/** An argument is of the wrong kind. */
export class InvalidError extends SyncError {
  override readonly code: string = 'ERR_SHARENA_INVALID_ARGUMENT';
  override get name(): string {
    return 'InvalidError';
  }
}

/** A number is outside its bounds. It is a RangeError. */
export class OutOfRangeError extends RangeError {
  /** A stable name of the failure. */
  readonly code: string = 'ERR_SHARENA_OUT_OF_RANGE';
}

/** The time given to a guard ran out. The functions that answer `false` or `undefined` at that point do not throw this. */
export class TimeoutError extends SyncError {
  override readonly code: string = 'ERR_SHARENA_TIMEOUT';
  override get name(): string {
    return 'TimeoutError';
  }
}

/**
 * The call has to sleep, and this thread may not: the main thread of a browser. It tried for a while first.
 * Nothing is held and nobody waits on behalf of the call. Use the async form there.
 */
export class WouldBlockError extends SyncError {
  override readonly code: string = 'ERR_SHARENA_WOULD_BLOCK';
  override get name(): string {
    return 'WouldBlockError';
  }
}

/** What was waited for will not happen: a thread that was needed for it has died, or somebody called `break()`. */
export class BrokenError extends SyncError {
  override readonly code: string = 'ERR_SHARENA_BROKEN';
  override get name(): string {
    return 'BrokenError';
  }
}

/** A channel was closed, so nothing can be sent. */
export class ClosedError extends SyncError {
  override readonly code: string = 'ERR_SHARENA_CLOSED';
  override get name(): string {
    return 'ClosedError';
  }
}
