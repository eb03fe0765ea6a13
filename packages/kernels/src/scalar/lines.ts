/** Lines: single rows, or parts of them, as rasters, so that what works on rasters works on them. Reads no pixels. */

import type { Layout } from '../layouts.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

/** `width` pixels of row `y` from column `left` on. */
export function lineOf(raster: Raster, y: number, left: number, width: number): Raster {
  const { bytes, rows, layout } = raster;
  return { bytes, rows: [rows[y]! + left * pixelSize(layout)], width, height: 1, layout };
}

/** A line in memory of its own. */
export function newLine(layout: Layout, width: number): Raster {
  return { bytes: new Uint8Array(width * pixelSize(layout)), rows: [0], width, height: 1, layout };
}
