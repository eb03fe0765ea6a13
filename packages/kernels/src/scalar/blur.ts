/**
 * Box and Gaussian blur, by box passes.
 *
 * Pillow's arithmetic, described in our words. A box of radius `r`, which may have a fraction, is the mean over `2 r + 1` pixels: those
 * up to `floor(r)` away count whole, the two behind them by what is left. In units of 2^-24, cut to integers: `ww` is what a pixel in the middle
 * weighs, `fw` one of the outer two, and the result is `(ww * sum + fw * (left + right) + 2^23) >> 24`. Beyond the edge the edge's pixel
 * stands. A Gaussian is three boxes along the rows and then three down, of a radius that gives the same variance, with each pass cut to 8
 * bits. Bands are blurred each for itself, alpha as well.
 *
 * Reads the strip's rows and `passes * (floor(r) + 1)` above and below them, writes the strip's rows. `dst` must not overlap `src`.
 */
import { RowCursor } from '../cursor.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

/** A box, as the passes want it. */
export interface Box {
  /** Pixels that count whole on each side. */
  readonly radius: number;
  /** Weight of a pixel that counts whole, in units of 2^-24. */
  readonly ww: number;
  /** Weight of the outer two. */
  readonly fw: number;
  /** Passes in each direction. */
  readonly passes: number;
}

/** The box of a radius in pixels. Pillow computes in 32-bit floats, and their rounding reaches the weights. */
export function boxOf(radius: number, passes: number): Box {
  const whole = Math.trunc(radius);
  const ww = Math.trunc(Math.fround(2 ** 24 / Math.fround(Math.fround(Math.fround(radius) * 2) + 1)));
  const fw = Math.trunc((2 ** 24 - (2 * whole + 1) * ww) / 2);
  return { radius: whole, ww, fw, passes };
}

/** The radius of three boxes that make a Gaussian of standard deviation `sigma`: Gwosdek and others, 2011. */
export function gaussianRadius(sigma: number): number {
  const passes = 3;
  const f = Math.fround;
  const variance = f(f(f(sigma) * f(sigma)) / passes);
  const length = f(Math.sqrt(12 * variance + 1));
  const whole = f(Math.floor((length - 1) / 2));
  const above = f(f(2 * whole + 1) * f(f(whole * f(whole + 1)) - f(3 * variance)));
  const below = f(6 * f(variance - f(f(whole + 1) * f(whole + 1))));
  return f(whole + f(above / below));
}

/** Rows above and below a pixel that its blur depends on. */
export function reach({ radius, passes }: Box): number {
  return passes * (radius + 1);
}

/** Rows that are blurred at once: what is kept of them grows with it, what is done twice shrinks. */
const band = 256;

/** Blurs the rows of a strip. */
export function boxRows(src: Raster, dst: Raster, top: number, bottom: number, box: Box): void {
  for (let y = top; y < bottom; y += band) boxBand(src, dst, y, Math.min(y + band, bottom), box);
}

function boxBand(src: Raster, dst: Raster, top: number, bottom: number, box: Box): void {
  const size = pixelSize(src.layout);
  const line = src.width * size;
  const first = Math.max(0, top - reach(box));
  const count = Math.min(src.height, bottom + reach(box)) - first;
  const source = new RowCursor(src);
  let rows = new Uint8Array(count * line);
  let other = new Uint8Array(count * line);
  const exchange = (): void => {
    [rows, other] = [other, rows];
  };
  for (let y = 0; y < count; y++) {
    const from = source.seek(first + y);
    rows.set(source.bytes.subarray(from, from + line), y * line);
  }
  for (let pass = 0; pass < box.passes; pass++) {
    for (let y = 0; y < count; y++) {
      for (let i = 0; i < size; i++) boxLine(rows, other, y * line + i, size, src.width, box);
    }
    exchange();
  }
  // At the first and the last of these rows, where they are not the image's, the passes go wrong: but no further than the reach.
  for (let pass = 0; pass < box.passes; pass++) {
    for (let x = 0; x < line; x++) boxLine(rows, other, x, line, count, box);
    exchange();
  }
  const target = new RowCursor(dst);
  for (let y = top; y < bottom; y++) {
    const to = target.seek(y);
    target.bytes.set(rows.subarray((y - first) * line, (y - first + 1) * line), to);
    if (dst.layout === 'RGB') for (let x = 3; x < line; x += 4) target.bytes[to + x] = 255;
  }
}

/** One pass over `count` values that lie `step` apart, from `at` on. */
function boxLine(src: Uint8Array, dst: Uint8Array, at: number, step: number, count: number, box: Box): void {
  const { radius, ww, fw } = box;
  const last = count - 1;
  const value = (i: number): number => src[at + Math.min(Math.max(i, 0), last) * step]!;
  let sum = 0;
  for (let i = -radius - 1; i < radius; i++) sum += value(i);
  for (let i = 0; i < count; i++) {
    const left = value(i - radius - 1);
    sum += value(i + radius) - left;
    const weighted = sum * ww + (left + value(i + radius + 1)) * fw + 2 ** 23;
    dst[at + i * step] = weighted / 2 ** 24;
  }
}
