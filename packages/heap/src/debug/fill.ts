/**
 * The bytes that the debug hooks fill memory with. They are CPython's, so that a dump reads the same in both.
 *
 *   byte | where it stands                                     | what it tells when it is read
 *   -----|-----------------------------------------------------|------------------------------------------------------
 *   CD   | a new block, and what realloc() adds to one         | used before it was written ("clean")
 *   DD   | a block that was freed, with all that surrounds it  | used after it was freed ("dead")
 *   FD   | the pads before and behind every block              | read or written outside a block ("forbidden")
 *
 * As numbers they are odd, large and unlike any address, so that what was computed from them is conspicuous.
 */

/** Fills a new block. */
export const CLEAN_BYTE = 0xcd;
/** Fills a freed block. */
export const DEAD_BYTE = 0xdd;
/** Fills the pads around a block. */
export const FORBIDDEN_BYTE = 0xfd;

/**
 * Whether a word that was read as an address cannot be one: it is 0, or all its bytes are 0xCD (it was never written), 0xDD
 * (the block that it was read from was freed) or 0xFD (it was read behind the end of a block). Meant for assertions in code
 * that follows addresses, and of use only under debug hooks. Threads: any.
 *
 * @param address - the word, signed or unsigned
 */
export function looksFreed(address: number): boolean {
  return [0, 0xcdcdcdcd, 0xdddddddd, 0xfdfdfdfd].includes(address >>> 0);
}
