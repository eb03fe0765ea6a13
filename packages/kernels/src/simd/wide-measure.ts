/** Extrema of wide layouts as SIMD, row by row; see `assembly/wide/extrema.ts`. The scratch, 8 bytes, is given back at the end. */
import type { WideLayout } from '../layouts.ts';
import type { WideRaster } from '../raster.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import type { Kernels, WideExtrema } from './module.ts';

const kernelOf: Readonly<Record<WideLayout, (kernels: Kernels) => WideExtrema>> = {
  'I;16': (kernels) => kernels.extrema16,
  I: (kernels) => kernels.extremaI,
  F: (kernels) => kernels.extremaF,
};

/** As `extremaOf` of `scalar/wide-measure.ts`, of one row or more; undefined when there is no room for the scratch. */
export function extremaSimd(
  engine: Engine,
  src: WideRaster,
  top: number,
  bottom: number,
): [least: number, most: number] | undefined {
  const run = kernelOf[src.layout](engine.kernels);
  const found = src.layout === 'F' ? Float32Array.of(Infinity, -Infinity) : Int32Array.of(2 ** 31 - 1, -(2 ** 31));
  const bytes = new Uint8Array(found.buffer);
  const done = withScratch(engine, bytes.length, (at) => {
    engine.bytes.set(bytes, at);
    for (let y = top; y < bottom; y++) run(addressOf(src, y), src.width, at);
    bytes.set(engine.bytes.subarray(at, at + bytes.length));
  });
  return done ? [found[0]!, found[1]!] : undefined;
}
