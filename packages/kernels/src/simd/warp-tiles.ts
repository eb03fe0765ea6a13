/**
 * Bilinear and bicubic transforms of more than one byte a pixel as SIMD, tile by tile.
 *
 * For each tile the rectangle of the source of which it is made is taken apart into a window: see `assembly/warp/window.ts`. A tile whose window
 * would be too large, because the source is made much smaller, is cut in two. Where that no longer helps, it goes without.
 *
 * Scratch, in one block that is given back at the end: the eight numbers, room for sums, weights if `fast`, the window, the addresses
 * of all rows of the source and of those of the strip, and a list of columns. If the thread dies in here, `kept-scratch.ts` says
 * what becomes of it.
 */
import { type Reach, reachOf } from '../geometry/reach.ts';
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { quickWeights } from '../scalar/quick-warp.ts';
import type { Warp } from '../scalar/warp.ts';
import { type Engine, withScratch } from './engine.ts';
import type { SmoothTile, Window } from './module.ts';
import { matrixBytes, putMatrix, putRows, wordOf } from './warp.ts';

/** A rectangle of the destination: columns `begin` to `end - 1` of rows `top` to `bottom - 1`. */
interface Tile {
  readonly begin: number;
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
}

/** The kernels that a layout needs, and where in the scratch everything is. */
interface Plan {
  readonly tile: SmoothTile;
  readonly open: Window;
  readonly src: Raster;
  readonly matrix: Float64Array;
  /** The first row of the strip. */
  readonly top: number;
  readonly fill: number;
  readonly numbers: number;
  readonly window: number;
  readonly from: number;
  readonly to: number;
  readonly list: number;
}

/** Columns and rows of a tile. Half as many columns cost 5 % more, twice as many rows save 2 %. */
const columns = 128;
const rows = 32;
/** A tile with no more pixels than this is not cut. */
const small = 256;
/** Pixels of a window, at most; and for each pixel of its tile: where a side becomes a sixth, one without a window is as fast. */
const largest = 16384;
const most = 40;
/** Bytes of a pixel in a window. */
const pixelBytes = 16;
/** Bytes in which a kernel makes its sums. */
const workBytes = 256;
const none = new Int16Array(0);

/**
 * Transforms a strip of a layout with more than one byte a pixel, as `smoothRows` of `scalar/warp.ts`, or `quickRows` if `fast`, which only
 * `bicubic` can be. Answers whether there was room for the scratch.
 */
export function tilesSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  { matrix, fill }: Warp,
  filter: 'bilinear' | 'bicubic',
  fast: boolean,
): boolean {
  const { kernels, bytes } = engine;
  const kind = hasAlpha(src.layout) ? 'Alpha' : (pixelSize(src.layout) as 3 | 4);
  const weights = fast ? quickWeights() : none;
  const windowBytes = Math.min(largest, most * dst.width * (bottom - top)) * pixelBytes;
  const before = matrixBytes + workBytes + weights.byteLength;
  const addresses = src.height + bottom - top;
  return withScratch(engine, before + windowBytes + 4 * (addresses + columns + 4), (numbers) => {
    const window = numbers + before;
    const from = window + windowBytes;
    const to = from + 4 * src.height;
    const plan = {
      tile: fast ? kernels[`quickBicubic${kind}`] : kernels[`${filter}${kind}`],
      open: fast ? kernels[`pairs${kind}`] : kernels[`bands${kind}`],
      ...{ src, matrix, top, numbers, window, from, to },
      fill: wordOf(fill),
      list: from + 4 * addresses,
    };
    putMatrix(engine, matrix, numbers);
    bytes.set(new Uint8Array(weights.buffer), numbers + matrixBytes + workBytes);
    putRows(engine, src, 0, src.height, from);
    putRows(engine, dst, top, bottom, to);
    for (let y = top; y < bottom; y += rows) {
      for (let x = 0; x < dst.width; x += columns) {
        const [end, below] = [Math.min(x + columns, dst.width), Math.min(y + rows, bottom)];
        cover(plan, { begin: x, end, top: y, bottom: below });
      }
    }
  });
}

function cover(plan: Plan, tile: Tile): void {
  const pixels = (tile.end - tile.begin) * (tile.bottom - tile.top);
  const reach = reachOf(plan.src, plan.matrix, tile, Math.min(largest, most * pixels));
  if (reach || pixels <= small) {
    make(plan, tile, reach);
    return;
  }
  const [first, last] = halves(tile);
  cover(plan, first);
  cover(plan, last);
}

/** Makes a tile, with a window if its reach is known and not empty. */
function make(plan: Plan, tile: Tile, reach: Reach | undefined): void {
  const stride = reach && reach.height > 0 ? reach.width * pixelBytes : 0;
  let origin = 0;
  if (reach && stride > 0) {
    plan.open(plan.from + 4 * reach.above, reach.left, reach.width, reach.height, plan.window);
    origin = plan.window - reach.above * stride - reach.left * pixelBytes;
  }
  const { begin, end, top, bottom } = tile;
  const outs = plan.to + 4 * (top - plan.top);
  const { width, height } = plan.src;
  plan.tile(
    plan.from,
    width,
    height,
    plan.numbers,
    top,
    bottom,
    begin,
    end,
    outs,
    plan.fill,
    plan.list,
    origin,
    stride,
  );
}

/** The tile in two, across its longer side. */
function halves(tile: Tile): readonly [Tile, Tile] {
  if (tile.end - tile.begin > tile.bottom - tile.top) {
    const middle = (tile.begin + tile.end) >> 1;
    return [
      { ...tile, end: middle },
      { ...tile, begin: middle },
    ];
  }
  const middle = (tile.top + tile.bottom) >> 1;
  return [
    { ...tile, bottom: middle },
    { ...tile, top: middle },
  ];
}
