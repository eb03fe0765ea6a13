/** Which pixels of a source a tile of a transform is made of. Pure arithmetic, no pixels. */

/** A rectangle of a source. */
export interface Reach {
  readonly left: number;
  readonly above: number;
  readonly width: number;
  readonly height: number;
}

/** The least divisor of a place well within a source; the same in `assembly/warp/span.ts`. */
const leastDivisor = 1 / 64;

/**
 * The rectangle of a source in which all lies that bicubic pixels of a tile need, empty if that is nothing; undefined when it has more than `most` pixels.
 *
 * Straight lines stay straight, so the places of a tile lie between those of its corners, unless a divisor is not positive.
 *
 * @param matrix - eight numbers, as in `scalar/warp.ts`
 * @param tile - columns `begin` to `end - 1` of rows `top` to `bottom - 1`
 */
export function reachOf(
  size: { readonly width: number; readonly height: number },
  matrix: Float64Array,
  tile: { readonly begin: number; readonly end: number; readonly top: number; readonly bottom: number },
  most: number,
): Reach | undefined {
  const [a0, a1, a2, a3, a4, a5, a6, a7] = matrix as unknown as readonly number[] & { length: 8 };
  const us: number[] = [];
  const vs: number[] = [];
  for (const px of [tile.begin + 0.5, tile.end - 0.5]) {
    for (const py of [tile.top + 0.5, tile.bottom - 0.5]) {
      const z = a6! * px + a7! * py + 1;
      if (z < leastDivisor) return undefined;
      us.push((a0! * px + a1! * py + a2!) / z);
      vs.push((a3! * px + a4! * py + a5!) / z);
    }
  }
  const [left, right] = between(us, size.width);
  const [above, below] = between(vs, size.height);
  const width = Math.max(0, right - left);
  const height = Math.max(0, below - above);
  return width * height <= most ? { left, above, width, height } : undefined;
}

/** Of one axis the first pixel and the first behind: one more than the cubic reaches at either end, as places are rounded. */
function between(places: readonly number[], size: number): readonly [number, number] {
  return [Math.max(0, Math.floor(Math.min(...places) - 2.5)), Math.min(size, Math.floor(Math.max(...places) + 3.5))];
}
