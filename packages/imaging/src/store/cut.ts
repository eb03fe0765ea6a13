/**
 * How rows are cut into blocks: Pillow's arithmetic (Storage.c, ImagingAllocateArray), in numbers of 53 bits, so that nothing
 * overflows.
 */
import { ImageSizeError } from '../errors.ts';
import { MODES } from '../modes.ts';

/** The largest stride: it is kept in 31 bits. */
const MAX_STRIDE = 0x7fffffff;

/** How an image's rows are cut into blocks. */
export interface Cut {
  /** Bytes from one row to the next inside a block. */
  readonly stride: number;
  /** Rows in every block but the last. */
  readonly linesPerBlock: number;
  /** Blocks. */
  readonly blocks: number;
  /** Alignment of the first row of each block. */
  readonly alignment: number;
}

/** A chain: as many whole lines to a block as fit it with its alignment, but one at least. @throws {ImageSizeError} */
export function cutChain(mode: number, width: number, height: number, alignment: number, blockSize: number): Cut {
  const lineSize = width * MODES[mode].pixelSize;
  if (lineSize === 0 || height === 0) return { stride: lineSize, linesPerBlock: 1, blocks: 0, alignment };
  const stride = Math.ceil(lineSize / alignment) * alignment;
  if (stride > MAX_STRIDE) {
    throw new ImageSizeError(`a line should take ${MAX_STRIDE} bytes at most, this one takes ${stride}`);
  }
  const linesPerBlock = Math.max(1, Math.floor((blockSize - (alignment - 1)) / stride));
  return { stride, linesPerBlock, blocks: Math.ceil(height / linesPerBlock), alignment };
}

/** One packed segment. */
export function cutBlock(mode: number, width: number, height: number): Cut {
  const stride = width * MODES[mode].pixelSize;
  const blocks = stride * height > 0 ? 1 : 0;
  return { stride, linesPerBlock: Math.max(1, height), blocks, alignment: 1 };
}

/** Bytes of block `i`: what its rows take, and what may be needed to align the first of them. */
export function blockBytes({ stride, linesPerBlock, alignment }: Cut, height: number, i: number): number {
  return Math.min(linesPerBlock, height - i * linesPerBlock) * stride + alignment - 1;
}
