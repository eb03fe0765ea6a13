/** Rows moved as they are: pieces of rows of `src` become pieces of rows of `dst`. No scratch. */
import type { AnyRaster } from '../raster.ts';
import { addressOf, type Engine } from './engine.ts';

/** Which bytes {@link moveSimd} moves. */
interface Pieces {
  /** First row of `dst`. */
  readonly first: number;
  /** First row of `dst` after the pieces. */
  readonly end: number;
  /** What is added to the number of a row of `dst` for that of `src`. */
  readonly down: number;
  /** Byte of a row of `src` at which its piece begins. */
  readonly from: number;
  /** Byte of a row of `dst` to which it goes. */
  readonly to: number;
  /** Length of a piece. */
  readonly bytes: number;
}

/** Moves pieces of rows. */
export function moveSimd({ kernels }: Engine, src: AnyRaster, dst: AnyRaster, pieces: Pieces): void {
  const { first, end, down, from, to, bytes } = pieces;
  for (let row = first; row < end; row++) {
    kernels.moveRows(addressOf(src, row + down) + from, 0, addressOf(dst, row) + to, 0, bytes, 1);
  }
}
