/**
 * Extents: the smallest box around all pixels that are not background.
 *
 * Reads the pixels of the strip's rows that may lie outside the box that was found so far. The box of an image is the union of those of
 * its strips.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { AnyRaster } from '../raster.ts';

/** A box: `[left, top, right, bottom]`, of which right and bottom lie outside. */
export type PixelBox = readonly [left: number, top: number, right: number, bottom: number];

/** What background is. */
export interface Background {
  /** Its pixel. */
  readonly pixel: Uint8Array;
  /** For each byte of a pixel whether it counts: 255, or 0. */
  readonly counts: Uint8Array;
  /** The greatest difference of a byte that is still background. */
  readonly threshold: number;
}

/** Where the bytes of a row differ from the background. Places are counted in bytes from the row's first. */
export interface Scanner {
  /** The first that differs before byte `end`; `end` when none does. */
  first(y: number, end: number): number;
  /** The place behind the last that differs from byte `start` on, which begins a pixel; `start` when none does. */
  last(y: number, start: number): number;
}

/** The smallest box around what a scanner finds in rows `top` to `bottom - 1`; undefined when it finds nothing. */
export function extentOf(scanner: Scanner, src: AnyRaster, top: number, bottom: number): PixelBox | undefined {
  const size = pixelSize(src.layout);
  const line = src.width * size;
  let first = top;
  while (first < bottom && scanner.first(first, line) === line) first++;
  if (first === bottom) return undefined;
  let last = bottom - 1;
  while (last > first && scanner.first(last, line) === line) last--;
  let left = line;
  let right = 0;
  for (let y = first; y <= last; y++) {
    left -= left % size; // the pixel is in the box, so its other bytes need not be looked at
    left = scanner.first(y, left);
    right = scanner.last(y, Math.ceil(right / size) * size);
  }
  return [Math.floor(left / size), first, Math.ceil(right / size), last + 1];
}

/** Looks at the pixels one by one. */
export function scalarScanner(src: AnyRaster, { pixel, counts, threshold }: Background): Scanner {
  const source = new RowCursor(src);
  const size = pixel.length;
  const line = src.width * size;
  const differs = (at: number, i: number): boolean =>
    (Math.abs(source.bytes[at + i]! - pixel[i % size]!) & counts[i % size]!) > threshold;
  return {
    first(y, end) {
      const at = source.seek(y);
      for (let i = 0; i < end; i++) if (differs(at, i)) return i;
      return end;
    },
    last(y, start) {
      const at = source.seek(y);
      for (let i = line - 1; i >= start; i--) if (differs(at, i)) return i + 1;
      return start;
    },
  };
}
