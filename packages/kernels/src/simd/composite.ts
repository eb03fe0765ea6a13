/**
 * Drawing images over others as SIMD: row by row, in pixels of four bytes. Rows of other layouts go through a line of scratch that stays
 * in the cache, and back.
 *
 * The scratch is one block, given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import type { Overlap } from '../geometry/overlap.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type BlendMode, type MixMode, mixes, type PorterDuffMode, shares } from '../scalar/blend-modes.ts';
import { drawingLayout, isDrawable } from '../scalar/composite.ts';
import { converterOf } from './convert.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import type { Kernels } from './module.ts';
import { apart } from './strides.ts';

type Draw = (src: number, dst: number, width: number, opaque: number) => void;

const mixNumbers = Object.keys(mixes);

/** As `compositeRows` of `scalar/composite.ts`. Answers whether it was done: not when there is no room for the scratch. */
export function compositeSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  part: Overlap,
  x: number,
  y: number,
  mode: BlendMode,
): boolean {
  const { first, end, left, width } = part;
  const { kernels } = engine;
  const drawing = drawingLayout(dst.layout);
  const draw = drawOf(kernels, mode);
  const read = isDrawable(src.layout, drawing) ? undefined : converterOf(kernels, src.layout, drawing);
  // The padding of RGB is drawn on where it lies.
  const isPlain = pixelSize(dst.layout) === 4;
  const opaque = dst.layout === 'RGB' ? 0xff000000 | 0 : 0;
  const fetch = isPlain ? undefined : converterOf(kernels, dst.layout, drawing);
  const store = isPlain ? undefined : converterOf(kernels, drawing, dst.layout);
  const indent = (left - x) * pixelSize(src.layout);
  const shift = left * pixelSize(dst.layout);
  const rows = (line: number): void => {
    const other = line + apart(4 * width);
    for (let row = first; row < end; row++) {
      const from = addressOf(src, row - y) + indent;
      const to = addressOf(dst, row) + shift;
      read?.(from, 0, line, 0, width, 1);
      fetch?.(to, 0, other, 0, width, 1);
      draw(read ? line : from, fetch ? other : to, width, opaque);
      store?.(other, 0, to, 0, width, 1);
    }
  };
  if (read || fetch) return withScratch(engine, 2 * apart(4 * width), rows);
  rows(0);
  return true;
}

function drawOf(kernels: Kernels, mode: BlendMode): Draw {
  if (mode === 'over') return kernels.over;
  if (mode in mixes) {
    const number = mixNumbers.indexOf(mode as MixMode);
    return (src, dst, width, opaque) => kernels.blend(src, dst, width, opaque, number);
  }
  const [fa, ga, fb, gb] = shares[mode as PorterDuffMode];
  return (src, dst, width, opaque) => kernels.porterDuff(src, dst, width, opaque, fa, ga, fb, gb);
}
