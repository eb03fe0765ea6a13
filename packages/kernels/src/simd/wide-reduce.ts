/**
 * Reduction of wide layouts as WebAssembly: means of the blocks of rows; see `assembly/wide/reduce.ts`. The scratch, the addresses of the
 * rows, is given back at the end.
 */
import { pixelSize, type WideLayout } from '../layouts.ts';
import type { WideRaster } from '../raster.ts';
import { type Blocks, sourceRows } from '../scalar/reduce.ts';
import { type Engine, putAddresses, withScratch } from './engine.ts';
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
  const [first, end] = sourceRows(blocks, top, bottom);
  const listBytes = 4 * (end - first);
  return withScratch(engine, listBytes + 4 * (bottom - top), (list) => {
    const outs = list + listBytes;
    putAddresses(engine, list, src, first, end);
    putAddresses(engine, outs, dst, top, bottom);
    const run = engine.kernels[names[src.layout]];
    run(list, end - first, down, left * pixelSize(src.layout), right - left, across, outs);
  });
}
