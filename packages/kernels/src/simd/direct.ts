/**
 * The fast Gaussian blur as SIMD: a row is summed along when the pass down first needs it.
 *
 * ```
 * source row ──(premultiply)──> line ──widen──> values of 16 bits ──sumAlong──> ring ──sumDown──> output row (──unpremultiply)
 * ```
 *
 * The ring holds the last `2 * reach + 1` rows; row `y` is at place `y % rows`.
 *
 * Scratch, in one block that is given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { opaque } from './convert.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import { apart } from './strides.ts';

/** What passes may read, or write, behind the values that they are told of. */
const slack = 64;

/** Blurs the rows of a strip. Answers whether it did: not when there is no room for the scratch. */
export function directSimd(
  engine: Engine,
  src: Raster,
  dst: Raster,
  top: number,
  bottom: number,
  weights: Int16Array,
): boolean {
  const { kernels, bytes } = engine;
  const reach = weights.length - 1;
  const size = pixelSize(src.layout);
  const line = src.width * size;
  const rows = 2 * reach + 1;
  const stride = apart(2 * line + slack);
  const listBytes = Math.ceil((4 * rows) / 64) * 64;
  const lineBytes = Math.ceil(line / 64) * 64;
  const weightBytes = Math.ceil((16 * weights.length) / 64) * 64;
  const margin = Math.ceil((2 * reach * size) / 64) * 64;
  const scratch = slack + listBytes + weightBytes + lineBytes + 2 * margin + stride + rows * stride;
  return withScratch(engine, scratch, (pad) => {
    const list = pad + slack;
    const taps = list + listBytes;
    const colours = taps + weightBytes;
    const values = colours + lineBytes + margin;
    const ring = values + stride + margin;
    const eights = Int16Array.from({ length: 8 * weights.length }, (_, i) => weights[i >> 3]!);
    bytes.set(new Uint8Array(eights.buffer), taps);
    const premultiplied = (address: number): number => {
      if (!hasAlpha(src.layout)) return address;
      kernels.premultiply(address, 0, colours, 0, src.width, 1);
      return colours;
    };
    const addresses = new Uint32Array(rows);
    const listed = new Uint8Array(addresses.buffer);
    for (let y = top, next = Math.max(0, top - reach); y < bottom; y++) {
      const last = Math.min(y + reach, src.height - 1);
      for (; next <= last; next++) {
        kernels.widen(premultiplied(addressOf(src, next)), line, size, reach, values);
        kernels.sumAlong(values, taps, reach, size, ring + (next % rows) * stride, line);
      }
      for (let k = 0; k < rows; k++) {
        addresses[k] = ring + (Math.min(Math.max(y - reach + k, 0), src.height - 1) % rows) * stride;
      }
      bytes.set(listed, list);
      const to = addressOf(dst, y);
      if (hasAlpha(dst.layout)) {
        kernels.sumDown(list, taps, reach, colours, line, pad);
        kernels.unpremultiply(colours, 0, to, 0, dst.width, 1);
      } else {
        kernels.sumDown(list, taps, reach, to, line, pad);
        if (dst.layout === 'RGB') opaque(kernels, to, 0, dst.width, 1);
      }
    }
  });
}
