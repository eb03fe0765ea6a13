/** Histograms and what follows from them: the operations. Their arithmetic is that of `scalar/histogram.ts` and `scalar/statistics.ts`. */
import { KernelError } from '../errors.ts';
import { bandCount, isWide } from '../layouts.ts';
import { type AnyRaster, type Raster, rasterOf, type WideRaster } from '../raster.ts';
import { countRows } from '../scalar/histogram.ts';
import { countWideRows } from '../scalar/wide-measure.ts';
import { engineFor, engineOver, withScratch } from '../simd/engine.ts';
import { countSimd } from '../simd/histogram.ts';
import { anyLayouts, checkRaster, checkRows, checkSizeOf, checkStrip } from '../validate.ts';
import { convert } from './convert.ts';

/** What {@link histogram} counts. */
export interface HistogramOptions {
  /** Counts only pixels where this is not 0: of the size of `src`, `L`, or `RGBA` or `LA`, of which alpha counts. */
  readonly mask?: Raster;
  /** Whether the grey levels of the colours are counted, 256 counts, instead of each band. @defaultValue false */
  readonly luma?: boolean;
  /**
   * For `I;16`, `I` and `F`, which need it, and no others: the least and the greatest number that are counted. The range between them is cut
   * into 256 parts. Those of the image are its {@link extrema}.
   */
  readonly range?: readonly [least: number, most: number];
  /** Counts to add to; by default new ones. */
  readonly into?: Uint32Array;
}

/**
 * Counts how often each value occurs in each band of a strip, as Pillow's `histogram`. Of `I;16`, `I` and `F` it counts how many numbers are in
 * each of 256 parts of a range: part `i` has those of which `(number - least) * 255 / (most - least)`, in 32-bit floats, is `i` and a fraction.
 *
 * The counts of strips add up to those of the image: by `into`, or one by one.
 *
 * @param src - the pixels
 * @param top - first row, from 0
 * @param bottom - first row after the strip, at most `src.height`
 * @param options - a mask, grey levels instead of bands, and what to add to
 * @returns `options.into`, or new counts: 256 for each band, alpha included
 * @throws {@link KernelError} when the mask has another size or layout, a range is missing, empty or not for that layout, `into` another length, or rows lie outside the memory
 * @example
 * ```ts
 * import { histogram, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([7, 7, 9]), 'L', 3, 1);
 * const counts = histogram(image, 0, 1);
 * console.log(counts[7], counts[8], counts[9]); // 2 0 1
 * ```
 * @remarks Threads: any; blocks: never; allocates: as WebAssembly 4 KiB, for a strip of 64 KiB or more up to 773 KiB.
 */
export function histogram(
  src: AnyRaster,
  top: number,
  bottom: number,
  options: HistogramOptions = {},
): Uint32Array<ArrayBufferLike> {
  const { mask, luma = false } = options;
  checkRaster('src', src, anyLayouts);
  checkStrip(src, top, bottom);
  checkRange(src, options);
  if (mask !== undefined) checkMask(mask, src, top, bottom);
  checkRows('src', src, top, bottom);
  const length = luma ? 256 : 256 * bandCount(src.layout);
  const counts = options.into ?? new Uint32Array(length);
  if (!(counts instanceof Uint32Array) || counts.length !== length) {
    throw new KernelError('options.into', `a Uint32Array of ${length} counts`, counts);
  }
  if (isWide(src.layout)) countWideRows(src as WideRaster, top, bottom, options.range!, counts);
  else if (luma && src.layout !== 'L') countLuma(src as Raster, mask, top, bottom, counts);
  else count(src as Raster, mask, top, bottom, counts);
  return counts;
}

/** Wide layouts have a range, and no mask; others have none. */
function checkRange({ layout }: AnyRaster, { range, mask }: HistogramOptions): void {
  if (!isWide(layout)) {
    if (range !== undefined) throw new KernelError('options.range', `left out for ${layout}`, range);
    return;
  }
  if (mask !== undefined) throw new KernelError('options.mask', `left out for ${layout}`, mask);
  const isRange = Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1];
  if (!isRange) throw new KernelError('options.range', `[least, most], for ${layout}`, range);
}

function checkMask(mask: Raster, src: AnyRaster, top: number, bottom: number): void {
  checkRaster('options.mask', mask);
  if (mask.layout !== 'L' && mask.layout !== 'LA' && mask.layout !== 'RGBA') {
    throw new KernelError('options.mask.layout', 'L, LA or RGBA', mask.layout);
  }
  checkSizeOf('options.mask', mask, src.width, src.height);
  checkRows('options.mask', mask, top, bottom);
}

function count(src: Raster, mask: Raster | undefined, top: number, bottom: number, counts: Uint32Array): void {
  const engine = engineFor(src, mask ?? src);
  if (engine && countSimd(engine, src, mask, top, bottom, counts)) return;
  countRows(src, mask, top, bottom, counts);
}

/** Rows whose grey levels are made at a time. */
const someRows = 64;

function countLuma(src: Raster, mask: Raster | undefined, top: number, bottom: number, counts: Uint32Array): void {
  const size = src.width * Math.min(someRows, bottom - top);
  const through = (bytes: Uint8Array, offset: number): void => {
    for (let y = top; y < bottom; y += someRows) {
      const rows = Math.min(someRows, bottom - y);
      const grey = rasterOf(bytes, 'L', src.width, rows, { offset });
      convert(part(src, y, rows), grey, 0, rows);
      count(grey, mask && part(mask, y, rows), 0, rows, counts);
    }
  };
  const engine = engineOver(src.bytes, src.bytes);
  if (engine && withScratch(engine, size, (at) => through(engine.bytes, at))) return;
  through(new Uint8Array(size), 0);
}

/** Some rows of a raster as one. */
function part(raster: Raster, first: number, height: number): Raster {
  const rows = Float64Array.from({ length: height }, (_, i) => raster.rows[first + i]!);
  return { ...raster, rows, height };
}
