/**
 * Single pixels: their values, checked and written as bytes, and read again.
 *
 * A pixel of a mode with one band is a number, of a mode with several an array of numbers, one for each band that carries
 * something, in their order. Values are never cut to fit, other than in Pillow: what does not fit is an error.
 */
import { InvalidArgumentError } from '@sharena/heap';
import type { ModeInfo } from '../modes.ts';

/** A pixel: a number in modes of one band, else one number for each band. */
export type PixelValue = number | readonly number[];

const BOUNDS = {
  uint8: [0, 255],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
} as const;

/** Values of this thread on their way to bytes. */
const scratch: DataView = new DataView(new ArrayBuffer(4));
const LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The bytes of a pixel. @throws {InvalidArgumentError} when the bands or a value do not fit the mode */
export function encodePixel(info: ModeInfo, pixel: PixelValue): Uint8Array {
  const values = typeof pixel === 'number' ? [pixel] : pixel;
  if (!Array.isArray(values) || values.length !== info.bands) {
    const expected = info.bands === 1 ? 'a number' : `an array of ${info.bands} numbers`;
    throw new InvalidArgumentError('pixel', `${expected} in mode ${info.mode}`, pixel);
  }
  values.forEach((value, band) => {
    checkValue(info, band, value);
  });
  const bytes = new Uint8Array(info.pixelSize);
  if (info.type !== 'uint8') return encodeValue(info, values[0], bytes);
  bytes.fill(info.bands === 2 ? values[0] : 255);
  info.bandOffsets.forEach((offset, band) => {
    bytes[offset] = values[band];
  });
  return bytes;
}

/** The value of the pixel at an index of `bytes`. */
export function decodePixel(info: ModeInfo, bytes: Uint8Array, at: number): PixelValue {
  if (info.type === 'uint8') {
    return info.bands === 1 ? bytes[at] : info.bandOffsets.map((offset) => bytes[at + offset]);
  }
  for (let i = 0; i < info.pixelSize; i++) scratch.setUint8(i, bytes[at + i]);
  const little = LITTLE_ENDIAN !== info.swapped;
  if (info.type === 'uint16') return scratch.getUint16(0, little);
  return info.type === 'int32' ? scratch.getInt32(0, little) : scratch.getFloat32(0, little);
}

function checkValue(info: ModeInfo, band: number, value: unknown): void {
  const name = `pixel band ${info.bandNames[info.bandOffsets[band]]}`;
  if (info.type === 'float32') {
    if (typeof value !== 'number') throw new InvalidArgumentError(name, 'a number', value);
    return;
  }
  const [least, most] = BOUNDS[info.type];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return;
  throw new InvalidArgumentError(name, `a whole number from ${least} to ${most}`, value);
}

function encodeValue(info: ModeInfo, value: number, bytes: Uint8Array): Uint8Array {
  const little = LITTLE_ENDIAN !== info.swapped;
  if (info.type === 'uint16') scratch.setUint16(0, value, little);
  else if (info.type === 'int32') scratch.setInt32(0, value, little);
  else scratch.setFloat32(0, value, little);
  for (let i = 0; i < bytes.length; i++) bytes[i] = scratch.getUint8(i);
  return bytes;
}
