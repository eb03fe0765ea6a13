/** Rasters whose rows lie apart, like those of a chain of blocks, among bytes that no kernel may touch. */
import { expect } from 'vitest';
import { type AnyLayout, type AnyRaster, isWide, pixelSize, type Raster } from '../src/index.ts';
import { noise } from './inputs.ts';
import { allocate } from './memories.ts';

/** Where the values of a pixel lie in a layout. */
const places: Readonly<Record<AnyLayout, readonly number[]>> = {
  L: [0],
  LA: [0, 3],
  RGB: [0, 1, 2],
  'RGB;24': [0, 1, 2],
  RGBA: [0, 1, 2, 3],
  'I;16': [0, 1],
  I: [0, 1, 2, 3],
  F: [0, 1, 2, 3],
};

/**
 * A raster among bytes that belong to none of its rows. All bytes are noise of `seed`, which also says how the rows lie: packed, at one
 * distance, or in a shuffled order with odd gaps, as in a chain of blocks. Rows of wide layouts begin at multiples of a pixel's size.
 */
export function scattered<L extends AnyLayout>(layout: L, width: number, height: number, seed = 1): Raster<L> {
  const line = width * pixelSize(layout);
  const order = Array.from({ length: height }, (_, y) => y);
  const random = noise(2 * height + 1, seed * 7919 + width);
  const gaps = [() => 0, () => 5, (y: number) => 1 + ((random[height + y] as number) % 11)] as const;
  const way = seed % 3;
  if (way === 2) order.sort((a, b) => (random[a] as number) - (random[b] as number) || a - b);
  const rows = new Float64Array(height);
  const unit = isWide(layout) ? pixelSize(layout) : 1;
  const aligned = (place: number): number => Math.ceil(place / unit) * unit;
  let at = aligned(1 + ((random[2 * height] as number) % 7));
  for (const y of order) {
    rows[y] = at;
    at += aligned(line + gaps[way]!(y));
  }
  at += 64;
  const room = allocate(at + unit - 1);
  const first = aligned(room.byteOffset) - room.byteOffset;
  const bytes = room.subarray(first, first + at);
  bytes.set(noise(at, seed));
  return { bytes, rows, width, height, layout };
}

/** A scattered raster that holds the packed values of an image. */
export function stored<L extends AnyLayout>(
  packed: Uint8Array,
  layout: L,
  width: number,
  height: number,
  seed = 1,
): Raster<L> {
  const raster = scattered(layout, width, height, seed);
  store(raster, packed);
  return raster;
}

/** Writes packed values, as Pillow stores them; the padding of `RGB` keeps its noise. */
export function store(raster: AnyRaster, packed: Uint8Array): void {
  const { bytes, rows, width, height, layout } = raster;
  const size = pixelSize(layout);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (rows[y] as number) + x * size;
      for (const place of places[layout]) bytes[at + place] = packed[i++] as number;
      if (layout === 'LA') bytes[at + 1] = bytes[at + 2] = bytes[at] as number;
    }
  }
}

/** The values of a raster, packed as Pillow's `tobytes` gives them. Fails if an `LA` pixel's three grey bytes differ. */
export function packed(raster: AnyRaster): Uint8Array {
  const { bytes, rows, width, height, layout } = raster;
  const size = pixelSize(layout);
  const out = new Uint8Array(width * height * places[layout].length);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (rows[y] as number) + x * size;
      for (const place of places[layout]) out[i++] = bytes[at + place] as number;
      if (layout === 'LA' && (bytes[at] !== bytes[at + 1] || bytes[at] !== bytes[at + 2])) {
        throw new Error(`grey bytes differ at (${x}, ${y}): ${bytes.slice(at, at + 3)}`);
      }
    }
  }
  return out;
}

/** The bytes of a raster's memory that belong to none of its rows, in order. */
export function gaps(raster: AnyRaster): Uint8Array {
  const line = raster.width * pixelSize(raster.layout);
  const outside = new Uint8Array(raster.bytes.length).fill(1);
  for (let y = 0; y < raster.height; y++) outside.fill(0, raster.rows[y], (raster.rows[y] as number) + line);
  return raster.bytes.filter((_, i) => outside[i] === 1);
}

/** Calls `run` for the strips of `height` rows cut into `count` parts, the lowest first, empty parts included. */
export function inStrips(height: number, count: number, run: (top: number, bottom: number) => void): void {
  for (let i = count - 1; i >= 0; i--) run(Math.floor((height * i) / count), Math.floor((height * (i + 1)) / count));
}

/** Expects equal bytes. Compares them at once, and lists them only when they differ. */
export function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) expect([...actual]).toEqual([...expected]);
}
