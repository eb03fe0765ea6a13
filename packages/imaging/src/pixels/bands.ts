/**
 * Single bands of an image: read and written as arrays of values, split into images and merged again. All of it copies.
 *
 * In modes of two bands the first band stands three times in a pixel (modes.ts); whoever writes it writes all three.
 */
import { InvalidArgumentError } from '@sharena/heap';
import type { ModeInfo } from '../modes.ts';
import { isEmpty, type Raster, rowAt } from './raster.ts';
import { type Samples, samplesType, swapBytes } from './samples.ts';

/** The number of a band from its name or number. @throws {InvalidArgumentError} when the mode has no such band */
export function bandNumber(info: ModeInfo, band: number | string): number {
  const number = typeof band === 'number' ? band : info.bandOffsets.findIndex((at) => info.bandNames[at] === band);
  if (Number.isInteger(number) && number >= 0 && number < info.bands) return number;
  const names = info.bandOffsets.map((at) => info.bandNames[at]).join(', ');
  throw new InvalidArgumentError('band', `0 to ${info.bands - 1} or one of ${names}`, band);
}

/** A copy of a band of rows `top` to `bottom`: `width` values a row. */
export function readBand(raster: Raster, band: number, top: number, bottom: number): Samples {
  const { info, width } = raster;
  const values = new (samplesType(info))(width * (bottom - top));
  if (isEmpty(raster)) return values;
  const out = new Uint8Array(values.buffer);
  for (let y = top; y < bottom; y++) {
    const at = rowAt(raster, y);
    const to = (y - top) * width;
    if (info.bands === 1) out.set(raster.bytes.subarray(at, at + raster.lineSize), to * info.pixelSize);
    else gather(raster.bytes, at + info.bandOffsets[band], info.pixelSize, out, to, 1, width);
  }
  if (info.swapped) swapBytes(values);
  return values;
}

/**
 * Writes a band of rows `top` to `bottom`.
 *
 * @throws {InvalidArgumentError} when the values are of another type or number
 */
export function writeBand(raster: Raster, band: number, values: Samples, top: number, bottom: number): void {
  const { info, width, bytes } = raster;
  const type = samplesType(info);
  if (!(values instanceof type)) throw new InvalidArgumentError('values', `a ${type.name}`, values);
  const count = width * (bottom - top);
  if (values.length !== count)
    throw new InvalidArgumentError('values.length', `${count} for these rows`, values.length);
  if (isEmpty(raster)) return;
  const own = info.swapped ? values.slice() : values;
  if (info.swapped) swapBytes(own);
  const source = new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
  for (let y = top; y < bottom; y++) {
    const at = rowAt(raster, y);
    const from = (y - top) * width;
    if (info.bands === 1) bytes.set(source.subarray(from * info.pixelSize, (from + width) * info.pixelSize), at);
    else for (const offset of placesOf(info, band)) gather(source, from, 1, bytes, at + offset, info.pixelSize, width);
  }
}

/** Copies a band into one of another image of the same size; both images have values of one byte. */
export function moveBand(source: Raster, from: number, target: Raster, to: number): void {
  if (isEmpty(source)) return;
  const [fromSize, toSize] = [source.info.pixelSize, target.info.pixelSize];
  const places = placesOf(target.info, to);
  const offset = source.info.bandOffsets[from];
  for (let y = 0; y < source.height; y++) {
    const at = rowAt(source, y) + offset;
    const row = rowAt(target, y);
    for (const place of places) gather(source.bytes, at, fromSize, target.bytes, row + place, toSize, source.width);
  }
}

/** The bytes of a pixel in which a band stands. */
export function placesOf(info: ModeInfo, band: number): readonly number[] {
  return info.bands === 2 && band === 0 ? [0, 1, 2] : [info.bandOffsets[band]];
}

/** Copies `count` bytes that lie `step` bytes apart to places that lie `toStep` bytes apart. */
function gather(
  bytes: Uint8Array,
  from: number,
  step: number,
  out: Uint8Array,
  to: number,
  toStep: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    out[to] = bytes[from];
    from += step;
    to += toStep;
  }
}
