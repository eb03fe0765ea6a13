/**
 * Drawing pixels over others: what becomes of one row.
 *
 * `over` is Pillow's `alpha_composite`, in its integers: `o = 255 sa + ba (255 - sa)`, the source's weight
 * `c = sa * 255 * 255 * 128 / o` rounded down, colours `(s c + b (255 * 128 - c)) / (255 * 128)` to the nearest; where the source is
 * transparent, the backdrop stays, hidden colours included. The other modes are floats: see `blend-modes.ts`.
 *
 * A row is pixels of four bytes, the last of them alpha: `RGBA`, or `LA`, whose grey value stands three times.
 * Reads the pixels of the source row, reads and writes those of the backdrop.
 */
import { RowCursor } from '../cursor.ts';
import type { Overlap } from '../geometry/overlap.ts';
import type { Layout } from '../layouts.ts';
import type { Raster } from '../raster.ts';
import { type BlendMode, type MixMode, mixes, type PorterDuffMode, type Shares, shares } from './blend-modes.ts';
import { convertRows } from './convert.ts';
import { lineOf, newLine } from './lines.ts';

const f = Math.fround;
const unit: Float32Array = Float32Array.from({ length: 256 }, (_, value) => f(value * f(1 / 255)));

type DrawRow = (src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number) => void;

function drawerOf(mode: BlendMode): DrawRow {
  if (mode === 'over') return overRow;
  if (mode in mixes) return mixedRow(mixes[mode as MixMode]);
  return joinedRow(shares[mode as PorterDuffMode]);
}

function overRow(src: Uint8Array, from: number, dst: Uint8Array, to: number, width: number): void {
  const end = from + 4 * width;
  for (let p = from, q = to; p < end; p += 4, q += 4) {
    const alpha = src[p + 3]!;
    if (alpha === 0) continue;
    const whole = 255 * alpha + dst[q + 3]! * (255 - alpha);
    const weight = Math.floor((alpha * (255 * 255 * 128)) / whole);
    for (let i = 0; i < 3; i++) {
      dst[q + i] = over255(src[p + i]! * weight + dst[q + i]! * (255 * 128 - weight) + 128 * 128) >> 7;
    }
    dst[q + 3] = over255(whole + 128);
  }
}

function over255(t: number): number {
  return (t + (t >> 8)) >> 8;
}

function mixedRow(mix: (b: number, s: number) => number): DrawRow {
  return (src, from, dst, to, width) => {
    const end = from + 4 * width;
    for (let p = from, q = to; p < end; p += 4, q += 4) {
      if (src[p + 3] === 0) continue;
      const sa = unit[src[p + 3]!]!;
      const ba = unit[dst[q + 3]!]!;
      const both = f(sa * ba);
      const source = f(sa - both);
      const backdrop = f(ba - both);
      const alpha = f(f(both + source) + backdrop);
      const inverse = f(255 / alpha);
      for (let i = 0; i < 3; i++) {
        const s = unit[src[p + i]!]!;
        const b = unit[dst[q + i]!]!;
        const sum = f(f(f(both * mix(b, s)) + f(source * s)) + f(backdrop * b));
        dst[q + i] = rounded(f(sum * inverse));
      }
      dst[q + 3] = rounded(f(alpha * 255));
    }
  };
}

function joinedRow([fa, ga, fb, gb]: Shares): DrawRow {
  return (src, from, dst, to, width) => {
    const end = from + 4 * width;
    for (let p = from, q = to; p < end; p += 4, q += 4) {
      const sa = unit[src[p + 3]!]!;
      const ba = unit[dst[q + 3]!]!;
      const source = f(sa * f(fa + f(ga * ba)));
      const backdrop = f(ba * f(fb + f(gb * sa)));
      const alpha = Math.min(1, f(source + backdrop));
      if (alpha <= 0) {
        dst.fill(0, q, q + 4);
        continue;
      }
      const inverse = f(255 / alpha);
      for (let i = 0; i < 3; i++) {
        const sum = f(f(source * unit[src[p + i]!]!) + f(backdrop * unit[dst[q + i]!]!));
        dst[q + i] = rounded(f(sum * inverse));
      }
      dst[q + 3] = rounded(f(alpha * 255));
    }
  };
}

/** To the nearest integer from 0 to 255, halves to the even one: adding 3 * 2^22 rounds a 32-bit float. */
function rounded(value: number): number {
  return f(Math.min(Math.max(value, 0), 255) + 12582912) - 12582912;
}

/** The layout in which rows are drawn on a destination: four bytes with alpha. */
export function drawingLayout(dst: Layout): 'LA' | 'RGBA' {
  return dst === 'L' || dst === 'LA' ? 'LA' : 'RGBA';
}

/** Whether the bytes of a layout are those of the drawing layout as they are: `LA` is an `RGBA` of equal colours. */
export function isDrawable(layout: Layout, drawing: 'LA' | 'RGBA'): boolean {
  return layout === drawing || layout === 'LA';
}

/** Draws the part of `src` that covers `part`, with its corner at (`x`, `y`), a row at a time. Everything has been checked. */
export function compositeRows(src: Raster, dst: Raster, part: Overlap, x: number, y: number, mode: BlendMode): void {
  const { first, end, left, width } = part;
  const drawing = drawingLayout(dst.layout);
  const draw = drawerOf(mode);
  const source = isDrawable(src.layout, drawing) ? undefined : newLine(drawing, width);
  const backdrop = dst.layout === drawing ? undefined : newLine(drawing, width);
  for (let row = first; row < end; row++) {
    let from = lineOf(src, row - y, left - x, width);
    const to = lineOf(dst, row, left, width);
    if (source) {
      convertRows(from, source, 0, 1);
      from = source;
    }
    if (backdrop) convertRows(to, backdrop, 0, 1);
    drawLine(draw, from, backdrop ?? to);
    if (backdrop) convertRows(backdrop, to, 0, 1);
  }
}

function drawLine(draw: DrawRow, from: Raster, to: Raster): void {
  const source = new RowCursor(from);
  const target = new RowCursor(to);
  const [p, q] = [source.seek(0), target.seek(0)];
  draw(source.bytes, p, target.bytes, q, from.width);
}
