/** Quarter turns and transposes as SIMD: the strides say which. */
import { pixelSize } from '../layouts.ts';
import type { AnyRaster } from '../raster.ts';
import type { Engine } from './engine.ts';
import { forEachRun } from './rows.ts';

const turns = { 1: 'turn1', 2: 'turn2', 3: 'turn3', 4: 'turn4' } as const;

/** As `exchangeRows` of `scalar/rotate.ts`. */
export function exchangeSimd(
  engine: Engine,
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  fromRight: boolean,
  upwards: boolean,
): void {
  const size = pixelSize(src.layout);
  const turn = engine.kernels[turns[size]];
  const from = { raster: src, first: upwards ? src.height - 1 : 0, count: src.height, upwards };
  // Columns are taken from the left in any case; from the right means that the first of them fills the last row.
  const to = { raster: dst, first: fromRight ? bottom - 1 : top, count: bottom - top, upwards: fromRight };
  const left = fromRight ? src.width - bottom : top;
  forEachRun(to, (row, q, dstStride, rows) => {
    forEachRun(from, (column, p, srcStride, columns) => {
      turn(p + (left + row) * size, srcStride, q + column * size, dstStride, columns, rows);
    });
  });
}
