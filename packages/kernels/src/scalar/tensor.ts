/**
 * Pixels as numbers for a model: `(value * scale - mean) / std` as `value * factor + term` in 32-bit floats, for each band its own, as planes
 * or side by side.
 *
 * Reads the pixels of the strip's rows, writes the numbers that are theirs: of each plane, or of all bands, as many rows.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

const f = Math.fround;

/** What is written: for each band, in the order in which they are written, where it lies in a pixel and what is made of it. */
export interface TensorPlan {
  /** Places in a pixel: one, or three. */
  readonly places: readonly number[];
  /** Factors, as many; 1 for bytes. */
  readonly factors: Float32Array;
  /** Terms, as many; 0 for bytes. */
  readonly terms: Float32Array;
  /** Whether each band is a plane of its own; else the bands of a pixel lie side by side. */
  readonly planar: boolean;
}

/** Writes the numbers of a strip into the array of the whole image. */
export function tensorRows(
  src: Raster,
  out: Float32Array | Uint8Array,
  top: number,
  bottom: number,
  { places, factors, terms, planar }: TensorPlan,
): void {
  const { width, height } = src;
  const size = pixelSize(src.layout);
  const step = planar ? 1 : places.length;
  const source = new RowCursor(src);
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    places.forEach((place, band) => {
      const first = planar ? (band * height + y) * width : y * width * step + band;
      const factor = factors[band]!;
      const term = terms[band]!;
      for (let x = 0, p = from + place, q = first; x < width; x++, p += size, q += step) {
        out[q] = f(f(source.bytes[p]! * factor) + term);
      }
    });
  }
}
