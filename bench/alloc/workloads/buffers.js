/** A small block against what JavaScript has for the purpose: buffers that the garbage collector frees. */
import { ratios } from '../bench.js';

/** @param {import('../bench.js').Bench} bench */
export function buffers(bench) {
  bench.title('A block of 64 bytes, allocated and freed, against buffers');
  const measured = bench.measure('buffers', [], { onlyOurs: true });
  const block = measured.samples('ours', 'block');
  for (const [number, what] of [
    ['block', 'heap.malloc(64), heap.free()'],
    ['array', 'new Uint8Array(64)'],
    ['shared', 'new SharedArrayBuffer(64)'],
  ]) {
    bench.table(what, measured, number, 'ns');
    if (number !== 'block') bench.ratio('to the block', ratios(measured.samples('ours', number), block));
  }
}
