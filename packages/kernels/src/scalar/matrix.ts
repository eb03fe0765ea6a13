/**
 * Colours as sums of the colours of their pixel.
 *
 * Pillow's arithmetic: in 32-bit floats, each step rounded, `((m0 R + m1 G) + m2 B) + m3` plus 1/2, cut to an integer from 0 to 255.
 *
 * Reads and writes the pixels of the strip's rows. `dst` may be `src`. Alpha stays as it is, the padding byte of `RGB` becomes 255.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

const f = Math.fround;

/** Computes the colours of a strip by a matrix of 12 numbers, four for each colour. */
export function matrixRows(src: Raster, dst: Raster, top: number, bottom: number, matrix: Float32Array): void {
  const size = pixelSize(src.layout);
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    const to = target.seek(y);
    for (let x = 0, p = from, q = to; x < src.width; x++, p += size, q += size) {
      const r = source.bytes[p]!;
      const g = source.bytes[p + 1]!;
      const b = source.bytes[p + 2]!;
      const alpha = source.bytes[p + 3]!;
      for (let band = 0; band < 3; band++) target.bytes[q + band] = colour(r, g, b, matrix, 4 * band);
      if (size === 4) target.bytes[q + 3] = src.layout === 'RGB' ? 255 : alpha;
    }
  }
}

function colour(r: number, g: number, b: number, matrix: Float32Array, row: number): number {
  const sum = f(f(f(r * matrix[row]!) + f(g * matrix[row + 1]!)) + f(b * matrix[row + 2]!));
  const value = f(f(sum + matrix[row + 3]!) + 0.5);
  return value <= 0 ? 0 : Math.min(value, 255);
}
