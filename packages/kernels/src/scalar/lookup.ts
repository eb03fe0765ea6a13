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

/** A factor and a term as whole numbers of units of `2^-bits`, the half that rounds included in the term. */
export interface Linear {
  readonly bits: 12 | 20;
  readonly scale: number;
  readonly offset: number;
}

/** `scale * value + offset` for 32 bits: with 20 fraction bits while the largest result allows it, or else with 12. */
export function linearOf(scale: number, offset: number): Linear {
  const bits = 255 * Math.abs(scale) + Math.abs(offset) < 2047 ? 20 : 12;
  return { bits, scale: Math.round(scale * 2 ** bits), offset: Math.round(offset * 2 ** bits) + 2 ** (bits - 1) };
}

/** The table of a factor and a term: `(scale * value + offset) >> bits`, cut to 0 to 255. */
export function linearTable({ bits, scale, offset }: Linear): Uint8Array {
  const table = new Uint8ClampedArray(256);
  for (let value = 0; value < 256; value++) table[value] = (scale * value + offset) >> bits;
  return new Uint8Array(table.buffer);
}

/** The table of 255 from `least` on, and 0 below. */
export function thresholdTable(least: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => (value >= least ? 255 : 0));
}
