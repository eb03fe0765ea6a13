/**
 * Reduction of wide layouts as WebAssembly: means of the blocks of a row; see `assembly/wide/reduce.ts`. The scratch, the addresses of the source
 * rows, is given back at the end.
 */
import { pixelSize, type WideLayout } from '../layouts.ts';
import type { WideRaster } from '../raster.ts';
import { type Blocks, blockRows } from '../scalar/reduce.ts';
import { addressOf, type Engine, putWords, withScratch } from './engine.ts';
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
  const { across, down, left, right } = blocks;
  const run = engine.kernels[names[src.layout]];
  const size = pixelSize(src.layout);
  const whole = Math.floor((right - left) / across);
  const rest = right - left - whole * across;
  const [above, below] = [blockRows(blocks, top)[0], blockRows(blocks, bottom - 1)[1]];
  return withScratch(engine, 4 * (below - above), (addresses) => {
    putWords(engine, addresses, below - above, (i) => addressOf(src, above + i));
    for (let y = top; y < bottom; y++) {
      const [first, end] = blockRows(blocks, y);
      const rows = end - first;
      const list = addresses + 4 * (first - above);
      const to = addressOf(dst, y);
      run(list, rows, left * size, across, rows === down, whole, to);
      if (rest > 0) run(list, rows, (left + whole * across) * size, rest, false, 1, to + whole * size);
    }
  });
}
