/**
 * Errors that cross threads.
 *
 * Structured clone keeps an error's message and drops its code and class, and so do Piscina and Comlink. What is sent
 * instead is a {@link WireError}; {@link reviveError} makes an error of it again.
 */
import { SharenaError } from './errors.ts';

/** The code of an error that has none of its own. */
const INTERNAL = 'ERR_SHARENA_INTERNAL';

/** An error as a message carries it. */
export interface WireError {
  /** The class's name. */
  readonly name: string;
  /** The message. */
  readonly message: string;
  /** `ERR_SHARENA_…`, or the code of a foreign error. */
  readonly code: string;
  /** Where it was thrown. */
  readonly stack: string | undefined;
}

/** An error as a plain object that goes through messages. */
export function wireError(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: INTERNAL, stack: undefined };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : INTERNAL;
  return { name: error.name, message: error.message, code, stack: error.stack };
}

/** The error that {@link wireError} described: `code`, `name`, `message` and `stack` are those of the other thread. */
export function reviveError(wire: WireError): SharenaError {
  const error = new SharenaError(wire.code, wire.message);
  Object.defineProperty(error, 'name', { value: wire.name, configurable: true });
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}
