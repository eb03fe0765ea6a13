/**
 * The compiled kernels: which build this engine can run, and their types.
 *
 * The builds are files beside the compiled package, so that neither AssemblyScript nor a build step is needed to use it. A thread
 * compiles one when it first needs it; V8 knows a module by its bytes and compiles it once for all threads of a process.
 */
import { readFileSync } from 'node:fs';

/** A build of the kernels, by the instructions that it uses. */
export type Build = 'relaxed-simd' | 'simd';

/** The builds, the one to prefer first. */
export const builds: readonly Build[] = Object.freeze(['relaxed-simd', 'simd'] as const);

/** A compiled module. */
export interface WasmModule {
  readonly __module?: never;
}

/** As much of WebAssembly as is used here; Node's types do not declare it. */
declare const WebAssembly:
  | {
      validate(bytes: Uint8Array): boolean;
      Module: new (bytes: Uint8Array) => WasmModule;
      Instance: new (module: WasmModule, imports: { env: { memory: object } }) => { readonly exports: Kernels };
    }
  | undefined;

/** Sums along four rows; see `assembly/resize/across.ts`. */
export type Across = (
  tile: number,
  starts: number,
  weights: number,
  pairs: number,
  out: number,
  width: number,
  shift: number,
) => void;

/** Four rows into a tile; see `assembly/resize/tiles.ts`. */
export type Tile = (r0: number, r1: number, r2: number, r3: number, columns: number, tile: number, pad: number) => void;

/** A row of medians; see `assembly/filter/rank.ts`. */
type Median = (
  list: number,
  step: number,
  length: number,
  lines: number,
  stride: number,
  out: number,
  pad: number,
) => void;

/** A row of pixels from places in a source; see `assembly/warp/nearest.ts`. */
type Project = (
  size: number,
  rows: number,
  width: number,
  height: number,
  matrix: number,
  y: number,
  out: number,
  length: number,
  fill: number,
) => void;

/** A row of pixels from places between those of a source; see `assembly/warp/smooth.ts`, `assembly/warp/quick.ts`. */
export type SmoothRow = (
  rows: number,
  width: number,
  height: number,
  matrix: number,
  y: number,
  out: number,
  length: number,
  fill: number,
  list: number,
) => void;

/** A tile of pixels from places between those of a source; see `assembly/warp/smooth.ts`, `assembly/warp/quick.ts`. */
export type SmoothTile = (
  rows: number,
  width: number,
  height: number,
  matrix: number,
  top: number,
  bottom: number,
  begin: number,
  end: number,
  outs: number,
  fill: number,
  list: number,
  origin: number,
  stride: number,
) => void;

/** A rectangle of a source, taken apart; see `assembly/warp/window.ts`. */
export type Window = (rows: number, left: number, width: number, height: number, at: number) => void;

/** Bands to pixels; see `assembly/resize/unpack.ts`. */
export type Unpack = (line: number, out: number, width: number) => void;

/** Rows to rows: `width` pixels, `rows` times, at distances of `srcStride` and `dstStride` bytes. */
export type Point = (
  src: number,
  srcStride: number,
  dst: number,
  dstStride: number,
  width: number,
  rows: number,
) => void;

/** Eight rows of a wide layout into a tile; see `assembly/wide/resize.ts`, also for the two below. */
export type WideTile = (list: number, columns: number, tile: number) => void;

/** Sums along eight rows of a wide layout, each pixel in two of them; see `assembly/wide/resize.ts`. */
export type WidePairs = (
  list: number,
  bounds: number,
  weights: number,
  size: number,
  outs: number,
  width: number,
  line: number,
) => void;

/** Sums along eight rows of a wide layout. */
export type WideAcross = (
  tile: number,
  bounds: number,
  weights: number,
  size: number,
  list: number,
  width: number,
) => void;

/** A row of sums of rows of a wide layout. */
export type WideDown = (list: number, weights: number, count: number, out: number, width: number) => void;

/** A row of a wide layout as floats; see `assembly/wide/point.ts`. */
export type WideFloats = (src: number, out: number, width: number, factor: number, term: number) => void;

/** Means of blocks of a wide layout; see `assembly/wide/reduce.ts`. */
export type WideReduce = (
  list: number,
  rows: number,
  down: number,
  x: number,
  width: number,
  across: number,
  outs: number,
) => void;

/** The extrema of a row of a wide layout; see `assembly/wide/extrema.ts`. */
export type WideExtrema = (src: number, width: number, out: number) => void;

/** A {@link Point} with more to say. */
export type PointWith<More extends number[]> = (...args: [...Parameters<Point>, ...More]) => void;

/** `(scale * (value + before)) >> 20` modulo 2^32, cut to 0 to 255; see `assembly/point/linear.ts`. */
export type Line = readonly [scale: number, before: number];

/** After how many bytes lines are used again, 3 or 4, and the lines of four bytes in turn. */
export type Lines = [size: 3 | 4, ...Line, ...Line, ...Line, ...Line];

/** What the modules export. Addresses are numbers from 0 to 2^32 - 1. */
export interface Kernels {
  /** Makes bytes 0; see `assembly/clear.ts`. */
  clear(address: number, bytes: number): void;
  /** Rows as they are; see `assembly/move/rows.ts`. */
  moveRows(src: number, srcStride: number, dst: number, dstStride: number, bytes: number, rows: number): void;
  /** One box pass down, one row of it; see `assembly/blur/box.ts`, also for the four below. */
  boxDown(
    sums: number,
    left: number,
    middle: number,
    right: number,
    out: number,
    length: number,
    ww: number,
    fw: number,
  ): void;
  boxAdd(sums: number, row: number, times: number, length: number): void;
  boxAlong(tile: number, out: number, width: number, bands: number, radius: number, ww: number, fw: number): void;
  rowsToTile(list: number, length: number, tile: number): void;
  tileToRows(tile: number, length: number, list: number): void;
  /** Symmetric sums; see `assembly/blur/direct.ts`, also for the two below. */
  widen(row: number, length: number, step: number, reach: number, out: number): void;
  sumAlong(line: number, weights: number, reach: number, step: number, out: number, length: number): void;
  sumDown(list: number, weights: number, reach: number, out: number, length: number, pad: number): void;
  /** Weighted sums of neighbours; see `assembly/filter/convolve.ts`. */
  convolve(
    list: number,
    size: number,
    weights: number,
    step: number,
    offset: number,
    out: number,
    length: number,
    pad: number,
  ): void;
  toFloats(row: number, length: number, out: number): void;
  /** Rank filters; see `assembly/filter/rank.ts`. */
  padRow(row: number, length: number, step: number, reach: number, out: number): void;
  readonly median3: Median;
  readonly median5: Median;
  extreme(
    list: number,
    size: number,
    step: number,
    length: number,
    largest: boolean,
    line: number,
    out: number,
    pad: number,
  ): void;
  ranked(list: number, size: number, step: number, length: number, rank: number, counts: number, out: number): void;
  readonly unsharp: PointWith<[percent: number, threshold: number]>;
  readonly flop1: Point;
  readonly flop2: Point;
  readonly flop3: Point;
  readonly flop4: Point;
  /** Rows that change places; see `assembly/move/swap.ts`, also for the four below. */
  swapRows(a: number, aStride: number, b: number, bStride: number, bytes: number, rows: number): void;
  readonly swapReversed1: Point;
  readonly swapReversed2: Point;
  readonly swapReversed3: Point;
  readonly swapReversed4: Point;
  readonly turn1: Point;
  readonly turn2: Point;
  readonly turn3: Point;
  readonly turn4: Point;
  readonly premultiply: Point;
  readonly unpremultiply: Point;
  readonly linear: PointWith<Lines>;
  readonly threshold: PointWith<[least: number, mask: number]>;
  readonly lookup: PointWith<[table: number]>;
  readonly lookup3: PointWith<[table: number, pairs: number]>;
  readonly lookupPairs: PointWith<[table: number, low: number, high: number]>;
  pairTable(first: number, second: number, out: number): void;
  readonly matrix3: PointWith<[matrix: number]>;
  readonly matrix4: PointWith<[matrix: number]>;
  /** Rows drawn on rows; see `assembly/blend`, also for the eight below. */
  over(src: number, dst: number, width: number, opaque: number): void;
  blend(src: number, dst: number, width: number, opaque: number, mode: number): void;
  porterDuff(
    src: number,
    dst: number,
    width: number,
    opaque: number,
    fa: number,
    ga: number,
    fb: number,
    gb: number,
  ): void;
  paste1(src: number, mask: number, dst: number, width: number): void;
  paste3(src: number, mask: number, dst: number, width: number): void;
  paste4(src: number, mask: number, dst: number, width: number, hidden: number, opaque: number): void;
  mix(src: number, dst: number, bytes: number, amount: number): void;
  chop(src: number, dst: number, bytes: number, operation: number): void;
  /** Numbers for models; see `assembly/point/tensor.ts`, also for the four below. */
  floats1(src: number, out: number, width: number, factor: number, term: number): void;
  planes3(src: number, red: number, green: number, blue: number, width: number, factors: number): void;
  planes4(src: number, red: number, green: number, blue: number, width: number, factors: number): void;
  triples(src: number, out: number, width: number, size: number, reversed: number, factors: number): void;
  bytePlanes(src: number, red: number, green: number, blue: number, width: number, size: number): void;
  /** Counts of values; see `assembly/measure/histogram.ts`, also for the three below. */
  count(src: number, bytes: number, size: number, counts: number): void;
  countMasked(src: number, mask: number, step: number, width: number, size: number, counts: number): void;
  countPairs(src: number, bytes: number, tables: number, pairs: number): void;
  splitPairs(pairs: number, first: number, second: number): void;
  /** Where the background ends; see `assembly/measure/extent.ts`, also for the one below. */
  firstBeyond(src: number, bytes: number, pattern: number, threshold: number): number;
  lastBeyond(src: number, bytes: number, pattern: number, threshold: number): number;
  /** The least and the greatest bytes; see `assembly/measure/extrema.ts`. */
  extremaBytes(src: number, bytes: number, out: number): void;
  /** Contrast by regions; see `assembly/filter/clahe.ts`, also for the two below. */
  throughTiles(src: number, dst: number, width: number, quads: number, shares: number, lower: number): void;
  lighten3(src: number, before: number, after: number, dst: number, width: number): void;
  lighten4(src: number, before: number, after: number, dst: number, width: number, opaque: number): void;
  readonly alpha4to1: Point;
  readonly convert1to3: Point;
  readonly convert1to4: Point;
  readonly convert3to4: Point;
  readonly convert4to1: Point;
  readonly convert4to3: PointWith<[pattern: number]>;
  readonly convert4to4: PointWith<[pattern: number, bits: number]>;
  readonly grey3to1: Point;
  readonly grey3to4: Point;
  readonly grey4to1: Point;
  readonly grey4to4: PointWith<[alphas: number]>;
  readonly across1: Across;
  readonly across2: Across;
  readonly across3: Across;
  readonly across4: Across;
  readonly acrossExact1: Across;
  readonly acrossExact2: Across;
  readonly acrossExact3: Across;
  readonly acrossExact4: Across;
  /** Sums of groups of four rows; see `assembly/resize/down.ts`. */
  down(
    ring: number,
    stride: number,
    capacity: number,
    first: number,
    groups: number,
    weights: number,
    out: number,
    length: number,
    shift: number,
    list: number,
    pad: number,
  ): void;
  /** As `down`, with exact weights. */
  downExact(
    ring: number,
    stride: number,
    capacity: number,
    first: number,
    groups: number,
    weights: number,
    out: number,
    length: number,
    list: number,
    pad: number,
  ): void;
  /** Means of blocks; see `assembly/resize/reduce.ts`. */
  reduceRows(
    size: number,
    list: number,
    rows: number,
    down: number,
    width: number,
    across: number,
    weighs: boolean,
    padded: boolean,
    sums: number,
    apart: number,
    outs: number,
  ): void;
  readonly tileL: Tile;
  readonly tileLA: Tile;
  readonly tileRGB24: Tile;
  readonly tileRGBA: Tile;
  readonly tileRGBX: Tile;
  /** Picked pixels; see `assembly/warp/nearest.ts`, also for the three below. */
  stride(
    size: number,
    rows: number,
    first: number,
    end: number,
    u: number,
    v: number,
    du: number,
    dv: number,
    out: number,
    length: number,
    fill: number,
    pitch: number,
    width: number,
  ): void;
  touch(size: number, rows: number, first: number, end: number, u: number, v: number, du: number, dv: number): void;
  readonly project: Project;
  pickRows(
    size: number,
    rows: number,
    outs: number,
    count: number,
    columns: number,
    length: number,
    fill: number,
    from: number,
    bytes: number,
    far: number,
  ): void;
  readonly bilinear1: SmoothRow;
  readonly bilinear3: SmoothTile;
  readonly bilinear4: SmoothTile;
  readonly bilinearAlpha: SmoothTile;
  readonly bicubic1: SmoothRow;
  readonly bicubic3: SmoothTile;
  readonly bicubic4: SmoothTile;
  readonly bicubicAlpha: SmoothTile;
  readonly bands3: Window;
  readonly bands4: Window;
  readonly bandsAlpha: Window;
  readonly pairs3: Window;
  readonly pairs4: Window;
  readonly pairsAlpha: Window;
  readonly quickBicubic3: SmoothTile;
  readonly quickBicubic4: SmoothTile;
  readonly quickBicubicAlpha: SmoothTile;
  readonly unpackLA: Unpack;
  readonly unpackRGB: Unpack;
  readonly unpackRGBA: Unpack;
  readonly wideTile16: WideTile;
  readonly wideTileI: WideTile;
  readonly wideTileF: WideTile;
  readonly widePairsF: WidePairs;
  readonly widePairsI: WidePairs;
  readonly wideAcross16: WideAcross;
  readonly wideAcrossI: WideAcross;
  readonly wideAcrossF: WideAcross;
  readonly wideDown16: WideDown;
  readonly wideDownI: WideDown;
  readonly wideDownITo16: WideDown;
  readonly wideDownF: WideDown;
  readonly wideConvert: PointWith<[from: number, to: number]>;
  readonly wideLinear16: PointWith<[scale: number, offset: number]>;
  readonly wideLinearI: PointWith<[scale: number, offset: number]>;
  readonly wideLinearF: PointWith<[scale: number, offset: number]>;
  readonly wideThreshold16: PointWith<[least: number]>;
  readonly wideThresholdI: PointWith<[least: number]>;
  readonly wideThresholdF: PointWith<[least: number]>;
  readonly wideLookup16: PointWith<[table: number]>;
  readonly wideLookupI: PointWith<[table: number]>;
  readonly wideLookupF: PointWith<[table: number]>;
  readonly lookupTo16: PointWith<[table: number]>;
  readonly lookupTo32: PointWith<[table: number]>;
  readonly wideFloats16: WideFloats;
  readonly wideFloatsI: WideFloats;
  readonly wideFloatsF: WideFloats;
  readonly wideReduce16: WideReduce;
  readonly wideReduceI: WideReduce;
  readonly wideReduceF: WideReduce;
  readonly extrema16: WideExtrema;
  readonly extremaI: WideExtrema;
  readonly extremaF: WideExtrema;
}

const compiled = new Map<Build, WasmModule | undefined>();

/** The build's module, compiled once in a thread; undefined when this engine cannot run it. */
export function moduleOf(build: Build): WasmModule | undefined {
  if (!compiled.has(build)) compiled.set(build, compile(build));
  return compiled.get(build);
}

function compile(build: Build): WasmModule | undefined {
  if (typeof WebAssembly !== 'object') return undefined;
  // The same path from src and from dist.
  const bytes = readFileSync(new URL(`../../dist/${build}.wasm`, import.meta.url));
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined;
}

/** The kernels on a memory. @throws when the memory is not shared, or no WebAssembly.Memory */
export function instantiate(module: WasmModule, memory: object): Kernels {
  return new WebAssembly!.Instance(module, { env: { memory } }).exports;
}
