/** Checks of arguments that more than one level makes. */
import { InvalidArgumentError } from './errors.ts';

/** Refuses what is not a whole number of bytes from 0 to 2^53 - 1. */
export function checkSize(argument: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new InvalidArgumentError(argument, `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`, value);
}

/** A table of the names of a type, which the compiler holds against it: none is missing, and none is too many. */
export type Names<T> = { readonly [Name in keyof T]-?: true };

/** Refuses options that are no object, and names that none has: either would be taken for no options. */
export function checkOptions<T extends object>(argument: string, value: T, names: Names<T>): void {
  if (typeof value !== 'object' || value === null) throw new InvalidArgumentError(argument, 'an object', value);
  const other = Object.keys(value).find((name) => !Object.hasOwn(names, name));
  if (other === undefined) return;
  const known = Object.keys(names).join(', ');
  throw new InvalidArgumentError(`${argument}.${other}`, `left out: there are only ${known}`, value[other as keyof T]);
}
