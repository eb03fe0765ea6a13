/** The errors of pipelines. Each names the input, the step or the file, and the reason. */
import { SharenaError } from '@sharena/heap';

/** A plan is not one: a step is unknown, or an argument of one is out of range. */
export class PlanError extends SharenaError {
  /** @param message - the step, the argument, its bounds and the value */
  constructor(message: string) {
    super('ERR_SHARENA_PLAN', message);
  }
}

/** An input could not be made into an image. */
export class DecodeError extends SharenaError {
  /** @param message - the input's name and the reason */
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SHARENA_DECODE', message, options);
  }
}

/** An image could not be encoded or written. */
export class EncodeError extends SharenaError {
  /** @param message - the output's name and the reason */
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SHARENA_ENCODE', message, options);
  }
}

/** A step of the user failed. */
export class StepError extends SharenaError {
  /** @param message - the step's module and the reason */
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SHARENA_STEP', message, options);
  }
}

/** The runtime cannot take work: it is closed, or one of its threads died. */
export class RuntimeError extends SharenaError {
  /** @param message - what happened */
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SHARENA_RUNTIME', message, options);
  }
}

/** The work on an input was stopped, because its run was. */
export class CancelledError extends SharenaError {
  /** @param message - what was stopped */
  constructor(message: string) {
    super('ERR_SHARENA_CANCELLED', message);
  }
}

/** An input took longer than it may. */
export class TimeoutError extends SharenaError {
  /** @param message - the input and the milliseconds */
  constructor(message: string) {
    super('ERR_SHARENA_TIMEOUT', message);
  }
}

/** The first line of what another library says, without its full stop: libvips puts a list of details behind it. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0].replace(/\.$/, '');
}
