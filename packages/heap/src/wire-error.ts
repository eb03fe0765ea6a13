/**
 * Errors that cross threads.
 *
 * Structured clone keeps an error's message and drops its code and class, and so do Piscina and Comlink. What is sent
 * instead is a {@link WireError}; {@link reviveError} makes an error of it again.
 */
import { SharenaError } from './errors.ts';

/** The code of an error that has none of its own. */
const INTERNAL = 'ERR_SHARENA_INTERNAL';
/** Properties that have a place of their own. */
const TOLD: ReadonlySet<string> = new Set(['name', 'message', 'code', 'stack']);

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
  /** Its other properties that are plain values: `requested` and `available` when a heap has no room, for example. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** An error as a plain object that goes through messages. */
export function wireError(error: unknown): WireError {
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'Error', message: String(error), stack: undefined };
  const properties = error instanceof Error ? Object.entries(error) : [];
  const details = Object.fromEntries(properties.filter(([key, value]) => !TOLD.has(key) && isPlain(value)));
  const code = properties.find(([key, value]) => key === 'code' && typeof value === 'string')?.[1] ?? INTERNAL;
  return { name, message, code, stack, details };
}

/** The error that {@link wireError} described: its class is lost, all else is that of the other thread. */
export function reviveError(wire: WireError): SharenaError {
  const error = new SharenaError(wire.code, wire.message);
  Object.defineProperty(error, 'name', { value: wire.name, configurable: true });
  if (wire.stack !== undefined) error.stack = wire.stack;
  return Object.assign(error, wire.details);
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
