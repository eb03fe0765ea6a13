/**
 * The errors of this package. Each has a stable `code` and a message that names the argument, its value and the bound.
 * A bug found in the code under test is not an error of this package: it is a `Failure` in a result.
 */

/** Base of every error that this package throws. */
export class InterleaveError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A source file holds something that cannot be turned into steps. The message ends with `file:line:column`. */
export class TransformError extends InterleaveError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SHARENA_TRANSFORM', message, options);
  }
}

/** A scenario, or an option given with it, is not usable. */
export class ScenarioError extends InterleaveError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SHARENA_SCENARIO', message, options);
  }
}

/** A schedule string cannot be read, or does not fit the scenario that it is replayed on. */
export class ScheduleError extends InterleaveError {
  constructor(message: string) {
    super('ERR_SHARENA_SCHEDULE', message);
  }
}

/** A mutant's edit does not match its source exactly once. */
export class MutantError extends InterleaveError {
  constructor(message: string) {
    super('ERR_SHARENA_MUTANT', message);
  }
}

/** A real worker did not come to its next step in time. */
export class LockstepError extends InterleaveError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SHARENA_LOCKSTEP', message, options);
  }
}
