/** Contrast by the histogram: the operations. Their tables are those of `scalar/contrast.ts`. */
import { KernelError } from '../errors.ts';
import { bandCount, hasAlpha } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type AutocontrastOptions, autocontrastTables, equalizeTables, stretchTable } from '../scalar/contrast.ts';
import { checkPointwise, checkSameLayout } from '../validate.ts';
import { extrema } from './extrema.ts';
import { type HistogramOptions, histogram } from './histogram.ts';
import { point } from './point.ts';

/** What {@link equalize} goes by. */
export interface EqualizeOptions {
  /**
   * The histogram of the whole image: strips that are given the same one fit together. By default all rows of `src` are counted, for
   * which they must not have been changed yet.
   */
  readonly counts?: ArrayLike<number>;
  /** Counts only pixels where this is not 0; see {@link HistogramOptions}. */
  readonly mask?: Raster;
}

/** What {@link autocontrast} goes by, and what it leaves out. */
export interface AutocontrastStripOptions extends EqualizeOptions, AutocontrastOptions {
  /** Whether all colours go through one table, that of the grey levels, which keeps their tone. `counts` are of luma then. @defaultValue false */
  readonly preserveTone?: boolean;
}

/**
 * Makes the values of each colour about as frequent as each other, with the bytes of Pillow's `ImageOps.equalize`. Alpha stays as it is.
 *
 * @param src - the pixels
 * @param dst - of the same size and layout; may be `src`, if `options.counts` is given or all rows are done at once
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param options - the histogram of the whole image, or a mask for it
 * @throws {@link KernelError} when sizes or layouts differ, the counts are not those of such an image, or rows lie outside the memory
 * @example
 * ```ts
 * import { equalize, histogram, rasterOf } from '@sharena/kernels';
 *
 * const dull = rasterOf(Uint8Array.from({ length: 1024 }, (_, i) => 100 + (i >> 6)), 'L', 32, 32);
 * const counts = histogram(dull, 0, 32);
 * equalize(dull, dull, 0, 16, { counts }); // two strips; each could be another worker's
 * equalize(dull, dull, 16, 32, { counts });
 * console.log(dull.bytes[0], dull.bytes[1023]); // 0 255
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: what `histogram` and `point` do.
 */
export function equalize(src: Raster, dst: Raster, top: number, bottom: number, options: EqualizeOptions = {}): void {
  const tables = (counts: ArrayLike<number>): Uint8Array[] => equalizeTables(counts);
  stretch(src, dst, top, bottom, options, false, tables);
}

/**
 * Stretches the values of each colour from 0 to 255, with the bytes of Pillow's `ImageOps.autocontrast`. Alpha stays as it is.
 *
 * @param src - the pixels
 * @param dst - of the same size and layout; may be `src`, if `options.counts` is given or all rows are done at once
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param options - what is cut off or not counted; one table for all colours; the histogram of the whole image, or a mask for it
 * @throws {@link KernelError} when an option is out of range, sizes or layouts differ, the counts are not those of such an image, or rows
 *   lie outside the memory
 * @example
 * ```ts
 * import { autocontrast, rasterOf } from '@sharena/kernels';
 *
 * const dull = rasterOf(new Uint8Array([100, 120, 150]), 'L', 3, 1);
 * autocontrast(dull, dull, 0, 1);
 * console.log([...dull.bytes]); // [ 0, 102, 255 ]
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: what `histogram` or `extrema`, and `point` do.
 */
export function autocontrast(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  options: AutocontrastStripOptions = {},
): void {
  checkAutocontrast(options);
  if (isByExtrema(options)) return stretchAll(src, dst, top, bottom);
  const tables = (counts: ArrayLike<number>): Uint8Array[] => autocontrastTables(counts, options);
  stretch(src, dst, top, bottom, options, options.preserveTone ?? false, tables);
}

/** Whether the least and the greatest value of each band say all. */
function isByExtrema({
  counts,
  mask,
  preserveTone = false,
  cutoff = 0,
  ignore = [],
}: AutocontrastStripOptions): boolean {
  const isWhole = [cutoff].flat().every((percent) => percent === 0) && Array.isArray(ignore) && ignore.length === 0;
  return isWhole && counts === undefined && mask === undefined && !preserveTone;
}

/** Extrema are read in a fifth of the time that counting takes. */
function stretchAll(src: Raster, dst: Raster, top: number, bottom: number): void {
  checkPointwise(src, dst, top, bottom);
  checkSameLayout(src, dst);
  const tables = extrema(src, 0, src.height).map(([least, most]) => stretchTable(least, most));
  point(src, dst, top, bottom, contrastTables(src, tables));
}

function stretch(
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  { counts, mask }: EqualizeOptions,
  luma: boolean,
  tablesFor: (counts: ArrayLike<number>) => Uint8Array[],
): void {
  checkPointwise(src, dst, top, bottom);
  checkSameLayout(src, dst);
  const length = luma ? 256 : 256 * bandCount(src.layout);
  if (counts !== undefined && counts?.length !== length) {
    throw new KernelError('options.counts', `${length} counts`, counts);
  }
  const wanted: HistogramOptions = { luma, ...(mask && { mask }) };
  point(src, dst, top, bottom, contrastTables(src, tablesFor(counts ?? histogram(src, 0, src.height, wanted))));
}

/** A table for each band, of which that of alpha leaves it as it is; or the one table of all colours. */
function contrastTables({ layout }: Raster, tables: Uint8Array[]): Uint8Array[] {
  if (tables.length > 1 && hasAlpha(layout)) tables[tables.length - 1] = Uint8Array.from({ length: 256 }, (_, i) => i);
  return tables;
}

function checkAutocontrast({ cutoff = 0, ignore = [] }: AutocontrastOptions): void {
  const cuts = typeof cutoff === 'number' ? [cutoff, cutoff] : cutoff;
  if (!Array.isArray(cuts) || cuts.length !== 2 || !cuts.every((cut) => cut >= 0 && cut <= 100)) {
    throw new KernelError('options.cutoff', 'a number from 0 to 100, or two', cutoff);
  }
  const values = typeof ignore === 'number' ? [ignore] : ignore;
  if (!Array.isArray(values) || !values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) {
    throw new KernelError('options.ignore', 'an integer from 0 to 255, or a list of them', ignore);
  }
}
