/**
 * Strips: rows of an image that lie in one block, cut so that threads can write them without a lock.
 *
 *   lines = 3      block 0: 5 rows        block 1: 5 rows        block 2: 2 rows
 *                  | 0 1 2 | 3 4 |        | 5 6 7 | 8 9 |        | 10 11 |
 *
 * No strip crosses the border of a block, no two strips share a byte, and together they are all rows. Top and lines are all that
 * another thread needs to make the same strip; the view must not be sent, for it would send the whole heap along.
 */
import { InvalidArgumentError } from '@sharena/heap';
import { isEmpty, linesFrom, type Raster, rowAt } from './raster.ts';

/** Rows of an image that lie in one block. */
export interface ImageStrip {
  /** The number of its first row. */
  readonly top: number;
  /** Rows in it. */
  readonly lines: number;
  /** Bytes from one row to the next in `bytes`. */
  readonly stride: number;
  /** A view of its rows: row `i` begins at `i * stride`. */
  readonly bytes: Uint8Array;
}

/** Cuts the whole image into strips of at most `most` rows, as even as the blocks allow. */
export function cutStrips(raster: Raster, most: number): ImageStrip[] {
  if (!Number.isInteger(most) || most < 1) throw new InvalidArgumentError('lines', 'a whole number from 1', most);
  const strips: ImageStrip[] = [];
  if (isEmpty(raster)) return strips;
  for (let top = 0; top < raster.height; ) {
    const inBlock = linesFrom(raster, top);
    const pieces = Math.ceil(inBlock / most);
    for (let piece = 0; piece < pieces; piece++) {
      const from = top + Math.floor((inBlock * piece) / pieces);
      const to = top + Math.floor((inBlock * (piece + 1)) / pieces);
      strips.push(stripAt(raster, from, to - from));
    }
    top += inBlock;
  }
  return strips;
}

/** The strip of `lines` rows from `top`. @throws {InvalidArgumentError} when they are not rows of one block */
export function checkedStrip(raster: Raster, top: number, lines: number): ImageStrip {
  if (!Number.isInteger(top) || top < 0 || top >= raster.height || isEmpty(raster)) {
    throw new InvalidArgumentError('top', `a row of the image, 0 to ${raster.height - 1}`, top);
  }
  const most = linesFrom(raster, top);
  if (!Number.isInteger(lines) || lines < 1 || lines > most) {
    throw new InvalidArgumentError('lines', `1 to ${most}, the rows up to the end of the block`, lines);
  }
  return stripAt(raster, top, lines);
}

function stripAt(raster: Raster, top: number, lines: number): ImageStrip {
  const { bytes, stride, lineSize } = raster;
  const address = rowAt(raster, top);
  return { top, lines, stride, bytes: bytes.subarray(address, address + (lines - 1) * stride + lineSize) };
}
