/**
 * Histograms: how often each value of each band occurs, as Pillow's `histogram` counts, with or without a mask.
 *
 * Reads the pixels of the strip's rows, and of the mask's. Counts are added, so those of strips make those of the whole.
 */
import { RowCursor } from '../cursor.ts';
import { bandCount, type Layout, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

/** Where the bands of a layout lie in a pixel. */
export function placesOf(layout: Layout): readonly number[] {
  if (layout === 'LA') return [0, 3];
  return [0, 1, 2, 3].slice(0, bandCount(layout));
}

/** Adds the values of a strip to `counts`, 256 for each band. A mask counts pixels where its last byte is not 0. */
export function countRows(
  src: Raster,
  mask: Raster | undefined,
  top: number,
  bottom: number,
  counts: Uint32Array,
): void {
  const size = pixelSize(src.layout);
  const source = new RowCursor(src);
  const places = placesOf(src.layout);
  const masks = mask && { cursor: new RowCursor(mask), size: pixelSize(mask.layout) };
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    const m = masks ? masks.cursor.seek(y) + masks.size - 1 : 0;
    for (let x = 0, p = from; x < src.width; x++, p += size) {
      if (masks && masks.cursor.bytes[m + x * masks.size] === 0) continue;
      for (let band = 0; band < places.length; band++) counts[256 * band + source.bytes[p + places[band]!]!]!++;
    }
  }
}
