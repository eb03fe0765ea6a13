/** `linear` as SIMD: which of its kernels, and with which numbers; see `assembly/point/linear.ts`. */
import { type Layout, pixelSize } from '../layouts.ts';
import type { Linear } from '../scalar/lookup.ts';
import type { Kernels, Point } from './module.ts';

/** A kernel on rows of bytes. */
export type Bytes = (kernels: Kernels, ...rows: Parameters<Point>) => void;

/** What the kernel takes beside the rows: factor and term of the first three of four bytes, and of the fourth. */
type Numbers = readonly [scale: number, offset: number, scale4: number, offset4: number];

/** The kernel that makes what `linearTable` of `scalar/lookup.ts` says. Padding stays as it is. */
export function linearKernel(layout: Layout, made: Linear): Bytes {
  const folded = foldedOf(made);
  const [scale, offset] = folded ?? [made.scale, made.offset];
  // Alpha and padding stay.
  const [scale4, offset4] = pixelSize(layout) === 4 ? [2 ** made.bits, 0] : [scale, offset];
  const numbers: Numbers = [scale, offset, scale4, offset4];
  if (folded) return (kernels, ...rows) => kernels.linearFolded(...rows, ...numbers);
  if (made.bits === 20) return (kernels, ...rows) => kernels.linear(...rows, ...numbers);
  return (kernels, ...rows) => kernels.linearWide(...rows, ...numbers);
}

/**
 * A factor and a number to add before it, for the same results of all 256 values: `factor * before` is the offset modulo 2^32, to a multiple
 * of 256, and the factor is odd. Where neither rounding gives the same results, which is seldom, there is none.
 */
function foldedOf(made: Linear): readonly [scale: number, before: number] | undefined {
  if (made.bits !== 20) return undefined;
  const near = made.scale | 1;
  for (const scale of [near, near - 2]) {
    for (const term of [Math.ceil(made.offset / 256), Math.floor(made.offset / 256)]) {
      const before = Math.imul(term, inverseOf(scale)) << 8;
      if (isSame(made, scale, before)) return [scale, before];
    }
  }
  return undefined;
}

function isSame(made: Linear, scale: number, before: number): boolean {
  for (let value = 0; value < 256; value++) {
    const wanted = (made.scale * value + made.offset) >> 20;
    if (cut(Math.imul(value + before, scale) >> 20) !== cut(wanted)) return false;
  }
  return true;
}

function cut(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}

/** What an odd number is to be multiplied by for 1 modulo 2^32: every step doubles the bits that are right, of which there are 3 at first. */
function inverseOf(odd: number): number {
  let inverse = odd;
  for (let bits = 3; bits < 32; bits *= 2) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}
