/**
 * Pixels through a mask: what becomes of one row.
 *
 * Pillow's arithmetic: `t = s m + b (255 - m) + 128`, then `(t + (t >> 8)) >> 8`, for every band, alpha like a colour. One rule more is
 * Pillow's for a colour through an `L` mask: where the backdrop is transparent and the mask is not 0, the colour replaces the hidden
 * colour, and only alpha is mixed.
 *
 * Reads the pixels of the source and of the mask that cover the strip, reads and writes those of the backdrop. The padding byte of `RGB`
 * becomes 255.
 */
import { RowCursor } from '../cursor.ts';
import type { Overlap } from '../geometry/overlap.ts';
import { hasAlpha, pixelSize } from '../layouts.ts';
import type { Raster } from '../raster.ts';

/** What is pasted: an image, or the bytes of one pixel. */
export type Ink = Raster | Uint8Array;

/** Pastes the part that covers `part`, with its corner at (`x`, `y`). Everything has been checked. */
export function pasteRows(ink: Ink, mask: Raster, dst: Raster, part: Overlap, x: number, y: number): void {
  const { first, end, left, width } = part;
  const size = pixelSize(dst.layout);
  const maskSize = pixelSize(mask.layout);
  const source = ink instanceof Uint8Array ? undefined : new RowCursor(ink);
  const masks = new RowCursor(mask);
  const target = new RowCursor(dst);
  const hides = replacesHidden(ink, mask, dst);
  for (let row = first; row < end; row++) {
    const from = source ? source.seek(row - y) + (left - x) * size : 0;
    const bytes = source ? source.bytes : (ink as Uint8Array);
    const m = masks.seek(row - y) + (left - x) * maskSize + (maskSize - 1);
    const to = target.seek(row) + left * size;
    for (let i = 0; i < width; i++) {
      const p = source ? from + i * size : 0;
      pastePixel(bytes, p, masks.bytes[m + i * maskSize]!, target.bytes, to + i * size, size, hides);
      if (dst.layout === 'RGB') target.bytes[to + i * 4 + 3] = 255;
    }
  }
}

/** Whether a hidden colour of the backdrop is replaced instead of mixed. */
export function replacesHidden(ink: Ink, mask: Raster, dst: Raster): boolean {
  return ink instanceof Uint8Array && mask.layout === 'L' && hasAlpha(dst.layout);
}

function pastePixel(
  src: Uint8Array,
  p: number,
  mask: number,
  dst: Uint8Array,
  q: number,
  size: number,
  hides: boolean,
): void {
  const isHidden = hides && dst[q + 3] === 0 && mask !== 0;
  for (let i = 0; i < size; i++) {
    const m = isHidden && i < 3 ? 255 : mask;
    const t = src[p + i]! * m + dst[q + i]! * (255 - m) + 128;
    dst[q + i] = (t + (t >> 8)) >> 8;
  }
}
