/** Values, as messages show them. */
import { inspect } from 'node:util';

/** A value for a message. */
export function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 1, breakLength: Infinity });
}
