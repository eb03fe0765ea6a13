/** Tables of wide layouts, in runs of rows; see `assembly/wide/lookup.ts`. A table goes into scratch for the time of a call. */
import type { AnyRaster } from '../raster.ts';
import { type Engine, withScratch } from './engine.ts';
import type { Kernels, PointWith } from './module.ts';
import { pointwise } from './rows.ts';

/** A kernel that takes a table. */
export type Lookup = (kernels: Kernels) => PointWith<[table: number]>;

/** Looks each number up. Answers whether there was room for the table; if not, nothing has been done. */
export function wideLookupSimd(
  engine: Engine,
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  table: Uint8Array | Uint16Array | Float32Array,
  lookup: Lookup,
): boolean {
  const run = lookup(engine.kernels);
  return withScratch(engine, table.byteLength, (address) => {
    engine.bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), address);
    pointwise(src, dst, top, bottom, (...rows) => run(...rows, address), true);
  });
}
