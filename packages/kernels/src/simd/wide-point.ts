/** Point kernels of wide layouts as SIMD, in runs of rows; see `assembly/wide/point.ts`. */
import type { WideLayout } from '../layouts.ts';
import type { Raster, WideRaster } from '../raster.ts';
import type { SingleRaster } from '../scalar/wide-point.ts';
import type { SingleLayout } from '../scalar/wide-rows.ts';
import { addressOf, type Engine } from './engine.ts';
import type { Kernels, PointWith, WideFloats } from './module.ts';
import { pointwise } from './rows.ts';

const kinds: Readonly<Record<SingleLayout, number>> = { L: 0, 'I;16': 1, I: 2, F: 3 };

/** As `convertWideRows` of `scalar/wide-point.ts`. */
export function convertWideSimd(
  { kernels }: Engine,
  src: SingleRaster,
  dst: SingleRaster,
  top: number,
  bottom: number,
): void {
  const [from, to] = [kinds[src.layout], kinds[dst.layout]];
  pointwise(src, dst, top, bottom, (...rows) => kernels.wideConvert(...rows, from, to), true);
}

/** As `linearWideRows` of `scalar/wide-point.ts`. */
export function linearWideSimd(
  { kernels }: Engine,
  src: WideRaster,
  dst: WideRaster,
  top: number,
  bottom: number,
  scale: number,
  offset: number,
): void {
  const run = linears[src.layout](kernels);
  pointwise(src, dst, top, bottom, (...rows) => run(...rows, scale, offset), true);
}

/** As `thresholdWideRows` of `scalar/wide-point.ts`. */
export function thresholdWideSimd(
  { kernels }: Engine,
  src: WideRaster,
  dst: Raster<'L'>,
  top: number,
  bottom: number,
  least: number,
): void {
  const run = thresholds[src.layout](kernels);
  pointwise(src, dst, top, bottom, (...rows) => run(...rows, least), true);
}

/** As `wideTensorRows` of `scalar/wide-point.ts`. */
export function wideTensorSimd(
  { kernels }: Engine,
  src: WideRaster,
  out: Float32Array,
  top: number,
  bottom: number,
  factor: number,
  term: number,
): void {
  const run = floats[src.layout](kernels);
  for (let y = top; y < bottom; y++)
    run(addressOf(src, y), out.byteOffset + 4 * y * src.width, src.width, factor, term);
}

const linears: Readonly<Record<WideLayout, (kernels: Kernels) => PointWith<[scale: number, offset: number]>>> = {
  'I;16': (kernels) => kernels.wideLinear16,
  I: (kernels) => kernels.wideLinearI,
  F: (kernels) => kernels.wideLinearF,
};

const thresholds: Readonly<Record<WideLayout, (kernels: Kernels) => PointWith<[least: number]>>> = {
  'I;16': (kernels) => kernels.wideThreshold16,
  I: (kernels) => kernels.wideThresholdI,
  F: (kernels) => kernels.wideThresholdF,
};

const floats: Readonly<Record<WideLayout, (kernels: Kernels) => WideFloats>> = {
  'I;16': (kernels) => kernels.wideFloats16,
  I: (kernels) => kernels.wideFloatsI,
  F: (kernels) => kernels.wideFloatsF,
};
