/**
 * Reduction of wide layouts as WebAssembly: means of the blocks of a row; see `assembly/wide/reduce.ts`. The scratch, the addresses of the rows of
 * a block, is given back at the end.
 */
import { pixelSize, type WideLayout } from '../layouts.ts';
import type { WideRaster } from '../raster.ts';
import { type Blocks, blockRows } from '../scalar/reduce.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import type { Kernels } from './module.ts';

const names = { 'I;16': 'wideReduce16', I: 'wideReduceI', F: 'wideReduceF' } as const satisfies Record<
  WideLayout,
  keyof Kernels
>;

/** As `wideReduceRows` of `scalar/wide-reduce.ts`. Answers whether there was room for the scratch. */
export function wideReduceSimd(
  engine: Engine,
  src: WideRaster,
  dst: WideRaster,
  top: number,
  bottom: number,
  blocks: Blocks,
): boolean {
  const { kernels, bytes } = engine;
  const { across, down, left, right } = blocks;
  const run = kernels[names[src.layout]];
  const size = pixelSize(src.layout);
  const whole = Math.floor((right - left) / across);
  const rest = right - left - whole * across;
  return withScratch(engine, 4 * down, (list) => {
    const putList = (first: number, rows: number, column: number): void => {
      const words = Uint32Array.from({ length: rows }, (_, i) => addressOf(src, first + i) + column * size);
      bytes.set(new Uint8Array(words.buffer), list);
    };
    for (let y = top; y < bottom; y++) {
      const [first, end] = blockRows(blocks, y);
      const rows = end - first;
      const to = addressOf(dst, y);
      putList(first, rows, left);
      run(list, rows, across, rows === down, whole, to);
      if (rest === 0) continue;
      putList(first, rows, left + whole * across);
      run(list, rows, rest, false, 1, to + whole * size);
    }
  });
}
