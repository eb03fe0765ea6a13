/**
 * Pixels through a mask as SIMD, row by row. A colour is a line of it in scratch; of a mask with four bytes a pixel, alpha is taken out into
 * another.
 *
 * The scratch is one block, given back at the end. If the thread dies in here, `kept-scratch.ts` says what becomes of it.
 */
import type { Overlap } from '../geometry/overlap.ts';
import { pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { fillRow } from '../scalar/fill.ts';
import { type Ink, replacesHidden } from '../scalar/mask.ts';
import { addressOf, type Engine, withScratch } from './engine.ts';
import { apart } from './strides.ts';

/** As `pasteRows` of `scalar/mask.ts`. Answers whether it was done: not when there is no room for the scratch. */
export function pasteSimd(
  engine: Engine,
  ink: Ink,
  mask: Raster,
  dst: Raster,
  part: Overlap,
  x: number,
  y: number,
): boolean {
  const { first, end, left, width } = part;
  const { kernels, bytes } = engine;
  const size = pixelSize(dst.layout);
  const isColour = ink instanceof Uint8Array;
  const isAlpha = pixelSize(mask.layout) === 4;
  const hidden = replacesHidden(ink, mask, dst) ? 0x00ffffff : 0;
  const opaque = dst.layout === 'RGB' ? 0xff000000 | 0 : 0;
  const run = pasteOf(engine, size, hidden, opaque);
  const rows = (line: number): void => {
    const alphas = line + apart(4 * width);
    if (isColour) fillRow(bytes, line, line + width * size, ink);
    for (let row = first; row < end; row++) {
      const at = left - x;
      let m = addressOf(mask, row - y) + at * pixelSize(mask.layout);
      if (isAlpha) {
        kernels.alpha4to1(m, 0, alphas, 0, width, 1);
        m = alphas;
      }
      const from = isColour ? line : addressOf(ink, row - y) + at * size;
      run(from, m, addressOf(dst, row) + left * size, width);
    }
  };
  if (isColour || isAlpha) return withScratch(engine, apart(4 * width) + apart(width), rows);
  rows(0);
  return true;
}

type Paste = (src: number, mask: number, dst: number, width: number) => void;

function pasteOf({ kernels }: Engine, size: 1 | 3 | 4, hidden: number, opaque: number): Paste {
  if (size === 1) return kernels.paste1;
  if (size === 3) return kernels.paste3;
  return (src, mask, dst, width) => kernels.paste4(src, mask, dst, width, hidden, opaque);
}
