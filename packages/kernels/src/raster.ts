/**
 * Rasters: pixels in memory as the kernels see them, a byte array and the address of each row.
 *
 * Nothing here knows where the rows came from. One block of memory, the blocks of a chain and a rectangle inside a larger image
 * differ only in their row addresses.
 */
import { KernelError } from './errors.ts';
import { type AnyLayout, type Layout, pixelSize, type WideLayout } from './layouts.ts';

/**
 * Pixels in memory: what every kernel reads and writes.
 *
 * A row is `width` pixels without a gap between them. Rows may lie anywhere in `bytes`, in any order and at any distance.
 * Kernels write only the pixel bytes of the rows they are given: never a byte between two rows or behind a row's end.
 */
export interface Raster<L extends AnyLayout = Layout> {
  /** The memory: a whole heap, up to 4 GiB over a `SharedArrayBuffer`, or any other byte array. */
  readonly bytes: Uint8Array;
  /** For each row the index in `bytes` of its first byte. `Uint32Array`, `Float64Array` or a plain array. */
  readonly rows: ArrayLike<number>;
  /** Pixels in a row, from 1. */
  readonly width: number;
  /** Rows, from 1. */
  readonly height: number;
  /** How a pixel lies in memory. */
  readonly layout: L;
}

/** A raster of one number of more than a byte a pixel: for the kernels that say so. */
export type WideRaster = Raster<WideLayout>;

/** A raster of any layout. */
export type AnyRaster = Raster<AnyLayout>;

/**
 * A raster over memory whose rows lie at one distance from each other.
 *
 * @param bytes - the memory; it is not copied
 * @param layout - how a pixel lies in it
 * @param width - pixels in a row, an integer from 1
 * @param height - rows, an integer from 1
 * @param options - `offset`: index of the first row's first byte, by default 0; `stride`: bytes from one row to the next,
 *   by default the bytes of a row
 * @returns a raster that shares `bytes`
 * @throws {@link KernelError} when a size is no integer from 1, the stride is shorter than a row, or a row lies outside `bytes`
 * @example
 * ```ts
 * import { grayscale, rasterOf } from '@sharena/kernels';
 *
 * const photo = rasterOf(new Uint8Array([255, 0, 0, 0, 0, 255]), 'RGB;24', 2, 1);
 * const grey = rasterOf(new Uint8Array(2), 'L', 2, 1);
 * grayscale(photo, grey, 0, 1);
 * console.log([...grey.bytes]); // [ 76, 29 ]
 * ```
 * @remarks Threads: any; blocks: never; allocates: 8 bytes a row.
 */
export function rasterOf<L extends AnyLayout>(
  bytes: Uint8Array,
  layout: L,
  width: number,
  height: number,
  options: { readonly offset?: number; readonly stride?: number } = {},
): Raster<L> {
  if (!(bytes instanceof Uint8Array)) throw new KernelError('bytes', 'a Uint8Array', bytes);
  if (!Number.isSafeInteger(width) || width < 1) throw new KernelError('width', 'an integer from 1', width);
  if (!Number.isSafeInteger(height) || height < 1) throw new KernelError('height', 'an integer from 1', height);
  const lineSize = width * pixelSize(layout);
  const { offset = 0, stride = lineSize } = options;
  if (!Number.isSafeInteger(stride) || stride < lineSize) {
    throw new KernelError('options.stride', `an integer from ${lineSize}, the bytes of a row`, stride);
  }
  const last = bytes.length - lineSize - (height - 1) * stride;
  if (last < 0) throw new KernelError('bytes', `at least ${bytes.length - last} bytes long`, bytes.length);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > last) {
    throw new KernelError('options.offset', `an integer from 0 to ${last}`, offset);
  }
  return { bytes, rows: Float64Array.from({ length: height }, (_, y) => offset + y * stride), width, height, layout };
}
