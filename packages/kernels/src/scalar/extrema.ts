/**
 * The least and the greatest value of each band of a strip, as Pillow's `getextrema`.
 *
 * Reads the pixels of the strip's rows, writes none.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { placesOf } from './histogram.ts';

/** The least and the greatest value: 255 and 0 where there is none. */
export type Extrema = [least: number, most: number];

/** The extrema of each band. */
export function bandExtremaOf(src: Raster, top: number, bottom: number): Extrema[] {
  const size = pixelSize(src.layout);
  const source = new RowCursor(src);
  const places = placesOf(src.layout);
  const found = places.map((): Extrema => [255, 0]);
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    found.forEach((extrema, band) => {
      widen(extrema, source.bytes, from + places[band]!, size, src.width);
    });
  }
  return found;
}

function widen(extrema: Extrema, bytes: Uint8Array, from: number, size: number, width: number): void {
  let [least, most] = extrema;
  for (let p = from, end = from + width * size; p < end; p += size) {
    const value = bytes[p]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  extrema[0] = least;
  extrema[1] = most;
}
