/** Histograms and what follows from them: the operations. Their arithmetic is that of `scalar/histogram.ts` and `scalar/statistics.ts`. */
import { KernelError } from '../errors.ts';
import { bandCount } from '../layouts.ts';
import { type Raster, rasterOf } from '../raster.ts';
import { countRows } from '../scalar/histogram.ts';
import { engineFor, engineOver, withScratch } from '../simd/engine.ts';
import { countSimd } from '../simd/histogram.ts';
import { checkRaster, checkRows, checkSizeOf, checkStrip } from '../validate.ts';
import { convert } from './convert.ts';

/** What {@link histogram} counts. */
export interface HistogramOptions {
  /** Counts only pixels where this is not 0: of the size of `src`, `L`, or `RGBA` or `LA`, of which alpha counts. */
  readonly mask?: Raster;
  /** Whether the grey levels of the colours are counted, 256 counts, instead of each band. @defaultValue false */
  readonly luma?: boolean;
  /** Counts to add to; by default new ones. */
  readonly into?: Uint32Array;
}

/**
 * Counts how often each value occurs in each band of a strip, as Pillow's `histogram`.
 *
 * The counts of strips add up to those of the image: by `into`, or one by one.
 *
 * @param src - the pixels
 * @param top - first row, from 0
 * @param bottom - first row after the strip, at most `src.height`
 * @param options - a mask, grey levels instead of bands, and what to add to
 * @returns `options.into`, or new counts: 256 for each band, alpha included
 * @throws {@link KernelError} when the mask has another size or layout, `into` another length, or rows lie outside the memory
 * @example
 * ```ts
 * import { histogram, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([7, 7, 9]), 'L', 3, 1);
 * const counts = histogram(image, 0, 1);
 * console.log(counts[7], counts[8], counts[9]); // 2 0 1
 * ```
 * @remarks Threads: any; blocks: never; allocates: as WebAssembly 4 KiB, for a strip of a megabyte or more 768 KiB.
 */
export function histogram(
  src: Raster,
  top: number,
  bottom: number,
  options: HistogramOptions = {},
): Uint32Array<ArrayBufferLike> {
  const { mask, luma = false } = options;
  checkRaster('src', src);
  checkStrip(src, top, bottom);
  if (mask !== undefined) checkMask(mask, src, top, bottom);
  checkRows('src', src, top, bottom);
  const length = luma ? 256 : 256 * bandCount(src.layout);
  const counts = options.into ?? new Uint32Array(length);
  if (!(counts instanceof Uint32Array) || counts.length !== length) {
    throw new KernelError('options.into', `a Uint32Array of ${length} counts`, counts);
  }
  if (luma && src.layout !== 'L') countLuma(src, mask, top, bottom, counts);
  else count(src, mask, top, bottom, counts);
  return counts;
}

function checkMask(mask: Raster, src: Raster, top: number, bottom: number): void {
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
