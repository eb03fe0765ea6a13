/** Extrema of bytes as SIMD; see `assembly/measure/extrema.ts`. The scratch, 96 bytes, is given back at the end. */
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import type { Extrema } from '../scalar/extrema.ts';
import { placesOf } from '../scalar/histogram.ts';
import { type Engine, withScratch } from './engine.ts';
import { forEachLine } from './rows.ts';

/** As `bandExtremaOf` of `scalar/extrema.ts`; undefined when there is no room for the scratch. */
export function bandExtremaSimd(engine: Engine, src: Raster, top: number, bottom: number): Extrema[] | undefined {
  const found = new Uint8Array(96).fill(255, 0, 48);
  const done = withScratch(engine, found.length, (at) => {
    engine.bytes.set(found, at);
    forEachLine({ raster: src, first: top, count: bottom - top }, (from, bytes) => {
      engine.kernels.extremaBytes(from, bytes, at);
    });
    found.set(engine.bytes.subarray(at, at + found.length));
  });
  if (!done) return undefined;
  const size = pixelSize(src.layout);
  return placesOf(src.layout).map((band) => {
    const ofBand = found.filter((_, i) => i % size === band);
    return [Math.min(...ofBand.subarray(0, 48 / size)), Math.max(...ofBand.subarray(48 / size))];
  });
}
