/** Contrast by regions: the operation. Its arithmetic is that of `scalar/clahe.ts`. */
import { KernelError } from '../errors.ts';
import type { Raster } from '../raster.ts';
import { claheRows, countTileRows, type TileGrid, tileGrid, tileTables } from '../scalar/clahe.ts';
import { claheSimd, countTilesSimd } from '../simd/clahe.ts';
import { engineFor } from '../simd/engine.ts';
import { checkInteger, checkPointwise, checkRaster, checkRows, checkSameLayout, checkStrip } from '../validate.ts';

/** How an image is cut into tiles. */
export interface TileOptions {
  /** Tiles side by side and one below the other, each from 1 to 64. @defaultValue `[8, 8]` */
  readonly tiles?: readonly [across: number, down: number];
}

/** What {@link clahe} goes by. */
export interface ClaheOptions extends TileOptions {
  /** How much more than its even share a value may count in a tile, up to 256; 0 for no limit. @defaultValue 40 */
  readonly limit?: number;
  /** The counts of all tiles of the whole image, from {@link tileHistograms}. By default all rows of `src` are counted. */
  readonly counts?: ArrayLike<number>;
}

const tilesMost = 64;

/**
 * Counts the grey levels of a strip for each of the tiles of {@link clahe}. The counts of strips add up to those of the image.
 *
 * @param src - the pixels
 * @param top - first row, from 0
 * @param bottom - first row after the strip, at most `src.height`
 * @param options - the tiles, and counts to add to
 * @returns `options.into`, or new counts: 256 for each tile, row by row of tiles
 * @throws {@link KernelError} when the tiles are out of range, `into` has another length, or rows lie outside the memory
 * @example
 * ```ts
 * import { rasterOf, tileHistograms } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array([7, 7, 9, 9]), 'L', 4, 1);
 * const counts = tileHistograms(image, 0, 1, { tiles: [2, 1] });
 * console.log(counts[7], counts[256 + 9]); // 2 2
 * ```
 * @remarks Threads: any; blocks: never; allocates: as WebAssembly 4 KiB for each tile in a row, and a line.
 */
export function tileHistograms(
  src: Raster,
  top: number,
  bottom: number,
  options: TileOptions & { readonly into?: Uint32Array } = {},
): Uint32Array<ArrayBufferLike> {
  checkRaster('src', src);
  checkStrip(src, top, bottom);
  const grid = gridOf(src, options);
  const length = 256 * grid.across * grid.down;
  const counts = options.into ?? new Uint32Array(length);
  if (!(counts instanceof Uint32Array) || counts.length !== length) {
    throw new KernelError('options.into', `a Uint32Array of ${length} counts`, counts);
  }
  checkRows('src', src, top, bottom);
  const engine = engineFor(src, src);
  if (engine && countTilesSimd(engine, src, grid, top, bottom, counts)) return counts;
  countTileRows(src, grid, top, bottom, counts);
  return counts;
}

/**
 * Stretches the contrast of every region by itself, within a limit: CLAHE, for grey images with the bytes of OpenCV's `createCLAHE`.
 *
 * Of colours the grey level goes through it, and what that gains is added to red, green and blue. Alpha stays as it is.
 *
 * @param src - the pixels
 * @param dst - of the same size and layout; may be `src`, if `options.counts` is given or all rows are done at once
 * @param top - first row of `dst` to write, from 0
 * @param bottom - first row after the strip, at most `dst.height`
 * @param options - the tiles, the limit, and the counts of the whole image
 * @throws {@link KernelError} when an option is out of range, sizes or layouts differ, the counts are not those of these tiles, or rows lie
 *   outside the memory
 * @example
 * ```ts
 * import { clahe, rasterOf } from '@sharena/kernels';
 *
 * const dull = rasterOf(Uint8Array.from({ length: 64 }, (_, i) => 100 + (i & 7)), 'L', 8, 8);
 * clahe(dull, dull, 0, 8, { tiles: [1, 1], limit: 0 });
 * console.log(dull.bytes[0], dull.bytes[7]); // 32 255
 * ```
 * @remarks Threads: any, each its own strip; blocks: never; allocates: tables of 1 KiB for each column of tiles, and two lines.
 */
export function clahe(src: Raster, dst: Raster, top: number, bottom: number, options: ClaheOptions = {}): void {
  const { limit = 40 } = options;
  checkPointwise(src, dst, top, bottom);
  checkSameLayout(src, dst);
  if (!(typeof limit === 'number' && limit >= 0 && limit <= 256)) {
    throw new KernelError('options.limit', 'a number from 0 to 256', limit);
  }
  const grid = gridOf(src, options);
  const length = 256 * grid.across * grid.down;
  if (options.counts !== undefined && options.counts?.length !== length) {
    throw new KernelError('options.counts', `${length} counts`, options.counts);
  }
  if (top === bottom) return;
  const counts = options.counts ?? tileHistograms(src, 0, src.height, options);
  const tables = tileTables(counts, grid.width * grid.height, limit);
  const engine = engineFor(src, dst);
  if (engine && claheSimd(engine, src, dst, grid, top, bottom, tables)) return;
  claheRows(src, dst, grid, top, bottom, tables);
}

function gridOf({ width, height }: Raster, { tiles = [8, 8] }: TileOptions): TileGrid {
  if (!Array.isArray(tiles) || tiles.length !== 2) throw new KernelError('options.tiles', '[across, down]', tiles);
  checkInteger('options.tiles[0]', tiles[0], 1, tilesMost);
  checkInteger('options.tiles[1]', tiles[1], 1, tilesMost);
  return tileGrid(width, height, tiles[0], tiles[1]);
}
