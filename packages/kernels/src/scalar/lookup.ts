/**
 * Point operations: each value becomes what a table of 256 says, whatever lies around it.
 *
 * Reads and writes the pixels of the strip's rows. `dst` may be `src`. The padding byte of `RGB` becomes 255.
 */
import { RowCursor } from '../cursor.ts';
import { type Layout, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

const same: Uint8Array = Uint8Array.from({ length: 256 }, (_, i) => i);
const full: Uint8Array = new Uint8Array(256).fill(255);

/**
 * The table of each byte of a pixel, from the tables of the bands: one for all colours, which leaves alpha as it is, or one for each band.
 */
export function tablesOfBytes(layout: Layout, tables: readonly Uint8Array[]): readonly Uint8Array[] {
  const [first, second] = tables as readonly [Uint8Array, Uint8Array | undefined];
  switch (layout) {
    case 'L':
      return [first];
    case 'LA':
      return [first, first, first, second ?? same];
    case 'RGB;24':
      return tables.length === 1 ? [first, first, first] : tables;
    case 'RGB':
      return tables.length === 1 ? [first, first, first, full] : [...tables, full];
    case 'RGBA':
      return tables.length === 1 ? [first, first, first, same] : tables;
  }
}

/** Looks up the values of a strip. */
export function lookupRows(src: Raster, dst: Raster, top: number, bottom: number, tables: readonly Uint8Array[]): void {
  const size = pixelSize(src.layout);
  const source = new RowCursor(src);
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const from = source.seek(y);
    const to = target.seek(y);
    tables.forEach((table, i) => {
      lookupBand(source.bytes, from + i, table, size, target.bytes, to + i, src.width);
    });
  }
}

function lookupBand(
  src: Uint8Array,
  from: number,
  table: Uint8Array,
  size: number,
  dst: Uint8Array,
  to: number,
  width: number,
): void {
  const end = from + width * size;
  for (let p = from, q = to; p < end; p += size, q += size) dst[q] = table[src[p]!]!;
}

/** The table of `scale * value + offset`, in 32-bit floats, to the nearest integer, halves to the even one. */
export function linearTable(scale: number, offset: number): Uint8Array {
  const f = Math.fround;
  // Adding 3 * 2^22 rounds a 32-bit float to an integer.
  const magic = 12582912;
  return Uint8Array.from({ length: 256 }, (_, value) => {
    const rounded = f(f(f(value * f(scale)) + f(offset)) + magic) - magic;
    return Math.min(Math.max(rounded, 0), 255);
  });
}

/** The table of 255 from `least` on, and 0 below. */
export function thresholdTable(least: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => (value >= least ? 255 : 0));
}
