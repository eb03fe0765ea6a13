/** Distances between rows of scratch. */

/** A distance between rows that keeps them out of each other's cache lines: not near a multiple of 4096. */
export function apart(bytes: number): number {
  const rounded = Math.ceil(bytes / 64) * 64;
  const over = (rounded + 512) % 4096;
  return over < 1024 ? rounded + 1024 - over : rounded;
}
