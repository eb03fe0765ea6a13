/** Conversions between layouts as SIMD: which kernel does which. */
import { hasAlpha, type Layout } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import type { Engine } from './engine.ts';
import type { Kernels, Point } from './module.ts';
import { pointwise } from './rows.ts';

/** Converts the strip to another layout, as `convertRows` of `scalar/convert.ts`. */
export function convertSimd(engine: Engine, src: Raster, dst: Raster, top: number, bottom: number): void {
  pointwise(src, dst, top, bottom, converterOf(engine.kernels, src.layout, dst.layout), true);
}

// Bytes of a pixel, the first in the lowest bits: see convert4to4.
const three = 0xff020100 | 0;
const first = 0xff000000 | 0;
const firstAndAlpha = 0x03000000;
const full = 0xff000000 | 0;

/** The kernel from one layout to another. */
export function converterOf(kernels: Kernels, from: Layout, to: Layout): Point {
  if (to === 'L') return toL(kernels, from);
  if (from === 'L') return to === 'RGB;24' ? kernels.convert1to3 : kernels.convert1to4;
  if (from === 'RGB;24') return to === 'LA' ? kernels.grey3to4 : kernels.convert3to4;
  const grey = from === 'LA';
  if (to === 'RGB;24') return (p, s, q, t, w, h) => kernels.convert4to3(p, s, q, t, w, h, grey ? first : three);
  const alpha = hasAlpha(from) && hasAlpha(to);
  if (to === 'LA') return (p, s, q, t, w, h) => kernels.grey4to4(p, s, q, t, w, h, alpha ? 0 : 255);
  if (alpha) return (p, s, q, t, w, h) => kernels.convert4to4(p, s, q, t, w, h, firstAndAlpha, 0);
  return (p, s, q, t, w, h) => kernels.convert4to4(p, s, q, t, w, h, grey ? first : three, full);
}

function toL(kernels: Kernels, from: Layout): Point {
  if (from === 'LA') return kernels.convert4to1;
  return from === 'RGB;24' ? kernels.grey3to1 : kernels.grey4to1;
}

/** Makes the fourth byte of pixels 255: the padding of `RGB`, where a kernel has computed it like a colour. */
export function opaque(kernels: Kernels, address: number, stride: number, width: number, rows: number): void {
  kernels.convert4to4(address, stride, address, stride, width, rows, three, full);
}
