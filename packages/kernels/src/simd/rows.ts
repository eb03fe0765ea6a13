/**
 * Runs of rows: a kernel takes rows that lie at one distance, so a strip is cut where the distance changes.
 *
 * An image in one block is one run, an image in a chain has a run for each of its blocks. Reads row addresses, no pixels.
 */
import { pixelSize } from '../layouts.ts';
import type { AnyRaster } from '../raster.ts';
import { addressOf } from './engine.ts';
import type { Point } from './module.ts';

/** Rows of one raster in some order: the first, how many, and whether they go upwards from there. */
export interface RowRange {
  readonly raster: AnyRaster;
  readonly first: number;
  readonly count: number;
  readonly upwards?: boolean;
}

/** Calls `each` for every run: its place in the range, the address of its first row, the distance, and how many rows it has. */
export function forEachRun(
  range: RowRange,
  each: (at: number, address: number, stride: number, rows: number) => void,
): void {
  for (let at = 0; at < range.count; ) {
    const rows = runLength(range, at);
    each(at, address(range, at), strideAt(range, at, rows), rows);
    at += rows;
  }
}

/** Calls `each` for every row of a range, with its address and its bytes. Rows without a gap between them are one long row. */
export function forEachLine(range: RowRange, each: (address: number, bytes: number) => void): void {
  const line = range.raster.width * pixelSize(range.raster.layout);
  forEachRun(range, (_, address, stride, rows) => {
    if (stride === line && line * rows < 2 ** 31) each(address, line * rows);
    else for (let i = 0; i < rows; i++) each(address + i * stride, line);
  });
}

/**
 * Runs a kernel that makes each row of `dst` of one of `src`.
 *
 * @param joins - whether a pixel's place in its row does not matter: rows without a gap between them are then one long row
 * @param upsideDown - whether the last row of `src` goes into the first of `dst`
 */
export function pointwise(
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  kernel: Point,
  joins: boolean,
  upsideDown = false,
): void {
  const count = bottom - top;
  const from: RowRange = { raster: src, first: upsideDown ? src.height - 1 - top : top, count, upwards: upsideDown };
  const to: RowRange = { raster: dst, first: top, count };
  const { width } = src;
  for (let at = 0; at < count; ) {
    const rows = Math.min(runLength(from, at), runLength(to, at));
    const [p, q] = [address(from, at), address(to, at)];
    const [srcStride, dstStride] = [strideAt(from, at, rows), strideAt(to, at, rows)];
    const isWhole = srcStride === width * pixelSize(src.layout) && dstStride === width * pixelSize(dst.layout);
    if (isWhole && joins && width * rows < 2 ** 29) kernel(p, 0, q, 0, width * rows, 1);
    else kernel(p, srcStride, q, dstStride, width, rows);
    at += rows;
  }
}

function address({ raster, first, upwards }: RowRange, at: number): number {
  return addressOf(raster, upwards ? first - at : first + at);
}

/** Rows from `at` on that lie at the distance of the first two. */
function runLength(range: RowRange, at: number): number {
  if (at + 1 >= range.count) return 1;
  const stride = strideAt(range, at, 2);
  if (stride !== (stride | 0)) return 1; // further apart than a kernel can be told
  let rows = 2;
  while (at + rows < range.count && address(range, at + rows) - address(range, at + rows - 1) === stride) rows++;
  return rows;
}

function strideAt(range: RowRange, at: number, rows: number): number {
  return rows < 2 ? 0 : address(range, at + 1) - address(range, at);
}
