/** Mirroring: which kernel moves which rows. No scratch. */
import { pixelSize } from '../layouts.ts';
import type { AnyRaster } from '../raster.ts';
import type { Engine } from './engine.ts';
import type { Point } from './module.ts';
import { pointwise } from './rows.ts';

/** Mirrors the rows of a strip, their columns, or both. */
export function mirrorSimd(
  { kernels }: Engine,
  src: AnyRaster,
  dst: AnyRaster,
  top: number,
  bottom: number,
  upsideDown: boolean,
  reversed: boolean,
): void {
  const size = pixelSize(src.layout);
  const move: Point = (p, s, q, t, width, rows) => kernels.moveRows(p, s, q, t, width * size, rows);
  pointwise(src, dst, top, bottom, reversed ? kernels[flops[size]] : move, false, upsideDown);
}

/** The same within one image: upside down, rows from `top` on change places with those that mirror them. */
export function mirrorSimdInPlace(
  { kernels }: Engine,
  image: AnyRaster,
  top: number,
  bottom: number,
  upsideDown: boolean,
  reversed: boolean,
): void {
  const size = pixelSize(image.layout);
  const swapReversed = kernels[swaps[size]];
  const halves: Point = (p, s, _q, _t, width, rows) => {
    const half = width >> 1;
    swapReversed(p, s, p + (width - half) * size, s, half, rows);
  };
  if (!upsideDown) return pointwise(image, image, top, bottom, halves, false);
  // The upper rows go upwards and come first: what is read downwards is then all of the lower rows.
  const pairs: Point = (lower, s, upper, t, width, rows) => {
    if (reversed) swapReversed(upper, t, lower, s, width, rows);
    else kernels.swapRows(upper, t, lower, s, width * size, rows);
  };
  const middle = image.height >> 1;
  pointwise(image, image, top, middle, pairs, false, true);
  if (reversed) pointwise(image, image, middle, image.height - middle, halves, false);
}

const flops = { 1: 'flop1', 2: 'flop2', 3: 'flop3', 4: 'flop4' } as const;
const swaps = { 1: 'swapReversed1', 2: 'swapReversed2', 3: 'swapReversed3', 4: 'swapReversed4' } as const;
