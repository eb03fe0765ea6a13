/**
 * Rows of wide rasters as arrays of numbers, and what does not fit in one.
 *
 * Reads row addresses, no pixels. The views begin at multiples of a pixel's size, which the checks of the operations see to.
 */
import type { AnyLayout, WideLayout } from '../layouts.ts';
import type { Raster } from '../raster.ts';

/** The numbers of a row of a wide layout, or of `L`. */
export type Numbers = Uint8Array | Uint16Array | Int32Array | Float32Array;

/** A layout of one number a pixel. */
export type SingleLayout = WideLayout | 'L';

/** Whether a pixel of the layout is one number. */
export function isSingle(layout: AnyLayout): layout is SingleLayout {
  return layout === 'L' || layout === 'I;16' || layout === 'I' || layout === 'F';
}

const arrays = { L: Uint8Array, 'I;16': Uint16Array, I: Int32Array, F: Float32Array } as const;

/** The numbers of row `y`, as a view. */
export function numbersOf({ bytes, rows, width, layout }: Raster<SingleLayout>, y: number): Numbers {
  return new arrays[layout](bytes.buffer as ArrayBuffer, bytes.byteOffset + rows[y]!, width);
}

const least: Readonly<Record<SingleLayout, number>> = { L: 0, 'I;16': 0, I: -(2 ** 31), F: -Infinity };
const most: Readonly<Record<SingleLayout, number>> = { L: 255, 'I;16': 65535, I: 2 ** 31 - 1, F: Infinity };

/** The least and the greatest number that the layout has. */
export function rangeOf(layout: SingleLayout): readonly [number, number] {
  return [least[layout], most[layout]];
}

/** A number as the layout has it: fractions are dropped and what is too large or too small is cut, unless it is `F`. No number becomes 0. */
export function cutTo(layout: SingleLayout, value: number): number {
  if (layout === 'F') return value;
  return Math.min(Math.max(Math.trunc(value) || 0, least[layout]), most[layout]);
}

/** The nearest integer, halves away from 0. */
export function nearest(value: number): number {
  return value >= 0 ? Math.floor(value + 0.5) : 0 - Math.floor(0.5 - value);
}
