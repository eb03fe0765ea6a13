/**
 * Convolution with a kernel of 3 by 3 or 5 by 5 weights.
 *
 * Pillow's arithmetic: 32-bit floats, each sum and product rounded. A pixel starts at the offset plus 1/2; to that is added, row by row
 * of the kernel, the sum of that row's products. The kernel's first row meets the pixels below, its last one those above. The result is
 * cut to an integer from 0 to 255. Pixels at the edge, whose neighbours are not all there, stay what they are, and so does an
 * image that is smaller than the kernel.
 *
 * Reads the strip's rows and one or two above and below, writes the strip's rows. `dst` must not overlap `src`.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { moveBytes } from './copy.ts';

/** A kernel, as it is applied. */
export interface Convolution {
  /** Weights in a row, and rows. */
  readonly size: 3 | 5;
  /** The weights, divided by the scale. */
  readonly weights: Float32Array;
  /** What is added, 1/2 for rounding included. */
  readonly offset: number;
}

const f = Math.fround;

/** Whether row `y` is at the edge, or the image too small. */
export function isEdge({ width, height }: Raster, y: number, { size }: Convolution): boolean {
  const margin = size >> 1;
  return width < size || y < margin || y >= height - margin;
}

/** Convolves the rows of a strip. */
export function convolveRows(src: Raster, dst: Raster, top: number, bottom: number, kernel: Convolution): void {
  const pixel = pixelSize(src.layout);
  const margin = kernel.size >> 1;
  const line = src.width * pixel;
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  const rows = Array.from({ length: kernel.size }, () => new Uint8Array(line));
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    const to = target.seek(y);
    moveBytes(source.bytes, from, target.bytes, to, line);
    if (!isEdge(src, y, kernel)) {
      rows.forEach((row, r) => {
        const at = source.seek(y + margin - r);
        moveBytes(source.bytes, at, row, 0, line);
      });
      convolveRow(rows, target.bytes, to, margin * pixel, line - margin * pixel, pixel, kernel);
    }
    if (dst.layout === 'RGB') for (let x = 3; x < line; x += 4) target.bytes[to + x] = 255;
  }
}

function convolveRow(
  rows: readonly Uint8Array[],
  dst: Uint8Array,
  to: number,
  first: number,
  end: number,
  pixel: number,
  { size, weights, offset }: Convolution,
): void {
  const margin = (size >> 1) * pixel;
  for (let x = first; x < end; x++) {
    let sum = offset;
    for (let r = 0, w = 0; r < size; r++) {
      const row = rows[r]!;
      let part = f(row[x - margin]! * weights[w++]!);
      for (let p = x - margin + pixel; p <= x + margin; p += pixel) part = f(part + f(row[p]! * weights[w++]!));
      sum = f(sum + part);
    }
    dst[to + x] = sum <= 0 ? 0 : Math.min(sum, 255);
  }
}
