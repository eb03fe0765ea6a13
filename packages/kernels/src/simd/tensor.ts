/**
 * Tensors as SIMD, row by row.
 *
 * The scratch, which holds the factors and one line, is one block, given back at the end. If the thread dies in here, the block stays
 * allocated.
 */
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import type { TensorPlan } from '../scalar/tensor.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';

/** Where in the scratch the line begins. */
const lineAt = 64;

/** As `tensorRows` of `scalar/tensor.ts`. Answers whether it was done: not when there is no kernel, or no room for the scratch. */
export function tensorSimd(
  engine: Engine,
  src: Raster,
  out: Float32Array | Uint8Array,
  top: number,
  bottom: number,
  plan: TensorPlan,
): boolean {
  const isFloat = out instanceof Float32Array;
  // Bytes side by side are moved, which is no work for SIMD; so are those of a single band.
  if (!isFloat && (!plan.planar || plan.places.length === 1)) return false;
  return withScratch(engine, lineAt + src.width, (scratch) => {
    putFactors(engine, scratch, plan);
    const run = rowOf(engine, src, out, scratch, plan);
    for (let y = top; y < bottom; y++) run(addressOf(src, y), y);
  });
}

function rowOf(
  { kernels }: Engine,
  src: Raster,
  out: Float32Array | Uint8Array,
  scratch: number,
  { places, factors, terms, planar }: TensorPlan,
): (from: number, y: number) => void {
  const { width, height } = src;
  const size = pixelSize(src.layout);
  const each = out.BYTES_PER_ELEMENT;
  const line = width * each;
  const start = out.byteOffset;
  if (places.length === 1) {
    return (from, y) => {
      if (size === 4) kernels.convert4to1(from, 0, scratch + lineAt, 0, width, 1);
      kernels.floats1(size === 4 ? scratch + lineAt : from, start + y * line, width, factors[0]!, terms[0]!);
    };
  }
  if (!planar) {
    const reversed = places[0] === 2 ? 1 : 0;
    return (from, y) => kernels.triples(from, start + 3 * y * line, width, size, reversed, scratch);
  }
  // The kernels take red first; where it is written is for the plan to say.
  const plane = (place: number): number => start + places.indexOf(place) * height * line;
  const [red, green, blue] = [plane(0), plane(1), plane(2)];
  if (each === 1) {
    return (from, y) => {
      const at = y * line;
      kernels.bytePlanes(from, red + at, green + at, blue + at, width, size);
    };
  }
  const run = size === 3 ? kernels.planes3 : kernels.planes4;
  return (from, y) => {
    const at = y * line;
    run(from, red + at, green + at, blue + at, width, scratch);
  };
}

/** Three factors and three terms: in the order of writing for what lies side by side, else red first. */
function putFactors({ bytes }: Engine, address: number, { places, factors, terms, planar }: TensorPlan): void {
  const order = planar && places.length === 3 ? [0, 1, 2].map((place) => places.indexOf(place)) : [0, 1, 2];
  const numbers = Float32Array.from([...order.map((i) => factors[i] ?? 0), ...order.map((i) => terms[i] ?? 0)]);
  bytes.set(new Uint8Array(numbers.buffer), address);
}
