/** Checks of arguments that more than one level makes. */
import { InvalidArgumentError } from './errors.ts';

/** Refuses what is not a whole number of bytes from 0 to 2^53 - 1. */
export function checkSize(argument: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new InvalidArgumentError(argument, `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`, value);
}

/** Refuses options that are no object: a number or a text in their place would be taken for none. */
export function checkOptions(argument: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return;
  throw new InvalidArgumentError(argument, 'an object', value);
}
