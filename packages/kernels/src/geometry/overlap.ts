/** Where an image laid on another covers it. Reads sizes, no pixels. */
import type { AnyRaster } from '../raster.ts';

/** The part of a destination that a source covers: rows `first` to `end - 1`, and `width` columns from `left` on. Never empty. */
export interface Overlap {
  readonly first: number;
  readonly end: number;
  readonly left: number;
  readonly width: number;
}

/** What `src`, with its upper left corner at (`x`, `y`), covers of rows `top` to `bottom - 1` of `dst`; undefined when it is nothing. */
export function overlapOf(
  src: Pick<AnyRaster, 'width' | 'height'>,
  dst: Pick<AnyRaster, 'width'>,
  top: number,
  bottom: number,
  x: number,
  y: number,
): Overlap | undefined {
  const first = Math.max(top, y);
  const end = Math.min(bottom, y + src.height);
  const left = Math.max(0, x);
  const width = Math.min(dst.width, x + src.width) - left;
  return first < end && width > 0 ? { first, end, left, width } : undefined;
}
