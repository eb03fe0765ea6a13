/** The box around what is not background: the operations. How it is found says `scalar/extent.ts`. */
import { type AnyLayout, bandCount, hasAlpha, pixelSize } from '../layouts.ts';
import type { AnyRaster, Raster } from '../raster.ts';
import { type Background, extentOf, type PixelBox, type Scanner, scalarScanner } from '../scalar/extent.ts';
import { checkColour, pixelOf } from '../scalar/fill.ts';
import { addressOf, type Engine, engineFor, withScratch } from '../simd/engine.ts';
import { anyLayouts, checkInteger, checkRaster, checkRows, checkStrip } from '../validate.ts';

/**
 * The smallest box around all pixels that are not 0, as Pillow's `getbbox`. With alpha, by alpha alone.
 *
 * @param src - the pixels
 * @param top - first row, from 0
 * @param bottom - first row after the strip, at most `src.height`
 * @param options - `alphaOnly`: whether hidden colours are nothing, by default `true`
 * @returns `[left, top, right, bottom]` in pixels of the image, right and bottom outside of it; undefined when there is no such pixel
 * @throws {@link KernelError} when the strip is none, or rows lie outside the memory
 * @example
 * ```ts
 * import { getBbox, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([0, 0, 0, 0, 7, 9]), 'L', 3, 2);
 * console.log(getBbox(image, 0, 2)); // [ 1, 1, 3, 2 ]
 * ```
 * @remarks Threads: any; the boxes of strips are put together by {@link unionBox}. Blocks: never; allocates: as SIMD 96 bytes.
 */
export function getBbox(
  src: AnyRaster,
  top: number,
  bottom: number,
  options: { readonly alphaOnly?: boolean } = {},
): PixelBox | undefined {
  checkSource(src, top, bottom, anyLayouts);
  const { alphaOnly = true } = options;
  const size = pixelSize(src.layout);
  const counts = new Uint8Array(size).fill(255);
  if (hasAlpha(src.layout) && alphaOnly) counts.fill(0, 0, 3);
  return boxBeyond(src, top, bottom, { pixel: new Uint8Array(size), counts: seen(counts, src.layout), threshold: 0 });
}

/** What {@link trimBox} takes for background. */
export interface TrimOptions {
  /** A value from 0 to 255 for each band. @defaultValue the colour of the image's first pixel */
  readonly background?: readonly number[];
  /** How far a value may be from the background's, from 0 to 255. @defaultValue 10 */
  readonly threshold?: number;
}

/**
 * The smallest box around all pixels that are not background: what is left when its border is trimmed. A pixel is background when none
 * of its values, alpha included, differs by more than `threshold`. To cut it out, {@link copy} with a negative corner.
 *
 * @param src - the pixels
 * @param top - first row, from 0
 * @param bottom - first row after the strip, at most `src.height`
 * @param options - the background and the threshold
 * @returns `[left, top, right, bottom]` in pixels of the image, right and bottom outside of it; undefined when all is background
 * @throws {@link KernelError} when an option is out of range, the strip is none, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, trimBox } from '@sharena/kernels';
 *
 * const scan = rasterOf(new Uint8Array([250, 255, 248, 40, 251, 255]), 'L', 6, 1);
 * console.log(trimBox(scan, 0, 1)); // [ 3, 0, 4, 1 ]
 * ```
 * @remarks Threads: any; the boxes of strips are put together by {@link unionBox}. Blocks: never; allocates: as SIMD 96 bytes.
 */
export function trimBox(src: Raster, top: number, bottom: number, options: TrimOptions = {}): PixelBox | undefined {
  const { background, threshold = 10 } = options;
  checkSource(src, top, bottom);
  checkInteger('options.threshold', threshold, 0, 255);
  if (background !== undefined) checkColour(background, src.layout, 'options.background');
  else checkRows('src', src, 0, 1);
  const size = pixelSize(src.layout);
  const first = src.rows[0]!;
  const pixel = background ? pixelOf(background, src.layout) : src.bytes.slice(first, first + size);
  const counts = seen(new Uint8Array(size).fill(255), src.layout);
  return boxBeyond(src, top, bottom, { pixel, counts, threshold });
}

/**
 * The smallest box around two, either of which may be nothing.
 *
 * @param a - a box, or undefined
 * @param b - another
 * @returns the box around both; undefined when both are nothing
 * @example
 * ```ts
 * import { unionBox } from '@sharena/kernels';
 *
 * console.log(unionBox([1, 0, 3, 2], [2, 5, 4, 6])); // [ 1, 0, 4, 6 ]
 * ```
 * @remarks Threads: any; blocks: never; allocates: the result.
 */
export function unionBox(a: PixelBox | undefined, b: PixelBox | undefined): PixelBox | undefined {
  if (!a || !b) return a ?? b;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function checkSource(src: AnyRaster, top: number, bottom: number, allowed?: readonly AnyLayout[]): void {
  checkRaster('src', src, allowed);
  checkStrip(src, top, bottom);
  checkRows('src', src, top, bottom);
}

/** The padding of `RGB` is never seen. */
function seen(counts: Uint8Array, layout: AnyLayout): Uint8Array {
  if (layout === 'RGB') counts[bandCount(layout)] = 0;
  return counts;
}

function boxBeyond(src: AnyRaster, top: number, bottom: number, background: Background): PixelBox | undefined {
  let box: PixelBox | undefined;
  const look = (scanner: Scanner): void => {
    box = extentOf(scanner, src, top, bottom);
  };
  const engine = engineFor(src, src);
  if (engine && withScratch(engine, 96, (at) => look(simdScanner(engine, src, background, at)))) return box;
  look(scalarScanner(src, background));
  return box;
}

/** As the scalar one; its pattern is 48 bytes, in which pixels of any size repeat. See `assembly/measure/extent.ts`. */
function simdScanner(
  { kernels, bytes }: Engine,
  src: AnyRaster,
  { pixel, counts, threshold }: Background,
  at: number,
): Scanner {
  const size = pixel.length;
  const line = src.width * size;
  for (let i = 0; i < 48; i += size) {
    bytes.set(pixel, at + i);
    bytes.set(counts, at + 48 + i);
  }
  return {
    first: (y, end) => kernels.firstBeyond(addressOf(src, y), end, at, threshold),
    last: (y, start) => start + kernels.lastBeyond(addressOf(src, y) + start, line - start, at, threshold),
  };
}
