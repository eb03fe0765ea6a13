/**
 * Roots: where packages above the heap keep what all threads must find: one address for each name.
 *
 * A root is a pair of words in the header, (key, address); the key is the name's four characters.
 *   key      0 -> key, by one swap: the pair belongs to that name from then on
 *   address  0 -> address, by one swap: who loses it gives its own structure back and uses the winner's
 * If a thread dies between the two, the next one that asks for the name finds the key and makes the second step itself.
 */
import type { Address } from './domains.ts';
import { InvalidArgumentError, SharenaError } from './errors.ts';
import { H_ROOTS, ROOTS } from './layout.ts';

/** The address kept under `name`, or 0. Threads: any. */
export function readRoot(words: Int32Array, name: string): Address {
  const at = pairOf(words, keyOf(name), false);
  return at === 0 ? 0 : Atomics.load(words, at + 1) >>> 0;
}

/**
 * Keeps `address` under `name`, unless there is one already. Threads: any.
 *
 * @returns the address that is kept now
 */
export function installRoot(words: Int32Array, name: string, address: Address): Address {
  const at = pairOf(words, keyOf(name), true);
  const found = Atomics.compareExchange(words, at + 1, 0, address | 0);
  return found === 0 ? address : found >>> 0;
}

/** The number of the root of that name, 0 to 15, or -1 when there is none. Threads: any. */
export function rootIndex(words: Int32Array, name: string): number {
  const at = pairOf(words, keyOf(name), false);
  return at === 0 ? -1 : (at - H_ROOTS) >> 1;
}

function pairOf(words: Int32Array, key: number, take: boolean): number {
  for (let at = H_ROOTS; at < H_ROOTS + 2 * ROOTS; at += 2) {
    const seen = take ? Atomics.compareExchange(words, at, 0, key) : Atomics.load(words, at);
    if (seen === key || (take && seen === 0)) return at;
  }
  if (!take) return 0;
  throw new SharenaError('ERR_SHARENA_TOO_MANY_ROOTS', `a heap keeps at most ${ROOTS} roots`);
}

function keyOf(name: string): number {
  if (typeof name !== 'string' || !/^[ -~]{4}$/.test(name))
    throw new InvalidArgumentError('name', 'four ASCII characters', name);
  let key = 0;
  for (let i = 0; i < 4; i++) key |= name.charCodeAt(i) << (8 * i);
  return key;
}
