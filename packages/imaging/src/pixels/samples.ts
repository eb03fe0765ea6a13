/**
 * Views of pixels as values: Int32Array for I, Float32Array for F, Uint16Array for the I;16 family, Uint8Array for all others.
 *
 * Rows of these modes begin at a multiple of the value's size, because blocks do and the stride is one. A view shows values in the
 * machine's byte order; where the mode has another one (I;16B on nearly all machines) it is refused: getBand and getPixel turn
 * the bytes around.
 */
import { type Address, InvalidArgumentError } from '@sharena/heap';
import type { ModeInfo } from '../modes.ts';

/** An array of values of a band. */
export type Samples = Uint8Array | Uint16Array | Int32Array | Float32Array;

/** The class of such an array. */
export interface SamplesType<T extends Samples> {
  /** A view of shared memory. */
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
  /** An array of its own. */
  new (length: number): T;
  /** Bytes of a value. */
  readonly BYTES_PER_ELEMENT: number;
  /** The class's name. */
  readonly name: string;
}

const TYPES: { readonly [type in ModeInfo['type']]: SamplesType<Samples> } = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
};

/** The array that holds values of a mode. */
export function samplesType(info: ModeInfo): SamplesType<Samples> {
  return TYPES[info.type];
}

/** A view of `length` bytes of pixels. @throws {InvalidArgumentError} when values of the mode are of another type */
export function viewSamples<T extends Samples>(
  bytes: Uint8Array,
  info: ModeInfo,
  type: SamplesType<T>,
  address: Address,
  length: number,
): T {
  const right = samplesType(info);
  if (type !== (right as unknown)) throw new InvalidArgumentError('type', `${right.name} in mode ${info.mode}`, type);
  if (info.swapped) {
    throw new InvalidArgumentError(
      'mode',
      'one whose values have the byte order of this machine; take getBand',
      info.mode,
    );
  }
  return new type(bytes.buffer, bytes.byteOffset + address, length / type.BYTES_PER_ELEMENT);
}

/** Turns the two bytes of every value around. */
export function swapBytes(values: Samples): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let i = 0; i < bytes.length; i += 2) {
    const low = bytes[i];
    bytes[i] = bytes[i + 1];
    bytes[i + 1] = low;
  }
}
