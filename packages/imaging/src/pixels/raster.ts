/**
 * The pixels of an image, as the functions of this folder take them: where each row lies, and what a pixel is.
 *
 *   block 0   | row 0    |gap| row 1    |gap| …        stride bytes from row to row, lineSize of them pixels
 *   block 1   | row n    |gap| row n+1  |gap| …        n = linesPerBlock; the last block may be shorter
 *
 * A raster is made once for each SharedImage and says nothing that ever changes. It keeps no image alive.
 * Threads: any. Who may write which pixels is the program's affair; functions here write those that they are asked to, and may
 * write the gaps between the rows that they write.
 */
import type { Address } from '@sharena/heap';
import type { ModeInfo } from '../modes.ts';
import type { Mover } from './mover.ts';

/** Where the pixels of an image lie. */
export interface Raster {
  /** All bytes of the heap. */
  readonly bytes: Uint8Array;
  /** What moves them. */
  readonly mover: Mover;
  /** What a pixel is. */
  readonly info: ModeInfo;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Bytes of the pixels of a row. */
  readonly lineSize: number;
  /** Bytes from one row to the next inside a block. */
  readonly stride: number;
  /** Rows in every block but the last. */
  readonly linesPerBlock: number;
  /** For each block the address of its first row. */
  readonly addresses: readonly Address[];
}

/** The address of row `y`, which must be one of the image. */
export function rowAt(raster: Raster, y: number): Address {
  const block = Math.floor(y / raster.linesPerBlock);
  return raster.addresses[block] + (y - block * raster.linesPerBlock) * raster.stride;
}

/** Rows from `y` to the end of its block, itself included. */
export function linesFrom(raster: Raster, y: number): number {
  return Math.min(raster.linesPerBlock - (y % raster.linesPerBlock), raster.height - y);
}

/** Whether the image has no pixel; it has no memory then. */
export function isEmpty(raster: Raster): boolean {
  return raster.lineSize === 0 || raster.height === 0;
}

/** Whether all rows lie in one block without gaps. */
export function isPacked(raster: Raster): boolean {
  return raster.addresses.length === 1 && raster.stride === raster.lineSize;
}

/** Whether both are the same image: living images have no block in common. */
export function samePixels(a: Raster, b: Raster): boolean {
  return a.bytes.buffer === b.bytes.buffer && a.addresses[0] === b.addresses[0];
}
