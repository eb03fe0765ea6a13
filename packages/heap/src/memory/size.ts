/** Sizes as people write them: `'4GiB'`, `'512 MiB'`, `'64k'`, or a number of bytes. */
import { InvalidArgumentError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/**
 * Reads a size in bytes.
 *
 * @param argument - the argument's name, for the error
 * @param value - a whole number of bytes, or a string: a number and a unit of `k`, `m` or `g` (powers of 1024; `b` and
 * `ib` may follow, in any case)
 * @returns bytes
 * @throws {InvalidArgumentError} for anything else
 */
export function parseSize(argument: string, value: number | string): number {
  const bytes = typeof value === 'string' ? fromText(value) : value;
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw new InvalidArgumentError(argument, "a whole number of bytes, or a size such as '512MiB'", value);
}

function fromText(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?\s*$/i.exec(text);
  if (!match) return Number.NaN;
  return Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? Number.NaN);
}
