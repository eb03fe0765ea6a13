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
  const count = places[layout].length;
  const line = width * count;
  for (let y = 0; y < height; y++) {
    const values = packed.subarray(y * line, (y + 1) * line);
    const row = rows[y] as number;
    if (count === size) bytes.set(values, row);
    else if (layout === 'LA') storeGrey(bytes, row, values);
    else
      for (let i = 0, at = row; i < line; i += 3, at += 4) for (let b = 0; b < 3; b++) bytes[at + b] = values[i + b]!;
  }
}

function storeGrey(bytes: Uint8Array, row: number, values: Uint8Array): void {
  for (let i = 0, at = row; i < values.length; i += 2, at += 4) {
    bytes[at] = bytes[at + 1] = bytes[at + 2] = values[i]!;
    bytes[at + 3] = values[i + 1]!;
  }
}

/** The values of a raster, packed as Pillow's `tobytes` gives them. Fails if an `LA` pixel's three grey bytes differ. */
export function packed(raster: AnyRaster): Uint8Array {
  const { bytes, rows, width, height, layout } = raster;
  const size = pixelSize(layout);
  const count = places[layout].length;
  const line = width * count;
  const out = new Uint8Array(height * line);
  for (let y = 0; y < height; y++) {
    const row = rows[y] as number;
    const values = out.subarray(y * line, (y + 1) * line);
    if (count === size) values.set(bytes.subarray(row, row + line));
    else if (layout === 'LA') packGrey(bytes, row, values, y);
    else
      for (let i = 0, at = row; i < line; i += 3, at += 4) for (let b = 0; b < 3; b++) values[i + b] = bytes[at + b]!;
  }
  return out;
}

function packGrey(bytes: Uint8Array, row: number, values: Uint8Array, y: number): void {
  for (let i = 0, at = row; i < values.length; i += 2, at += 4) {
    values[i] = bytes[at]!;
    values[i + 1] = bytes[at + 3]!;
    if (bytes[at] === bytes[at + 1] && bytes[at] === bytes[at + 2]) continue;
    throw new Error(`grey bytes differ at (${i / 2}, ${y}): ${bytes.slice(at, at + 3)}`);
  }
}

/** The bytes of a raster's memory that belong to none of its rows, in order. */
export function gaps(raster: AnyRaster): Uint8Array {
  const { bytes, height } = raster;
  const line = raster.width * pixelSize(raster.layout);
  const rows = Array.from(raster.rows)
    .slice(0, height)
    .sort((a, b) => a - b);
  const out = new Uint8Array(bytes.length - height * line);
  let [from, filled] = [0, 0];
  for (const row of [...rows, bytes.length]) {
    out.set(bytes.subarray(from, row), filled);
    filled += row - from;
    from = row + line;
  }
  return out;
}

/** Calls `run` for the strips of `height` rows cut into `count` parts, the lowest first, empty parts included. */
export function inStrips(height: number, count: number, run: (top: number, bottom: number) => void): void {
  for (let i = count - 1; i >= 0; i--) run(Math.floor((height * i) / count), Math.floor((height * (i + 1)) / count));
}

/** Expects equal bytes. Compares them at once, and lists them only when they differ. */
export function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) expect([...actual]).toEqual([...expected]);
}
